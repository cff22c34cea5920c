using System.Net.WebSockets;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.DependencyInjection;
using PhoenixChannels.InteropTests.Wire;

namespace PhoenixChannels.Tests.Server;

[BothTransports]
public class HandshakeTests
{
    [Test]
    public async Task A_socket_refuses_with_any_response()
    {
        await using var server = await TestServer.StartAsync<PickySocket>(socket => socket.MapChannel("*", _ => { }));
        var (_, plain) = await server.TryConnectAsync("refuse=plain");
        var (_, own) = await server.TryConnectAsync("refuse=own");
        Assert.That((plain.Status, Body(plain)), Is.EqualTo((403, "")));
        Assert.That((own.Status, Body(own), own.Headers["retry-after"]), Is.EqualTo((429, "slow down", "7")));
    }

    [Test]
    public async Task Params_are_the_query_with_the_last_value_of_a_name_and_the_route_values_of_the_mount_path()
    {
        await using var server = await TestServer.StartAsync(socket => socket.MapChannel("unused", _ => { }), mapMore: app => app.MapSocket<ParamsSocket>("/tenants/{tenant}/socket").MapChannel("*", channel => channel.OnJoin((c, _) => Reply.Ok(c.Socket.Seen))));
        await using var client = await ConnectAsync(server, new Handshake { Path = "/tenants/acme/socket/websocket?vsn=2.0.0&a=1&a=2&plus=x+y&tenant=spoofed" });
        client.Send("""["1","1","t","phx_join",{}]""");
        await client.ExpectAsync("""["1","1","t","phx_reply",{"response":{"vsn":"2.0.0","a":"2","plus":"x y","tenant":"acme"},"status":"ok"}]""");
    }

    [Test]
    public async Task The_auth_token_comes_by_subprotocol_and_the_answer_names_phoenix()
    {
        await using var server = await TestServer.StartAsync<TokenSocket>(socket => socket.MapChannel("*", channel => channel.OnJoin((c, _) => Reply.Ok(new { c.Socket.Token }))));
        var token = Convert.ToBase64String("geheim?é"u8).TrimEnd('=');
        var (client, response) = await server.TryConnectAsync(new Handshake { Path = "/socket/websocket?vsn=2.0.0", Protocols = ["phoenix", "base64url.bearer.phx." + token] });
        await using var _ = client;
        Assert.That(response.Headers["sec-websocket-protocol"], Is.EqualTo("phoenix"));
        client.Send("""["1","1","t","phx_join",{}]""");
        await client.ExpectAsync("""["1","1","t","phx_reply",{"response":{"token":"geheim?é"},"status":"ok"}]""");
    }

    [Test]
    public async Task A_subprotocol_of_the_applications_own_is_chosen()
    {
        await using var server = await TestServer.StartAsync(socket => socket.MapChannel("*", _ => { }), options => options.WebSocket.Subprotocols.Add("chat.v2"));
        var (client, response) = await server.TryConnectAsync(new Handshake { Path = "/socket/websocket", Protocols = ["other", "chat.v2"] });
        await using var _ = client;
        Assert.That(response.Headers["sec-websocket-protocol"], Is.EqualTo("chat.v2"));
    }

    [Test]
    public async Task The_transport_can_be_mounted_elsewhere_or_not_at_all()
    {
        await using var server = await TestServer.StartAsync(socket => socket.MapChannel("*", _ => { }), options => options.WebSocket.Path = "/ws/{kind}");
        var (client, there) = await server.TryConnectAsync(new Handshake { Path = "/socket/ws/chat" });
        await using var _ = client;
        var (_, usual) = await server.TryConnectAsync("");
        await using var without = await TestServer.StartAsync(socket => socket.MapChannel("*", _ => { }), options => (options.WebSocket.Enabled, options.LongPoll.Enabled) = (false, true));
        var (_, disabled) = await without.TryConnectAsync("");
        Assert.That((there.Status, usual.Status, disabled.Status), Is.EqualTo((101, 404, 404)));
    }

    [Test]
    public async Task A_socket_works_with_the_WebSockets_middleware_in_front()
    {
        await using var server = await TestServer.StartAsync(socket => socket.MapChannel("unused", _ => { }), mapMore: app =>
        {
            app.UseWebSockets();
            app.MapSocket<TestSocket>("/late").MapChannel("*", _ => { });
        });
        await using var client = await ConnectAsync(server, new Handshake { Path = "/late/websocket?vsn=2.0.0" });
        await client.JoinAsync("t");
    }

    [Test]
    public async Task Conventions_such_as_RequireHost_reach_the_endpoint()
    {
        await using var server = await TestServer.StartAsync(socket => socket.MapChannel("*", _ => { }).RequireHost("example.com"));
        var (_, response) = await server.TryConnectAsync("");
        Assert.That(response.Status, Is.EqualTo(404));
    }

    [Test]
    public async Task A_serializer_of_ones_own_serves_its_version_range()
    {
        await using var server = await TestServer.StartAsync(socket => socket.MapChannel("*", _ => { }), options => options.Serializers.Add(new PipeSerializer()));
        await using var client = await server.ConnectAsync("vsn=7.1.0");
        client.Send("a|1|lobby|phx_join|{}");
        await client.ExpectAsync("lobby|phx_reply|ok|{}");
        await server.Broadcaster.BroadcastAsync("lobby", "shout", new { n = 1 });
        await client.ExpectAsync("""lobby|shout||{"n":1}""");
        client.Send("no pipes");
        await client.ExpectClosedAsync(1011);
    }

