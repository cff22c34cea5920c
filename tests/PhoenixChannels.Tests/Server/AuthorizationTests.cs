using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace PhoenixChannels.Tests.Server;

/// <summary>Who may join, and who may send what.</summary>
public class AuthorizationTests
{
    static readonly IAuthorizeData[] s_admins = [new AuthorizeAttribute { Roles = "admin" }];

    [TestCase("ann:admin", true)]
    [TestCase("bob:editor", false)]
    [TestCase(null, false)]
    public async Task A_handler_asks_for_a_role(string? user, bool isAllowed)
    {
        await using var server = await StartAsync(new() { HandleIn = async (channel, _, _) => await channel.AuthorizeAsync(s_admins) ? Reply.Ok() : Reply.Error("unauthorized") });
        await using var client = await ConnectAsync(server, user);
        await client.JoinAsync("room:a");
        client.Send("""["1","2","room:a","delete",{}]""", """["1","3","room:a","delete",{}]""");
        foreach (var reference in (string[])["2", "3"]) await client.ExpectAsync(Answer(reference, isAllowed));
        Assert.That(server.Counted("phoenixchannels.unauthorized", "topic_pattern=room:*"), Is.EqualTo(isAllowed ? 0 : 2));
    }

    [TestCase("room:ann", true)]
    [TestCase("room:bob", false)]
    public async Task The_resource_of_a_policy_is_the_channel(string topic, bool isAllowed)
    {
        IAuthorizeData[] owners = [new AuthorizeAttribute("owner")];
        await using var server = await StartAsync(
            new() { HandleIn = async (channel, message, _) => await (message.Event == "by name" ? channel.AuthorizeAsync("owner") : channel.AuthorizeAsync(owners)) ? Reply.Ok() : Reply.Error("unauthorized") },
            services => services.AddAuthorization(options => options.AddPolicy("owner", policy => policy.AddRequirements(new Owner()))).AddScoped<IAuthorizationHandler, OwnerHandler>());
        await using var client = await ConnectAsync(server, "ann");
        await client.JoinAsync(topic);
        client.Send($$"""["1","2","{{topic}}","by name",{}]""", $$"""["1","3","{{topic}}","by attribute",{}]""");
        await client.ExpectAsync(Answer("2", isAllowed, topic), Answer("3", isAllowed, topic));
    }

    [Test]
    public async Task Requirements_that_an_attribute_brings_itself_are_asked_for()
    {
        IAuthorizeData[] owners = [new OwnerAttribute()];
        await using var server = await StartAsync(
            new() { HandleIn = async (channel, _, _) => await channel.AuthorizeAsync(owners) ? Reply.Ok() : Reply.Error("unauthorized") },
            services => services.AddScoped<IAuthorizationHandler, OwnerHandler>());
        await using var client = await ConnectAsync(server, "ann");
        await client.JoinAsync("room:ann");
        await client.JoinAsync("room:bob", "2");
        client.Send("""["1","3","room:ann","delete",{}]""");
        await client.ExpectAsync(Answer("3", isAllowed: true, "room:ann"));
        client.Send("""["2","4","room:bob","delete",{}]""");
        await client.ExpectAsync("""["2","4","room:bob","phx_reply",{"response":{"reason":"unauthorized"},"status":"error"}]""");
    }

    [Test]
    public async Task Every_callback_may_ask()
    {
        var asked = new List<string>();
        var ended = new Signal();
        async ValueTask Ask(ScriptedChannel channel, string callback) => asked.Add($"{callback} {await channel.AuthorizeAsync(s_admins)}");
        await using var server = await StartAsync(new()
        {
            Intercepts = ["out"],
            Join = async (channel, _, _) =>
            {
                await Ask(channel, "join");
                return Reply.Ok();
            },
            Joined = async (channel, ct) =>
            {
                await Ask(channel, "joined");
                await channel.BroadcastAsync("out", Payload.Empty, ct);
            },
            HandleOut = async (channel, _, _) =>
            {
                await Ask(channel, "out");
                channel.Send("info");
            },
            Info = async (channel, _, _) =>
            {
                await Ask(channel, "info");
                channel.Stop();
            },
            Terminate = async (channel, _, _) =>
            {
                await Ask(channel, "terminate");
                ended.Set();
            },
        });
        await using var client = await ConnectAsync(server, "ann:admin");
        await client.JoinAsync("room:a");
        await ended.WaitAsync();
        Assert.That(asked, Is.EqualTo(["join True", "joined True", "out True", "info True", "terminate True"]));
    }

