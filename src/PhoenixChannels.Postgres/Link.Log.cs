using Microsoft.Extensions.Logging;

namespace PhoenixChannels.Postgres;

internal sealed partial class Link
{
    [LoggerMessage(10, LogLevel.Warning, "Skipped a notification of a version that is not known here.")]
    static partial void LogUnreadable(ILogger logger);

    [LoggerMessage(11, LogLevel.Warning, "A large message was gone before it could be fetched.")]
    static partial void LogLargeGone(ILogger logger);

    [LoggerMessage(12, LogLevel.Debug, "The session could not be cleared; it ends with its connection.")]
    static partial void LogNotReleased(ILogger logger, Exception exception);

    [LoggerMessage(13, LogLevel.Debug, "The other nodes could not be told to read the outbox.")]
    static partial void LogNotWoken(ILogger logger, Exception exception);

    [LoggerMessage(14, LogLevel.Warning, "Old messages could not be removed from the tables; it is tried again.")]
    static partial void LogNotCleaned(ILogger logger, Exception exception);
}
