using StackExchange.Redis;
using PhoenixChannels.Adapters;

namespace PhoenixChannels.AdapterTests.Redis;

/// <summary>As soon as it is told that everything arrives, it has something published to all nodes and to the node named a, by another connection.</summary>
internal sealed class AskingReceiver(IConnectionMultiplexer publisher, string @namespace) : IPubSubReceiver
{
    public RecordingReceiver Received { get; } = new();

    public SemaphoreSlim Lost { get; } = new(0);

    public void Receive(ReadOnlySpan<byte> envelope) => Received.Receive(envelope);

    public void Connected()
    {
        var message = new byte[EnvelopeFrames.HeaderLength + 1];
        EnvelopeFrames.WriteHeader(message, 1);
        foreach (var channel in new[] { "all", "direct:a" })
            publisher.GetSubscriber().Publish(RedisChannel.Literal($"{@namespace}:{channel}"), message);
    }

    public void Disconnected(string reason) => Lost.Release();
}
