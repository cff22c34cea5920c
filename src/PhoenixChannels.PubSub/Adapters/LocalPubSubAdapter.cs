namespace PhoenixChannels.Adapters;

/// <summary>The default: this node is the only one.</summary>
internal sealed class LocalPubSubAdapter : IPubSubAdapter
{
    public string NodeName { get; } = $"{Environment.MachineName}-{Environment.ProcessId}";

    public Task StartAsync(IPubSubReceiver receiver, CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public ValueTask PublishAsync(ReadOnlyMemory<OutgoingEnvelope> batch, CancellationToken cancellationToken) => default;

    public void InterestChanged(string topic, bool interested)
    {
    }
}
