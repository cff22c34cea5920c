using System.Net;
using System.Net.Http.Json;
using System.Text.RegularExpressions;
using PhoenixChannels.AdapterTests.Servers;
using PhoenixChannels.InteropTests.Servers;
using PhoenixChannels.InteropTests.Wire;
using PhoenixChannels.Tests.Server;

namespace PhoenixChannels.AotSmoke.Tests;

/// <summary>The same application as it is built, trimmed, and compiled ahead of time; no reflection-based JSON in any of them.</summary>
[TestFixture("built")]
[TestFixture("trimmed")]
[TestFixture("native")]
public sealed partial class SmokeTests(string kind)
{
    IReadOnlyList<string> _command = [];
    SmokeProgram _program = null!;

    [OneTimeSetUp]
    public async Task PublishAsync()
    {
        if (OperatingSystem.IsWindows()) Assert.Ignore("Windows has no SIGTERM to end the program with: run these tests on Linux or macOS.");
        if (kind == "native" && Publication.MissingForNative() is { } missing) Assert.Ignore(missing);
        _command = kind == "built" ? BuiltProgram.Command("AotSmoke") : [await Publication.MakeAsync(kind)];
    }

    [SetUp]
    public async Task StartAsync() => _program = await SmokeProgram.StartAsync(_command);

    /// <summary>Every test ends with a graceful end of the program.</summary>
    [TearDown]
    public async Task StopAsync()
    {
        if (_program is null) return;
        await using var program = _program;
        Assert.That(await program.TerminateAsync(), Is.Zero, program.Output);
    }

    [Test]
    public async Task Typed_channels_and_presence_work_over_a_WebSocket()
    {
        await using var ann = await _program.ConnectAsync("ann");
        ann.Send("""["1","1","room:a","phx_join",{}]""");
        await ann.ExpectAsync("""["1","1","room:a","phx_reply",{"response":{"topic":"room:a","name":"ann"},"status":"ok"}]""", """["1",null,"room:a","presence_state",{}]""");
        string[] diffs = [Masked(await ann.NextTextAsync()), Masked(await ann.NextTextAsync())];
        Assert.That(diffs, Is.EquivalentTo(new[]
        {
            """[null,null,"room:a","presence_diff",{"joins":{"ann":{"metas":[{"phx_ref":"*","kind":"phone"}],"user":{"name":"ann"}}},"leaves":{}}]""",
            """[null,null,"room:a","presence_diff",{"joins":{"ann":{"metas":[{"phx_ref":"*","kind":"desk"}]}},"leaves":{}}]""",
        }));

        ann.Send("""["1","2","room:a","new_msg",{"body":"darn"}]""");
        await ann.ExpectAnyOrderAsync("""["1",null,"room:a","new_msg",{"body":"****!"}]""", """["1","2","room:a","phx_reply",{"response":{"topic":"room:a","name":"ann"},"status":"ok"}]""");
        ann.Send("""["1","3","room:a","new_msg",{"text":"no body"}]""");
        await ann.ExpectAsync("""["1","3","room:a","phx_reply",{"response":{"reason":"invalid payload"},"status":"error"}]""");
        ann.Send("""["1","5","room:a","later",{"body":"in time"}]""");
        await ann.ExpectAsync("""["1","5","room:a","phx_reply",{"response":{"body":"in time"},"status":"ok"}]""");
        ann.Send("""["1","4","room:a","roster",{"n":1.50}]""");
        Assert.That(Masked(await ann.NextTextAsync()), Is.EqualTo("""["1","4","room:a","phx_reply",{"response":{"present":{"ann":{"metas":[{"phx_ref":"*","kind":"desk"}]}},"asked":{"n":1.50}},"status":"ok"}]"""));

        await using var bob = await _program.ConnectAsync("bob");
        bob.Send("""["7","7","room:a","phx_join",{}]""");
        await bob.ExpectAsync("""["7","7","room:a","phx_reply",{"response":{"topic":"room:a","name":"bob"},"status":"ok"}]""");
        Assert.That(Masked(await bob.NextTextAsync()), Is.EqualTo("""["7",null,"room:a","presence_state",{"ann":{"metas":[{"phx_ref":"*","kind":"phone"}],"user":{"name":"ann"}}}]"""));
    }

