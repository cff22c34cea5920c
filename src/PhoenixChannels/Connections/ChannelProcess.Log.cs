using Microsoft.Extensions.Logging;

namespace PhoenixChannels.Connections;

/// <remarks>Logs name the route's pattern, never the topic: a client chooses that.</remarks>
internal sealed partial class ChannelProcess
{
    [LoggerMessage(1, LogLevel.Error, "The channel '{Channel}' crashed.")]
    static partial void LogCrash(ILogger logger, string channel, Exception exception);

    [LoggerMessage(2, LogLevel.Debug, "The channel '{Channel}' could not read the payload of '{Event}': {Problem}")]
    static partial void LogInvalidPayload(ILogger logger, string channel, string @event, string problem);

    [LoggerMessage(3, LogLevel.Warning, "A join of the channel '{Channel}' took too long and was refused.")]
    static partial void LogJoinTimeout(ILogger logger, string channel);

    [LoggerMessage(4, LogLevel.Warning, "The channel '{Channel}' crashed: {Length} messages wait for it and a broadcast came.")]
    static partial void LogOverrun(ILogger logger, string channel, int length);

    [LoggerMessage(5, LogLevel.Warning, "A broadcast of '{Event}' misses clients of the channel '{Channel}': their protocol version cannot carry it.")]
    static partial void LogNotEncoded(ILogger logger, string channel, string @event, Exception exception);
}