    [TestCase("missing services", "call builder.Services.AddAuthorization()")]
    [TestCase("unknown policy", "'nobody'")]
    [TestCase("unknown policy by name", "nobody")]
    [TestCase("schemes", "name them on the socket")]
    [TestCase("nothing", "pass new AuthorizeAttribute()")]
    public async Task A_handler_that_asks_for_what_cannot_be_answered_crashes_with_the_fix_in_the_log(string mistake, string fix)
    {
        IAuthorizeData[] demands = mistake switch
        {
            "unknown policy" => [new AuthorizeAttribute("nobody")],
            "schemes" => [new AuthorizeAttribute { AuthenticationSchemes = "header" }],
            "nothing" => [],
            _ => [new AuthorizeAttribute()],
        };
        await using var server = await StartAsync(
            new() { HandleIn = async (channel, _, _) => await (mistake == "unknown policy by name" ? channel.AuthorizeAsync("nobody") : channel.AuthorizeAsync(demands)) ? Reply.Ok() : Reply.None },
            withAuthorization: mistake != "missing services");
        await using var client = await ConnectAsync(server, "ann");
        await client.JoinAsync("room:a");
        client.Send("""["1","2","room:a","delete",{}]""");
        await client.ExpectAsync("""["1","1","room:a","phx_error",{"reason":"channel_crash"}]""");
        Assert.That(server.Log.Entries.Single(entry => entry.Level == LogLevel.Error).Text, Does.Contain(fix));
    }

    static Task<TestServer> StartAsync(Script script, Action<IServiceCollection>? services = null, bool withAuthorization = true) => TestServer.StartAsync(
        socket => socket.MapChannel<ScriptedChannel>("room:*"),
        configure: builder =>
        {
            builder.Services.AddSingleton(script);
            HeaderAuthentication.AddTo(builder.Services);
            if (withAuthorization) builder.Services.AddAuthorization();
            services?.Invoke(builder.Services);
        });

    static async Task<TestClient> ConnectAsync(TestServer server, string? user)
    {
        var (client, response) = await server.TryConnectAsync("vsn=2.0.0", user is null ? [] : [new("X-User", user)]);
        Assert.That(response.Status, Is.EqualTo(101), "the handshake's status");
        return client;
    }

    static string Answer(string reference, bool isAllowed, string topic = "room:a") => isAllowed
        ? $$"""["1","{{reference}}","{{topic}}","phx_reply",{"response":{},"status":"ok"}]"""
        : $$"""["1","{{reference}}","{{topic}}","phx_reply",{"response":{"reason":"unauthorized"},"status":"error"}]""";

    sealed class Owner : IAuthorizationRequirement;

    [AttributeUsage(AttributeTargets.Class)]
    sealed class OwnerAttribute : AuthorizeAttribute, IAuthorizationRequirementData
    {
        public IEnumerable<IAuthorizationRequirement> GetRequirements() => [new Owner()];
    }

    /// <summary>A room belongs to whom it is named after.</summary>
    sealed class OwnerHandler : AuthorizationHandler<Owner, ScriptedChannel>
    {
        protected override Task HandleRequirementAsync(AuthorizationHandlerContext context, Owner requirement, ScriptedChannel resource)
        {
            if (context.User.Identity?.Name == resource.Subtopic) context.Succeed(requirement);
            return Task.CompletedTask;
        }
    }
}
