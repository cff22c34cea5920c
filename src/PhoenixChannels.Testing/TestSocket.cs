using PhoenixChannels.Connections;
using PhoenixChannels.Frames;
using PhoenixChannels.Serializers;
using PhoenixChannels.Testing.Clients;

namespace PhoenixChannels.Testing;

/// <summary>A connected client.</summary>
public abstract class TestSocket
{
    readonly SocketConnection _connection;
    readonly MemoryTransport _transport;
    readonly TaskCompletionSource _ended;
    readonly Lock _sending = new();
    readonly Dictionary<string, string> _sent = [];         // what was sent by ref
    readonly List<TestChannel> _channels = [];              // these two under the inbox's lock
    SocketClose? _close;
    int _lastRef;

    private protected TestSocket(ChannelTestHost host, SocketConnection connection, MemoryTransport transport, TaskCompletionSource ended)
    {
        Host = host;
        (_connection, _transport, _ended) = (connection, transport, ended);
    }

    /// <summary>The server's side: the application's socket.</summary>
    public Socket Socket => _connection.Socket;

    internal ChannelTestHost Host { get; }

    internal Inbox<Received> Inbox { get; } = new();

    /// <summary>Joins a topic and waits for the answer.</summary>
    /// <param name="topic">The topic.</param>
    /// <param name="payload">What becomes a JSON object, or <c>byte[]</c> or a <see cref="Payload"/>; nothing is <c>{}</c>.</param>
    /// <exception cref="ChannelTestException">The join was refused, or not answered.</exception>
    public async Task<TestChannel> JoinAsync(string topic, object? payload = null)
    {
        var (channel, reply) = await SendJoinAsync(topic, payload).ConfigureAwait(false);
        return reply.Status == "ok" ? channel : throw Failed(channel, $"Expected to join '{topic}', but the server answered {reply}.", null);
    }

    /// <summary>Joins a topic and gives the answer, whatever it is: for joins that are to be refused.</summary>
    /// <exception cref="ChannelTestException">The join was not answered.</exception>
    /// <inheritdoc cref="JoinAsync"/>
    public async Task<TestReply> TryJoinAsync(string topic, object? payload = null) => (await SendJoinAsync(topic, payload).ConfigureAwait(false)).Reply;

    /// <summary>Sends an event to a topic that need not be joined.</summary>
    /// <inheritdoc cref="TestChannel.Push"/>
    public TestPush Push(string topic, string @event, object? payload = null)
    {
        ArgumentNullException.ThrowIfNull(topic);
        return new(this, null, @event, Send(null, topic, @event, payload.ToPayload()));
    }

    /// <summary>Closes the connection from the client's side, with code 1000, and waits until the server has ended it: its channels, and the socket's ClosedAsync.</summary>
    /// <exception cref="ChannelTestException">The server does not end it: a channel goes on.</exception>
    public Task CloseAsync()
    {
        _connection.Close(CloseCode.Normal);
        return EndedAsync();
    }

    /// <summary>Loses the connection, without a Close frame (1006), and waits until the server has ended it.</summary>
    /// <inheritdoc cref="CloseAsync"/>
    public Task DropAsync()
    {
        _transport.End(new(1006, ""));
        return EndedAsync();
    }

    /// <summary>Waits until the connection has been closed and the server has ended it: its channels, and the socket's ClosedAsync.</summary>
    /// <param name="code">The close code that is expected; null for any.</param>
    /// <returns>How it was closed, as the client sees it; 1006 when there was no Close frame.</returns>
    /// <exception cref="ChannelTestException">It was not closed, or with another code.</exception>
    public async Task<SocketClose> ExpectClosedAsync(int? code = null)
    {
        await EndedAsync().ConfigureAwait(false);
        var close = _close!;
        return code is null || code == close.Code ? close : throw new ChannelTestException($"Expected the connection to be closed with {code}, but it was closed with {close.Code} '{close.Reason}'.");
    }

    /// <summary>Hands a message to the server as a frame that has been read, and returns its ref.</summary>
    internal string Send(string? joinRef, string topic, string @event, Payload payload) => Send(joinRef, topic, @event, payload, NextRef());

    /// <summary>Something came. Under the connection's lock.</summary>
    internal void Received(EncodedFrame frame)
    {
        var received = ServerFrame.Read(frame, _connection.Endpoint.Json);
        lock (Inbox.Sync)
        {
            received.Channel = received.JoinRef is { } joinRef
                ? _channels.Find(channel => channel.JoinRef == joinRef)
                : _channels.FindLast(channel => channel.Topic == received.Topic && channel is { IsMember: true, IsClosed: false });
            if (received.IsReply) received.Answered = _sent.GetValueOrDefault(received.Ref ?? "", "");
            if (received.Channel is { } own && received.JoinRef is not null)
            {
                if (received.IsReply && received.Ref == received.JoinRef && received.Status == "ok") own.IsMember = true;
                if (received.Event is ChannelEvents.Close or ChannelEvents.Error)
                {
                    own.IsClosed = true;
                    Inbox.Changed();
                    return;
                }
            }
        }

        Inbox.Add(received);
    }

