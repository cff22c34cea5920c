namespace PhoenixChannels.Tests.Server.Clients;

/// <summary>phoenix_socket 0.8 for Dart, which counts refs from 0 and is open only when its first heartbeat is answered.</summary>
public class PhoenixSocketDartTests
{
    [Test]
    public async Task The_heartbeat_right_behind_the_handshake_is_answered_first()
    {
        await using var server = await ClientServer.StartAsync();
        await using var client = await server.ConnectAsync("token=abc&vsn=2.0.0");
        client.Send("""[null,"0","phoenix","heartbeat",{}]""");
        await client.ExpectAsync("""[null,"0","phoenix","phx_reply",{"response":{},"status":"ok"}]""");
        client.Send("""["1","1","room:a","phx_join",{}]""", """["1","2","room:a","echo",{"n":1}]""");
        await client.ExpectAsync("""["1","1","room:a","phx_reply",{"response":{},"status":"ok"}]""", """["1","2","room:a","phx_reply",{"response":{"n":1},"status":"ok"}]""");
        client.Send("""["1","3","room:a","phx_leave",{}]""");
        await client.ExpectAsync("""["1","3","room:a","phx_reply",{"response":{},"status":"ok"}]""", """["1","1","room:a","phx_close",{}]""");
    }

    [Test]
    public async Task A_binary_push_is_answered_in_binary()
    {
        await using var server = await ClientServer.StartAsync();
        await using var client = await server.ConnectAsync("vsn=2.0.0");
        await client.JoinAsync("room:a");
        client.SendFrames(ClientServer.Binary(0, ["1", "2", "room:a", "echo"], [0, 1, 255]));
        await client.ExpectBinaryAsync(ClientServer.Binary(1, ["1", "2", "room:a", "ok"], [0, 1, 255]));
        client.SendFrames(ClientServer.Binary(0, ["1", "3", "room:a", "push"], [7]));
        await client.ExpectBinaryAsync(ClientServer.Binary(0, ["1", "room:a", "pushed"], [7]));
        client.SendFrames(ClientServer.Binary(0, ["1", "4", "room:a", "shout"], [8]));
        await client.ExpectBinaryAsync(ClientServer.Binary(2, ["room:a", "shout"], [8]));
    }

    [Test]
    public async Task A_binary_push_whose_join_ref_is_written_with_size_0_is_dropped_as_in_Phoenix()
    {
        await using var server = await ClientServer.StartAsync();
        await using var client = await server.ConnectAsync("vsn=2.0.0");
        await client.JoinAsync("room:a");
        client.SendFrames(ClientServer.Binary(0, ["", "2", "room:a", "echo"], [1]));
        await client.ExpectNothingElseAsync();
    }

    [Test]
    public async Task A_leave_of_a_topic_that_the_server_no_longer_knows_is_answered()
    {
        await using var server = await ClientServer.StartAsync();
        await using var client = await server.ConnectAsync("vsn=2.0.0");
        await client.JoinAsync("room:a");
        client.Send("""["1","2","room:a","raise",{}]""");
        await client.ExpectAsync("""["1","1","room:a","phx_error",{"reason":"channel_crash"}]""");
        client.Send("""["1","3","room:a","phx_leave",{}]""");
        await client.ExpectAsync("""["1","3","room:a","phx_reply",{"response":{},"status":"ok"}]""");
    }
}
