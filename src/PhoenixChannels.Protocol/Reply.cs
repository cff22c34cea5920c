namespace PhoenixChannels;

/// <summary>The answer to a join or to a message: a status and a payload, or nothing.</summary>
/// <example><code>return text.Length &lt;= 1000 ? Reply.Ok(new { id }) : Reply.Error("too long");</code></example>
public readonly struct Reply
{
    Reply(string status, Payload payload)
    {
        Status = status;
        Payload = payload;
    }

    /// <summary>No answer. As the result of a join it means ok.</summary>
    public static Reply None => default;

    /// <summary>Status <c>ok</c> with the empty object.</summary>
    public static Reply Ok() => new("ok", default);

    /// <summary>Status <c>ok</c> with a payload; see <see cref="Payload.From{T}"/> for what becomes binary.</summary>
    public static Reply Ok<T>(T payload) => new("ok", Payload.From(payload));

    /// <summary>Status <c>error</c> with <c>{"reason": reason}</c>.</summary>
    public static Reply Error(string reason) => new("error", PhoenixChannels.Payload.FromValidJson(Serializers.JsonText.Reason(reason)));

    /// <summary>Status <c>error</c> with a payload.</summary>
    public static Reply Error<T>(T payload) => new("error", Payload.From(payload));

    /// <summary>Any other status; phoenix.js receives it with <c>receive(status, …)</c>.</summary>
    /// <exception cref="ArgumentException"><paramref name="status"/> is null or empty.</exception>
    public static Reply WithStatus<T>(string status, T payload)
    {
        ArgumentException.ThrowIfNullOrEmpty(status);
        return new(status, Payload.From(payload));
    }

    /// <summary>The status, or null for <see cref="None"/>.</summary>
    public string? Status { get; }

    /// <summary>What the answer carries.</summary>
    public Payload Payload { get; }
}
