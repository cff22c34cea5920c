namespace PhoenixChannels.Tests.Server.Clients;

/// <summary>SwiftPhoenixClient 5.3.4: JSONSerialization writes a slash as <c>\/</c>, the URL has vsn first, and a Close frame keeps the client away.</summary>
public class SwiftPhoenixClientTests
{
    [Test]
    public async Task Escaped_slashes_in_a_topic_are_undone_before_it_is_matched()
    {
        await using var server = await ClientServer.StartAsync();
        await using var client = await server.ConnectAsync("vsn=2.0.0&token=abc");
        client.Send("""["1","1","room:a\/b","phx_join",{}]""", """["1","2","room:a\/b","echo",{"path":"c\/d"}]""");
        await client.ExpectAsync("""["1","1","room:a/b","phx_reply",{"response":{},"status":"ok"}]""", """["1","2","room:a/b","phx_reply",{"response":{"path":"c\/d"},"status":"ok"}]""");
        await server.Broadcaster.BroadcastAsync("room:a/b", "news", new { path = "e/f" });
        await client.ExpectAsync("""[null,null,"room:a/b","news",{"path":"e/f"}]""");
        client.Send("""[null,"3","phoenix","heartbeat",{}]""", """["1","4","room:a\/b","phx_leave",{}]""");
        await client.ExpectAnyOrderAsync(
            """[null,"3","phoenix","phx_reply",{"response":{},"status":"ok"}]""",
            """["1","4","room:a/b","phx_reply",{"response":{},"status":"ok"}]""",
            """["1","1","room:a/b","phx_close",{}]""");
    }

    [Test]
    public async Task Params_come_behind_vsn_and_a_plus_that_it_does_not_escape_is_a_space()
    {
        await using var server = await ClientServer.StartAsync();
        await using var client = await server.ConnectAsync("vsn=2.0.0&token=a+b%2Bc");
        client.Send("""["1","1","room:a","phx_join",{}]""", """["1","2","room:a","params",{}]""");
        await client.ExpectAsync("""["1","1","room:a","phx_reply",{"response":{},"status":"ok"}]""", """["1","2","room:a","phx_reply",{"response":{"token":"a b+c","vsn":"2.0.0"},"status":"ok"}]""");
    }

    [Test]
    public async Task With_both_close_codes_0_neither_a_disconnect_nor_a_drain_sends_a_Close_frame()
    {
        await using var server = await ClientServer.StartAsync(options => options.DisconnectCloseCode = options.DrainCloseCode = 0);
        await using var kicked = await server.ConnectAsync("vsn=2.0.0&user=ann");
        await using var drained = await server.ConnectAsync("vsn=2.0.0&user=bob");
        await kicked.JoinAsync("room:a");
        await drained.JoinAsync("room:a");
        await server.Broadcaster.DisconnectAsync("user:ann");
        await kicked.ExpectLostAsync();
        await server.StopAsync();
        await drained.ExpectLostAsync();
    }
}
