using Microsoft.Extensions.Logging;

namespace PhoenixChannels.Postgres;

internal sealed partial class PostgresPubSubAdapter
{
    [LoggerMessage(1, LogLevel.Information, "Node '{Node}' is connected to the database.")]
    static partial void LogConnected(ILogger logger, string node);

    [LoggerMessage(2, LogLevel.Error, "The connection to the database is lost and is tried again: {Reason}")]
    static partial void LogDisconnected(ILogger logger, string reason);
}
