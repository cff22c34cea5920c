namespace PhoenixChannels.Tests.Server.Clients;

/// <summary>PhoenixSharp for .NET and Unity: phoenix.js in C#, which leaves a topic before it joins it again and stays away after a close with 1000.</summary>
public class PhoenixSharpTests
{
    [Test]
    public async Task A_leave_and_a_join_right_behind_each_other_end_the_old_channel_and_join_the_new_one()
    {
        await using var server = await ClientServer.StartAsync();
        await using var client = await server.ConnectAsync("user=ann&vsn=2.0.0");
        await client.JoinAsync("room:a");
        client.Send("""["1","2","room:a","phx_leave",{}]""", """["3","3","room:a","phx_join",{}]""", """["3","4","room:a","echo",{"n":1}]""");
        await client.ExpectAsync(
            """["3","3","room:a","phx_reply",{"response":{},"status":"ok"}]""",
            """["1","1","room:a","phx_close",{}]""",
            """["3","4","room:a","phx_reply",{"response":{"n":1},"status":"ok"}]""");
        await client.ExpectNothingElseAsync();
    }

    [Test]
    public async Task Neither_a_disconnect_nor_a_drain_closes_with_1000()
    {
        await using var server = await ClientServer.StartAsync();
        await using var disconnected = await server.ConnectAsync("user=ann&vsn=2.0.0");
        await using var drained = await server.ConnectAsync("user=bob&vsn=2.0.0");

        // The handshake's answer is under way before the connection is known by its id.
        disconnected.Send("""[null,"1","phoenix","heartbeat",{}]""");
        await disconnected.ExpectAsync("""[null,"1","phoenix","phx_reply",{"response":{},"status":"ok"}]""");
        await server.Broadcaster.DisconnectAsync("user:ann");
        await disconnected.ExpectClosedAsync(1001);
        await server.StopAsync();
        await drained.ExpectClosedAsync(1012);
    }
}
