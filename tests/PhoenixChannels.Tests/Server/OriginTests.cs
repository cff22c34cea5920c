using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.HttpOverrides;
using PhoenixChannels.InteropTests.Wire;

namespace PhoenixChannels.Tests.Server;

/// <summary>Cases 3, 4 and 69 of the hostile inputs.</summary>
public class OriginTests
{
    // The request goes to example.com:8080 unless told otherwise.
    const string Host = "example.com:8080";

    [TestCase("http://example.com", true)]
    [TestCase("https://example.com:444", true)]
    [TestCase("HTTPS://EXAMPLE.COM", true)]
    [TestCase("https://evil.com", false)]
    [TestCase("https://evil.com.example", false)]
    [TestCase("https://example.com.evil.com", false)]
    [TestCase("https://notexample.com", false)]
    [TestCase("https://example.com.", false)]
    [TestCase("https://example.com@evil.com", false)]
    [TestCase("https://evil.com@example.com", false)]
    [TestCase("https://user:secret@example.com", false)]
    [TestCase("https://example.com/path", false)]
    [TestCase("null", false)]
    [TestCase("file://", false)]
    [TestCase("", false)]
    [TestCase("example.com", false)]
    [TestCase("javascript:alert(1)", false)]
    [TestCase("https://", false)]
    [TestCase("https://exa mple.com", false)]
    public Task Case_03_by_default_the_origins_host_must_be_the_requests(string origin, bool allowed) => CheckAsync(OriginPolicy.SameHost, origin, allowed);

    [TestCase("http://example.com:8080", true)]
    [TestCase("http://example.com", false)]
    [TestCase("https://example.com:8080", false)]
    [TestCase("http://other.com:8080", false)]
    public Task Case_03_same_origin_compares_scheme_and_port_too(string origin, bool allowed) => CheckAsync(OriginPolicy.SameOrigin, origin, allowed);

    [TestCase("https://a.com", true)]
    [TestCase("https://a.com:443", true)]
    [TestCase("http://a.com", false)]
    [TestCase("https://a.com:444", false)]
    [TestCase("http://b.com:888", true)]
    [TestCase("https://b.com:888", true)]
    [TestCase("https://b.com", false)]
    [TestCase("http://c.com", true)]
    [TestCase("https://x.c.com:1234", true)]
    [TestCase("https://x.y.c.com", true)]
    [TestCase("https://evilc.com", false)]
    [TestCase("https://c.com.evil.com", false)]
    [TestCase("http://d.com:7", true)]
    [TestCase("https://[::1]:3000", true)]
    [TestCase("https://xn--bcher-kva.example", true)]
    [TestCase("http://example.com:8080", false)]
    [TestCase("null", false)]
    public Task Case_03_a_list_has_Phoenixs_forms(string origin, bool allowed) =>
        CheckAsync(OriginPolicy.Allow("https://a.com", "//b.com:888", "//*.c.com", "//d.com", "//[::1]", "//bücher.example"), origin, allowed);

    [TestCase("http://localhost:8080", "localhost:8080", true)]
    [TestCase("http://[::1]:8080", "[::1]:8080", true)]
    [TestCase("http://[::2]:8080", "[::1]:8080", false)]
    [TestCase("http://xn--bcher-kva.example", "xn--bcher-kva.example", true)]
    public Task Case_69_the_host_may_be_a_name_an_IPv6_address_or_an_international_one(string origin, string host, bool allowed) => CheckAsync(OriginPolicy.SameHost, origin, allowed, host);

    [Test]
    public Task Case_03_the_application_may_decide() =>
        CheckAsync(OriginPolicy.Custom((origin, context) => origin.Host == "friend.com" && context.Request.Query["vsn"] == "2.0.0"), "https://friend.com", true);

    [Test]
    public Task Case_03_the_application_is_not_asked_about_what_is_no_origin() => CheckAsync(OriginPolicy.Custom((_, _) => true), "null", false);

    [TestCase("https://evil.com")]
    [TestCase("null")]
    public Task Any_lets_every_page_in(string origin) => CheckAsync(OriginPolicy.Any, origin, true);

    [Test]
    public async Task Case_03_a_client_without_the_header_passes_and_one_with_two_does_not()
    {
        await using var server = await StartAsync(OriginPolicy.SameHost);
        var (without, none) = await server.TryConnectAsync("vsn=2.0.0");
        await without.DisposeAsync();
        var (with, two) = await server.TryConnectAsync("vsn=2.0.0", new("Host", Host), new("Origin", "http://example.com"), new("Origin", "http://example.com"));
        await with.DisposeAsync();
        Assert.That((none.Status, two.Status), Is.EqualTo((101, 403)));
    }

