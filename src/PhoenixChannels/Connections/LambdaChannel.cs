namespace PhoenixChannels.Connections;

/// <summary>A channel made of lambdas.</summary>
internal sealed class LambdaChannel<TSocket> : Channel<TSocket>
    where TSocket : Socket
{
    readonly LambdaChannelDefinition<TSocket> _definition;
    readonly ChannelContext<TSocket> _context;

    public LambdaChannel(LambdaChannelDefinition<TSocket> definition)
    {
        _definition = definition;
        _context = new(this);
    }

    protected internal override IReadOnlyCollection<string> Intercepts => _definition.HandleOut.Keys;

    protected internal override ValueTask<Reply> JoinAsync(Payload payload, CancellationToken cancellationToken) =>
        _definition.Join?.Invoke(_context, payload, cancellationToken) ?? new(Reply.Ok());

    protected internal override ValueTask JoinedAsync(CancellationToken cancellationToken) =>
        _definition.Joined?.Invoke(_context, cancellationToken) ?? default;

    protected internal override ValueTask<Reply> HandleInAsync(Message message, CancellationToken cancellationToken) =>
        _definition.HandleIn.TryGetValue(message.Event, out var handler) ? handler(_context, message, cancellationToken) : base.HandleInAsync(message, cancellationToken);

    protected internal override ValueTask HandleOutAsync(Broadcast broadcast, CancellationToken cancellationToken)
    {
        _definition.HandleOut[broadcast.Event](_context, broadcast.Payload);
        return default;
    }

    protected internal override ValueTask HandleInfoAsync(object message, CancellationToken cancellationToken) =>
        _definition.Info?.Invoke(_context, message, cancellationToken) ?? default;

    protected internal override ValueTask TerminateAsync(Termination termination, CancellationToken cancellationToken) =>
        _definition.Terminate?.Invoke(_context, termination, cancellationToken) ?? default;
}

/// <summary>The lambdas of one mapped channel, shared by all who join it.</summary>
internal sealed class LambdaChannelDefinition<TSocket>
    where TSocket : Socket
{
    public Func<ChannelContext<TSocket>, Payload, CancellationToken, ValueTask<Reply>>? Join { get; set; }

    public Func<ChannelContext<TSocket>, CancellationToken, ValueTask>? Joined { get; set; }

    public Dictionary<string, Func<ChannelContext<TSocket>, Message, CancellationToken, ValueTask<Reply>>> HandleIn { get; } = [];

    public Dictionary<string, Action<ChannelContext<TSocket>, Payload>> HandleOut { get; } = [];

    public Func<ChannelContext<TSocket>, object, CancellationToken, ValueTask>? Info { get; set; }

    public Func<ChannelContext<TSocket>, Termination, CancellationToken, ValueTask>? Terminate { get; set; }
}
