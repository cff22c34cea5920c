using System.Net;
using System.Security.Claims;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using PhoenixChannels.Testing;

namespace PhoenixChannels.Tests.Testing;

public sealed class ConnectingTests
{
    [Test]
    public async Task The_socket_sees_what_the_client_gives()
    {
        await using var host = ChannelTestHost.Create().MapChannel<CuriousSocket>("room:*", _ => { });
        var client = await host.ConnectAsync<CuriousSocket>(
            new { Name = "Ann & Bob", Age = 7, Admin = true, Nothing = (string?)null, Filter = new { City = "Ulm" } },
            new ClaimsPrincipal(new ClaimsIdentity([new("sub", "ann")], "test")),
            "secret",
            new Dictionary<string, string> { ["x-tenant"] = "acme", ["User-Agent"] = "test" },
            context =>
            {
                context.Connection.RemoteIpAddress = IPAddress.Parse("10.1.2.3");
                context.Request.RouteValues["shop"] = "7";
            });
        Assert.That(client.Socket.Seen, Is.EqualTo(
            "admin=True,age=7,filter[city]=Ulm,name=Ann & Bob,shop=7,vsn=2.0.0; user ann, token secret, x-tenant=acme, agent test, from 10.1.2.3, http://localhost/socket/websocket, services True"));
        Assert.That(client.Socket.User.FindFirst("sub")?.Value, Is.EqualTo("ann"));
    }

    [Test]
    public async Task Parameters_may_be_a_dictionary_and_need_not_be()
    {
        await using var host = ChannelTestHost.Create().MapChannel<CuriousSocket>("room:*", _ => { });
        var client = await host.ConnectAsync<CuriousSocket>(new Dictionary<string, string> { ["Token"] = "a b" });
        Assert.That(client.Socket.Seen, Does.StartWith("Token=a b,vsn=2.0.0; user , token , "));
        Assert.That((await host.ConnectAsync<CuriousSocket>()).Socket.Seen, Does.StartWith("vsn=2.0.0; "));
        Assert.That(() => host.ConnectAsync<CuriousSocket>(new[] { 1 }), Throws.ArgumentException);
    }

    [Test]
    public async Task A_client_that_is_refused_gets_the_status_and_the_body()
    {
        await using var host = ChannelTestHost.Create().MapChannel<StrictSocket>("room:*", _ => { });
        var plain = await host.TryConnectAsync<StrictSocket>(new { how = "plain" });
        var worded = await host.TryConnectAsync<StrictSocket>(new { how = "worded" });
        var thrown = await host.TryConnectAsync<StrictSocket>(new { how = "throw" });
        var accepted = await host.TryConnectAsync<StrictSocket>();
        Assert.That(
            new[] { plain, worded, thrown, accepted }.Select(result => (result.IsAccepted, result.Status, result.Body, result.Socket is null)),
            Is.EqualTo(new[] { (false, 403, "", true), (false, 429, "come back later", true), (false, 403, "", true), (true, 101, "", false) }));
    }

    [TestCase("plain", "Expected StrictSocket to let the client in, but it was refused with 403.")]
    [TestCase("worded", "Expected StrictSocket to let the client in, but it was refused with 429 'come back later'.")]
    [TestCase("throw", "Expected StrictSocket to let the client in, but it was refused with 403. ConnectAsync threw InvalidOperationException: no database")]
    public async Task A_client_that_should_have_been_let_in_fails_the_test(string how, string text)
    {
        await using var host = ChannelTestHost.Create().MapChannel<StrictSocket>("room:*", _ => { });
        Assert.That(() => host.ConnectAsync<StrictSocket>(new { how }), Throws.TypeOf<ChannelTestException>().With.Message.EqualTo(text));
    }

    [Test]
    public async Task A_page_from_elsewhere_is_refused_as_in_production()
    {
        await using var host = ChannelTestHost.Create().MapChannel<AnySocket>("room:*", _ => { });
        Assert.That((await host.TryConnectAsync<AnySocket>(headers: [new("Origin", "https://evil.example")])).Status, Is.EqualTo(403));
        Assert.That((await host.TryConnectAsync<AnySocket>(headers: [new("Origin", "http://localhost")])).Status, Is.EqualTo(101));
    }

