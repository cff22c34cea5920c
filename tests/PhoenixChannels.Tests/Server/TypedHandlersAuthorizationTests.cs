using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.DependencyInjection;
using PhoenixChannels.InteropTests.Wire;

namespace PhoenixChannels.Tests.Server;

/// <summary><c>[Authorize]</c> on typed handlers.</summary>
public partial class TypedHandlersAuthorizationTests
{
    const string Unauthorized = """{"response":{"reason":"unauthorized"},"status":"error"}""";

    [TestCase("reply", "ann", """{"response":"reply","status":"ok"}""")]
    [TestCase("reply", "bob", Unauthorized)]
    [TestCase("void", "ann", """{"response":"void","status":"ok"}""")]
    [TestCase("void", "bob", Unauthorized)]
    [TestCase("value", "ann", """{"response":5,"status":"ok"}""")]
    [TestCase("value", "bob", Unauthorized)]
    [TestCase("task", "ann:admin", """{"response":["task","service"],"status":"ok"}""")]
    [TestCase("task", "ann", Unauthorized)]
    [TestCase("task", "bob:admin", Unauthorized)]
    [TestCase("custom", "ann:editor", """{"response":{},"status":"ok"}""")]
    [TestCase("custom", "ann", Unauthorized)]
    [TestCase("open", "bob", """{"response":"open","status":"ok"}""")]
    public async Task An_event_is_handled_for_whom_the_policy_lets_through(string @event, string user, string answer)
    {
        await using var server = await StartAsync();
        await using var client = await ConnectAsync(server, user);
        await client.JoinAsync("room:a");
        client.Send($"""["1","2","room:a","{@event}","{@event}"]""");
        await client.ExpectAsync($"""["1","2","room:a","phx_reply",{answer}]""");
    }

    [Test]
    public async Task Authorization_comes_before_the_payload_is_read()
    {
        await using var server = await StartAsync();
        await using var ann = await ConnectAsync(server, "ann");
        await using var bob = await ConnectAsync(server, "bob");
        await ann.JoinAsync("room:a");
        await bob.JoinAsync("room:a");
        ann.Send("""["1","2","room:a","reply",{"no":"string"}]""");
        bob.Send("""["1","2","room:a","reply",{"no":"string"}]""");
        await ann.ExpectAsync("""["1","2","room:a","phx_reply",{"response":{"reason":"invalid payload"},"status":"error"}]""");
        await bob.ExpectAsync($"""["1","2","room:a","phx_reply",{Unauthorized}]""");
    }

    [TestCase("ann", """{"response":"welcome","status":"ok"}""")]
    [TestCase("bob", Unauthorized)]
    public async Task A_join_is_decided_for_whom_the_policy_lets_through(string user, string answer)
    {
        await using var server = await StartAsync();
        await using var client = await ConnectAsync(server, user);
        client.Send("""["1","1","guarded:a","phx_join",{}]""");
        await client.ExpectAsync($"""["1","1","guarded:a","phx_reply",{answer}]""");
    }

    static Task<TestServer> StartAsync() => TestServer.StartAsync(
        socket => socket.MapChannel<RoomChannel>("room:*").MapChannel<GuardedChannel>("guarded:*"),
        configure: builder =>
        {
            HeaderAuthentication.AddTo(builder.Services);
            builder.Services.AddSingleton("service").AddAuthorization(options => options.AddPolicy("ann \"A\"", policy => policy.RequireUserName("ann")));
        });

    static async Task<TestClient> ConnectAsync(TestServer server, string user) =>
        (await server.TryConnectAsync("vsn=2.0.0", new KeyValuePair<string, string>("X-User", user))).Client;

    [AttributeUsage(AttributeTargets.Method, AllowMultiple = true)]
    sealed class AuthorizeAllAttribute(params string[] roles) : Attribute, IAuthorizeData
    {
        public string? Policy { get; set; }

        public string? Roles { get => string.Join(",", roles); set => throw new NotSupportedException(value); }

        public string? AuthenticationSchemes { get; set; }
    }

    sealed partial class RoomChannel : Channel<TestSocket>
    {
        [Join]
        void Join()
        {
        }

        [HandleIn("reply"), Authorize("ann \"A\"")]
        Reply PlainReply(string text) => Reply.Ok(text);

        [HandleIn("void"), Authorize("ann \"A\"")]
        void Void(string text, SocketRef later) => later.Reply(Reply.Ok(text));

        [HandleIn("value"), Authorize("ann \"A\"")]
        int Value() => 5;

        [HandleIn("task"), Authorize("ann \"A\""), Authorize(Roles = "admin,root")]
        async Task<string[]> TaskOfValue(string text, [FromServices] string service, CancellationToken ct)
        {
            await Task.Yield();
            ct.ThrowIfCancellationRequested();
            return [text, service];
        }

        [HandleIn("custom"), AuthorizeAll("editor", "author")]
        async ValueTask<Reply> Custom()
        {
            await Task.Yield();
            return Reply.Ok();
        }

        [HandleIn("open")]
        string Open(string text) => text;
    }

    sealed partial class GuardedChannel : Channel<TestSocket>
    {
        [Join, Authorize("ann \"A\"")]
        async Task<string> Join()
        {
            await Task.Yield();
            return "welcome";
        }
    }
}