    /// <summary>The connection is closed. Perhaps under its lock.</summary>
    internal void Closed(SocketClose close)
    {
        Volatile.Write(ref _close, close);
        Inbox.Changed();
    }

    /// <summary>The server has made a channel: that of the join which is being sent.</summary>
    internal void Started(ChannelProcess process)
    {
        lock (Inbox.Sync) _channels.Find(channel => process.IsAddressedBy(new() { JoinRef = JsonText.Quote(channel.JoinRef) }))?.Process = process;
    }

    internal TestChannel? Find(ChannelProcess process)
    {
        lock (Inbox.Sync) return _channels.Find(channel => ReferenceEquals(channel.Process, process));
    }

    /// <summary>Whether nothing more can come, on this channel or at all.</summary>
    internal bool IsOver(TestChannel? channel) => Volatile.Read(ref _close) is not null || channel is { IsClosed: true };

    internal string Got(TestChannel? channel) =>
        Text.Of("the client got", Inbox.Find(received => channel is null || received.Channel is null || ReferenceEquals(received.Channel, channel)), Inbox.HasTaken);

    internal ChannelTestException NotCome(TestChannel? channel, string expected) =>
        Failed(channel, $"Expected {expected}{(IsOver(channel) ? "" : $" within {Text.Of(Host.Timeout)}")}, but {Got(channel)}.", null);

    internal ChannelTestException Failed(TestChannel? channel, string message, Exception? exception)
    {
        var failure = default(Exception);
        var story = channel?.Story(out failure) ?? "";
        var closed = _close is { } close ? $" The connection was closed with {close.Code} '{close.Reason}'." : "";
        return new(message + story + closed, exception ?? failure);
    }

    async Task<(TestChannel Channel, TestReply Reply)> SendJoinAsync(string topic, object? payload)
    {
        ArgumentNullException.ThrowIfNull(topic);
        var reference = NextRef();
        var channel = new TestChannel(this, topic, reference);
        lock (Inbox.Sync) _channels.Add(channel);
        Send(reference, topic, ChannelEvents.Join, payload.ToPayload(), reference);
        channel.JoinReply = await new TestPush(this, channel, ChannelEvents.Join, reference).TakeAsync("an answer").ConfigureAwait(false);
        return (channel, channel.JoinReply);
    }

    string Send(string? joinRef, string topic, string @event, Payload payload, string reference)
    {
        ArgumentNullException.ThrowIfNull(@event);
        payload = payload.Encode(_connection.Endpoint.Json);
        lock (Inbox.Sync) _sent[reference] = @event;
        var frame = payload.IsBinary
            ? ClientFrame.Binary(joinRef, reference, topic, @event, payload.Bytes)
            : ClientFrame.Text(joinRef, reference, topic, @event, payload.Bytes);
        int code;
        lock (_sending)
        {
            try
            {
                code = _connection.Receive(frame, payload.IsBinary);
            }
            finally
            {
                SocketConnection.EndBatch();
            }
        }

        if (code != 0) _connection.Close(code);
        return reference;
    }

    async Task EndedAsync()
    {
        await _ended.Task.WaitAsync(Host.Timeout, TimeProvider.System).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (_ended.Task.IsCompleted) return;
        throw new ChannelTestException(_close is null
            ? $"Expected the connection to be closed within {Text.Of(Host.Timeout)}, but it is open; {Got(null)}."
            : $"The connection was closed, but the server has not ended it within {Text.Of(Host.Timeout)}: a channel, or the socket's ClosedAsync, goes on.");
    }

    string NextRef() => Interlocked.Increment(ref _lastRef).ToString(System.Globalization.CultureInfo.InvariantCulture);
}

/// <summary>A connected client whose socket's class is known.</summary>
/// <typeparam name="TSocket">The application's socket.</typeparam>
public sealed class TestSocket<TSocket> : TestSocket
    where TSocket : Socket
{
    internal TestSocket(ChannelTestHost host, SocketConnection connection, MemoryTransport transport, TaskCompletionSource ended)
        : base(host, connection, transport, ended)
    {
    }

    /// <summary>The server's side: the application's socket.</summary>
    public new TSocket Socket => (TSocket)base.Socket;
}
