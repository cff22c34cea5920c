using System.Text;
using PhoenixChannels.InteropTests.Wire;

namespace PhoenixChannels.Tests.Server.Clients;

/// <summary>@supabase/realtime-js: topics of <c>realtime:</c>, V1 in its older lines, and a binary message of its own server's in the newer ones.</summary>
public class RealtimeJsTests
{
    const string Config = """{"config":{"broadcast":{"ack":false,"self":false},"presence":{"key":"","enabled":false},"postgres_changes":[],"private":false}}""";

    [Test]
    public async Task An_offer_of_permessage_deflate_is_left_unanswered()
    {
        await using var server = await ClientServer.StartAsync();
        var (client, response) = await server.TryConnectAsync("apikey=key&vsn=2.0.0", new KeyValuePair<string, string>("Sec-WebSocket-Extensions", "permessage-deflate; client_max_window_bits"));
        await using var _ = client;
        Assert.That((response.Status, response.Headers.ContainsKey("sec-websocket-extensions")), Is.EqualTo((101, false)));
        await client.JoinAsync("realtime:a", payload: Config);
    }

    [Test]
    public async Task A_broadcast_in_its_own_binary_format_closes_with_1011_and_it_comes_back()
    {
        await using var server = await ClientServer.StartAsync();
        await using (var client = await server.ConnectAsync("apikey=key&vsn=2.0.0"))
        {
            await client.JoinAsync("realtime:a", payload: Config);
            client.SendFrames(UserBroadcastPush("1", "2", "realtime:a", "cursor", """{"x":1}"""));
            await client.ExpectClosedAsync(1011);
        }

        await using var again = await server.ConnectAsync("apikey=key&vsn=2.0.0");
        await again.JoinAsync("realtime:a", "3", Config);
        again.Send("""["3","4","realtime:a","echo",{"n":1}]""");
        await again.ExpectAsync("""["3","4","realtime:a","phx_reply",{"response":{"n":1},"status":"ok"}]""");
    }

    [Test]
    public async Task A_new_access_token_is_an_event_like_any_other()
    {
        await using var server = await ClientServer.StartAsync();
        await using var client = await server.ConnectAsync("apikey=key&vsn=2.0.0");
        await client.JoinAsync("realtime:a", payload: Config);
        client.Send("""["1","2","realtime:a","access_token",{"access_token":"new"}]""");
        await client.ExpectNothingElseAsync();
    }

    [Test]
    public async Task The_older_lines_V1_frames_with_a_join_ref_get_it_back_as_the_ref_of_phx_error_and_phx_close()
    {
        await using var server = await ClientServer.StartAsync();
        await using var client = await server.ConnectAsync("apikey=key&vsn=1.0.0");
        client.Send($$"""{"topic":"realtime:a","event":"phx_join","payload":{{Config}},"ref":"1","join_ref":"1"}""");
        await client.ExpectAsync("""{"event":"phx_reply","payload":{"response":{},"status":"ok"},"ref":"1","topic":"realtime:a"}""");
        client.Send("""{"topic":"realtime:a","event":"raise","payload":{},"ref":"2","join_ref":"1"}""");
        await client.ExpectAsync("""{"event":"phx_error","payload":{"reason":"channel_crash"},"ref":"1","topic":"realtime:a"}""");
        client.Send($$"""{"topic":"realtime:a","event":"phx_join","payload":{{Config}},"ref":"3","join_ref":"3"}""");
        await client.ExpectAsync("""{"event":"phx_reply","payload":{"response":{},"status":"ok"},"ref":"3","topic":"realtime:a"}""");
        client.Send("""{"topic":"realtime:a","event":"stop","payload":{},"ref":"4","join_ref":"3"}""");
        await client.ExpectAsync("""{"event":"phx_close","payload":{},"ref":"3","topic":"realtime:a"}""");
    }

    /// <summary>Kind 3: the sizes of join_ref, ref, topic, event and metadata, the encoding (1 for JSON), and the fields.</summary>
    static Frame UserBroadcastPush(string joinRef, string reference, string topic, string @event, string json) => new(
        Opcode.Binary,
        (byte[])[3, (byte)joinRef.Length, (byte)reference.Length, (byte)topic.Length, (byte)@event.Length, 0, 1, .. Encoding.UTF8.GetBytes(joinRef + reference + topic + @event + json)]);
}
