using System.Net;
using System.Net.Security;
using System.Net.WebSockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Threading.RateLimiting;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.RateLimiting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using PhoenixChannels.InteropTests.Wire;

namespace PhoenixChannels.Tests.Server;

/// <summary>Both transports under what else an application has. Case 70 of the hostile inputs.</summary>
public class HostTests
{
    const string Join = """["1","1","room:a","phx_join",{}]""";
    const string Joined = """["1","1","room:a","phx_reply",{"response":{},"status":"ok"}]""";

    [TestCase("request timeouts")]
    [TestCase("response compression")]
    [TestCase("HTTP logging")]
    [TestCase("output cache")]
    [TestCase("rate limiter")]
    [TestCase("CORS")]
    [TestCase("all")]
    public async Task Case_70_both_transports_work_under(string middleware)
    {
        bool Uses(string name) => middleware == name || middleware == "all";
        await using var server = await TestServer.StartAsync(
            socket => socket.MapChannel("*", _ => { }),
            options => (options.LongPoll.Enabled, options.LongPoll.Window) = (true, TimeSpan.FromSeconds(2)),
            builder =>
            {
                builder.Services.AddRequestTimeouts(o => o.DefaultPolicy = new() { Timeout = TimeSpan.FromMilliseconds(300) });
                builder.Services.AddResponseCompression(o => o.EnableForHttps = true);
                builder.Services.AddHttpLogging(o => o.LoggingFields = Microsoft.AspNetCore.HttpLogging.HttpLoggingFields.All);
                builder.Services.AddOutputCache(o => o.AddBasePolicy(policy => policy.Cache()));
                builder.Services.AddRateLimiter(o => o.GlobalLimiter = PartitionedRateLimiter.Create<Microsoft.AspNetCore.Http.HttpContext, int>(_ => RateLimitPartition.GetConcurrencyLimiter(0, _ => new() { PermitLimit = 10 })));
                builder.Services.AddCors(o => o.AddDefaultPolicy(policy => policy.WithOrigins("http://page.example")));
            },
            app =>
            {
                if (Uses("request timeouts")) app.UseRequestTimeouts();
                if (Uses("response compression")) app.UseResponseCompression();
                if (Uses("HTTP logging")) app.UseHttpLogging();
                if (Uses("output cache")) app.UseOutputCache();
                if (Uses("rate limiter")) app.UseRateLimiter();
                if (Uses("CORS")) app.UseCors();
            });
        await using var socket = await server.ConnectAsync();
        using var poller = new LongPollClient(server.EndPoint);
        await poller.OpenAsync();
        var second = new LongPollClient(server.EndPoint);
        await second.OpenAsync();
        Assert.That(second.Token, Is.Not.EqualTo(poller.Token), "nothing is cached");
        await socket.JoinAsync("room:a");
        Assert.That((await poller.SendAsync(Join)).Status, Is.EqualTo(200));
        await poller.ExpectAsync(Joined);

        // Longer than the time-out of ordinary requests.
        Assert.That((await poller.PollAsync()).Status, Is.EqualTo(204));
        await server.Broadcaster.BroadcastAsync("room:a", "news", new { n = 1 });
        await socket.ExpectAsync("""[null,null,"room:a","news",{"n":1}]""");
        await poller.ExpectAsync("""[null,null,"room:a","news",{"n":1}]""");
        Assert.That(server.Log.OfChannels, Has.None.Contains(poller.Token), "tokens stay out of our logs");
        second.Dispose();
    }