    [Test]
    public async Task Case_03_a_refusal_is_logged_with_the_fix_and_without_raw_bytes()
    {
        await using var server = await StartAsync(OriginPolicy.SameHost);
        await server.TryConnectAsync("vsn=2.0.0", new KeyValuePair<string, string>("Origin", "https://evil.com"));
        await server.TryConnectAsync("vsn=2.0.0", new KeyValuePair<string, string>("Origin", "https://\u001b[31mforged"));
        Assert.That(server.Log.OfChannels, Has.Some.Contains("https://evil.com:443").And.Some.Contains("OriginPolicy.Allow").And.None.Contains("forged"));
        Assert.That(server.Counted("phoenixchannels.connects", "result=origin"), Is.GreaterThan(0));
    }

    [Test]
    public async Task Case_03_on_long_poll_a_refusal_is_a_403_in_the_body_for_every_request()
    {
        await using var server = await StartAsync(OriginPolicy.SameHost);
        using var client = new LongPollClient(server.EndPoint);
        await client.OpenAsync();
        client.Headers.Add("Origin", "https://evil.com");
        Assert.That(((await client.GetAsync("vsn=2.0.0")).Status, (await client.PollAsync()).Status, (await client.SendAsync("[]")).Status), Is.EqualTo((403, 403, 403)));
    }

    [Test]
    public async Task Case_04_two_mounts_have_their_own_policies()
    {
        await using var server = await TestServer.StartAsync(
            socket => socket.MapChannel("*", _ => { }),
            options => options.Origin = OriginPolicy.Allow("https://a.com"),
            mapMore: app => app.MapSocket<TestSocket>("/other", options => options.Origin = OriginPolicy.Allow("https://b.com")).MapChannel("*", _ => { }));
        foreach (var (path, origin, status) in new[] { ("/socket", "https://a.com", 101), ("/socket", "https://b.com", 403), ("/other", "https://b.com", 101), ("/other", "https://a.com", 403) })
        {
            var (client, response) = await server.TryConnectAsync(new Handshake { Path = path + "/websocket", Headers = [new("Origin", origin)] });
            await client.DisposeAsync();
            Assert.That(response.Status, Is.EqualTo(status), $"{path} from {origin}");
        }
    }

    [TestCase(true, 101)]
    [TestCase(false, 403)]
    public async Task Case_69_behind_a_proxy_forwarded_headers_decide_when_the_application_reads_them(bool reads, int status)
    {
        await using var server = await StartAsync(OriginPolicy.SameOrigin, reads ? app => app.UseForwardedHeaders(new() { ForwardedHeaders = ForwardedHeaders.XForwardedHost | ForwardedHeaders.XForwardedProto }) : null);
        var (client, response) = await server.TryConnectAsync("vsn=2.0.0", new("Origin", "https://public.example"), new("X-Forwarded-Host", "public.example"), new("X-Forwarded-Proto", "https"));
        await using var _ = client;
        Assert.That(response.Status, Is.EqualTo(status));
    }

    [Test]
    public async Task Case_69_a_path_base_changes_nothing()
    {
        await using var server = await StartAsync(OriginPolicy.SameHost, app =>
        {
            app.UsePathBase("/app");
            app.UseRouting();
        });
        var (client, response) = await server.TryConnectAsync(new Handshake { Path = "/app/socket/websocket?vsn=2.0.0", Headers = [new("Host", Host), new("Origin", "http://example.com")] });
        await using var _ = client;
        Assert.That(response.Status, Is.EqualTo(101));
        using var poller = new LongPollClient(server.EndPoint, "/app/socket/longpoll");
        poller.Headers.Host = Host;
        poller.Headers.Add("Origin", "http://example.com");
        await poller.OpenAsync();
    }

    [TestCase("example.com")]
    [TestCase("https://")]
    [TestCase("https://a.com/path")]
    [TestCase("")]
    public void An_entry_that_is_no_origin_is_refused_at_start(string entry) => Assert.That(() => OriginPolicy.Allow(entry), Throws.ArgumentException);

    [Test]
    public void An_empty_list_is_refused_at_start() => Assert.That(() => OriginPolicy.Allow(), Throws.ArgumentException);

    static async Task CheckAsync(OriginPolicy policy, string origin, bool allowed, string host = Host)
    {
        await using var server = await StartAsync(policy);
        var (client, response) = await server.TryConnectAsync("vsn=2.0.0", new("Host", host), new("Origin", origin));
        await using var _ = client;
        Assert.That(response.Status, Is.EqualTo(allowed ? 101 : 403));
    }

    static Task<TestServer> StartAsync(OriginPolicy policy, Action<WebApplication>? before = null) => TestServer.StartAsync(
        socket => socket.MapChannel("*", _ => { }),
        options => (options.Origin, options.LongPoll.Enabled) = (policy, true),
        mapMore: before);
}
