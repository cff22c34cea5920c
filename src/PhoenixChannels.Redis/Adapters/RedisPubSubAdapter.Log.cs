using Microsoft.Extensions.Logging;

namespace PhoenixChannels.Adapters;

internal sealed partial class RedisPubSubAdapter
{
    [LoggerMessage(1, LogLevel.Information, "Still not connected: {Reason} Trying again.")]
    static partial void LogNotConnected(ILogger logger, string reason);

    [LoggerMessage(2, LogLevel.Error, "Another node is named '{Node}', too: give every node a name of its own. Messages to one of them reach both, and presences of both are confused.")]
    static partial void LogNameIsTaken(ILogger logger, string node);

    [LoggerMessage(3, LogLevel.Information, "This node alone is named '{Node}' again.")]
    static partial void LogNameIsOursAgain(ILogger logger, string node);

    [LoggerMessage(4, LogLevel.Warning, "Redis refuses what keeps this node's name to itself ({Reason}): another node of that name would not be noticed.")]
    static partial void LogLeaseRefused(ILogger logger, string reason);
}
