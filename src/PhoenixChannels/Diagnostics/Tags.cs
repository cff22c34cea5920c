namespace PhoenixChannels.Diagnostics;

/// <summary>The names of what metrics and spans are tagged with, as OpenTelemetry's conventions form them. All values but an event's name are bounded: a topic is none.</summary>
internal static class Tags
{
    public const string TopicPattern = "phoenixchannels.topic_pattern", Result = "phoenixchannels.result", Reason = "phoenixchannels.reason", CloseCode = "phoenixchannels.close_code";

    public const string Event = "phoenixchannels.event";

    // OpenTelemetry's own.
    public const string ErrorType = "error.type", RpcSystem = "rpc.system.name", RpcMethod = "rpc.method", RpcStatus = "rpc.response.status_code";
}
