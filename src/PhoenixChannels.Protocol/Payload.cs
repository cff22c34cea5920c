using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using PhoenixChannels.Serializers;

namespace PhoenixChannels;

/// <summary>
/// What a message carries: any JSON value, or binary data. Immutable and owned by the garbage collector: nothing in it is pooled,
/// so it may be kept after the handler that received it has returned. The default value is the empty JSON object.
/// </summary>
/// <remarks>
/// A received payload keeps its bytes as they came, white space, key order and duplicate keys included, and carries the JSON
/// options of the mount that received it, which <see cref="Read{T}()"/> uses.
/// </remarks>
/// <example>
/// <code>
/// var message = payload.Read&lt;NewMessage&gt;();
/// Push("new_msg", message);                             // a value: encoded with the mount's JSON options
/// Push("raw", Payload.Json("{\"a\":1}"u8.ToArray()));   // JSON text of one's own
/// Push("chunk", Payload.Binary(bytes));                 // binary, as byte[] and ReadOnlyMemory&lt;byte&gt; are by themselves
/// </code>
/// </example>
[JsonConverter(typeof(PayloadJsonConverter))]
public readonly struct Payload
{
    static readonly object s_binary = new();
    static readonly byte[] s_emptyObject = "{}"u8.ToArray();

    readonly ReadOnlyMemory<byte> _bytes;

    // null: JSON; s_binary: binary; JsonSerializerOptions: JSON with the options to read it by; PayloadValue: not encoded yet.
    readonly object? _state;

    Payload(ReadOnlyMemory<byte> bytes, object? state)
    {
        _bytes = bytes;
        _state = state;
    }

    /// <summary>The empty JSON object, <c>{}</c>.</summary>
    public static Payload Empty => default;

    /// <summary>
    /// A value that is encoded when it is sent, with the JSON options of the mount that sends it. <c>byte[]</c>,
    /// <see cref="Memory{T}"/> and <see cref="ReadOnlyMemory{T}"/> of bytes become binary and are not copied: they must not be
    /// changed afterwards. A <see cref="Payload"/> is returned as it is.
    /// </summary>
    /// <param name="value">The value; null is the JSON <c>null</c>.</param>
    public static Payload From<T>(T value) => value switch
    {
        Payload payload => payload,
        byte[] bytes => Binary(bytes),
        ReadOnlyMemory<byte> bytes => Binary(bytes),
        Memory<byte> bytes => Binary(bytes),
        _ => new(default, new PayloadValue<T>(value)),
    };

    /// <summary>A JSON value as text. The memory is not copied and must not be changed afterwards.</summary>
    /// <param name="utf8">One JSON value in UTF-8, white space around it allowed.</param>
    /// <exception cref="ArgumentException">The bytes are not one valid JSON value.</exception>
    public static Payload Json(ReadOnlyMemory<byte> utf8)
    {
        if (!JsonText.TryGetValue(utf8, out var value)) throw new ArgumentException("The bytes are not one valid JSON value in UTF-8.", nameof(utf8));
        return new(value, null);
    }

    /// <summary>Binary data. The memory is not copied and must not be changed afterwards.</summary>
    public static Payload Binary(ReadOnlyMemory<byte> bytes) => new(bytes, s_binary);

    /// <summary>True for binary data, false for JSON.</summary>
    public bool IsBinary => ReferenceEquals(_state, s_binary);

    /// <summary>The JSON value in UTF-8, or the binary data.</summary>
    public ReadOnlyMemory<byte> Bytes => _state switch
    {
        PayloadValue value => value.Encode(PayloadJson.Default),
        not null => _bytes,
        null => _bytes.IsEmpty ? s_emptyObject : _bytes,
    };

    /// <summary>Reads the payload as a <typeparamref name="T"/>. Binary data reads as <c>byte[]</c> and <see cref="ReadOnlyMemory{T}"/> of bytes.</summary>
    /// <exception cref="PayloadException">The payload has another shape, or is JSON <c>null</c>.</exception>
    public T Read<T>()
    {
        if (typeof(T) == typeof(Payload)) return (T)(object)this;
        return IsBinary ? ReadBinary<T>() : Read(PayloadJson.TypeInfo<T>(Options));
    }

    /// <summary>Reads the payload by a given contract, as a JSON source-generation context has it.</summary>
    /// <exception cref="PayloadException">The payload has another shape, is JSON <c>null</c>, or is binary.</exception>
    public T Read<T>(JsonTypeInfo<T> type)
    {
        if (IsBinary) return ReadBinary<T>();
        try
        {
            return JsonSerializer.Deserialize(Bytes.Span, type) ?? throw new PayloadException($"The payload is null where a {typeof(T).Name} was expected.");
        }
        catch (JsonException e)
        {
            throw new PayloadException($"The payload is no {typeof(T).Name}: {e.Message}", e);
        }
    }

    /// <summary>The payload as text, for debugging: JSON as it is, binary as its length.</summary>
    public override string ToString() => IsBinary ? $"({_bytes.Length} bytes)" : System.Text.Encoding.UTF8.GetString(Bytes.Span);

    /// <summary>JSON that is known to be valid and has no white space around it.</summary>
    internal static Payload FromValidJson(ReadOnlyMemory<byte> utf8, JsonSerializerOptions? options = null) => new(utf8, options);

    /// <summary>The same payload with its bytes at hand.</summary>
    internal Payload Encode(JsonSerializerOptions options) => _state is PayloadValue value ? new(value.Encode(options), options) : this;

    /// <summary>The same payload, to be read with these options.</summary>
    internal Payload WithOptions(JsonSerializerOptions options) => _state is null ? new(Bytes, options) : this;

    internal bool IsObject => !IsBinary && Bytes.Span is [(byte)'{', ..];

    JsonSerializerOptions Options => _state as JsonSerializerOptions ?? PayloadJson.Default;

    T ReadBinary<T>()
    {
        if (typeof(T) == typeof(ReadOnlyMemory<byte>)) return (T)(object)_bytes;
        if (typeof(T) == typeof(byte[])) return (T)(object)_bytes.ToArray();
        throw new PayloadException($"The payload is binary where a {typeof(T).Name} was expected.");
    }
}
