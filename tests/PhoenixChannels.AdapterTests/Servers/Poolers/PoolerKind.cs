namespace PhoenixChannels.AdapterTests.Servers.Poolers;

/// <summary>What pools connections.</summary>
public enum PoolerKind
{
    /// <summary><see cref="ConnectionPooler"/>, which is there everywhere.</summary>
    Own,

    /// <summary>The pgbouncer of the PATH.</summary>
    PgBouncer,
}
