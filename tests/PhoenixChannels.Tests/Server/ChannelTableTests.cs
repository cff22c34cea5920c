using CsCheck;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using PhoenixChannels.Connections;
using PhoenixChannels.Diagnostics;

namespace PhoenixChannels.Tests.Server;

public class ChannelTableTests
{
    enum Step
    {
        Set,
        Remove,
        RemoveAnother,
        Clear,
    }

    [Test]
    public async Task It_holds_what_a_dictionary_would_whatever_is_done_to_it()
    {
        await using var host = await TestServer.WithScriptAsync(new());
        var connection = Connection(host.Services);
        var route = new ChannelRoute("*", "none", _ => throw new NotSupportedException(), [], []);
        var steps = Gen.Select(Gen.Frequency((4, Gen.Const(Step.Set)), (3, Gen.Const(Step.Remove)), (2, Gen.Const(Step.RemoveAnother)), (1, Gen.Const(Step.Clear))), Gen.Int[0, 3]);
        steps.List[0, 30].Sample(
            plan =>
            {
                var table = default(ChannelTable);
                var model = new Dictionary<string, ChannelProcess>();
                foreach (var (step, number) in plan)
                {
                    var another = new ChannelProcess(connection, route, $"room:{number}", new IncomingMessage { JoinRef = "1"u8.ToArray() });
                    switch (step)
                    {
                        case Step.Set:
                            table.Set(another);
                            model[another.Topic] = another;
                            break;
                        case Step.Remove when model.Remove(another.Topic, out var one):
                            table.Remove(one);
                            break;
                        case Step.RemoveAnother:
                            table.Remove(another);
                            break;
                        case Step.Clear:
                            Assert.That(table.Clear(), Is.EquivalentTo(model.Values));
                            model.Clear();
                            break;
                    }

                    Assert.That(table.ToArray(), Is.EquivalentTo(model.Values));
                    Assert.That(table.Count, Is.EqualTo(model.Count));
                    for (var n = 0; n < 4; n++)
                    {
                        var isThere = table.TryGet($"room:{n}", out var found);
                        Assert.That((isThere, found), Is.EqualTo((model.TryGetValue($"room:{n}", out var expected), expected)));
                    }
                }
            },
            iter: 300);
    }

    static SocketConnection Connection(IServiceProvider services)
    {
        var server = new SocketServer(TimeProvider.System, services.GetRequiredService<IServiceScopeFactory>(), services.GetRequiredService<ChannelFilters>());
        var endpoint = new SocketEndpoint(
            new(), new(), server, services.GetRequiredService<PhoenixChannels.PubSub>(), services.GetRequiredService<ChannelsMetrics>(), services.GetRequiredService<ChannelsTracing>(), TimeProvider.System, services.GetRequiredService<ILoggerFactory>());
        return new(endpoint, new(new TestSocket(), endpoint.SerializerFor("2.0.0")!, null), new NoTransport());
    }
}
