using System.Diagnostics;
using System.Text.Json;
using PhoenixChannels;

namespace FixtureServer;

sealed class RoomChannel : Channel<UserSocket>
{
    static readonly string[] s_intercepts = ["secret"];

    JsonElement _params;
    int _counter;

    protected override IReadOnlyCollection<string> Intercepts => s_intercepts;

    protected override ValueTask<Reply> JoinAsync(Payload payload, CancellationToken cancellationToken)
    {
        _params = ReadObject(payload);
        if (IsTrue("deny")) return new(Reply.Error("unauthorized"));
        if (IsTrue("crash")) throw new InvalidOperationException("asked to crash");
        return new(_params.TryGetProperty("echo", out var echo) ? Reply.Ok(new { echo }) : Reply.Ok());
    }

    protected override ValueTask JoinedAsync(CancellationToken cancellationToken)
    {
        if (IsTruthy("stop_after_ms")) SendAfter("stop", TimeSpan.FromMilliseconds(_params.GetProperty("stop_after_ms").GetInt32()));
        if (IsTruthy("greet")) Push("greeting", new { hello = Socket.Name });
        return default;
    }

    protected override async ValueTask<Reply> HandleInAsync(Message message, CancellationToken cancellationToken)
    {
        var payload = message.Payload;
        switch (message.Event)
        {
            case "echo":
                return Reply.Ok(payload);
            case "echo_error":
                return Reply.Error(payload);
            case "ok":
                return Reply.Ok();
            case "custom_status":
                return Reply.WithStatus("accepted", payload);
            case "noreply":
                return Reply.None;
            case "push_me":
                Push("pushed", payload);
                return Reply.None;
            case "shout":
                await BroadcastAsync("shout", payload, cancellationToken);
                return Reply.None;
            case "shout_from":
                await BroadcastFromAsync("shout", payload, cancellationToken);
                return Reply.None;
            case "shout_and_reply":
                await BroadcastAsync("shout", payload, cancellationToken);
                return Reply.Ok();
            case "assigns":
                return Reply.Ok(new { user = Socket.Name, auth_token = Socket.AuthToken, topic = Topic, counter = _counter });
            case "incr":
                return Reply.Ok(new { counter = ++_counter });
            case "later":
                SendAfter(new LaterReply(message.Ref, Milliseconds(payload)), TimeSpan.FromMilliseconds(Milliseconds(payload)));
                return Reply.None;
            case "burn":
                var watch = Stopwatch.StartNew();
                while (watch.ElapsedMilliseconds < Milliseconds(payload)) Thread.SpinWait(100);
                return Reply.Ok(payload);
            case "block":
#pragma warning disable RS0030 // Blocking the thread is what the event is for.
                Thread.Sleep(Milliseconds(payload));
#pragma warning restore RS0030
                return Reply.Ok(payload);
            case "stop":
                Stop();
                return Reply.None;
            case "stop_reply":
                Stop();
                return Reply.Ok(payload);
            case "stop_error":
                throw new InvalidOperationException("boom");
            case "raise":
                throw new InvalidOperationException("asked to raise");
            case "bad_return":
                throw new InvalidOperationException("asked for a bad return value");
            case "whisper":
                var whisper = ReadObject(payload);
                await BroadcastAsync("secret", new { to = whisper.GetProperty("to"), text = whisper.GetProperty("text") }, cancellationToken);
                return Reply.None;
            default:
                return await base.HandleInAsync(message, cancellationToken);
        }
    }

    protected override ValueTask HandleOutAsync(Broadcast broadcast, CancellationToken cancellationToken)
    {
        var secret = ReadObject(broadcast.Payload);
        var (to, text) = (secret.GetProperty("to"), secret.GetProperty("text"));
        if (to.ValueKind == JsonValueKind.String && to.GetString() == Socket.Name) Push("secret", new { text });
        return default;
    }

    protected override ValueTask HandleInfoAsync(object message, CancellationToken cancellationToken)
    {
        if (message is LaterReply later) later.Ref.Reply(Reply.Ok(new { later = later.Milliseconds }));
        else Stop();
        return default;
    }

    protected override async ValueTask TerminateAsync(Termination termination, CancellationToken cancellationToken)
    {
        if (termination.Reason != TerminationReason.DuplicateJoin && IsTrue("announce")) await BroadcastFromAsync("left", new { user = Socket.Name }, cancellationToken);
    }

    bool IsTrue(string name) => _params.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.True;

    bool IsTruthy(string name) => _params.TryGetProperty(name, out var value) && value.ValueKind is not (JsonValueKind.False or JsonValueKind.Null);

    /// <summary>Where the payload is no object, the fixture crashes; by itself the library would answer "invalid payload".</summary>
    static JsonElement ReadObject(Payload payload)
    {
        var value = payload.IsBinary ? default : payload.Read<JsonElement>();
        return value.ValueKind == JsonValueKind.Object ? value : throw new InvalidOperationException("The payload is no object.");
    }

    static int Milliseconds(Payload payload) => ReadObject(payload).GetProperty("ms").GetInt32();

    sealed record LaterReply(SocketRef Ref, int Milliseconds);
}
