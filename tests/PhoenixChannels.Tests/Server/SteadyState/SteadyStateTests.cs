using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace PhoenixChannels.Tests.Server.SteadyState;

/// <summary>
/// What a connection costs when all is warm: what idle ones hold, and what messages allocate, counted over the whole process. The server's part alone is
/// in it, since the clients allocate nothing. Of several rounds the cheapest counts: something else may be at work in one.
/// </summary>
[NonParallelizable]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public class SteadyStateTests
{
    const int Messages = 200, WarmUps = 20, Rounds = 20;

    /// <summary>An object's header and a length: what an array has beside its elements, rounded up.</summary>
    const int ArrayOverhead = 32;

    static readonly byte[] s_heartbeat = RawClient.Frame("""[null,"1","phoenix","heartbeat",{}]""");

    readonly CountingPool _pool = new();
    readonly CountingTime _time = new();
    readonly List<RawClient> _clients = [];
    WebApplication _app = null!;

    [SetUp]
    public async Task StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        builder.WebHost.UseChannelsTransport();
        builder.Services.AddSingleton<TimeProvider>(_time).AddSingleton<IMemoryPoolFactory<byte>>(_pool).AddPhoenixChannels();
        _app = builder.Build();
        _app.MapSocket<TestSocket>("/socket").MapChannel<PlainChannel>("room:*");
        await _app.StartAsync();
    }

    [TearDown]
    public async Task StopAsync()
    {
        foreach (var client in _clients) client.Dispose();
        _clients.Clear();
        await _app.DisposeAsync();
    }

    [Test]
    public void A_heartbeat_allocates_nothing()
    {
        var client = Join();
        Assert.That(PerMessage(() => Exchange(client, s_heartbeat)), Is.LessThan(1));
    }

    [Test]
    public void A_push_allocates_its_bytes_and_its_letter_alone()
    {
        var client = Join();
        const string text = """["1","2","room:1","ignore",{"body":"a line of text, as people write it"}]""";
        var frame = RawClient.Frame(text);
        var allocated = PerMessage(() =>
        {
            client.Send(frame);
            Exchange(client, s_heartbeat);
        });
        Assert.That(allocated, Is.InRange(text.Length, text.Length + ArrayOverhead + LetterSize));
    }

    [Test]
    public void The_answer_to_a_push_allocates_nothing_more()
    {
        var client = Join();
        const string text = """["1","2","room:1","echo",{"body":"a line of text, as people write it"}]""";
        var frame = RawClient.Frame(text);
        Assert.That(PerMessage(() => Exchange(client, frame)), Is.LessThanOrEqualTo(text.Length + ArrayOverhead + LetterSize));
    }

    [Test]
    public void A_broadcast_allocates_the_same_for_five_subscribers_and_for_fifty()
    {
        var five = PerBroadcast(5);
        var fifty = PerBroadcast(50);
        Assert.That((fifty - five) / 45, Is.LessThan(1), $"{five} bytes for five, {fifty} for fifty");
    }

    [Test]
    public void An_idle_connection_holds_no_buffer()
    {
        for (var n = 0; n < 20; n++) Join();

        // On a busy machine the system may tell of data that has been read already. Kestrel then waits with a buffer for what comes next, and gives it back with that.
        for (var round = 0; round < Rounds && !HasNoBuffers(TestClient.Patience / Rounds); round++)
            foreach (var client in _clients) Exchange(client, s_heartbeat);
        AssertNoBuffers();
    }

    [Test]
    public void A_connection_that_has_gone_leaves_no_buffer()
    {
        for (var n = 0; n < 20; n++) Join();
        foreach (var client in _clients) client.Dispose();
        AssertNoBuffers();
    }

    [Test]
    public void An_idle_connection_has_no_timer()
    {
        Join();
        var before = _time.Timers;
        for (var n = 0; n < 20; n++) Exchange(Join(), s_heartbeat);
        Assert.That(_time.Timers, Is.EqualTo(before));
    }

    /// <summary>Event, payload, ref, the next letter, and the object's header.</summary>
    static int LetterSize => 80;

    RawClient Join(string topic = "room:1")
    {
        var address = _app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single();
        var client = RawClient.Connect(new(IPAddress.Loopback, new Uri(address).Port));
        _clients.Add(client);
        Exchange(client, RawClient.Frame($$"""["1","1","{{topic}}","phx_join",{}]"""));
        return client;
    }

    double PerBroadcast(int subscribers)
    {
        var clients = Enumerable.Range(0, subscribers).Select(_ => Join($"room:{subscribers}")).ToArray();
        var frame = RawClient.Frame($$"""["1",null,"room:{{subscribers}}","shout",{"body":"a line of text, as people write it"}]""");
        return PerMessage(() =>
        {
            clients[0].Send(frame);
            foreach (var client in clients) client.Take(1);
        });
    }

    void AssertNoBuffers() => Assert.That(HasNoBuffers(TestClient.Patience), Is.True, $"{_pool.InUse} buffers are held");

    /// <summary>Soon: read and write loops give theirs back after the answers have gone.</summary>
    bool HasNoBuffers(TimeSpan patience) => SpinWait.SpinUntil(() => _pool.InUse == 0, patience);

    static void Exchange(RawClient client, byte[] frame)
    {
        client.Send(frame);
        client.Take(1);
    }

    /// <summary>The bytes that one costs.</summary>
    static double PerMessage(Action message)
    {
        var least = double.MaxValue;
        for (var round = -WarmUps; round < Rounds; round++)
        {
            var before = GC.GetTotalAllocatedBytes(precise: true);
            for (var n = 0; n < Messages; n++) message();
            var allocated = (double)(GC.GetTotalAllocatedBytes(precise: true) - before) / Messages;
            if (round >= 0) least = Math.Min(least, allocated);
        }

        return least;
    }

    sealed class PlainChannel : Channel<TestSocket>
    {
        protected internal override ValueTask<Reply> JoinAsync(Payload payload, CancellationToken cancellationToken) => new(Reply.Ok());

        protected internal override ValueTask<Reply> HandleInAsync(Message message, CancellationToken cancellationToken) => message.Event switch
        {
            "echo" => new(Reply.Ok(message.Payload)),
            "shout" => ShoutAsync(message.Payload, cancellationToken),
            _ => default,
        };

        async ValueTask<Reply> ShoutAsync(Payload payload, CancellationToken cancellationToken)
        {
            await BroadcastAsync("shout", payload, cancellationToken);
            return Reply.None;
        }
    }
}
