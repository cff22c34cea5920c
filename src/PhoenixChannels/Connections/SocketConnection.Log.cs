using Microsoft.Extensions.Logging;

namespace PhoenixChannels.Connections;

internal sealed partial class SocketConnection
{
    [LoggerMessage(1, LogLevel.Information, "Closed a connection: a message of {Length} bytes (binary: {Binary}) is malformed.")]
    static partial void LogMalformed(ILogger logger, int length, bool binary);

    [LoggerMessage(2, LogLevel.Error, "A serializer threw while it read a message.")]
    static partial void LogSerializerFailed(ILogger logger, Exception exception);

    [LoggerMessage(4, LogLevel.Information, "Closed a connection: its serializer cannot write an answer.")]
    static partial void LogNotEncoded(ILogger logger, Exception exception);

    [LoggerMessage(3, LogLevel.Error, "A socket's ClosedAsync threw, or a service of it while it was disposed of.")]
    static partial void LogClosedFailed(ILogger logger, Exception exception);
}
