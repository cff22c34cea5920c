using System.Net;
using System.Net.Http.Headers;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.BearerToken;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;

namespace PhoenixChannels.Tests.Server;

/// <summary>The <c>authToken</c> of phoenix.js as the application's bearer authentication sees it.</summary>
public partial class AuthTokenTests
{
    const string AuthTokenHeader = "X-Phoenix-AuthToken";
    const string WhoAmI = """["1","1","who:a","phx_join",{}]""";

    readonly Jwt _jwt = new();

    [TestCase("right", 101)]
    [TestCase("expired", 401)]
    [TestCase("of another key", 401)]
    [TestCase("no JWT", 401)]
    [TestCase("empty", 401)]
    [TestCase("none", 401)]
    public async Task A_guarded_socket_opens_for_a_valid_token_alone(string token, int status)
    {
        await using var server = await StartAsync(isGuarded: true);
        var (webSocket, longPoll) = await ConnectAsync(server, TokenOf(token));
        Assert.That((webSocket, longPoll), Is.EqualTo((status, status == 101 ? 200 : status)));
    }

    [TestCase("right", "ann")]
    [TestCase("expired", null)]
    [TestCase("of another key", null)]
    [TestCase("none", null)]
    public async Task An_open_socket_knows_the_user_of_a_valid_token_and_takes_the_others_for_anonymous(string token, string? user)
    {
        await using var server = await StartAsync();
        await using var client = await WebSocketAsync(server, TokenOf(token));
        client.Send(WhoAmI);
        await client.ExpectAsync(IAm(user));
        using var poller = await LongPollAsync(server, TokenOf(token));
        Assert.That((await SendAsync(poller, WhoAmI)).Status, Is.EqualTo(200));
        await poller.ExpectAsync(IAm(user));
    }

    [Test]
    public async Task An_anonymous_channel_stands_beside_authorized_ones()
    {
        await using var server = await StartAsync();
        foreach (var (token, users, admins) in new[] { (null, false, false), (_jwt.For("ann"), true, false), (_jwt.For("ann", "admin"), true, true) })
        {
            string[] joins = ["""["1","1","who:a","phx_join",{}]""", """["2","2","users","phx_join",{}]""", """["3","3","admins","phx_join",{}]"""];
            string[] answers = [IAm(token is null ? null : "ann"), Answer("2", "users", users), Answer("3", "admins", admins)];
            await using var client = await WebSocketAsync(server, token);
            client.Send(joins);
            await client.ExpectAsync(answers);
            using var poller = await LongPollAsync(server, token);
            Assert.That((await SendAsync(poller, joins)).Status, Is.EqualTo(200));
            await poller.ExpectAsync(answers);
        }

        static string Answer(string reference, string topic, bool isAllowed) =>
            $$"""["{{reference}}","{{reference}}","{{topic}}","phx_reply",{"response":{{(isAllowed ? "{}" : """{"reason":"unauthorized"}""")}},"status":"{{(isAllowed ? "ok" : "error")}}"}]""";
    }

    [TestCase("editor", 403)]
    [TestCase("admin", 101)]
    public async Task The_tokens_roles_count_on_the_mount(string role, int status)
    {
        await using var server = await StartAsync(socket => MapAll(socket).RequireAuthorization(new AuthorizeAttribute { Roles = "admin" }));
        var (webSocket, longPoll) = await ConnectAsync(server, _jwt.For("ann", role));
        Assert.That((webSocket, longPoll), Is.EqualTo((status, status == 101 ? 200 : status)));
    }

