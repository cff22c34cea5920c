using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.HttpOverrides;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using PhoenixChannels.InteropTests.Wire;

namespace PhoenixChannels.Tests.Server.Proxies;

/// <summary>The client speaks HTTP/1.1 with the proxy; to the server its WebSocket is an upgrade, or an extended CONNECT of HTTP/2.</summary>
[TestFixture(HttpProtocols.Http1)]
[TestFixture(HttpProtocols.Http2)]
public class ReverseProxyTests(HttpProtocols protocol)
{
    const string Public = "public.example";

    Version Version => protocol == HttpProtocols.Http2 ? HttpVersion.Version20 : HttpVersion.Version11;

    [TestCase(true)]
    [TestCase(false)]
    public async Task Both_transports_and_the_drain_go_through(bool removesPrefix)
    {
        await using var server = await StartServerAsync(app =>
        {
            app.UseForwardedHeaders();
            if (!removesPrefix) app.UsePathBase("/app");
            app.UseRouting();
        });
        await using var proxy = await ReverseProxy.StartAsync(Version, removesPrefix, EndPointOf(server));
        var (client, response) = await ConnectAsync(proxy);
        await using var ann = client;
        Assert.That(response.Status, Is.EqualTo(101));
        await ann.JoinAsync("room:a");
        var large = new string('x', 200_000);
        ann.Send($$"""["1","2","room:a","echo",{"x":"{{large}}"}]""");
        await ann.ExpectAsync($$$"""["1","2","room:a","phx_reply",{"response":{"protocol":"{{{(protocol == HttpProtocols.Http2 ? "HTTP/2" : "HTTP/1.1")}}}","payload":{"x":"{{{large}}}"}},"status":"ok"}]""");

        using var bob = new LongPollClient(proxy.EndPoint, "/app/socket/longpoll");
        bob.Headers.Host = Public;
        bob.Headers.Add("Origin", "http://" + Public);
        await bob.OpenAsync();
        await bob.JoinAsync("room:a");
        Assert.That((await bob.PollAsync()).Status, Is.EqualTo(204), "a poll waits for its window");
        await server.Services.GetRequiredService<IBroadcaster>().BroadcastAsync("room:a", "news", new { n = 1 });
        const string news = """[null,null,"room:a","news",{"n":1}]""";
        await ann.ExpectAsync(news);
        await bob.ExpectAsync(news);

        await server.StopAsync();
        await ann.ExpectClosedAsync(1012);
    }

    [TestCase(true, 101)]
    [TestCase(false, 403)]
    public async Task The_origin_is_compared_with_the_forwarded_host_when_the_application_reads_it(bool reads, int status)
    {
        await using var server = await StartServerAsync(app =>
        {
            if (reads) app.UseForwardedHeaders();
        });
        await using var proxy = await ReverseProxy.StartAsync(Version, removesPrefix: true, EndPointOf(server));
        var (client, response) = await ConnectAsync(proxy);
        await using var _ = client;
        var (other, refused) = await ConnectAsync(proxy, "http://evil.example");
        await using var __ = other;
        Assert.That((response.Status, refused.Status), Is.EqualTo((status, 403)));
    }

    async Task<WebApplication> StartServerAsync(Action<WebApplication> use)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen => listen.Protocols = protocol));
        builder.Services.Configure<ForwardedHeadersOptions>(options => options.ForwardedHeaders = ForwardedHeaders.XForwardedFor | ForwardedHeaders.XForwardedProto | ForwardedHeaders.XForwardedHost);
        builder.Services.AddPhoenixChannels();
        var app = builder.Build();
        use(app);
        app.MapSocket<ProxiedSocket>("/socket", options => (options.Origin, options.LongPoll.Enabled, options.LongPoll.Window) = (OriginPolicy.SameOrigin, true, TimeSpan.FromSeconds(1)))
            .MapChannel("room:*", channel => channel.On<Payload>("echo", (c, payload, _) => new ValueTask<Reply>(Reply.Ok(new { c.Socket.Protocol, payload }))));
        await app.StartAsync();
        return app;
    }

    static async Task<(TestClient Client, HttpResponse Response)> ConnectAsync(ReverseProxy proxy, string origin = "http://" + Public)
    {
        var (client, response) = await WebSocketClient.ConnectAsync(proxy.EndPoint, new() { Path = "/app/socket/websocket?vsn=2.0.0", Headers = [new("Host", Public), new("Origin", origin)] });
        return (new(client), response);
    }

    static IPEndPoint EndPointOf(WebApplication app) => new(IPAddress.Loopback, new Uri(app.Urls.Single()).Port);

    /// <summary>Knows what the proxy speaks.</summary>
    sealed class ProxiedSocket : Socket
    {
        public string Protocol { get; private set; } = "";

        protected internal override ValueTask<ConnectResult> ConnectAsync(ConnectInfo info, CancellationToken cancellationToken)
        {
            Protocol = info.HttpContext.Request.Protocol;
            return new(ConnectResult.Ok);
        }
    }
}
