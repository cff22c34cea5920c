using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using PhoenixChannels.Postgres;

namespace PhoenixChannels.AdapterTests.Postgres;

public class PostgresPubSubAdapterTests : PubSubAdapterContract
{
    NpgsqlDataSource _dataSource = null!;

    [OneTimeSetUp]
    public async Task CreateDatabase() => _dataSource = NpgsqlDataSource.Create(await (await SharedServers.PostgresAsync()).CreateDatabaseAsync());

    [OneTimeTearDown]
    public ValueTask DisposeDataSource() => _dataSource.DisposeAsync();

    protected override IPubSubAdapter CreateAdapter(string nodeName) => new PostgresPubSubAdapter(
        _dataSource, false, new() { NodeName = nodeName, NameTimeout = TimeSpan.FromSeconds(1) }, TimeProvider.System, NullLogger<PostgresPubSubAdapter>.Instance);
}
