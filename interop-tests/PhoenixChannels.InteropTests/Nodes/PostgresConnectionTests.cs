using PhoenixChannels.AdapterTests.Servers;

namespace PhoenixChannels.InteropTests.Nodes;

internal sealed class PostgresConnectionTests
{
    [Test]
    public async Task A_node_under_load_holds_few_connections()
    {
        const int Clients = 200, Most = 40;
        var server = (PostgresServer)await Engines.SharedAsync(Engines.Postgres);
        var database = await server.CreateDatabaseAsync();
        await using var node = await Node.StartAsync(server, "loaded", database);
        await using var observer = await Sql.OpenAsync(database);
        var clients = await Task.WhenAll(Enumerable.Range(0, Clients).Select(number => node.JoinAsync($"room:load-{number}")));
        var shouters = clients.Select(client => new Shouter(client, "n")).ToArray();
        var underWay = Task.WhenAll(shouters.Select(shouter => shouter.IsUnderWay));
        var counts = new List<long>();
        do
        {
            counts.Add((long)(await observer.ExecuteAsync("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"))!);
        }
        while (!underWay.IsCompleted);
        await Task.WhenAll(shouters.Select(shouter => shouter.StopAsync()));
        Assert.That(counts, Has.All.InRange(1, Most));
        Assert.That(shouters.SelectMany(shouter => shouter.Shouts), Has.All.Property("Answer").EqualTo(Answer.Ok));
        await Task.WhenAll(clients.Select(client => client.DisposeAsync().AsTask()));
    }
}
