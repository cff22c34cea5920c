using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.DependencyInjection;

namespace PhoenixChannels.Tests.Server.Hosts;

/// <summary>A whole application in a test of its own, as its authors would have it.</summary>
public class WebApplicationFactoryTests
{
    static readonly Uri s_socket = new("ws://localhost/socket/websocket?vsn=2.0.0&user=ann");

    [Test]
    public async Task Both_transports_work_and_disposing_of_the_factory_drains()
    {
        await using var factory = new WebApplicationFactory<Program>();
        using var ann = await factory.Server.CreateWebSocketClient().ConnectAsync(s_socket, CancellationToken.None);
        await ann.SendTextAsync("""["1","1","lobby","phx_join",{}]""");
        Assert.That(await ann.ReceiveTextAsync(), Is.EqualTo("""["1","1","lobby","phx_reply",{"response":{"exact":true},"status":"ok"}]"""));

        using var bob = new LongPollClient(factory.CreateClient());
        await bob.OpenAsync();
        Assert.That((await bob.SendAsync("""["7","7","lobby","phx_join",{}]""")).Status, Is.EqualTo(200));
        await bob.ExpectAsync("""["7","7","lobby","phx_reply",{"response":{"exact":true},"status":"ok"}]""");

        await factory.Services.GetRequiredService<IBroadcaster>().BroadcastAsync("lobby", "news", new { n = 1 });
        const string news = """[null,null,"lobby","news",{"n":1}]""";
        Assert.That(await ann.ReceiveTextAsync(), Is.EqualTo(news));
        await bob.ExpectAsync(news);

        await factory.DisposeAsync();
        Assert.That(await ann.ReceiveTextAsync(), Is.EqualTo("closed 1012"));
    }
}
