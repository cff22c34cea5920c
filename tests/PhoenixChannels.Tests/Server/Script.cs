namespace PhoenixChannels.Tests.Server;

/// <summary>What the channels of one test do.</summary>
internal sealed class Script
{
    public IReadOnlyCollection<string> Intercepts { get; init; } = [];

    public Func<ScriptedChannel, Payload, CancellationToken, ValueTask<Reply>> Join { get; init; } = (_, _, _) => new(Reply.Ok());

    public Func<ScriptedChannel, CancellationToken, ValueTask> Joined { get; init; } = (_, _) => default;

    public Func<ScriptedChannel, Message, CancellationToken, ValueTask<Reply>> HandleIn { get; init; } = (_, message, _) => new(Reply.Ok(message.Payload));

    public Func<ScriptedChannel, Broadcast, CancellationToken, ValueTask> HandleOut { get; init; } = (_, _, _) => default;

    public Func<ScriptedChannel, object, CancellationToken, ValueTask> Info { get; init; } = (_, _, _) => default;

    public Func<ScriptedChannel, Termination, CancellationToken, ValueTask> Terminate { get; init; } = (_, _, _) => default;
}

/// <summary>A channel that does what the test's script says; by default it lets everybody in and echoes.</summary>
internal sealed class ScriptedChannel(Script script) : Channel<TestSocket>
{
    protected internal override IReadOnlyCollection<string> Intercepts => script.Intercepts;

    protected internal override ValueTask<Reply> JoinAsync(Payload payload, CancellationToken cancellationToken) => script.Join(this, payload, cancellationToken);

    protected internal override ValueTask JoinedAsync(CancellationToken cancellationToken) => script.Joined(this, cancellationToken);

    protected internal override ValueTask<Reply> HandleInAsync(Message message, CancellationToken cancellationToken) => script.HandleIn(this, message, cancellationToken);

    protected internal override ValueTask HandleOutAsync(Broadcast broadcast, CancellationToken cancellationToken) => script.HandleOut(this, broadcast, cancellationToken);

    protected internal override ValueTask HandleInfoAsync(object message, CancellationToken cancellationToken) => script.Info(this, message, cancellationToken);

    protected internal override ValueTask TerminateAsync(Termination termination, CancellationToken cancellationToken) => script.Terminate(this, termination, cancellationToken);
}
