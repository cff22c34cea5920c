namespace PhoenixChannels.Tests.Server.Clients;

/// <summary>phoenix_live_view's client, which finds no LiveView here and must be told so in the way that it understands.</summary>
public class PhoenixLiveViewTests
{
    [Test]
    public async Task The_join_of_a_view_is_answered_with_unmatched_topic_and_the_socket_goes_on()
    {
        await using var server = await ClientServer.StartAsync();
        await using var client = await server.ConnectAsync("_csrf_token=t&_mounts=0&_mount_attempts=0&_live_referer=undefined&vsn=2.0.0");
        client.Send("""["4","4","lv:phx-GB2xPZ-a","phx_join",{"url":"http://localhost:4000/","params":{"_csrf_token":"t","_mounts":0},"session":"s","static":"t","sticky":false}]""");
        await client.ExpectAsync("""[null,"4","lv:phx-GB2xPZ-a","phx_reply",{"response":{"reason":"unmatched topic"},"status":"error"}]""");
        await client.JoinAsync("room:a", "5");
    }

    [Test]
    public async Task An_upload_to_a_topic_that_is_unknown_is_answered_too()
    {
        await using var server = await ClientServer.StartAsync();
        await using var client = await server.ConnectAsync("vsn=2.0.0");
        client.SendFrames(ClientServer.Binary(0, ["6", "7", "lvu:0", "chunk"], [1, 2, 3]));
        await client.ExpectAsync("""[null,"7","lvu:0","phx_reply",{"response":{"reason":"unmatched topic"},"status":"error"}]""");
    }

    [Test]
    public async Task A_view_that_leaves_and_joins_again_at_once_gets_both_answers()
    {
        await using var server = await ClientServer.StartAsync();
        await using var client = await server.ConnectAsync("vsn=2.0.0");
        client.Send("""["4","5","lv:phx-a","phx_leave",{}]""", """["6","6","lv:phx-a","phx_join",{"session":"s"}]""");
        await client.ExpectAsync(
            """["4","5","lv:phx-a","phx_reply",{"response":{},"status":"ok"}]""",
            """[null,"6","lv:phx-a","phx_reply",{"response":{"reason":"unmatched topic"},"status":"error"}]""");
    }
}
