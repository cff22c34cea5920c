namespace PhoenixChannels.Diagnostics;

/// <summary>The joins of one mapped channel, or its handle_ins: what all their spans have in common, made once.</summary>
internal sealed class CallKind(string action, string pattern)
{
    /// <summary>Of few values: events and topics are clients' choices.</summary>
    public string SpanName { get; } = $"{action} {pattern}";

    public KeyValuePair<string, object?>[] SpanTags { get; } =
        [new(Tags.RpcSystem, "phoenix_channels"), new(Tags.RpcMethod, $"{pattern}/{action}"), new(Tags.TopicPattern, pattern)];
}
