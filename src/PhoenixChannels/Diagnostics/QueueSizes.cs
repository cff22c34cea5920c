using PhoenixChannels.Connections;

namespace PhoenixChannels.Diagnostics;

/// <summary>
/// What waits in all outboxes and mailboxes, added up when somebody asks: nothing is counted while messages pass. One walk serves
/// all who ask within <see cref="IdleScanner.Interval"/>, such as the instruments of one collection.
/// </summary>
internal sealed class QueueSizes(SocketServer server, TimeProvider time)
{
    readonly Lock _lock = new();
    Figures? _last;
    long _taken;

    public Figures Now
    {
        get
        {
            lock (_lock)
            {
                if (_last is null || time.GetElapsedTime(_taken) >= IdleScanner.Interval) (_last, _taken) = (Walk(), time.GetTimestamp());
                return _last;
            }
        }
    }

    Figures Walk()
    {
        long bytes = 0, largest = 0, messages = 0, longest = 0;
        foreach (var connection in server.Connections)
        {
            var waiting = connection.OutboxBytes;
            bytes += waiting;
            largest = Math.Max(largest, waiting);
            connection.AddMailboxes(ref messages, ref longest);
        }

        return new(bytes, largest, messages, longest);
    }

    public sealed record Figures(long OutboxBytes, long LargestOutbox, long Messages, long LongestMailbox);
}