    [TestCase(HttpProtocols.Http1)]
    [TestCase(HttpProtocols.Http2)]
    public async Task Both_transports_work_over_HTTPS_and_HTTP_2(HttpProtocols protocol)
    {
        using var certificate = SelfSigned();
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelHttpsConfiguration();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen =>
        {
            listen.Protocols = protocol;
            listen.UseHttps(certificate);
        }));
        builder.Services.AddPhoenixChannels();
        await using var app = builder.Build();
        app.MapSocket<TestSocket>("/socket", options => options.LongPoll.Enabled = true).MapChannel("room:*", channel => channel.On<Payload>("echo", (_, payload, _) => new ValueTask<Reply>(Reply.Ok(payload))));
        await app.StartAsync();
        var port = new Uri(app.Urls.Single()).Port;
        using var socket = new ClientWebSocket();
        socket.Options.HttpVersion = protocol == HttpProtocols.Http2 ? HttpVersion.Version20 : HttpVersion.Version11;
        socket.Options.HttpVersionPolicy = HttpVersionPolicy.RequestVersionExact;
        using var handler = new SocketsHttpHandler { SslOptions = new SslClientAuthenticationOptions { RemoteCertificateValidationCallback = (_, presented, _, _) => presented!.GetCertHashString() == certificate.GetCertHashString() } };
        using var invoker = new HttpMessageInvoker(handler);
        await socket.ConnectAsync(new Uri($"wss://localhost:{port}/socket/websocket?vsn=2.0.0"), invoker, CancellationToken.None);
        await socket.SendTextAsync(Join);
        Assert.That(await socket.ReceiveTextAsync(), Is.EqualTo(Joined));
        await socket.SendTextAsync("""["1","2","room:a","echo",{"x":1}]""");
        Assert.That(await socket.ReceiveTextAsync(), Is.EqualTo("""["1","2","room:a","phx_reply",{"response":{"x":1},"status":"ok"}]"""));
        await socket.CloseAsync(WebSocketCloseStatus.NormalClosure, null, CancellationToken.None);
        Assert.That(socket.CloseStatus, Is.EqualTo(WebSocketCloseStatus.NormalClosure));
        using var http = new HttpClient(handler, disposeHandler: false) { DefaultRequestVersion = socket.Options.HttpVersion, DefaultVersionPolicy = HttpVersionPolicy.RequestVersionExact };
        Assert.That(await http.GetStringAsync(new Uri($"https://localhost:{port}/socket/longpoll?vsn=2.0.0")), Does.Contain("\"status\":410"));
    }

    [Test]
    public async Task Compression_is_agreed_on_when_it_is_switched_on_and_offered()
    {
        await using var server = await TestServer.WithScriptAsync(new(), options => options.WebSocket.Compress = true);
        using var socket = new ClientWebSocket();
        socket.Options.DangerousDeflateOptions = new();
        socket.Options.CollectHttpResponseDetails = true;
        await socket.ConnectAsync(new Uri($"ws://{server.EndPoint}/socket/websocket?vsn=2.0.0"), CancellationToken.None);
        Assert.That(socket.HttpResponseHeaders!["Sec-WebSocket-Extensions"], Has.Some.Contains("permessage-deflate"));
        await socket.SendTextAsync(Join);
        Assert.That(await socket.ReceiveTextAsync(), Is.EqualTo(Joined));
        var text = new string('x', 50_000);
        await socket.SendTextAsync($"[\"1\",\"2\",\"room:a\",\"echo\",{{\"x\":\"{text}\"}}]");
        Assert.That(await socket.ReceiveTextAsync(), Does.Contain(text));
        await using var without = await server.ConnectAsync();
        await without.JoinAsync("room:a");
    }

    [Test]
    public async Task Case_16_a_deflate_bomb_is_measured_inflated_and_closes_with_1009()
    {
        await using var server = await TestServer.WithScriptAsync(new(), options => (options.WebSocket.Compress, options.WebSocket.MaxMessageSize) = (true, 100_000));
        using var socket = new ClientWebSocket();
        socket.Options.DangerousDeflateOptions = new();
        await socket.ConnectAsync(new Uri($"ws://{server.EndPoint}/socket/websocket?vsn=2.0.0"), CancellationToken.None);
        var before = GC.GetTotalAllocatedBytes();
        await socket.SendTextAsync(new string(' ', 20_000_000));
        Assert.That(await socket.ReceiveTextAsync(), Is.EqualTo("closed 1009"));
        Assert.That(GC.GetTotalAllocatedBytes() - before, Is.LessThan(150_000_000), "the client's own buffers, not a growing one of the server's");
    }

    [Test]
    public async Task RequireAuthorization_guards_both_transports_and_the_socket_knows_its_user()
    {
        await using var server = await TestServer.StartAsync(
            socket => socket.MapChannel("*", channel => channel.OnJoin((c, _) => Reply.Ok(new { c.User.Identity!.Name }))).RequireAuthorization(),
            options => options.LongPoll.Enabled = true,
            builder =>
            {
                HeaderAuthentication.AddTo(builder.Services);
                builder.Services.AddAuthorization();
            });
        var (refused, response) = await server.TryConnectAsync("vsn=2.0.0");
        await refused.DisposeAsync();
        using var poller = new LongPollClient(server.EndPoint);
        Assert.That((response.Status, (await poller.GetAsync("vsn=2.0.0")).Http), Is.EqualTo((401, 401)));
        var (client, accepted) = await server.TryConnectAsync("vsn=2.0.0", new KeyValuePair<string, string>("X-User", "ann"));
        await using var _ = client;
        Assert.That(accepted.Status, Is.EqualTo(101));
        client.Send(Join);
        await client.ExpectAsync("""["1","1","room:a","phx_reply",{"response":{"name":"ann"},"status":"ok"}]""");
    }

    [TestCase(4001)]
    [TestCase(0)]
    public async Task The_close_codes_of_a_disconnect_and_of_a_drain_are_options(int code)
    {
        await using var server = await TestServer.WithScriptAsync(new(), options => options.DisconnectCloseCode = options.DrainCloseCode = code);
        await using var ann = await server.ConnectAsync("vsn=2.0.0&user=ann");
        await using var bob = await server.ConnectAsync();
        await ann.JoinAsync("room:a");
        await server.Broadcaster.DisconnectAsync("user:ann");
        await ExpectEndAsync(ann, code);
        await server.StopAsync();
        await ExpectEndAsync(bob, code);
    }

    [TestCase(1000)]
    [TestCase(1006)]
    [TestCase(5000)]
    public void A_close_code_that_keeps_clients_away_or_does_not_exist_is_refused_at_start(int code) =>
        Assert.That(async () => await TestServer.WithScriptAsync(new(), options => options.DrainCloseCode = code), Throws.TypeOf<OptionsValidationException>().With.Message.EqualTo($"SocketOptions.DrainCloseCode is {code}: set it to 0, 1001, 1011 to 1013, or 3000 to 4999"));

    [Test]
    public async Task Connect_sees_what_Phoenixs_connect_info_has()
    {
        await using var server = await TestServer.StartAsync<InformedSocket>(socket => socket.MapChannel("*", channel => channel.OnJoin((c, _) => Reply.Ok(c.Socket.Seen))));
        var (client, _) = await server.TryConnectAsync("vsn=2.0.0", new("User-Agent", "tests/1"), new("X-Forwarded-For", "1.2.3.4"), new("X-Trace", "t"), new("traceparent", "00-a-b-01"), new("Host", "example.com"));
        await using var __ = client;
        client.Send("""["1","1","t","phx_join",{}]""");
        var answer = await client.NextTextAsync();
        Assert.That(answer, Does.Contain("""{"peer":"127.0.0.1","hasPort":true,"certificate":false,"uri":"http://example.com/socket/websocket?vsn=2.0.0","userAgent":"tests/1","x":{"x-forwarded-for":"1.2.3.4","x-trace":"t"},"trace":{"traceparent":"00-a-b-01"},"webSocket":["sec-websocket-key","sec-websocket-version"]}"""));
    }

    static async Task ExpectEndAsync(TestClient client, int code)
    {
        var end = await client.NextAsync();
        Assert.That((end.Kind, end.Kind == ArrivalKind.Closed ? end.CloseCode : 0), Is.EqualTo((code == 0 ? ArrivalKind.Lost : ArrivalKind.Closed, code)));
    }

    internal static X509Certificate2 SelfSigned()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256);
        using var certificate = request.CreateSelfSigned(DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch.AddYears(100));
        return X509CertificateLoader.LoadPkcs12(certificate.Export(X509ContentType.Pfx), null);
    }

    sealed class InformedSocket : Socket
    {
        public object Seen { get; private set; } = new();

        protected internal override ValueTask<ConnectResult> ConnectAsync(ConnectInfo info, CancellationToken cancellationToken)
        {
            Seen = new
            {
                peer = info.RemoteAddress!.ToString(),
                hasPort = info.RemotePort > 0,
                certificate = info.ClientCertificate is not null,
                uri = info.Uri.ToString(),
                info.UserAgent,
                x = info.XHeaders,
                trace = info.TraceHeaders,
                webSocket = info.SecWebSocketHeaders.Keys.Order(),
            };
            return new(ConnectResult.Ok);
        }
    }
}
