using System.Net.Sockets;
using Npgsql;

namespace PhoenixChannels.AdapterTests.Servers;

public sealed class TcpProxyTests
{
    static readonly TimeSpan s_patience = TimeSpan.FromSeconds(60);

    [Test]
    public async Task A_cut_drops_connections_and_refuses_new_ones_until_it_is_healed()
    {
        var server = await SharedServers.PostgresAsync();
        await using var proxy = new TcpProxy(server.Port);
        await using var connection = await Sql.OpenAsync(Through(proxy, server));
        await proxy.CutAsync();
        await Assert.ThatAsync(() => connection.ExecuteAsync("SELECT 1"), Throws.InstanceOf<NpgsqlException>());
        await Assert.ThatAsync(
            () => Sql.ExecuteAsync(Through(proxy, server), "SELECT 1"),
            Throws.InstanceOf<NpgsqlException>().With.InnerException.With.Property(nameof(SocketException.SocketErrorCode)).EqualTo(SocketError.ConnectionRefused));
        proxy.Heal();
        Assert.That(await Sql.ExecuteAsync(Through(proxy, server), "SELECT 1"), Is.EqualTo(1));
    }

    [Test]
    public async Task A_cut_leaves_other_ways_to_the_server_alone()
    {
        var server = await SharedServers.PostgresAsync();
        await using var proxy = new TcpProxy(server.Port);
        await using var other = new TcpProxy(server.Port);
        await using var connection = await Sql.OpenAsync(Through(other, server));
        await proxy.CutAsync();
        Assert.That(await connection.ExecuteAsync("SELECT 1"), Is.EqualTo(1));
    }

    [Test]
    public async Task What_is_held_back_arrives_when_it_flows_again()
    {
        var server = await SharedServers.PostgresAsync();
        await using var proxy = new TcpProxy(server.Port);
        await using var connection = await Sql.OpenAsync(Through(proxy, server));
        proxy.Stall();
        var answer = connection.ExecuteAsync("SELECT 1");
        await Assert.ThatAsync(() => Sql.OpenAsync(Through(proxy, server) + ";Timeout=1"), Throws.InstanceOf<NpgsqlException>().With.InnerException.InstanceOf<TimeoutException>());
        Assert.That(answer.IsCompleted, Is.False);
        proxy.Flow();
        Assert.That(await answer.WaitAsync(s_patience), Is.EqualTo(1));
    }

    [Test]
    public async Task A_stalled_way_can_be_cut()
    {
        var server = await SharedServers.PostgresAsync();
        await using var proxy = new TcpProxy(server.Port);
        await using var connection = await Sql.OpenAsync(Through(proxy, server));
        proxy.Stall();
        var answer = connection.ExecuteAsync("SELECT 1");
        await proxy.CutAsync();
        await Assert.ThatAsync(() => answer.WaitAsync(s_patience), Throws.InstanceOf<NpgsqlException>());
    }

    static string Through(TcpProxy proxy, PostgresServer server) => Sql.AtPort(server.ConnectionString, proxy.Port);
}
