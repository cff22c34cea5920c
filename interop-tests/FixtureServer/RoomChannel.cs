using System.Diagnostics;

sealed partial class RoomChannel : Channel<UserSocket>
{
    int _counter;
    (JsonElement? StopAfter, bool Greet, bool Announce) _asked;

    [Join]
    Reply Join(Payload payload)
    {
        var parameters = ObjectIn(payload);
        if (IsTrue(parameters, "deny")) return Reply.Error("unauthorized");
        if (IsTrue(parameters, "crash")) throw new InvalidOperationException("asked to crash");
        _asked = (TruthyIn(parameters, "stop_after_ms"), TruthyIn(parameters, "greet") is not null, IsTrue(parameters, "announce"));
        return parameters.TryGetProperty("echo", out var echo) ? Reply.Ok(new { echo }) : Reply.Ok();
    }

    [Joined]
    void Joined()
    {
        if (_asked.StopAfter is { } delay) SendAfter(new Stopping(), TimeSpan.FromMilliseconds(delay.GetInt32()));
        if (_asked.Greet) Push("greeting", new { hello = Socket.Name });
    }

    [HandleIn("echo")] Payload Echo(Payload payload) => payload;
    [HandleIn("echo_error")] Reply EchoError(Payload payload) => Reply.Error(payload);
    [HandleIn("ok")] Reply Bare() => Reply.Ok();
    [HandleIn("custom_status")] Reply CustomStatus(Payload payload) => Reply.WithStatus("accepted", payload);
    [HandleIn("noreply")] void Ignore() { }
    [HandleIn("push_me")] void PushBack(Payload payload) => Push("pushed", payload);
    [HandleIn("shout")] ValueTask Shout(Payload payload, CancellationToken ct) => BroadcastAsync("shout", payload, ct);
    [HandleIn("shout_from")] ValueTask ShoutFrom(Payload payload, CancellationToken ct) => BroadcastFromAsync("shout", payload, ct);

    [HandleIn("shout_and_reply")]
    async Task<Reply> ShoutAndReply(Payload payload, CancellationToken ct)
    {
        try
        {
            await BroadcastAsync("shout", payload, ct);
            return Reply.Ok();
        }
        catch (PubSubUnavailableException)
        {
            return Reply.Error("unavailable");
        }
    }

    [HandleIn("assigns")] object Assigns() => new { user = Socket.Name, auth_token = Socket.AuthToken, topic = Topic, counter = _counter };
    [HandleIn("incr")] object Increment() => new { counter = ++_counter };

    [HandleIn("later")] void Later(Payload payload, SocketRef message) => SendAfter(new LaterReply(message, MillisecondsIn(payload)), TimeSpan.FromMilliseconds(MillisecondsIn(payload)));
    [HandleInfo] void Answer(LaterReply later) => later.Ref.Reply(Reply.Ok(new { later = later.Milliseconds }));

    [HandleIn("burn")]
    Payload Burn(Payload payload)
    {
        var (milliseconds, watch) = (MillisecondsIn(payload), Stopwatch.StartNew());
        while (watch.ElapsedMilliseconds < milliseconds) Thread.SpinWait(100);
        return payload;
    }

    [HandleIn("block")]
    Payload Block(Payload payload)
    {
#pragma warning disable RS0030 // Blocking the thread is what the event is for.
        Thread.Sleep(MillisecondsIn(payload));
#pragma warning restore RS0030
        return payload;
    }

    [HandleIn("stop")] void End() => Stop();
    [HandleInfo] void End(Stopping _) => Stop();
    [HandleIn("stop_reply")] Payload EndWith(Payload payload) { Stop(); return payload; }
    [HandleIn("stop_error"), HandleIn("raise"), HandleIn("bad_return")] void Crash() => throw new InvalidOperationException("asked to crash");

    [HandleIn("whisper")] ValueTask Whisper(Payload payload, CancellationToken ct) => BroadcastAsync("secret", SecretIn(payload), ct);

    [HandleOut("secret")]
    void OnSecret(Payload payload)
    {
        var (to, text) = SecretIn(payload);
        if (to.ValueKind == JsonValueKind.String && to.GetString() == Socket.Name) Push("secret", new { text });
    }

    protected override async ValueTask TerminateAsync(Termination termination, CancellationToken cancellationToken)
    {
        if (termination.Reason != TerminationReason.DuplicateJoin && _asked.Announce) await BroadcastFromAsync("left", new { user = Socket.Name }, cancellationToken);
    }

    static bool IsTrue(JsonElement parameters, string name) => parameters.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.True;
    static JsonElement? TruthyIn(JsonElement parameters, string name) => parameters.TryGetProperty(name, out var value) && value.ValueKind is not (JsonValueKind.False or JsonValueKind.Null) ? value : null;

    /// <summary>Where the payload is no object, the fixture crashes; by itself the library would answer "invalid payload".</summary>
    static JsonElement ObjectIn(Payload payload)
    {
        var value = payload.IsBinary ? default : payload.Read<JsonElement>();
        return value.ValueKind == JsonValueKind.Object ? value : throw new InvalidOperationException("The payload is no object.");
    }

    static int MillisecondsIn(Payload payload) => ObjectIn(payload).GetProperty("ms").GetInt32();
    static Secret SecretIn(Payload payload) => new(ObjectIn(payload).GetProperty("to"), ObjectIn(payload).GetProperty("text"));

    sealed record LaterReply(SocketRef Ref, int Milliseconds);
    sealed record Secret(JsonElement To, JsonElement Text);
    sealed record Stopping;
}
