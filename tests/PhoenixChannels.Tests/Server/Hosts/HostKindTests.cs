using System.Net.WebSockets;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace PhoenixChannels.Tests.Server.Hosts;

/// <summary>Every way to build a host, each in the memory of <c>Microsoft.AspNetCore.TestHost</c>.</summary>
public sealed partial class HostKindTests
{
    static readonly Uri s_socket = new("ws://localhost/socket/websocket?vsn=2.0.0&user=ann");

    [TestCase("WebApplication.CreateBuilder")]
    [TestCase("WebApplication.CreateSlimBuilder")]
    [TestCase("WebApplication.CreateEmptyBuilder")]
    [TestCase("Host.CreateDefaultBuilder with a Startup class")]
    public async Task Both_transports_presence_and_the_drain_work_with(string kind)
    {
        using var host = Build(kind);
        await host.StartAsync();
        var server = host.GetTestServer();
        using var ann = await server.CreateWebSocketClient().ConnectAsync(s_socket, CancellationToken.None);
        await ann.SendTextAsync("""["1","1","room:a","phx_join",{}]""");
        Assert.That(await ann.ReceiveTextAsync(), Is.EqualTo("""["1","1","room:a","phx_reply",{"response":{},"status":"ok"}]"""));
        Assert.That(await ann.ReceiveTextAsync(), Is.EqualTo("""["1",null,"room:a","presence_state",{}]"""));
        Assert.That(Masked(await ann.ReceiveTextAsync()), Is.EqualTo("""[null,null,"room:a","presence_diff",{"joins":{"user:ann":{"metas":[{"phx_ref":"#","n":1}]}},"leaves":{}}]"""));
        await ann.SendTextAsync("""["1","2","room:a","echo",{"x":1.0}]""");
        Assert.That(await ann.ReceiveTextAsync(), Is.EqualTo("""["1","2","room:a","phx_reply",{"response":{"x":1.0},"status":"ok"}]"""));

        using var bob = new LongPollClient(server.CreateClient());
        await bob.OpenAsync("vsn=2.0.0&user=bob");
        Assert.That((await bob.SendAsync("""["7","7","room:a","phx_join",{}]""")).Status, Is.EqualTo(200));
        var diff = """[null,null,"room:a","presence_diff",{"joins":{"user:bob":{"metas":[{"phx_ref":"#","n":1}]}},"leaves":{}}]""";
        Assert.That(await TakeAsync(bob, 3), Is.EqualTo(new[]
        {
            """["7","7","room:a","phx_reply",{"response":{},"status":"ok"}]""",
            """["7",null,"room:a","presence_state",{"user:ann":{"metas":[{"phx_ref":"#","n":1}]}}]""",
            diff,
        }));
        Assert.That(Masked(await ann.ReceiveTextAsync()), Is.EqualTo(diff));

        await bob.SendAsync("""["7","8","room:a","shout",{"from":"bob"}]""");
        await host.Services.GetRequiredService<IBroadcaster>().BroadcastAsync("room:a", "news", new { n = 1 });
        string[] events = ["""[null,null,"room:a","shout",{"from":"bob"}]""", """[null,null,"room:a","news",{"n":1}]"""];
        Assert.That(new[] { await ann.ReceiveTextAsync(), await ann.ReceiveTextAsync() }, Is.EquivalentTo(events));
        Assert.That(await TakeAsync(bob, 2), Is.EquivalentTo(events));

        await ann.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, CancellationToken.None);
        Assert.That(await ann.ReceiveTextAsync(), Is.EqualTo("closed 1000"));
        Assert.That(await TakeAsync(bob, 1), Is.EqualTo(new[] { """[null,null,"room:a","presence_diff",{"joins":{},"leaves":{"user:ann":{"metas":[{"phx_ref":"#","n":1}]}}}]""" }));

        using var again = await server.CreateWebSocketClient().ConnectAsync(s_socket, CancellationToken.None);
        await host.StopAsync();
        Assert.That(await again.ReceiveTextAsync(), Is.EqualTo("closed 1012"));
    }

    [Test]
    public void A_socket_without_channels_is_refused_at_start_also_where_a_Startup_class_maps_it_late()
    {
        using var host = WithStartup<UnsoundStartup>();
        Assert.That(async () => await host.StartAsync(), Throws.InvalidOperationException.With.Message.EqualTo("The socket on '/socket' has no channels: add .MapChannel<TChannel>(\"topic:*\") to its MapSocket call."));
    }

    static IHost Build(string kind)
    {
        if (kind.StartsWith("Host", StringComparison.Ordinal)) return WithStartup<Startup>();
        var builder = kind switch
        {
            "WebApplication.CreateBuilder" => WebApplication.CreateBuilder(),
            "WebApplication.CreateSlimBuilder" => WebApplication.CreateSlimBuilder(),
            _ => WebApplication.CreateEmptyBuilder(new()),
        };
        builder.Logging.ClearProviders();
        builder.WebHost.UseTestServer();
        builder.Services.AddRoutingCore();
        builder.Services.AddPhoenixChannels().AddPresence<HostedPresence>();
        var app = builder.Build();
        app.MapSocket<TestSocket>("/socket", options => options.LongPoll.Enabled = true).MapChannel<HostedChannel>("room:*");
        return app;
    }

    static IHost WithStartup<TStartup>()
        where TStartup : class => Host.CreateDefaultBuilder().ConfigureLogging(logging => logging.ClearProviders()).ConfigureWebHostDefaults(web => web.UseTestServer().UseStartup<TStartup>()).Build();

    /// <summary>Polls until as many messages have come.</summary>
    static async Task<List<string>> TakeAsync(LongPollClient client, int count)
    {
        var messages = new List<string>();
        while (messages.Count < count)
        {
            var answer = await client.PollAsync();
            Assert.That(answer.Status, Is.EqualTo(200), "the poll's status");
            messages.AddRange(answer.Messages.Select(Masked));
        }

        return messages;
    }

    static string Masked(string message) => Reference().Replace(message, "\"phx_ref\":\"#\"");

    [GeneratedRegex("\"phx_ref\":\"[^\"]+\"")]
    private static partial Regex Reference();
}