    [TestCase("guest", "error", """{"reason":"unauthorized"}""")]
    [TestCase("moderator", "ok", "{}")]
    public async Task The_tokens_roles_count_on_a_channel_and_on_its_handler(string role, string status, string response)
    {
        await using var server = await StartAsync();
        await using var client = await WebSocketAsync(server, _jwt.For("ann", role));
        client.Send("""["1","1","moderators","phx_join",{}]""", """["2","2","room","phx_join",{}]""", """["2","3","room","clear",{}]""");
        await client.ExpectAsync(
            $$"""["1","1","moderators","phx_reply",{"response":{{response}},"status":"{{status}}"}]""",
            """["2","2","room","phx_reply",{"response":{},"status":"ok"}]""",
            $$"""["2","3","room","phx_reply",{"response":{{response}},"status":"{{status}}"}]""");
    }

    [Test]
    public async Task A_token_in_a_second_header_line_is_not_read()
    {
        await using var server = await StartAsync(isGuarded: true);
        KeyValuePair<string, string> Line(string value) => new("Sec-WebSocket-Protocol", value);
        var (client, response) = await server.TryConnectAsync("vsn=2.0.0", Line("phoenix"), Line(Jwt.Subprotocol(_jwt.For("ann"))));
        await client.DisposeAsync();
        Assert.That(response.Status, Is.EqualTo(401));
    }

    [TestCase(true, 401)]
    [TestCase(false, 400)]
    public async Task A_subprotocol_that_is_no_Base64_is_answered_as_without_authentication(bool isGuarded, int status)
    {
        await using var server = await StartAsync(isGuarded);
        var (client, response) = await server.TryConnectAsync("vsn=2.0.0", new KeyValuePair<string, string>("Sec-WebSocket-Protocol", "phoenix, base64url.bearer.phx.***"));
        await client.DisposeAsync();
        Assert.That(response.Status, Is.EqualTo(status));
    }

    [TestCase(" ")]
    [TestCase("\r\n")]
    [TestCase("\u007f")]
    [TestCase("é")]
    public async Task A_token_that_could_not_stand_in_a_header_is_not_put_into_one(string end)
    {
        await using var server = await StartAsync(isGuarded: true);
        var (client, response) = await server.TryConnectAsync("vsn=2.0.0", Subprotocols(_jwt.For("ann") + end));
        await client.DisposeAsync();
        Assert.That(response.Status, Is.EqualTo(401));
    }

    [Test]
    public async Task The_header_of_long_poll_means_nothing_for_a_WebSocket()
    {
        await using var server = await StartAsync(isGuarded: true);
        var (client, response) = await server.TryConnectAsync("vsn=2.0.0", new KeyValuePair<string, string>(AuthTokenHeader, _jwt.For("ann")));
        await client.DisposeAsync();
        Assert.That(response.Status, Is.EqualTo(401));
    }

    [Test]
    public async Task An_Authorization_header_of_the_clients_own_comes_first()
    {
        await using var server = await StartAsync();
        using var poller = new LongPollClient(server.EndPoint);
        poller.Headers.Authorization = new("Bearer", _jwt.For("bob"));
        poller.Headers.Add(AuthTokenHeader, _jwt.For("ann"));
        await poller.OpenAsync();
        await poller.SendAsync(WhoAmI);
        await poller.ExpectAsync(IAm("bob"));
    }

    [Test]
    public async Task What_is_posted_without_a_token_counts_as_the_sessions_user_on_the_sessions_own_path_alone()
    {
        await using var server = await StartAsync(isGuarded: true);
        using var poller = await LongPollAsync(server, _jwt.For("ann"));
        Assert.That((await SendAsync(poller, WhoAmI)).Status, Is.EqualTo(200));
        await poller.ExpectAsync(IAm("ann"));
        using var http = new HttpClient { BaseAddress = new Uri($"http://{server.EndPoint}") };
        var session = Uri.EscapeDataString(poller.Token);
        Assert.That(
            (await StatusOf(http, HttpMethod.Post, $"/guarded?token={session}"), await StatusOf(http, HttpMethod.Post, $"/socket/longpoll/?token={session}"), await StatusOf(http, HttpMethod.Get, $"/socket/longpoll?vsn=2.0.0&token={session}"), await StatusOf(http, HttpMethod.Post, "/socket/longpoll?token=another")),
            Is.EqualTo((401, 401, 401, 401)));
    }