    [Test]
    public async Task TestServer_with_its_own_WebSockets_works_too()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseTestServer();
        builder.Services.AddPhoenixChannels();
        await using var app = builder.Build();
        app.MapSocket<TestSocket>("/socket", options => options.WebSocket.MaxMessageSize = 100_000).MapChannel("room:*", channel => channel.On<Payload>("echo", (_, payload, _) => new ValueTask<Reply>(Reply.Ok(payload))));
        await app.StartAsync();
        var client = app.GetTestServer().CreateWebSocketClient();
        using var socket = await client.ConnectAsync(new Uri("ws://localhost/socket/websocket?vsn=2.0.0"), CancellationToken.None);
        var large = new string('x', 70_000);
        await socket.SendTextAsync("""["1","1","room:a","phx_join",{}]""");
        Assert.That(await socket.ReceiveTextAsync(), Is.EqualTo("""["1","1","room:a","phx_reply",{"response":{},"status":"ok"}]"""));
        await socket.SendTextAsync($$"""["1","2","room:a","echo",{"x":"{{large}}"}]""");
        Assert.That(await socket.ReceiveTextAsync(), Is.EqualTo($$$"""["1","2","room:a","phx_reply",{"response":{"x":"{{{large}}}"},"status":"ok"}]"""));
        await socket.SendTextAsync("not json");
        Assert.That(await socket.ReceiveTextAsync(), Is.EqualTo("closed 1011"));

        using var second = await client.ConnectAsync(new Uri("ws://localhost/socket/websocket?vsn=2.0.0"), CancellationToken.None);
        await second.SendTextAsync(new string('x', 100_001));
        Assert.That(await second.ReceiveTextAsync(), Is.EqualTo("closed 1009"));

        using var third = await client.ConnectAsync(new Uri("ws://localhost/socket/websocket?vsn=2.0.0"), CancellationToken.None);
        await third.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, CancellationToken.None);
        Assert.That(await third.ReceiveTextAsync(), Is.EqualTo("closed 1000"));
    }

    [Test]
    public void MapSocket_without_its_services_says_what_to_call()
    {
        var app = WebApplication.CreateSlimBuilder().Build();
        Assert.That(() => app.MapSocket<TestSocket>("/socket"), Throws.InvalidOperationException.With.Message.Contains("AddPhoenixChannels"));
    }

    [Test]
    public void A_channel_for_another_socket_class_is_refused_at_start_with_the_fix()
    {
        var app = App();
        Assert.That(() => app.MapSocket<TokenSocket>("/socket").MapChannel<ScriptedChannel>("*"), Throws.ArgumentException.With.Message.Contains("MapSocket<TestSocket>"));
    }

    [TestCase("")]
    [TestCase("a*b")]
    public void A_topic_pattern_that_cannot_match_is_refused_at_start(string pattern)
    {
        var app = App();
        Assert.That(() => app.MapSocket<TestSocket>("/socket").MapChannel(pattern, _ => { }), Throws.InstanceOf<ArgumentException>());
    }

    static WebApplication App()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Services.AddPhoenixChannels();
        return builder.Build();
    }

    static async Task<TestClient> ConnectAsync(TestServer server, Handshake handshake)
    {
        var (client, response) = await server.TryConnectAsync(handshake);
        Assert.That(response.Status, Is.EqualTo(101));
        return client;
    }

    static string Body(InteropTests.Wire.HttpResponse response) => Encoding.UTF8.GetString(response.Body.Span);

    sealed class PickySocket : Socket
    {
        protected internal override ValueTask<ConnectResult> ConnectAsync(ConnectInfo info, CancellationToken cancellationToken)
        {
            if (info.Params["refuse"] == "plain") return new(ConnectResult.Refuse());
            info.HttpContext.Response.Headers.RetryAfter = "7";
            return new(ConnectResult.Refuse(Results.Text("slow down", statusCode: 429)));
        }
    }

    sealed class ParamsSocket : Socket
    {
        public Dictionary<string, string> Seen { get; private set; } = [];

        protected internal override ValueTask<ConnectResult> ConnectAsync(ConnectInfo info, CancellationToken cancellationToken)
        {
            Seen = new(info.Params);
            return new(ConnectResult.Ok);
        }
    }

    sealed class TokenSocket : Socket
    {
        public string? Token { get; private set; }

        protected internal override ValueTask<ConnectResult> ConnectAsync(ConnectInfo info, CancellationToken cancellationToken)
        {
            Token = info.AuthToken;
            return new(ConnectResult.Ok);
        }
    }

    /// <summary><c>join_ref|ref|topic|event|payload</c> in, <c>topic|event|status|payload</c> out.</summary>
    sealed class PipeSerializer : IChannelSerializer
    {
        public string Versions => "~> 7.0";

        public bool TryDecode(ReadOnlyMemory<byte> message, bool binary, int maxDepth, out IncomingMessage result)
        {
            result = default;
            var parts = Encoding.UTF8.GetString(message.Span).Split('|');
            if (parts.Length != 5) return false;
            result = new() { JoinRef = Encoding.UTF8.GetBytes($"\"{parts[0]}\""), Ref = Encoding.UTF8.GetBytes($"\"{parts[1]}\""), Topic = parts[2], Event = parts[3], Payload = Payload.Json(Encoding.UTF8.GetBytes(parts[4])) };
            return true;
        }

        public bool Encode(in OutgoingMessage message, System.Buffers.IBufferWriter<byte> output)
        {
            Encoding.UTF8.GetBytes($"{message.Topic}|{message.Event}|{message.Status}|{message.Payload}", output);
            return false;
        }
    }
}
