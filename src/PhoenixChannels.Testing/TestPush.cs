using PhoenixChannels.Testing.Clients;

namespace PhoenixChannels.Testing;

/// <summary>An event that the client has pushed, and may be answered.</summary>
public sealed class TestPush
{
    readonly TestSocket _socket;
    readonly TestChannel? _channel;
    readonly string _ref;

    internal TestPush(TestSocket socket, TestChannel? channel, string @event, string reference)
    {
        (_socket, _channel, _ref) = (socket, channel, reference);
        Event = @event;
    }

    /// <summary>The event.</summary>
    public string Event { get; }

    /// <summary>Waits for the answer. One with another status fails at once, as does the end of the channel. A further call waits for a further answer.</summary>
    /// <param name="status">The status that is expected.</param>
    /// <exception cref="ChannelTestException">Another answer came, or none.</exception>
    public async Task<TestReply> ExpectReplyAsync(string status = "ok")
    {
        var reply = await TakeAsync($"a reply {status}").ConfigureAwait(false);
        return reply.Status == status ? reply : throw _socket.Failed(_channel, $"Expected a reply {status} to '{Event}', but the server answered {reply}.", null);
    }

    /// <summary>Waits for the answer and reads it.</summary>
    /// <inheritdoc cref="ExpectReplyAsync(string)"/>
    public async Task<T> ExpectReplyAsync<T>(string status = "ok") => (await ExpectReplyAsync(status).ConfigureAwait(false)).Read<T>();

    /// <summary>Checks, when everything sent has been handled (<see cref="ChannelTestHost.SettleAsync"/>), that no answer has come.</summary>
    /// <exception cref="ChannelTestException">An answer has come, or the channel has crashed and no <see cref="TestChannel.ExpectExitAsync()"/> has been told.</exception>
    public async Task ExpectNoReplyAsync()
    {
        await _socket.Host.SettleAsync().ConfigureAwait(false);
        if (_socket.Inbox.Find(IsReply) is [{ } reply, ..]) throw _socket.Failed(_channel, $"Expected no reply to '{Event}', but the server answered {new TestReply(reply)}.", null);
        _channel?.RequireNoCrash($"no reply to '{Event}'");
    }

    /// <summary>Waits for any answer.</summary>
    internal async Task<TestReply> TakeAsync(string expected)
    {
        var reply = await _socket.Inbox.TakeAsync(IsReply, () => _socket.IsOver(_channel), _socket.Host.Timeout).ConfigureAwait(false);
        return reply is not null ? new(reply) : throw _socket.NotCome(_channel, $"{expected} to '{Event}'");
    }

    bool IsReply(Received received) => received.IsReply && received.Ref == _ref;
}