    [Test]
    public async Task Lambda_channels_refusals_and_bounds_from_the_configuration_work_over_a_WebSocket()
    {
        await using var ann = await _program.ConnectAsync("ann");
        ann.Send("""["1","1","room:secret","phx_join",{}]""");
        await ann.ExpectAsync("""["1","1","room:secret","phx_reply",{"response":{"reason":"unauthorized"},"status":"error"}]""");
        ann.Send("""["1","1","echo:bots","phx_join",{}]""");
        await ann.ExpectAsync("""["1","1","echo:bots","phx_reply",{"response":{"reason":"no bots"},"status":"error"}]""");
        ann.Send("""["2","2","echo:a","phx_join",{}]""");
        await ann.ExpectAsync("""["2","2","echo:a","phx_reply",{"response":{"topic":"echo:a","name":"ann"},"status":"ok"}]""");
        ann.Send("""["3","3","echo:b","phx_join",{}]""", """["4","4","echo:c","phx_join",{}]""");
        await ann.ExpectAsync(
            """["3","3","echo:b","phx_reply",{"response":{"topic":"echo:b","name":"ann"},"status":"ok"}]""",
            """["4","4","echo:c","phx_reply",{"response":{"reason":"too many channels joined"},"status":"error"}]""");
        ann.Send("""["2","3","echo:a","echo",{"x":[1,2.0,null]}]""", """["2",null,"echo:a","shout",{"body":"hello"}]""");
        await ann.ExpectAsync("""["2","3","echo:a","phx_reply",{"response":{"x":[1,2.0,null]},"status":"ok"}]""", """[null,null,"echo:a","shout",{"body":"hello"}]""");

        using var http = new HttpClient { BaseAddress = new($"http://{_program.EndPoint}") };
        using var accepted = await http.PostAsJsonAsync("/notices/echo:a", new { body = "news" });
        Assert.That(accepted.StatusCode, Is.EqualTo(HttpStatusCode.OK));
        await ann.ExpectAsync("""[null,null,"echo:a","notice",{"body":"news"}]""");
    }

    [Test]
    public async Task Long_poll_works()
    {
        using var ann = new LongPollClient(_program.EndPoint);
        await ann.OpenAsync("vsn=2.0.0&name=ann");
        Assert.That((await ann.SendAsync("""["1","1","echo:a","phx_join",{}]""", """["1","2","echo:a","shout",{"body":"hello"}]""")).Status, Is.EqualTo(200));
        await ann.ExpectAsync("""["1","1","echo:a","phx_reply",{"response":{"topic":"echo:a","name":"ann"},"status":"ok"}]""", """[null,null,"echo:a","shout",{"body":"hello"}]""");
        using var nobody = new LongPollClient(_program.EndPoint);
        Assert.That((await nobody.GetAsync("vsn=2.0.0")).Status, Is.EqualTo(403), "the socket refuses");
    }

    [TestCase("Postgres")]
    [TestCase("Redis")]
    public async Task Nodes_reach_each_other_over(string engine)
    {
        await using IEngineServer server = engine == "Postgres" ? await PostgresServer.StartAsync() : await RedisServer.StartAsync(RedisServer.Kinds[^1]);
        await using var a = await SmokeProgram.StartAsync(_command, (engine, server.ConnectionString));
        await using var b = await SmokeProgram.StartAsync(_command, (engine, server.ConnectionString));
        await using var ann = await a.ConnectAsync("ann");
        ann.Send("""["1","1","echo:a","phx_join",{}]""");
        await ann.ExpectAsync("""["1","1","echo:a","phx_reply",{"response":{"topic":"echo:a","name":"ann"},"status":"ok"}]""");
        using var http = new HttpClient { BaseAddress = new($"http://{b.EndPoint}") };
        using var accepted = await http.PostAsJsonAsync("/notices/echo:a", new { body = "news" });
        Assert.That(accepted.StatusCode, Is.EqualTo(HttpStatusCode.OK), b.Output);
        await ann.ExpectAsync("""[null,null,"echo:a","notice",{"body":"news"}]""");
    }

    [Test]
    public async Task A_type_that_no_context_knows_crashes_its_channel_and_the_log_says_what_to_do()
    {
        await using var ann = await _program.ConnectAsync("ann");
        ann.Send("""["1","1","room:a","phx_join",{}]""");
        for (var got = 0; got < 4; got++) await ann.NextTextAsync();
        ann.Send("""["1","2","room:a","unknown",{}]""");
        await ann.ExpectAsync("""["1","1","room:a","phx_error",{"reason":"channel_crash"}]""");
        await ann.ExpectNothingElseAsync();
        Assert.That(await _program.WritesAsync("[JsonSerializable(typeof(Unknown))]"), Is.True, _program.Output);
        Assert.That(await _program.WritesAsync("TypeInfoResolverChain.Insert(0, MyContext.Default)"), Is.True, _program.Output);
    }

    [Test]
    public async Task SIGTERM_closes_the_connections_with_1012()
    {
        await using var ann = await _program.ConnectAsync("ann");
        ann.Send("""["1","1","echo:a","phx_join",{}]""");
        await ann.ExpectAsync("""["1","1","echo:a","phx_reply",{"response":{"topic":"echo:a","name":"ann"},"status":"ok"}]""");
        var exited = _program.TerminateAsync();
        await ann.ExpectClosedAsync(1012);
        Assert.That(await exited, Is.Zero, _program.Output);
    }

    static string Masked(string message) => Reference().Replace(message, "\"phx_ref\":\"*\"");

    [GeneratedRegex("\"phx_ref\":\"[^\"]+\"")]
    private static partial Regex Reference();
}
