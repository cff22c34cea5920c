using System.Collections.Concurrent;

namespace PhoenixChannels;

/// <summary>
/// Connects several nodes that live in one process: for tests of what an application does on more than one node.
/// Links can be cut, as a network's can.
/// </summary>
/// <example>
/// <code>
/// var network = new LinkedPubSubNetwork();
/// servicesOfA.AddPubSub().AddSingleton&lt;IPubSubAdapter&gt;(network.CreateAdapter("a"));
/// servicesOfB.AddPubSub().AddSingleton&lt;IPubSubAdapter&gt;(network.CreateAdapter("b"));
/// </code>
/// </example>
public sealed class LinkedPubSubNetwork
{
    readonly ConcurrentDictionary<string, LinkedPubSubAdapter> _nodes = new();
    readonly ConcurrentDictionary<(string From, string To), bool> _cuts = new();

    /// <summary>An adapter for one node of this network; it takes part once it is started.</summary>
    public IPubSubAdapter CreateAdapter(string nodeName)
    {
        ArgumentException.ThrowIfNullOrEmpty(nodeName);
        return new LinkedPubSubAdapter(this, nodeName);
    }

    /// <summary>Loses what <paramref name="from"/> sends to <paramref name="to"/> from now on; the other direction stays.</summary>
    public void Cut(string from, string to) => _cuts[(from, to)] = true;

    /// <summary>Mends what <see cref="Cut"/> cut.</summary>
    public void Heal(string from, string to) => _cuts.TryRemove((from, to), out _);

    internal void Join(LinkedPubSubAdapter node)
    {
        if (!_nodes.TryAdd(node.NodeName, node)) throw new InvalidOperationException($"A node named '{node.NodeName}' has been started already: give every node a name of its own.");
    }

    internal void Leave(LinkedPubSubAdapter node) => _nodes.TryRemove(new(node.NodeName, node));

    internal void Send(string from, OutgoingEnvelope envelope)
    {
        foreach (var node in _nodes.Values)
            if (node.NodeName != from && (envelope.Node is null || node.NodeName == envelope.Node) && !_cuts.ContainsKey((from, node.NodeName))) node.Receive(envelope.Bytes);
    }
}
