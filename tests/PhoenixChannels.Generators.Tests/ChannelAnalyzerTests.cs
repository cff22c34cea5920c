using static PhoenixChannels.Generators.Tests.Analysis;

namespace PhoenixChannels.Generators.Tests;

/// <summary>What compiles and does not do what it looks like is said where it is, with what to do about it; its like that is right is not touched.</summary>
public class ChannelAnalyzerTests
{
    [Test]
    public async Task PHX0012_a_channel_keeps_no_DbContext()
    {
        const string Database = "namespace Microsoft.EntityFrameworkCore { public class DbContext; } class Db : Microsoft.EntityFrameworkCore.DbContext; ";
        await SaysAsync(
            Database + "partial class C(Db {|#0:db|}) : Channel<Socket> { [Join] Reply Join() => Reply.Ok(db); }",
            ("PHX0012", "'Db' would live as long as the channel, and hold what it has read and its connection: take it where it is needed, as '[FromServices] Db' parameter of a handler"));
        await SaysAsync(Database + "partial class C : Channel<Socket> { [Join] Reply Join([FromServices] Db db) => Reply.Ok(db); } class D(Db db) { public Db Db => db; }");
    }

    [TestCase("{|#0:Socket.Name|} = \"a\"", "Name")]
    [TestCase("{|#0:Socket.Name|} += \"a\"", "Name")]
    [TestCase("{|#0:Socket.Name|} ??= \"a\"", "Name")]
    [TestCase("{|#0:Socket.Count|}++", "Count")]
    [TestCase("--{|#0:Socket.Count|}", "Count")]
    [TestCase("({|#0:Socket.Name|}, _) = (\"a\", 1)", "Name")]
    [TestCase("Task.Run(() => {|#0:this.Socket.Count|} = 5)", "Count")]
    public async Task PHX0013_a_channel_does_not_set_what_belongs_to_the_socket(string statement, string member)
    {
        await SaysAsync(
            Channel($$"""[HandleIn("a")] void M() { {{statement}}; }"""),
            ("PHX0013", $"'{member}' belongs to the socket, whose channels run in parallel: set it in ConnectAsync and only read it afterwards, and keep the channel's state in the channel's own fields"));
    }

    [Test]
    public async Task PHX0013_reading_the_socket_s_and_setting_one_s_own_is_not_touched()
    {
        await SaysAsync(Channel("""string _name = ""; [HandleIn("a")] void M() { _name = Socket.Name; Socket.Items["a"] = _name; var n = Socket.Count; n++; }"""));
        await SaysAsync("""class UserSocket : Socket { string N { get; set; } = ""; protected override ValueTask<ConnectResult> ConnectAsync(ConnectInfo info, CancellationToken ct) { N = "a"; return new(ConnectResult.Ok); } }""");
    }

    [TestCase("""{|#0:Push("a", 1)|}""", "Push")]
    [TestCase("""await {|#0:BroadcastAsync("a", 1)|}""", "BroadcastAsync")]
    [TestCase("""await {|#0:this.BroadcastFromAsync("a", 1)|}""", "BroadcastFromAsync")]
    [TestCase("""{|#0:LocalBroadcast("a", 1)|}""", "LocalBroadcast")]
    [TestCase("""{|#0:Subscribe("a")|}""", "Subscribe")]
    [TestCase("{|#0:Stop()|}", "Stop")]
    [TestCase("""await {|#0:presence.TrackAsync(this, "a", 1)|}""", "TrackAsync")]
    public async Task PHX0014_a_join_decides_and_does_not_act(string statement, string method)
    {
        var expected = ("PHX0014", $"'{method}' throws here, since a join only decides whether the client may come in: move this to a [Joined] method or JoinedAsync");
        await SaysAsync($$"""partial class C(Presence presence) : Channel<Socket> { [Join] async Task<Reply> Join() { await Task.Yield(); {{statement}}; return Reply.Ok(presence); } }""", expected);
        await SaysAsync($$"""partial class C(Presence presence) : Channel<Socket> { protected override async ValueTask<Reply> JoinAsync(Payload p, CancellationToken ct) { await Task.Yield(); {{statement}}; return Reply.Ok(presence); } }""", expected);
        await SaysAsync(Channel($$"""[Joined] async Task Joined() { await Task.Yield(); {{statement}}; }"""));
    }

    [Test]
    public async Task PHX0014_what_a_join_may_do_is_not_touched() => await SaysAsync("""
        partial class C(Presence presence) : Channel<Socket>
        {
            [Join]
            async Task<Reply> Join(CancellationToken ct)
            {
                Send("later");
                SendAfter("later", TimeSpan.FromSeconds(1));
                _ = Task.Run(() => Push("later", 1), ct);
                await presence.TrackAsync("another topic", "key", 1, ct);
                return Reply.Ok(await presence.ListAsync(Topic, ct));
            }
        }
        """);

    [Test]
    public async Task PHX0016_only_joins_and_events_are_authorized()
    {
        await SaysAsync(
            Channel("""[HandleOut("a"), Authorize] void {|#0:M|}() { } [Authorize("p")] void {|#1:N|}() { }"""),
            ("PHX0016", "[Authorize] has no effect on 'M': it counts on a [Join] and [HandleIn] method, and on the channel's class"),
            ("PHX0016", "[Authorize] has no effect on 'N': it counts on a [Join] and [HandleIn] method, and on the channel's class"));
        await SaysAsync(
            Channel("""[HandleIn("a"), Adults] void {|#0:M|}() { } class AdultsAttribute : Attribute, IAuthorizationRequirementData { public IEnumerable<IAuthorizationRequirement> GetRequirements() => []; }"""),
            ("PHX0016", "[Adults] has no effect on 'M': derive the attribute from AuthorizeAttribute"));
        await SaysAsync(Channel("""[HandleIn("a"), Authorize, Authorize(Roles = "admin")] void M() { }"""));
    }
}
