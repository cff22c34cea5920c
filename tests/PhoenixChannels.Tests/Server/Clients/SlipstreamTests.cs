namespace PhoenixChannels.Tests.Server.Clients;

/// <summary>slipstream for Elixir, which knows a join's reply by its equal refs and waits for the reply to a leave.</summary>
public class SlipstreamTests
{
    [Test]
    public async Task A_joins_reply_has_equal_refs_and_no_other_frame_with_a_reply_has()
    {
        await using var server = await ClientServer.StartAsync();
        await using var client = await server.ConnectAsync("vsn=2.0.0");
        client.Send("""["1","1","room:a","phx_join",{}]""", """["2","2","room:denied","phx_join",{}]""");
        await client.ExpectAsync(
            """["1","1","room:a","phx_reply",{"response":{},"status":"ok"}]""",
            """["2","2","room:denied","phx_reply",{"response":{"reason":"unauthorized"},"status":"error"}]""");
        client.Send("""["1","3","room:a","echo",{"n":1}]""");
        await client.ExpectAsync("""["1","3","room:a","phx_reply",{"response":{"n":1},"status":"ok"}]""");
        client.Send("""["1","4","room:a","phx_leave",{}]""");
        await client.ExpectAsync("""["1","4","room:a","phx_reply",{"response":{},"status":"ok"}]""", """["1","1","room:a","phx_close",{}]""");
        client.Send("""["1","5","room:a","phx_leave",{}]""");
        await client.ExpectAsync("""["1","5","room:a","phx_reply",{"response":{},"status":"ok"}]""");
    }

    [Test]
    public async Task The_reply_to_a_join_that_matches_nothing_has_no_join_ref_as_in_Phoenix()
    {
        await using var server = await ClientServer.StartAsync();
        await using var client = await server.ConnectAsync("vsn=2.0.0");
        client.Send("""["1","1","nope","phx_join",{}]""");
        await client.ExpectAsync("""[null,"1","nope","phx_reply",{"response":{"reason":"unmatched topic"},"status":"error"}]""");
    }
}
