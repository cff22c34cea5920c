using PhoenixChannels.InteropTests.Wire;

namespace PhoenixChannels.Tests.Server;

/// <summary>One test for each line of docs/deviations.md that no other test is named after.</summary>
public class DeviationTests
{
    [Test]
    public async Task A_bearer_subprotocol_that_is_no_base64_gets_400_and_connect_is_not_run()
    {
        await using var server = await TestServer.StartAsync<RecordingSocket>(socket => socket.MapChannel("*", _ => { }));
        RecordingSocket.Tokens.Clear();
        var (_, response) = await server.TryConnectAsync(new Handshake { Path = "/socket/websocket", Protocols = ["phoenix", "base64url.bearer.phx.a=b"] });
        Assert.That((response.Status, RecordingSocket.Tokens), Is.EqualTo((400, new List<string?>())).Using<(int A, List<string?> B)>((a, b) => a.A == b.A && a.B.SequenceEqual(b.B)));
    }

    [Test]
    public async Task The_URL_safe_alphabet_of_Base64_is_taken_as_well_as_the_standard_one()
    {
        await using var server = await TestServer.StartAsync<RecordingSocket>(socket => socket.MapChannel("*", _ => { }));
        RecordingSocket.Tokens.Clear();
        foreach (var token in new[] { "fn9-Pz8_", "fn9+Pz8/", "fn9-Pw", "fn9+Pw==" })
        {
            var (client, response) = await server.TryConnectAsync(new Handshake { Path = "/socket/websocket", Protocols = ["phoenix", "base64url.bearer.phx." + token] });
            await client.DisposeAsync();
            Assert.That(response.Status, Is.EqualTo(101));
        }

        Assert.That(RecordingSocket.Tokens, Is.EqualTo(new[] { "~\u007f~???", "~\u007f~???", "~\u007f~?", "~\u007f~?" }));
    }

    [Test]
    public async Task A_request_that_is_no_upgrade_gets_400_without_connect_being_run()
    {
        await using var server = await TestServer.StartAsync<RecordingSocket>(socket => socket.MapChannel("*", _ => { }));
        RecordingSocket.Tokens.Clear();
        var plain = await HttpExchange.RunAsync(server.EndPoint, new("GET", "/socket/websocket?reject=1"));
        var (_, keyless) = await server.TryConnectAsync(new Handshake { Path = "/socket/websocket?reject=reason", OmittedHeaders = ["Sec-WebSocket-Key"] });
        Assert.That((plain.Status, keyless.Status, RecordingSocket.Tokens.Count), Is.EqualTo((400, 400, 0)));
    }

    [TestCase("vsn=1.0.0", "vsn=2.0.0")]
    [TestCase("vsn=2.0.0", "vsn=1.0.0")]
    public async Task A_binary_broadcast_reaches_V2_clients_V1_clients_miss_it_counted_and_the_sender_lives(string first, string second)
    {
        await using var server = await TestServer.WithScriptAsync(new()
        {
            HandleIn = async (channel, message, ct) =>
            {
                await channel.BroadcastAsync("shout", message.Payload, ct);
                return Reply.Ok();
            },
        });
        await using var a = await server.ConnectAsync(first);
        await using var b = await server.ConnectAsync(second);
        var (v1, v2) = first == "vsn=1.0.0" ? (a, b) : (b, a);
        foreach (var client in new[] { a, b })
        {
            client.Send(client == v1 ? """{"topic":"room:a","event":"phx_join","payload":{},"ref":"1","join_ref":"1"}""" : """["1","1","room:a","phx_join",{}]""");
            await client.NextTextAsync();
        }

        v2.SendFrames(new Frame(Opcode.Binary, (byte[])[0, 1, 1, 6, 5, .. "12room:ashout"u8, 1, 2]));
        var shout = await v2.NextAsync();
        Assert.That(shout.Payload.ToArray(), Is.EqualTo((byte[])[2, 6, 5, .. "room:ashout"u8, 1, 2]));
        await v2.ExpectAsync("""["1","2","room:a","phx_reply",{"response":{},"status":"ok"}]""");
        v1.Send("""{"topic":"phoenix","event":"heartbeat","payload":{},"ref":"2"}""");
        await v1.ExpectAsync("""{"event":"phx_reply","payload":{"response":{},"status":"ok"},"ref":"2","topic":"phoenix"}""");
        await server.CountsAsync("phoenixchannels.broadcasts.missed", 1);
    }

    [Test]
    public async Task A_push_or_broadcast_that_is_no_object_throws_at_the_sender_in_V1_too()
    {
        await using var server = await TestServer.WithScriptAsync(new()
        {
            HandleIn = (channel, message, _) =>
            {
                channel.Push("e", message.Payload);
                return default;
            },
        });
        await using var client = await server.ConnectAsync("vsn=1.0.0");
        client.Send("""{"topic":"room:a","event":"phx_join","payload":{},"ref":"1"}""");
        await client.NextTextAsync();
        client.Send("""{"topic":"room:a","event":"push","payload":"text","ref":"2"}""");
        await client.ExpectAsync("""{"event":"phx_error","payload":{"reason":"channel_crash"},"ref":null,"topic":"room:a"}""");
    }

    [Test]
    public async Task Payload_bytes_pass_through_untouched_duplicate_keys_too()
    {
        await using var server = await TestServer.WithScriptAsync(new());
        await using var client = await server.ConnectAsync();
        await client.JoinAsync("room:a");
        client.Send("""["1","2","room:a","echo",{"a":1, "b":2,"a":3e0}]""");
        await client.ExpectAsync("""["1","2","room:a","phx_reply",{"response":{"a":1, "b":2,"a":3e0},"status":"ok"}]""");
    }

    [Test]
    public async Task Paths_match_in_any_case()
    {
        await using var server = await TestServer.WithScriptAsync(new());
        var (client, response) = await server.TryConnectAsync(new Handshake { Path = "/Socket/WebSocket/" });
        await using var _ = client;
        Assert.That(response.Status, Is.EqualTo(101));
    }

    sealed class RecordingSocket : Socket
    {
        public static List<string?> Tokens { get; } = [];

        protected internal override ValueTask<ConnectResult> ConnectAsync(ConnectInfo info, CancellationToken cancellationToken)
        {
            Tokens.Add(info.AuthToken);
            return new(ConnectResult.Ok);
        }
    }
}
