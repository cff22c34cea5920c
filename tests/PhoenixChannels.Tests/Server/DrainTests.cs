using System.Collections.Concurrent;
using PhoenixChannels.InteropTests.Wire;

namespace PhoenixChannels.Tests.Server;

[BothTransports]
public class DrainTests
{
    [Test]
    public async Task Stopping_the_host_closes_every_socket_with_1012_and_nobody_sees_the_others_leave()
    {
        await using var server = await TestServer.WithScriptAsync(new() { Terminate = (channel, _, ct) => channel.BroadcastFromAsync("left", new { }, ct) });
        await using var first = await server.ConnectAsync();
        await using var second = await server.ConnectAsync();
        await using var idle = await server.ConnectAsync();
        await first.JoinAsync("room:a");
        await second.JoinAsync("room:a");
        await server.StopAsync();
        await first.ExpectClosedAsync(1012);
        await second.ExpectClosedAsync(1012);
        await idle.ExpectClosedAsync(1012);
    }

    [Test]
    public async Task The_sockets_last_callback_runs_once_behind_its_channels()
    {
        var log = new ConcurrentQueue<string>();
        LoggingSocket.Log = log;
        LoggingSocket.Done = new();
        await using var server = await TestServer.StartAsync<LoggingSocket>(socket => socket.MapChannel("*", channel => channel.OnTerminate((c, termination, _) =>
        {
            log.Enqueue($"{c.Topic} {termination.Reason}");
            return default;
        })));
        await using var client = await server.ConnectAsync();
        await client.JoinAsync("a");
        await client.JoinAsync("b", "2");
        await server.StopAsync();
        await LoggingSocket.Done.WaitAsync();
        Assert.That(log.Order(), Is.EqualTo(new[] { "a Draining", "b Draining", "closed 1012" }));
        Assert.That(log.Last(), Is.EqualTo("closed 1012"));
    }

    [Test]
    public async Task A_lost_connection_is_told_as_1006()
    {
        LoggingSocket.Log = new();
        LoggingSocket.Done = new();
        await using var server = await TestServer.StartAsync<LoggingSocket>(socket => socket.MapChannel("*", _ => { }));
        await using var client = await server.ConnectAsync();
        client.Wire.Drop(reset: true);
        await LoggingSocket.Done.WaitAsync();
        Assert.That(LoggingSocket.Log, Is.EqualTo(new[] { "closed 1006" }));
    }

    sealed class LoggingSocket : Socket
    {
        public static ConcurrentQueue<string> Log { get; set; } = new();

        public static Signal Done { get; set; } = new();

        protected internal override ValueTask ClosedAsync(SocketClose close)
        {
            Log.Enqueue($"closed {close.Code}");
            Done.Set();
            return default;
        }
    }
}