    [Test]
    public async Task A_session_stays_its_users()
    {
        await using var server = await StartAsync();
        using var poller = await LongPollAsync(server, _jwt.For("ann"));
        using var bob = new LongPollClient(server.EndPoint) { Token = poller.Token };
        bob.Headers.Add(AuthTokenHeader, _jwt.For("bob"));
        Assert.That(((await bob.PollAsync()).Status, (await bob.SendAsync(WhoAmI)).Status), Is.EqualTo((403, 403)));
        bob.Headers.Remove(AuthTokenHeader);
        Assert.That((await bob.PollAsync()).Status, Is.EqualTo(403), "a poll brings the token itself");
        Assert.That((await SendAsync(poller, WhoAmI)).Status, Is.EqualTo(200));
        await poller.ExpectAsync(IAm("ann"));
    }

    [Test]
    public async Task A_session_that_has_ended_authenticates_nobody()
    {
        await using var server = await StartAsync(isGuarded: true);
        using var poller = await LongPollAsync(server, _jwt.For("ann"));
        await server.Broadcaster.DisconnectAsync("user:ann");
        await server.CountsAsync("phoenixchannels.sockets", 0);
        Assert.That((await SendAsync(poller, WhoAmI)).Http, Is.EqualTo(401));
    }

    [TestCase(true, 401, 0)]
    [TestCase(false, 200, 403)]
    public async Task A_WebSocket_outlives_its_token_and_a_long_poll_session_does_not(bool isGuarded, int http, int status)
    {
        var clock = new FakeTimeProvider();
        var jwt = new Jwt(clock);
        await using var server = await StartAsync(isGuarded, jwt);
        await using var client = await WebSocketAsync(server, jwt.Brief("ann"));
        using var poller = await LongPollAsync(server, jwt.Brief("ann"));
        clock.Advance(Jwt.BriefLifetime);
        client.Send(WhoAmI);
        await client.ExpectAsync(IAm("ann"));
        var (poll, post) = (await poller.PollAsync(), await SendAsync(poller, WhoAmI));
        Assert.That((poll.Http, poll.Status, post.Http, post.Status), Is.EqualTo((http, status, http, status)));
        Assert.That(await ConnectAsync(server, jwt.Brief("ann")), Is.EqualTo((101, 200)), "with another token");
    }

    [Test]
    public async Task Polls_with_an_expired_token_keep_no_session_alive()
    {
        var (time, clock) = (new FakeTimeProvider(), new FakeTimeProvider());
        var jwt = new Jwt(clock);
        await using var server = await StartAsync(isGuarded: true, jwt, time);
        using var poller = await LongPollAsync(server, jwt.Brief("ann"));
        await server.CountsAsync("phoenixchannels.sockets", 1);
        clock.Advance(Jwt.BriefLifetime);
        var gone = server.CountsAsync("phoenixchannels.sockets", 0);
        while (!gone.IsCompleted)
        {
            Assert.That((await poller.PollAsync()).Http, Is.EqualTo(401));
            time.Advance(TimeSpan.FromSeconds(1));
        }

        await gone;
    }

    [TestCase("slim")]
    [TestCase("slim with UseAuthentication")]
    [TestCase("full")]
    [TestCase("full with UseAuthentication")]
    [TestCase("behind a path base")]
    public async Task It_works_in_every_kind_of_application(string kind)
    {
        var builder = kind.StartsWith("slim", StringComparison.Ordinal) ? WebApplication.CreateSlimBuilder() : WebApplication.CreateBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        builder.Services.AddPhoenixChannels();
        _jwt.AddTo(builder.Services).AddChannelsAuthToken();
        builder.Services.AddAuthorization();
        await using var app = builder.Build();
        if (kind == "behind a path base") app.UsePathBase("/base").UseRouting();
        if (kind is not ("slim" or "full")) app.UseAuthentication().UseAuthorization();
        MapAll(app.MapSocket<NamedSocket>("/socket", options => options.LongPoll.Enabled = true)).RequireAuthorization();
        await app.StartAsync();
        using var poller = new LongPollClient(new IPEndPoint(IPAddress.Loopback, new Uri(app.Urls.Single()).Port), (kind == "behind a path base" ? "/base" : "") + "/socket/longpoll");
        Assert.That((await poller.GetAsync("vsn=2.0.0")).Http, Is.EqualTo(401));
        poller.Headers.Add(AuthTokenHeader, _jwt.For("ann"));
        await poller.OpenAsync();
        await SendAsync(poller, WhoAmI);
        await poller.ExpectAsync(IAm("ann"));
    }

