using System.Collections;

namespace PhoenixChannels.Benchmarks.Nodes;

/// <summary>Nodes of one kind that were started together, and end together.</summary>
sealed class NodeProcesses(NodeProcess[] nodes) : IReadOnlyList<NodeProcess>, IAsyncDisposable
{
    public int Count => nodes.Length;

    public NodeProcess this[int index] => nodes[index];

    public static async Task<NodeProcesses> StartAsync(string kind, string connectionString, int count) =>
        new(await Task.WhenAll(Enumerable.Range(0, count).Select(_ => NodeProcess.StartAsync(kind, connectionString))));

    public IEnumerator<NodeProcess> GetEnumerator() => nodes.AsEnumerable().GetEnumerator();

    public async ValueTask DisposeAsync() => await Task.WhenAll(nodes.Select(node => node.DisposeAsync().AsTask()));

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
