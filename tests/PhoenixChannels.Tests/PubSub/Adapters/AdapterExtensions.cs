namespace PhoenixChannels.Tests.Broadcasting.Adapters;

static class AdapterExtensions
{
    /// <summary>Publishes one envelope.</summary>
    public static Task SendAsync(this IPubSubAdapter adapter, ReadOnlyMemory<byte> envelope, string? node = null) =>
        adapter.PublishAsync(new[] { new OutgoingEnvelope(node, envelope) }, default).AsTask().InTimeAsync();
}
