using System.Text.Json.Serialization.Metadata;
using Microsoft.Extensions.DependencyInjection;
using PhoenixChannels.Tests.Server.Hosts;

namespace PhoenixChannels.Tests.Server;

/// <summary>JSON options that know no type, as in a NativeAOT application without a context of its own.</summary>
public class JsonContractTests
{
    [Test]
    public async Task What_the_library_itself_sends_needs_no_contract()
    {
        await using var server = await StartAsync();
        await using var ann = await server.ConnectAsync("vsn=2.0.0&user=ann");
        ann.Send("""["1","1","room:secret","phx_join",{}]""", """["1","1","none","phx_join",{}]""");
        await ann.ExpectAsync(
            """["1","1","room:secret","phx_reply",{"response":{"reason":"unauthorized"},"status":"error"}]""",
            """[null,"1","none","phx_reply",{"response":{"reason":"unmatched topic"},"status":"error"}]""");
        await ann.JoinAsync("room:a");
        await ann.ExpectAsync("""["1",null,"room:a","presence_state",{}]""");
        Assert.That(await ann.NextTextAsync(), Does.Match("""^\[null,null,"room:a","presence_diff",\{"joins":\{"ann":\{"metas":\[\{"phx_ref":"[^"]+"\}\]\}\},"leaves":\{\}\}\]$"""));
        ann.Send("""["1","2","room:a","echo",{"x":1.0}]""");
        await ann.ExpectAsync("""["1","2","room:a","phx_reply",{"response":{"x":1.0},"status":"ok"}]""");
        await server.Broadcaster.BroadcastAsync("room:a", "news", Payload.Json("""{"n":1}"""u8.ToArray()));
        await ann.ExpectAsync("""[null,null,"room:a","news",{"n":1}]""");
        await server.Broadcaster.KickAsync("user:ann", "room:a");
        await ann.ExpectAsync("""["1","1","room:a","phx_close",{}]""");
    }

    [TestCase("read")]
    [TestCase("write")]
    public async Task A_type_without_a_contract_crashes_its_channel_and_the_log_says_what_to_do(string @event)
    {
        await using var server = await StartAsync();
        await using var ann = await server.ConnectAsync();
        await ann.JoinAsync("room:a");
        await ann.NextTextAsync();
        await ann.NextTextAsync();
        ann.Send($"[\"1\",\"2\",\"room:a\",\"{@event}\",{{}}]");
        await ann.ExpectAsync("""["1","1","room:a","phx_error",{"reason":"channel_crash"}]""");
        Assert.That(server.Log.OfChannels, Has.Some.Contains("[JsonSerializable(typeof(Typed))]").And.Some.Contains("AddPhoenixChannels(o => o.Json.TypeInfoResolverChain.Insert(0, MyContext.Default))"));
    }

    static Task<TestServer> StartAsync() => TestServer.StartAsync(
        socket => socket.MapChannel<UntypedChannel>("room:*"),
        configure: builder => builder.Services.AddPhoenixChannels(options => options.Json.TypeInfoResolver = JsonTypeInfoResolver.Combine()).AddPresence<HostedPresence>());

    sealed record Typed(int N);

    sealed class UntypedChannel(HostedPresence presence) : Channel<TestSocket>
    {
        protected internal override ValueTask<Reply> JoinAsync(Payload payload, CancellationToken cancellationToken) =>
            new(Subtopic == "secret" ? Reply.Error("unauthorized") : Reply.Ok());

        protected internal override async ValueTask JoinedAsync(CancellationToken cancellationToken)
        {
            Push("presence_state", await presence.ListAsync(Topic, cancellationToken));
            await presence.TrackAsync(this, "ann", Payload.Empty, cancellationToken);
        }

        protected internal override ValueTask<Reply> HandleInAsync(Message message, CancellationToken cancellationToken) => new(message.Event switch
        {
            "read" => Reply.Ok(message.Payload.Read<Typed>().N),
            "write" => Reply.Ok(new Typed(1)),
            _ => Reply.Ok(message.Payload),
        });
    }
}
