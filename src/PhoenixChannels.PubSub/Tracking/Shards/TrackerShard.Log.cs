using Microsoft.Extensions.Logging;

namespace PhoenixChannels.Tracking;

internal sealed partial class TrackerShard
{
    void Report(ShardEvent what, ReplicaId replica)
    {
        switch (what)
        {
            case ShardEvent.Unreadable:
                _pubSub.Metrics.TrackerUnreadable.Add(1);
                LogUnreadable(_logger, _topic);
                break;
            case ShardEvent.TransferRequested:
                _pubSub.Metrics.TrackerTransfers.Add(1);
                LogTransferRequested(_logger, _topic, replica.Name);
                break;
            case ShardEvent.TransferAnswered:
                LogTransferAnswered(_logger, _topic, replica.Name);
                break;
            case ShardEvent.NameIsTaken:
                LogNameIsTaken(_logger, _topic, replica.Name);
                break;
            case ShardEvent.Renewed:
                LogRenewed(_logger, _topic, replica.Name);
                break;
            case ShardEvent.NotRenewed:
                LogNotRenewed(_logger, _topic, replica.Name);
                break;
        }
    }

    void Failed(Exception exception)
    {
        _pubSub.Metrics.HandlerFailures.Add(1);
        LogHandlerFailed(_logger, exception);
    }

    void Refused(Exception exception)
    {
        _pubSub.Metrics.TrackerRefused.Add(1);
        LogRefused(_logger, exception, _topic);
    }

    [LoggerMessage(1, LogLevel.Debug, "{Shard}: node {Node} is {Status}.")]
    static partial void LogReplica(ILogger logger, string shard, string node, ReplicaStatus status);

    [LoggerMessage(2, LogLevel.Warning, "{Shard}: skipped a message of another node: its version is not known here, or it is damaged.")]
    static partial void LogUnreadable(ILogger logger, string shard);

    [LoggerMessage(3, LogLevel.Debug, "{Shard}: asked node {Node} for what is missing.")]
    static partial void LogTransferRequested(ILogger logger, string shard, string node);

    [LoggerMessage(4, LogLevel.Debug, "{Shard}: sent node {Node} what it was missing.")]
    static partial void LogTransferAnswered(ILogger logger, string shard, string node);

    [LoggerMessage(5, LogLevel.Error, "{Shard}: another node is named '{Node}' as well: give every node a name of its own. (Once, after a restart, it may be a late message of the former process.)")]
    static partial void LogNameIsTaken(ILogger logger, string shard, string node);

    [LoggerMessage(6, LogLevel.Warning, "{Shard}: other nodes know a later start of '{Node}' than this one; it goes on as a still later one. The clock was set back, or two nodes have this name.")]
    static partial void LogRenewed(ILogger logger, string shard, string node);

    [LoggerMessage(7, LogLevel.Error, "{Shard}: other nodes know a later start of '{Node}' again and again: two nodes have this name. What this one tracks is no longer seen by others.")]
    static partial void LogNotRenewed(ILogger logger, string shard, string node);

    [LoggerMessage(8, LogLevel.Error, "A tracker's handler threw; the tracker goes on.")]
    static partial void LogHandlerFailed(ILogger logger, Exception exception);

    [LoggerMessage(9, LogLevel.Debug, "{Shard}: the adapter did not take a message; what it said is sent later.")]
    static partial void LogRefused(ILogger logger, Exception exception, string shard);

    [LoggerMessage(10, LogLevel.Critical, "A tracker's shard failed; it goes on with the next message.")]
    static partial void LogFailed(ILogger logger, Exception exception);
}
