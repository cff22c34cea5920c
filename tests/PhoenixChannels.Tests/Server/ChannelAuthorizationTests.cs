using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace PhoenixChannels.Tests.Server;

/// <summary>Who may connect and who may join, as mounts, classes and lambdas ask for it.</summary>
public class ChannelAuthorizationTests
{
    [TestCase(null, 401)]
    [TestCase("bob", 403)]
    [TestCase("bob:admin", 403)]
    [TestCase("ann:editor", 403)]
    [TestCase("ann:admin", 101)]
    public async Task RequireAuthorization_on_the_mount_guards_both_transports(string? user, int status)
    {
        await using var server = await StartAsync(
            socket => socket.MapChannel("*", _ => { }).RequireAuthorization("ann").RequireAuthorization(new AuthorizeAttribute { Roles = "admin" }),
            services => services.AddAuthorization(options => options.AddPolicy("ann", policy => policy.RequireUserName("ann"))));
        var (client, response) = await server.TryConnectAsync("vsn=2.0.0", Headers(user));
        await client.DisposeAsync();
        using var poller = new LongPollClient(server.EndPoint);
        if (user is not null) poller.Headers.Add("X-User", user);
        var polled = await poller.GetAsync("vsn=2.0.0");
        Assert.That((response.Status, polled.Http, polled.Status), Is.EqualTo((status, status == 101 ? 200 : status, status == 101 ? 410 : 0)));
    }

    [TestCase("open:a", null, true)]
    [TestCase("users:a", null, false)]
    [TestCase("users:a", "ann", true)]
    [TestCase("admins:a", "ann", false)]
    [TestCase("admins:a", "ann:admin", true)]
    [TestCase("both:a", "ann:admin", true)]
    [TestCase("both:a", "bob:admin", false)]
    [TestCase("both:a", "ann", false)]
    [TestCase("lifted:a", null, true)]
    [TestCase("asked again:a", null, false)]
    [TestCase("asked again:a", "ann", true)]
    [TestCase("owned:ann", "ann", true)]
    [TestCase("owned:bob", "ann", false)]
    [TestCase("lambda of users:a", null, false)]
    [TestCase("lambda of users:a", "ann", true)]
    [TestCase("lambda of ann's:a", "bob", false)]
    [TestCase("lambda of ann's:a", "ann", true)]
    public async Task A_join_is_let_in_or_refused(string topic, string? user, bool isAllowed)
    {
        var joins = new Joins();
        await using var server = await StartAsync(MapAll, services => AddAll(services).AddSingleton(joins));
        await using var client = await ConnectAsync(server, user);
        client.Send($$"""["1","1","{{topic}}","phx_join",{}]""", $$"""["1","2","{{topic}}","hello",{}]""");
        await client.ExpectAsync(isAllowed
            ? [$$"""["1","1","{{topic}}","phx_reply",{"response":{},"status":"ok"}]""", $$"""["1","2","{{topic}}","phx_reply",{"response":{},"status":"ok"}]"""]
            : [$$"""["1","1","{{topic}}","phx_reply",{"response":{"reason":"unauthorized"},"status":"error"}]""", $$"""[null,"2","{{topic}}","phx_reply",{"response":{"reason":"unmatched topic"},"status":"error"}]"""]);
        var pattern = topic[..(topic.IndexOf(':', StringComparison.Ordinal) + 1)] + "*";
        Assert.That(
            (server.Counted("phoenixchannels.joins", "result=ok"), server.Counted("phoenixchannels.joins", "result=unauthorized"), server.Counted("phoenixchannels.unauthorized", $"topic_pattern={pattern}"), joins.Count),
            Is.EqualTo(isAllowed ? (1, 0, 0, 1) : (0, 1, 1, 0)),
            "a refused client never reaches the channel's JoinAsync");
    }

