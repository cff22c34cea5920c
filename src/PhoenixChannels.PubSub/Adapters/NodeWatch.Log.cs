using Microsoft.Extensions.Logging;

namespace PhoenixChannels.Adapters;

internal sealed partial class NodeWatch
{
    [LoggerMessage(10, LogLevel.Information, "Connected to the other nodes.")]
    static partial void LogConnected(ILogger logger);

    [LoggerMessage(11, LogLevel.Error, "Not connected to the other nodes: {Reason} What they broadcast is missed since {From:O}.")]
    static partial void LogDisconnected(ILogger logger, string reason, DateTimeOffset from);

    [LoggerMessage(12, LogLevel.Warning, "Connected to the other nodes again. What they broadcast between {From:O} and {To:O} may have been missed; each node's are counted when it is heard again.")]
    static partial void LogGap(ILogger logger, DateTimeOffset from, DateTimeOffset? to);

    [LoggerMessage(13, LogLevel.Warning, "Missed {Count} broadcasts of node '{Node}' between {From:O} and {To:O}.")]
    static partial void LogMissed(ILogger logger, long count, string node, DateTimeOffset from, DateTimeOffset? to);

    [LoggerMessage(14, LogLevel.Error, "Another node is named '{Node}', too: give every node a name of its own. Messages to one of them reach both, and presences of both are confused.")]
    static partial void LogNamesake(ILogger logger, string node);

    [LoggerMessage(15, LogLevel.Error, "A handler of PubSub.GapFound has failed.")]
    static partial void LogHandlerFailed(ILogger logger, Exception exception);
}