    [Test]
    public async Task Other_bearer_handlers_work_as_well()
    {
        await using var server = await TestServer.StartAsync<NamedSocket>(
            socket => MapAll(socket).RequireAuthorization(),
            options => options.LongPoll.Enabled = true,
            builder =>
            {
                builder.Services.AddAuthentication().AddBearerToken().AddChannelsAuthToken();
                builder.Services.AddAuthorization();
            });
        var protector = server.Services.GetRequiredService<IOptionsMonitor<BearerTokenOptions>>().Get(BearerTokenDefaults.AuthenticationScheme).BearerTokenProtector;
        var ticket = new AuthenticationTicket(new(new System.Security.Claims.ClaimsIdentity([new("sub", "ann")], "test", "sub", null)), new() { ExpiresUtc = TimeProvider.System.GetUtcNow().AddHours(1) }, BearerTokenDefaults.AuthenticationScheme);
        await using var client = await WebSocketAsync(server, protector.Protect(ticket));
        client.Send(WhoAmI);
        await client.ExpectAsync(IAm("ann"));
        Assert.That(await ConnectAsync(server, protector.Protect(ticket)[1..]), Is.EqualTo((401, 401)));
    }

    [Test]
    public async Task The_token_is_in_no_log()
    {
        await using var server = await StartAsync(isGuarded: true);
        string[] tokens = [_jwt.For("ann"), _jwt.Expired("ann"), new Jwt().For("ann"), "no.j.wt"];
        foreach (var token in tokens) await ConnectAsync(server, token);
        using var poller = await LongPollAsync(server, tokens[0]);
        await SendAsync(poller, WhoAmI);
        await poller.ExpectAsync(IAm("ann"));
        var logged = server.Log.Entries.Select(entry => entry.Text).ToList();
        Assert.That(logged, Has.Some.Contains("/socket/longpoll"), "requests are logged");
        foreach (var token in tokens)
        {
            Assert.That(logged, Has.None.Contains(token));
            Assert.That(logged, Has.None.Contains(Jwt.Subprotocol(token)));
        }
    }

    string? TokenOf(string kind) => kind switch
    {
        "right" => _jwt.For("ann"),
        "expired" => _jwt.Expired("ann"),
        "of another key" => new Jwt().For("ann"),
        "no JWT" => "open-sesame",
        "empty" => "",
        _ => null,
    };

    Task<TestServer> StartAsync(bool isGuarded = false, Jwt? jwt = null, TimeProvider? time = null) => StartAsync(
        socket =>
        {
            MapAll(socket);
            if (isGuarded) socket.RequireAuthorization();
        },
        jwt,
        time);

    Task<TestServer> StartAsync(Action<SocketEndpointConventionBuilder<NamedSocket>> map, Jwt? jwt = null, TimeProvider? time = null) => TestServer.StartAsync(
        map,
        options => options.LongPoll.Enabled = true,
        builder =>
        {
            builder.Logging.SetMinimumLevel(LogLevel.Trace);
            (jwt ?? _jwt).AddTo(builder.Services).AddChannelsAuthToken();
            builder.Services.AddAuthorization();
            if (time is not null) builder.Services.AddSingleton(time);
        },
        app => app.MapPost("/guarded", () => Results.Ok()).RequireAuthorization());