    [Test]
    public async Task A_filter_sees_the_join_that_is_refused()
    {
        var seen = new Seen();
        await using var server = await StartAsync(
            socket => socket.MapChannel<Users>("users:*", channel => channel.AddFilter<SeeingFilter>()),
            services => AddAll(services).AddSingleton(seen).AddSingleton(new Joins()));
        await using var client = await ConnectAsync(server, null);
        client.Send("""["1","1","users:a","phx_join",{}]""");
        await client.ExpectAsync("""["1","1","users:a","phx_reply",{"response":{"reason":"unauthorized"},"status":"error"}]""");
        Assert.That(seen.Replies, Is.EqualTo(["""error {"reason":"unauthorized"}"""]));
    }

    [TestCase("ok")]
    [TestCase(null)]
    public async Task A_filter_cannot_accept_a_join_that_is_refused(string? status)
    {
        var joins = new Joins();
        await using var server = await StartAsync(
            socket => socket.MapChannel<Users>("users:*", channel => channel.AddFilter<AcceptingFilter>()),
            services => AddAll(services).AddSingleton(new AcceptingFilter(status)).AddSingleton(joins));
        await using var client = await ConnectAsync(server, null);
        client.Send("""["1","1","users:a","phx_join",{}]""", """["1","2","users:a","hello",{}]""");
        await client.ExpectAsync(
            """["1","1","users:a","phx_reply",{"response":{"reason":"join crashed"},"status":"error"}]""",
            """[null,"2","users:a","phx_reply",{"response":{"reason":"unmatched topic"},"status":"error"}]""");
        Assert.That((joins.Count, server.Counted("phoenixchannels.joins", "result=crashed"), server.Counted("phoenixchannels.joins")), Is.EqualTo((0, 1, 1)));
    }

    [Test]
    public void A_policy_that_is_not_known_stops_the_start() => Assert.That(
        async () => await StartAsync(socket => socket.MapChannel<Unknown>("room:*"), services => services.AddAuthorization()),
        Throws.InvalidOperationException.With.Message.EqualTo("Unknown on 'room:*' asks for the authorization policy 'nobody', which is not known: add it with AddAuthorization(options => options.AddPolicy(\"nobody\", ...)), or correct its name."));

    [Test]
    public void A_policy_that_is_not_known_stops_the_start_with_lambdas_as_well() => Assert.That(
        async () => await StartAsync(socket => socket.MapChannel("room:*", channel => channel.RequireAuthorization("nobody")), services => services.AddAuthorization()),
        Throws.InvalidOperationException.With.Message.StartsWith("The channel on 'room:*' asks for the authorization policy 'nobody'"));

    [TestCase("class")]
    [TestCase("lambdas")]
    public void Authorization_without_its_services_is_refused_when_it_is_mapped(string form) => Assert.That(
        async () => await StartAsync(socket => _ = form == "class" ? socket.MapChannel<Users>("room:*") : socket.MapChannel("room:*", channel => channel.RequireAuthorization()), _ => { }),
        Throws.InvalidOperationException.With.Message.Contains("call builder.Services.AddAuthorization()"));

    [Test]
    public void Authentication_schemes_of_a_channel_are_refused_when_it_is_mapped() => Assert.That(
        async () => await StartAsync(socket => socket.MapChannel<Schemed>("room:*"), services => services.AddAuthorization()),
        Throws.InvalidOperationException.With.Message.EqualTo("Schemed asks for the authentication schemes 'header', but its user has been authenticated at the handshake: name them on the socket, MapSocket(...).RequireAuthorization(new AuthorizeAttribute { AuthenticationSchemes = \"header\" })."));

    static void MapAll(SocketEndpointConventionBuilder<TestSocket> socket) => socket
        .MapChannel<Open>("open:*")
        .MapChannel<Users>("users:*")
        .MapChannel<Admins>("admins:*")
        .MapChannel<Both>("both:*")
        .MapChannel<Lifted>("lifted:*")
        .MapChannel<AskedAgain>("asked again:*")
        .MapChannel<Owned>("owned:*")
        .MapChannel("lambda of users:*", channel => Let(channel.RequireAuthorization()))
        .MapChannel("lambda of ann's:*", channel => Let(channel.RequireAuthorization("ann")));

