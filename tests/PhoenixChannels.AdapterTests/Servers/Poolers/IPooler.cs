namespace PhoenixChannels.AdapterTests.Servers.Poolers;

/// <summary>Stands between clients and a PostgreSQL that trusts everybody.</summary>
internal interface IPooler : IAsyncDisposable
{
    /// <summary>Where clients connect instead of the server's port.</summary>
    int Port { get; }
}
