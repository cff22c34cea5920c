using PhoenixChannels.AdapterTests.Servers;

namespace PhoenixChannels.AdapterTests;

/// <summary>Servers for all tests that do no harm to them; each is started when the first test asks for it.</summary>
[SetUpFixture]
internal sealed class SharedServers
{
    private static readonly Lazy<Task<PostgresServer>> s_postgres = new(() => PostgresServer.StartAsync());

    /// <summary>Tests keep apart by a database of their own.</summary>
    public static Task<PostgresServer> PostgresAsync() => s_postgres.Value;

    [OneTimeTearDown]
    public async Task StopAsync()
    {
        if (s_postgres.IsValueCreated)
        {
            await (await s_postgres.Value).DisposeAsync();
        }
    }
}
