namespace PhoenixChannels.AdapterTests.Servers.Poolers;

internal static class Pooler
{
    /// <summary>What can be run here.</summary>
    public static IReadOnlyList<PoolerKind> Kinds { get; } = PgBouncer.IsInstalled ? [PoolerKind.Own, PoolerKind.PgBouncer] : [PoolerKind.Own];

    /// <param name="kind">One of <see cref="Kinds"/>.</param>
    /// <param name="server">The port of a server that trusts everybody.</param>
    /// <param name="mode">How long a client keeps a session.</param>
    public static async Task<IPooler> StartAsync(PoolerKind kind, int server, PoolMode mode) =>
        kind == PoolerKind.Own ? new ConnectionPooler(server, mode) : await PgBouncer.StartAsync(server, mode);
}
