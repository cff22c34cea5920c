namespace PhoenixChannels.AdapterTests.Servers.Poolers;

/// <summary>How long a client of a pooler keeps a session of the server: PgBouncer's <c>pool_mode</c>.</summary>
internal enum PoolMode
{
    /// <summary>As long as it is connected.</summary>
    Session,

    /// <summary>Until its transaction ends; the next one may run in another session.</summary>
    Transaction,
}
