using PhoenixChannels.Connections;

namespace PhoenixChannels;

/// <summary>Answers one message, from any thread, now or later. More than one answer may be sent.</summary>
public readonly struct SocketRef
{
    readonly ChannelProcess? _process;
    readonly ReadOnlyMemory<byte> _ref;

    internal SocketRef(ChannelProcess process, ReadOnlyMemory<byte> reference)
    {
        _process = process;
        _ref = reference;
    }

    /// <summary>Sends the reply; <see cref="PhoenixChannels.Reply.None"/> sends nothing. After the channel's end it does nothing but count.</summary>
    /// <exception cref="NotSupportedException">The client's protocol version cannot carry it.</exception>
    /// <exception cref="InvalidOperationException">This is the default value and belongs to no message.</exception>
    public void Reply(Reply reply)
    {
        if (_process is null) throw new InvalidOperationException("This SocketRef belongs to no message.");
        _process.Reply(_ref, reply);
    }
}
