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
    /// <exception cref="NotSupportedException">The options do not know the type.</exception>
    public static JsonTypeInfo<T> TypeInfo<T>(JsonSerializerOptions options)
    {
        if (options.TypeInfoResolver is null && JsonSerializer.IsReflectionEnabledByDefault) AddResolver(options);
        return options.TryGetTypeInfo(typeof(T), out var type) ? (JsonTypeInfo<T>)type : throw new NotSupportedException(UnknownType(typeof(T)));
    }

    static string UnknownType(Type type) =>
        $"The JSON options do not know {type}, and reflection-based serialization is switched off, as it is in trimmed and NativeAOT applications: put " +
        $"[JsonSerializable(typeof({type.Name}))] on a JsonSerializerContext, and the context into the options: AddPhoenixChannels(o => o.Json.TypeInfoResolverChain.Insert(0, MyContext.Default)).";

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