    static void Let(ChannelBuilder<TestSocket> channel) => channel
        .OnJoin((c, _) => c.Services.GetRequiredService<Joins>().Add())
        .On<Payload>("hello", (_, _, _) => new ValueTask<Reply>(Reply.Ok()));

    static IServiceCollection AddAll(IServiceCollection services) => services
        .AddAuthorization(options => options.AddPolicy("ann", policy => policy.RequireUserName("ann")))
        .AddSingleton<IAuthorizationHandler, OwnerHandler>();

    static Task<TestServer> StartAsync(Action<SocketEndpointConventionBuilder<TestSocket>> map, Action<IServiceCollection> services) => TestServer.StartAsync(
        map,
        options => options.LongPoll.Enabled = true,
        builder =>
        {
            HeaderAuthentication.AddTo(builder.Services);
            services(builder.Services);
        });

    static async Task<TestClient> ConnectAsync(TestServer server, string? user)
    {
        var (client, response) = await server.TryConnectAsync("vsn=2.0.0", Headers(user));
        Assert.That(response.Status, Is.EqualTo(101), "the handshake's status");
        return client;
    }

    static KeyValuePair<string, string>[] Headers(string? user) => user is null ? [] : [new("X-User", user)];

    sealed class Joins
    {
        public int Count { get; private set; }

        public Reply Add()
        {
            Count++;
            return Reply.Ok();
        }
    }

    class Open(Joins joins) : Channel
    {
        protected internal override ValueTask<Reply> JoinAsync(Payload payload, CancellationToken cancellationToken) => new(joins.Add());

        protected internal override ValueTask<Reply> HandleInAsync(Message message, CancellationToken cancellationToken) => new(Reply.Ok());
    }

    [Authorize]
    class Users(Joins joins) : Open(joins);

    [Authorize(Roles = "admin")]
    sealed class Admins(Joins joins) : Open(joins);

    [Authorize(Roles = "admin")]
    class AdminsBase(Joins joins) : Open(joins);

    [Authorize("ann")]
    sealed class Both(Joins joins) : AdminsBase(joins);

    [AllowAnonymous]
    class Lifted(Joins joins) : Users(joins);

    [Authorize]
    sealed class AskedAgain(Joins joins) : Lifted(joins);

    [Owner]
    sealed class Owned(Joins joins) : Open(joins);

    [Authorize("nobody")]
    sealed class Unknown(Joins joins) : Open(joins);

    [Authorize(AuthenticationSchemes = "header")]
    sealed class Schemed(Joins joins) : Open(joins);

    /// <summary>A requirement of its own, without being an <c>[Authorize]</c>.</summary>
    [AttributeUsage(AttributeTargets.Class)]
    sealed class OwnerAttribute : Attribute, IAuthorizationRequirement, IAuthorizationRequirementData
    {
        public IEnumerable<IAuthorizationRequirement> GetRequirements() => [this];
    }

    sealed class OwnerHandler : AuthorizationHandler<OwnerAttribute, Owned>
    {
        protected override Task HandleRequirementAsync(AuthorizationHandlerContext context, OwnerAttribute requirement, Owned resource)
        {
            if (context.User.Identity?.Name == resource.Subtopic) context.Succeed(requirement);
            return Task.CompletedTask;
        }
    }

    sealed class Seen
    {
        public List<string> Replies { get; } = [];
    }

    /// <summary>Answers as if nobody had been refused.</summary>
    sealed class AcceptingFilter(string? status) : IChannelFilter
    {
        public async ValueTask<Reply> JoinAsync(ChannelCall call, Func<ChannelCall, ValueTask<Reply>> next)
        {
            await next(call);
            return status is null ? Reply.None : Reply.Ok();
        }
    }

    sealed class SeeingFilter(Seen seen) : IChannelFilter
    {
        public async ValueTask<Reply> JoinAsync(ChannelCall call, Func<ChannelCall, ValueTask<Reply>> next)
        {
            var reply = await next(call);
            seen.Replies.Add($"{reply.Status} {reply.Payload}");
            return reply;
        }
    }
}
