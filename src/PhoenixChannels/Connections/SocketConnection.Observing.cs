namespace PhoenixChannels.Connections;

/// <remarks>Looked at from outside, by any thread: each look is short, and a picture of one moment.</remarks>
internal sealed partial class SocketConnection
{
    /// <summary>Bytes that wait to be sent.</summary>
    public long OutboxBytes => _outbox.Bytes;

    /// <summary>Adds what waits for the channels.</summary>
    public void AddMailboxes(ref long messages, ref long longest)
    {
        lock (Sync)
        {
            foreach (var process in _channels.ToArray())
            {
                var count = process.Count;
                messages += count;
                longest = Math.Max(longest, count);
            }
        }
    }

    public SocketInfo Describe()
    {
        int channels;
        lock (Sync) channels = _channels.Count;
        return new()
        {
            Key = Key,
            Type = Socket.GetType().FullName!,
            Id = Socket.Id,
            UserName = Socket.User.Identity?.Name,
            Transport = Socket.Transport,
            Path = Endpoint.Path,
            ConnectedSince = new(_connectedSince, TimeSpan.Zero),
            ChannelCount = channels,
            OutboxBytes = OutboxBytes,
        };
    }

    public ChannelInfo[] DescribeChannels()
    {
        lock (Sync) return [.. _channels.ToArray().Select(process => process.Describe())];
    }
}
