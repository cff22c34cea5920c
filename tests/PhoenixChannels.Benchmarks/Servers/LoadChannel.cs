namespace PhoenixChannels.Benchmarks.Servers;

sealed partial class LoadChannel : Channel<LoadSocket>
{
    [Join] Reply Join() => Reply.Ok();

    [HandleIn("echo")] Payload Echo(Payload payload) => payload;

    [HandleIn("shout")] ValueTask Shout(Payload payload, CancellationToken ct) => BroadcastAsync("shout", payload, ct);

    [HandleIn("burn")] Duration Burn(Duration duration) { Work.Burn(duration.Ms); return duration; }

    [HandleIn("block")] Duration Block(Duration duration) { Work.Block(duration.Ms); return duration; }
}