    static SocketEndpointConventionBuilder<NamedSocket> MapAll(SocketEndpointConventionBuilder<NamedSocket> socket) => socket
        .MapChannel("who:*", channel => channel.OnJoin((c, _) => Reply.Ok(new { user = c.User.Identity?.Name })))
        .MapChannel("users", channel => channel.RequireAuthorization())
        .MapChannel<Admins>("admins")
        .MapChannel<Moderators>("moderators")
        .MapChannel<Room>("room");

    /// <summary>What both transports answer to a handshake.</summary>
    static async Task<(int WebSocket, int LongPoll)> ConnectAsync(TestServer server, string? token)
    {
        var (client, response) = await server.TryConnectAsync("vsn=2.0.0", Subprotocols(token));
        await client.DisposeAsync();
        using var poller = new LongPollClient(server.EndPoint);
        if (token is not null) poller.Headers.TryAddWithoutValidation(AuthTokenHeader, token);
        return (response.Status, (await poller.GetAsync("vsn=2.0.0")).Http);
    }

    static async Task<TestClient> WebSocketAsync(TestServer server, string? token)
    {
        var (client, response) = await server.TryConnectAsync("vsn=2.0.0", Subprotocols(token));
        Assert.That((response.Status, token is null || response.Headers.Any(header => header is { Key: "sec-websocket-protocol", Value: "phoenix" })), Is.EqualTo((101, true)));
        return client;
    }

    static async Task<LongPollClient> LongPollAsync(TestServer server, string? token)
    {
        var poller = new LongPollClient(server.EndPoint);
        if (token is not null) poller.Headers.TryAddWithoutValidation(AuthTokenHeader, token);
        await poller.OpenAsync();
        return poller;
    }

    /// <summary>phoenix.js does not send its token with what it posts.</summary>
    static async Task<LongPollClient.Answer> SendAsync(LongPollClient poller, params string[] lines)
    {
        var token = poller.Headers.TryGetValues(AuthTokenHeader, out var values) ? values.Single() : null;
        poller.Headers.Remove(AuthTokenHeader);
        var answer = await poller.SendAsync(lines);
        if (token is not null) poller.Headers.TryAddWithoutValidation(AuthTokenHeader, token);
        return answer;
    }

    static KeyValuePair<string, string>[] Subprotocols(string? token) => token is null ? [] : [new("Sec-WebSocket-Protocol", $"phoenix, {Jwt.Subprotocol(token)}")];

    static async Task<int> StatusOf(HttpClient http, HttpMethod method, string path)
    {
        using var request = new HttpRequestMessage(method, new Uri(path, UriKind.Relative));
        using var response = await http.SendAsync(request);
        return (int)response.StatusCode;
    }

    static string IAm(string? user) => $$"""["1","1","who:a","phx_reply",{"response":{"user":{{(user is null ? "null" : $"\"{user}\"")}}},"status":"ok"}]""";

    [Authorize(Roles = "admin")]
    sealed class Admins : Channel
    {
        protected internal override ValueTask<Reply> JoinAsync(Payload payload, CancellationToken cancellationToken) => new(Reply.Ok());
    }

    [Authorize(Roles = "moderator")]
    sealed partial class Moderators : Channel<NamedSocket>
    {
        [Join]
        void Join() { }
    }

    sealed partial class Room : Channel<NamedSocket>
    {
        [Join]
        void Join() { }

        [HandleIn("clear"), Authorize(Roles = "moderator")]
        Reply Clear() => Reply.Ok();
    }

    /// <summary>Named by its user.</summary>
    sealed class NamedSocket : Socket
    {
        protected internal override ValueTask<ConnectResult> ConnectAsync(ConnectInfo info, CancellationToken cancellationToken)
        {
            if (info.User.Identity?.Name is { } name) Id = $"user:{name}";
            return new(ConnectResult.Ok);
        }
    }
}
