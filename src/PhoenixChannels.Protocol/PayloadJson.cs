using System.Diagnostics.CodeAnalysis;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace PhoenixChannels;

/// <summary>The JSON options that payloads have where no others are given.</summary>
internal static class PayloadJson
{
    public static JsonSerializerOptions Default { get; } = CreateDefault();

    /// <summary>
    /// camelCase, and no escapes but those that JSON demands: some clients do not undo others. What a record's constructor demands and a
    /// client leaves out makes the payload invalid, rather than a null where none can be.
    /// </summary>
    public static JsonSerializerOptions Create() => new(JsonSerializerDefaults.Web)
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
        TypeInfoResolver = JsonSerializer.IsReflectionEnabledByDefault ? ReflectionResolver() : JsonTypeInfoResolver.Combine(),
    };

    /// <summary>The contract of a type. Options that name no resolver get the one that <see cref="JsonSerializer"/> itself would give them.</summary>
    public static JsonTypeInfo<T> TypeInfo<T>(JsonSerializerOptions options)
    {
        if (options.TypeInfoResolver is null && JsonSerializer.IsReflectionEnabledByDefault) AddResolver(options);
        return (JsonTypeInfo<T>)options.GetTypeInfo(typeof(T));
    }

    static JsonSerializerOptions CreateDefault()
    {
        var options = Create();
        options.MakeReadOnly();
        return options;
    }

    [UnconditionalSuppressMessage("Trimming", "IL2026", Justification = "Only reached where the application has not switched reflection-based serialization off; trimmed applications have.")]
    [UnconditionalSuppressMessage("AOT", "IL3050", Justification = "Only reached where the application has not switched reflection-based serialization off; NativeAOT applications have.")]
    static void AddResolver(JsonSerializerOptions options) => options.MakeReadOnly(populateMissingResolver: true);

    [UnconditionalSuppressMessage("Trimming", "IL2026", Justification = "Only reached where the application has not switched reflection-based serialization off; trimmed applications have.")]
    [UnconditionalSuppressMessage("AOT", "IL3050", Justification = "Only reached where the application has not switched reflection-based serialization off; NativeAOT applications have.")]
    static DefaultJsonTypeInfoResolver ReflectionResolver() => new();
}