    [Test]
    public async Task Several_sockets_have_channels_and_options_of_their_own()
    {
        await using var host = ChannelTestHost.Create();
        host.MapChannel<ShyChannel>("shy");
        host.MapSocket<StrictSocket>(options => options.MaxChannelsPerSocket = 1).MapChannel<OpenChannel>("strict:*");
        host.MapChannel<OpenChannel>("open:*");
        var strict = await host.ConnectAsync<StrictSocket>();
        var any = await host.ConnectAsync<AnySocket>();
        Assert.That((await strict.TryJoinAsync("shy")).Reason, Is.EqualTo("unmatched topic"));
        await any.JoinAsync("shy");
        await any.JoinAsync("open:1");
        Assert.That((await any.TryJoinAsync("strict:1")).Reason, Is.EqualTo("unmatched topic"));
        await strict.JoinAsync("strict:1");
        Assert.That((await strict.TryJoinAsync("open:1")).Reason, Is.EqualTo("too many channels joined"));
    }

    [Test]
    public async Task The_services_of_the_application_are_there()
    {
        await using var host = ChannelTestHost.Create(services =>
        {
            services.AddPhoenixChannels(options => options.Sockets.MaxChannelsPerSocket = 1);
            services.AddScoped<Greeting>();
        });
        host.MapChannel<GreetingChannel>("greet:*");
        var client = await host.ConnectAsync<AnySocket>();
        Assert.That((await client.JoinAsync("greet:1")).JoinReply.Read<Dictionary<string, string>>(), Is.EqualTo(new Dictionary<string, string> { ["text"] = "hello" }));
        Assert.That((await client.TryJoinAsync("greet:2")).Reason, Is.EqualTo("too many channels joined"));
    }

    [Test]
    public async Task Mistakes_are_told_with_the_fix()
    {
        await using var host = ChannelTestHost.Create().MapChannel<ShyChannel>("shy");
        Assert.That(() => host.ConnectAsync<StrictSocket>(), Throws.InvalidOperationException.With.Message.EqualTo("StrictSocket has no channels: call host.MapChannel<TChannel>(\"topic:*\") with a channel that is for it."));
        Assert.That(() => host.MapSocket<StrictSocket>(), Throws.InvalidOperationException.With.Message.EqualTo("StrictSocket is mounted already: call MapSocket before its channels are mapped and before a client connects."));
        Assert.That(() => host.MapChannel<AnySocket>("a*b", _ => { }), Throws.ArgumentException);
    }

    internal sealed class CuriousSocket : Socket
    {
        public string Seen { get; private set; } = "";

        protected internal override ValueTask<ConnectResult> ConnectAsync(ConnectInfo info, CancellationToken cancellationToken)
        {
            var parameters = string.Join(",", info.Params.Select(pair => $"{pair.Key}={pair.Value}").Order(StringComparer.Ordinal));
            Seen = $"{parameters}; user {info.User.FindFirst("sub")?.Value}, token {info.AuthToken}, {string.Join(",", info.XHeaders.Select(pair => $"{pair.Key}={pair.Value}"))}, agent {info.UserAgent}, from {info.RemoteAddress}, "
                + $"{info.Uri.GetLeftPart(UriPartial.Path)}, services {info.HttpContext.RequestServices.GetService<PubSub>() is not null}";
            return new(ConnectResult.Ok);
        }
    }

    internal sealed class StrictSocket : Socket
    {
        protected internal override ValueTask<ConnectResult> ConnectAsync(ConnectInfo info, CancellationToken cancellationToken) => info.Params.GetValueOrDefault("how") switch
        {
            "plain" => new(ConnectResult.Refuse()),
            "worded" => new(ConnectResult.Refuse(Results.Text("come back later", statusCode: 429))),
            "throw" => throw new InvalidOperationException("no database"),
            _ => new(ConnectResult.Ok),
        };
    }

    /// <summary>For one class of sockets alone.</summary>
    internal sealed class ShyChannel : Channel<AnySocket>
    {
        protected internal override ValueTask<Reply> JoinAsync(Payload payload, CancellationToken cancellationToken) => new(Reply.Ok());
    }

    /// <summary>For all sockets.</summary>
    internal sealed class OpenChannel : Channel
    {
        protected internal override ValueTask<Reply> JoinAsync(Payload payload, CancellationToken cancellationToken) => new(Reply.Ok());
    }

    internal sealed class Greeting
    {
        public string Text => "hello";
    }

    internal sealed class GreetingChannel(Greeting greeting) : Channel<AnySocket>
    {
        protected internal override ValueTask<Reply> JoinAsync(Payload payload, CancellationToken cancellationToken) => new(Reply.Ok(new { greeting.Text }));
    }
}
