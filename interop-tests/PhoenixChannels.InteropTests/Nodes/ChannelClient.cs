using System.Collections.Concurrent;
using System.Net;
using System.Text;
using System.Text.Json;
using PhoenixChannels.InteropTests.Wire;

namespace PhoenixChannels.InteropTests.Nodes;

/// <summary>A client in one channel, by version 2 of the protocol: a reply goes to whoever asked, all else is heard in order.</summary>
internal sealed class ChannelClient : IAsyncDisposable
{
    const string JoinRef = "1";
    const byte PushKind = 0, BroadcastKind = 2;

    /// <summary>Nothing waits for this time to pass.</summary>
    static readonly TimeSpan s_patience = TimeSpan.FromSeconds(60);

    readonly WebSocketClient _socket;
    readonly string _topic;
    readonly ConcurrentDictionary<string, TaskCompletionSource<Answer>> _asked = new();
    readonly System.Threading.Channels.Channel<Heard> _heard = System.Threading.Channels.Channel.CreateUnbounded<Heard>();
    readonly TaskCompletionSource<Arrival> _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    readonly Task _reading;
    int _lastRef;

    ChannelClient(WebSocketClient socket, string topic)
    {
        _socket = socket;
        _topic = topic;
        _reading = ReadAsync();
    }

    /// <summary>What ended the connection: a Close frame, if it went as it should.</summary>
    public Task<Arrival> Ended => _ended.Task;

    public static async Task<ChannelClient> JoinAsync(IPEndPoint server, string topic, string user, string parameters = "{}")
    {
        var (socket, _) = await WebSocketClient.ConnectAsync(server, new() { Path = $"/socket/websocket?vsn=2.0.0&user={user}" });
        var client = new ChannelClient(socket, topic);
        Assert.That(await client.AskAsync("phx_join", parameters), Is.EqualTo(Answer.Ok));
        return client;
    }

    public void Push(string @event, string payload) => Send(NextRef(), @event, payload);

    /// <summary>The reply; null when the connection ends first.</summary>
    public Task<Answer?> AskAsync(string @event, string payload) => AnswerAsync(reference => Send(reference, @event, payload));

    /// <inheritdoc cref="AskAsync(string, string)"/>
    public Task<Answer?> AskAsync(string @event, byte[] payload) => AnswerAsync(reference => _socket.Send(new Frame(Opcode.Binary, Encode(reference, @event, payload))));

    public Task<Heard> HearAsync() => _heard.Reader.ReadAsync().AsTask().WaitAsync(s_patience, TimeProvider.System);

    /// <summary>What comes up to the first that matches, with it.</summary>
    public async Task<IReadOnlyList<Heard>> HearUntilAsync(Predicate<Heard> isLast)
    {
        var heard = new List<Heard>();
        do
        {
            heard.Add(await HearAsync());
        }
        while (!isLast(heard[^1]));
        return heard;
    }

    public async ValueTask DisposeAsync()
    {
        await _socket.DisposeAsync();
        await _reading;
    }

    string NextRef() => $"{Interlocked.Increment(ref _lastRef)}";

    void Send(string reference, string @event, string payload) => _socket.Send(Frame.Text($"""["{JoinRef}","{reference}","{_topic}","{@event}",{payload}]"""));

    byte[] Encode(string reference, string @event, byte[] payload)
    {
        string[] head = [JoinRef, reference, _topic, @event];
        return [PushKind, .. head.Select(text => (byte)text.Length), .. Encoding.ASCII.GetBytes(string.Concat(head)), .. payload];
    }

    async Task<Answer?> AnswerAsync(Action<string> send)
    {
        var (reference, answer) = (NextRef(), new TaskCompletionSource<Answer>(TaskCreationOptions.RunContinuationsAsynchronously));
        _asked[reference] = answer;
        send(reference);
        await Task.WhenAny(answer.Task, Ended).WaitAsync(s_patience, TimeProvider.System);
        return answer.Task.IsCompleted ? await answer.Task : null;
    }

    async Task ReadAsync()
    {
        while (await _socket.Inbox.TakeAsync(1, TimeSpan.FromDays(1), _ => false) is [var arrival])
        {
            switch (arrival.Kind)
            {
                case ArrivalKind.Text:
                    Receive(arrival.Text);
                    break;
                case ArrivalKind.Binary:
                    Receive(arrival.Payload.Span);
                    break;
                case not (ArrivalKind.Ping or ArrivalKind.Pong):
                    _ended.TrySetResult(arrival);
                    break;
            }
        }

        _heard.Writer.Complete();
    }

    void Receive(string text)
    {
        using var message = JsonDocument.Parse(text);
        var (@event, payload) = (message.RootElement[3].GetString()!, message.RootElement[4]);
        if (@event != "phx_reply") _heard.Writer.TryWrite(new(@event, payload.GetRawText()));
        else if (_asked.TryRemove(message.RootElement[1].GetString()!, out var answer))
            answer.SetResult(new(payload.GetProperty("status").GetString()!, payload.GetProperty("response").GetRawText()));
    }

    void Receive(ReadOnlySpan<byte> message)
    {
        Assert.That(message[0], Is.EqualTo(BroadcastKind));
        var (topic, @event) = (message[1], message[2]);
        _heard.Writer.TryWrite(new(Encoding.ASCII.GetString(message.Slice(3 + topic, @event)), Convert.ToHexString(message[(3 + topic + @event)..])));
    }
}
