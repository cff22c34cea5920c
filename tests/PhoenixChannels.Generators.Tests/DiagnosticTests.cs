using Microsoft.CodeAnalysis;
using PhoenixChannels.Generators.Diagnostics;

namespace PhoenixChannels.Generators.Tests;

/// <summary>What is wrong is said where it is, with what to do about it; its like that is right is not touched.</summary>
public class DiagnosticTests
{
    static Task<Diagnostic[]> AnalyzeAsync(string source) => UserCode.AnalyzeAsync(UserCode.Compile(source), new HandlerAnalyzer(), new ChannelAnalyzer());

    /// <summary>Asserts what is said about a source: the id, the text that it is said about, and the message.</summary>
    static async Task SaysAsync(string source, params (string Id, string About, string Message)[] expected)
    {
        var diagnostics = await AnalyzeAsync(source);
        Assert.That(
            diagnostics.Select(diagnostic => (diagnostic.Id, diagnostic.Location.SourceTree!.GetText().ToString(diagnostic.Location.SourceSpan), diagnostic.GetMessage(System.Globalization.CultureInfo.InvariantCulture))),
            Is.EqualTo(expected));
    }

    /// <summary>A channel that joins and has these members.</summary>
    static string Channel(string members) => $$"""
        class UserSocket : Socket { public string Name { get; set; } = ""; public int Count = 0; }
        record A(string Text); record B(string Text) : A(Text); interface IService; delegate void D();
        partial class C(Presence presence) : Channel<UserSocket>
        {
            [Join] Reply Join() => Reply.Ok(presence);
            {{members}}
        }
        """;

    [Test]
    public async Task PHX0001_a_class_with_handlers_and_those_around_it_are_partial()
    {
        await SaysAsync(
            "class C : Channel<Socket> { [Join] void Join() { } }",
            ("PHX0001", "C", "'C' has handlers, which are generated into it, and so must be partial, as must the types around it: add 'partial' to 'C'"));
        await SaysAsync(
            "class O { struct P { partial class C : Channel<Socket> { [Join] void Join() { } } } }",
            ("PHX0001", "O", "'C' has handlers, which are generated into it, and so must be partial, as must the types around it: add 'partial' to 'O'"),
            ("PHX0001", "P", "'C' has handlers, which are generated into it, and so must be partial, as must the types around it: add 'partial' to 'P'"));
        await SaysAsync("partial class O { partial struct P { partial class C : Channel<Socket> { [Join] void Join() { } } } }");
        await SaysAsync("class C : Channel<Socket> { protected override ValueTask<Reply> JoinAsync(Payload payload, CancellationToken ct) => default; }");
    }

    [Test]
    public async Task PHX0001_a_class_that_only_its_file_knows_is_not_partial() => await SaysAsync(
        "file partial class C : Channel<Socket> { [Join] void Join() { } }",
        ("PHX0001", "C", "'C' has handlers, which are generated into it, and so must be partial, as must the types around it: add 'partial' to 'C'"));

    [Test]
    public async Task PHX0002_a_handler_belongs_to_a_channel()
    {
        await SaysAsync(
            """partial class C { [HandleIn("a")] void A() { } }""",
            ("PHX0002", "A", "'A' has a handler's attribute, but its class is no channel: derive 'C' from Channel<TSocket>, or remove the attribute"));
        await SaysAsync(Channel("""[HandleIn("a")] void M() { }"""));
    }

    [Test]
    public async Task PHX0003_a_handler_is_an_instance_method_without_type_parameters()
    {
        await SaysAsync(Channel("""[HandleIn("a")] static void M() { }"""), ("PHX0003", "M", "The handler 'M' is static: make it an instance method without type parameters"));
        await SaysAsync(Channel("""[HandleIn("a")] void M<T>(T payload) { }"""), ("PHX0003", "M", "The handler 'M' is generic: make it an instance method without type parameters"));
        await SaysAsync(Channel("""[HandleIn("a")] void M(A payload) { } static void N() { } void O<T>() { }"""));
    }

    [TestCase("""[HandleIn("a")] Task<Task> M() => null!;""", "Task<Task>", "return nothing, Reply, or a value that JSON can hold, alone or in a Task or ValueTask")]
    [TestCase("""[HandleIn("a")] Reply? M() => null;""", "Reply?", "return nothing, Reply, or a value that JSON can hold, alone or in a Task or ValueTask")]
    [TestCase("""[HandleIn("a")] IAsyncEnumerable<int> M() => null!;""", "IAsyncEnumerable<int>", "return nothing, Reply, or a value that JSON can hold, alone or in a Task or ValueTask")]
    [TestCase("""[HandleIn("a")] ReadOnlySpan<byte> M() => default;""", "ReadOnlySpan<byte>", "return nothing, Reply, or a value that JSON can hold, alone or in a Task or ValueTask")]
    [TestCase("""[HandleIn("a")] D M() => null!;""", "D", "return nothing, Reply, or a value that JSON can hold, alone or in a Task or ValueTask")]
    [TestCase("""int _n; [HandleIn("a")] ref int M() => ref _n;""", "ref int", "return nothing, Reply, or a value that JSON can hold, alone or in a Task or ValueTask")]
    [TestCase("[Joined] Reply M() => default;", "Reply", "a Joined handler answers nobody. Return nothing, Task or ValueTask")]
    [TestCase("""[HandleOut("a")] int M() => 1;""", "int", "a HandleOut handler answers nobody. Return nothing, Task or ValueTask")]
    [TestCase("[HandleInfo] Task<Reply> M(A a) => null!;", "Task<Reply>", "a HandleInfo handler answers nobody. Return nothing, Task or ValueTask")]
    public async Task PHX0004_a_handler_returns_what_can_be_answered(string handler, string returns, string fix)
    {
        await SaysAsync(Channel(handler), ("PHX0004", "M", $"The handler 'M' returns {returns}: {fix}"));
        await SaysAsync(Channel("""[HandleIn("a")] async ValueTask<A[]> M() { await Task.Yield(); return []; } [HandleOut("a")] ValueTask N() => default;"""));
    }

    [TestCase("""[HandleIn("a")] void M(A a, B b) { }""", "b", "'a' is the payload already. Add [FromServices] if it is a service, or take one type with the members of both")]
    [TestCase("""[HandleIn("a")] void M(A a, Payload b) { }""", "b", "'a' is the payload already. Add [FromServices] if it is a service, or take one type with the members of both")]
    [TestCase("[HandleInfo] void M(A a, B b) { }", "b", "'a' is the message already. Add [FromServices] if it is a service, or take one type with the members of both")]
    [TestCase("""[HandleIn("a")] void M(ref A b) { }""", "b", "it is ref. Pass it by value")]
    [TestCase("""[HandleIn("a")] void M(out A b) { b = null!; }""", "b", "it is out. Pass it by value")]
    [TestCase("""[HandleIn("a")] void M(in A b) { }""", "b", "it is in. Pass it by value")]
    [TestCase("""[HandleIn("a")] void M(params A[] b) { }""", "b", "it is params. Take an array, which is the payload")]
    [TestCase("""[HandleIn("a")] void M(ReadOnlySpan<byte> b) { }""", "b", "ReadOnlySpan<byte> cannot be kept. Take byte[] or ReadOnlyMemory<byte> for binary")]
    [TestCase("""[HandleOut("a")] void M(SocketRef b) { }""", "b", "only HandleIn has a message to answer. Remove it")]
    [TestCase("[Joined] void M(SocketRef b) { }", "b", "only HandleIn has a message to answer. Remove it")]
    [TestCase("[Joined] void M(A b) { }", "b", "Joined has no payload. Keep what is needed of the join's in a field, or add [FromServices] if it is a service")]
    [TestCase("""[HandleOut("a")] void M(Message b) { }""", "b", "a Message comes with HandleIn alone. Take the payload")]
    [TestCase("""[HandleIn("a")] void M(Broadcast b) { }""", "b", "a Broadcast comes with HandleOut and HandleInfo alone. Take the payload or the Message")]
    [TestCase("""[HandleIn("a")] void M([FromServices] CancellationToken b) { }""", "b", "CancellationToken is no service. Remove the attribute")]
    [TestCase("""[HandleIn("a")] void M([FromServices, FromKeyedServices("k")] A b) { }""", "b", "it has [FromServices] and [FromKeyedServices]. Keep one")]
    public async Task PHX0005_a_handler_s_parameters_can_be_supplied(string handler, string parameter, string reason)
    {
        await SaysAsync(Channel(handler), ("PHX0005", parameter, $"The parameter '{parameter}' of the handler 'M' cannot be supplied: {reason}"));
        await SaysAsync(Channel("""[HandleIn("a")] void M(A a, Message m, SocketRef r, [FromServices] B b, [FromKeyedServices("k")] B c, CancellationToken ct) { } void N(ref A a) { }"""));
    }

    [Test]
    public async Task PHX0005_a_message_s_handler_takes_the_message()
    {
        await SaysAsync(Channel("[HandleInfo] void M() { }"), ("PHX0005", "M", "The parameter 'message' of the handler 'M' cannot be supplied: it is missing. Add a parameter for the message, whose type says which messages are handled"));
        await SaysAsync(Channel("[HandleInfo] void M(object message) { }"));
    }

    [Test]
    public async Task PHX0005_a_payload_s_type_is_known_outside_its_file()
    {
        await SaysAsync(
            """file record F; partial class C : Channel<Socket> { [Join] void M(Payload payload) { } [HandleIn("a")] void N(List<F> list) { } }""",
            ("PHX0005", "list", "The parameter 'list' of the handler 'N' cannot be supplied: List<F> is known in its file alone, and not in the generated one. Remove 'file' from it"));
    }

    [Test]
    public async Task PHX0006_a_handler_is_not_async_void()
    {
        await SaysAsync(
            Channel("""[HandleIn("a")] async void M() => await Task.Yield();"""),
            ("PHX0006", "M", "The handler 'M' is async void: the channel would not wait for it, and an exception in it would end the process. Return Task"));
        await SaysAsync(Channel("""[HandleIn("a")] async Task M() => await Task.Yield(); async void N() => await Task.Yield();"""));
    }

    [Test]
    public async Task PHX0007_an_event_has_one_handler()
    {
        await SaysAsync(
            Channel("""[HandleIn("a")] void M() { } [HandleIn("b"), HandleIn("a")] void N() { }"""),
            ("PHX0007", """HandleIn("a")""", """The event "a" is handled by 'M' already: keep one of the two handlers"""));
        await SaysAsync(
            Channel("""[HandleOut("a")] void M() { } [HandleOut("a")] void N() { }"""),
            ("PHX0007", """HandleOut("a")""", """The event "a" is handled by 'M' already: keep one of the two handlers"""));
        await SaysAsync(Channel("""[HandleIn("a"), HandleOut("a")] void M() { } [HandleIn("A")] void N() { }"""));
    }

    [Test]
    public async Task PHX0008_there_is_one_join()
    {
        await SaysAsync(Channel("[Join] void M() { }"), ("PHX0008", "M", "'Join' is a [Join] already: keep one of the two methods"));
        await SaysAsync(Channel("[Joined] void M() { } [Joined] void N() { }"), ("PHX0008", "N", "'M' is a [Joined] already: keep one of the two methods"));
        await SaysAsync(Channel("[Joined] void M() { }") + " partial class E(Presence presence) : C(presence) { [Join] void M() { } [Joined] void N() { } }");
    }

    [TestCase("[Joined] void M() { } protected override ValueTask JoinedAsync(CancellationToken ct) => default;", "JoinedAsync", "Joined")]
    [TestCase("""[HandleIn("a")] void M() { } protected override ValueTask<Reply> HandleInAsync(Message m, CancellationToken ct) => default;""", "HandleInAsync", "HandleIn")]
    [TestCase("""[HandleOut("a")] void M() { } protected override ValueTask HandleOutAsync(Broadcast b, CancellationToken ct) => default;""", "HandleOutAsync", "HandleOut")]
    [TestCase("""[HandleOut("a")] void M() { } protected override IReadOnlyCollection<string> Intercepts => [];""", "Intercepts", "HandleOut")]
    [TestCase("[HandleInfo] void M(A a) { } protected override ValueTask HandleInfoAsync(object b, CancellationToken ct) => default;", "HandleInfoAsync", "HandleInfo")]
    public async Task PHX0009_a_callback_is_written_or_generated(string members, string callback, string attribute) => await SaysAsync(
        Channel(members), ("PHX0009", "M", $"'{callback}' is written by hand, and would be generated for [{attribute}] as well: remove the override, or handle it there and remove the attribute"));

    [Test]
    public async Task PHX0009_the_attribute_does_not_belong_on_the_override()
    {
        await SaysAsync(
            "partial class C : Channel<Socket> { [Join] protected override ValueTask<Reply> JoinAsync(Payload payload, CancellationToken ct) => default; }",
            ("PHX0009", "JoinAsync", "'JoinAsync' is written by hand, and would be generated for [Join] as well: remove the override, or handle it there and remove the attribute"));
        await SaysAsync("""partial class C : Channel<Socket> { protected override ValueTask<Reply> JoinAsync(Payload payload, CancellationToken ct) => default; [HandleIn("a")] void M() { } }""");
        await SaysAsync("partial class C : Channel<Socket> { [Join] Task<Reply> JoinAsync(string payload) => null!; }");
    }

    [TestCase("\"phx_join\"", "\"phx_join\"", "handled by the server and never comes to a channel")]
    [TestCase("\"phx_leave\"", "\"phx_leave\"", "handled by the server and never comes to a channel")]
    [TestCase("\"phx_reply\"", "\"phx_reply\"", "one of the protocol's own")]
    [TestCase("\"\"", "\"\"", "no name")]
    [TestCase("null!", "null", "no name")]
    public async Task PHX0010_an_event_s_name_is_the_application_s_own(string name, string shown, string why)
    {
        await SaysAsync(Channel($"[HandleIn({name})] void M() {{ }}"), ("PHX0010", $"HandleIn({name})", $"The event {shown} is {why}: choose another name"));
        await SaysAsync(Channel("""[HandleIn("phx"), HandleIn("heartbeat"), HandleOut("phx_close")] void M() { }"""));
    }

    [Test]
    public async Task PHX0011_a_message_s_type_has_one_handler()
    {
        await SaysAsync(
            Channel("[HandleInfo] void M(A message) { } [HandleInfo] void N(A? other) { }"),
            ("PHX0011", "N", "Messages of type A are handled by 'M' already, so that 'N' would never run: keep one of the two handlers"));
        await SaysAsync(
            Channel("[HandleInfo] void M(int message) { } [HandleInfo] void N(int? other) { }"),
            ("PHX0011", "N", "Messages of type int are handled by 'M' already, so that 'N' would never run: keep one of the two handlers"));
        await SaysAsync(Channel("[HandleInfo] void M(object message) { } [HandleInfo] void N(A a) { } [HandleInfo] void O(B b) { }"));
    }

    [Test]
    public async Task PHX0012_a_channel_keeps_no_DbContext()
    {
        const string Database = "namespace Microsoft.EntityFrameworkCore { public class DbContext; } class Db : Microsoft.EntityFrameworkCore.DbContext; ";
        await SaysAsync(
            Database + "partial class C(Db db) : Channel<Socket> { [Join] Reply Join() => Reply.Ok(db); }",
            ("PHX0012", "db", "'Db' would live as long as the channel, and hold what it has read and its connection: take it where it is needed, as '[FromServices] Db' parameter of a handler"));
        await SaysAsync(Database + "partial class C : Channel<Socket> { [Join] Reply Join([FromServices] Db db) => Reply.Ok(db); } class D(Db db) { public Db Db => db; }");
    }

    [TestCase("Socket.Name = \"a\"", "Socket.Name", "Name")]
    [TestCase("Socket.Name += \"a\"", "Socket.Name", "Name")]
    [TestCase("Socket.Name ??= \"a\"", "Socket.Name", "Name")]
    [TestCase("Socket.Count++", "Socket.Count", "Count")]
    [TestCase("--Socket.Count", "Socket.Count", "Count")]
    [TestCase("(Socket.Name, _) = (\"a\", 1)", "Socket.Name", "Name")]
    [TestCase("Task.Run(() => this.Socket.Count = 5)", "this.Socket.Count", "Count")]
    public async Task PHX0013_a_channel_does_not_set_what_belongs_to_the_socket(string statement, string about, string member)
    {
        await SaysAsync(
            Channel($$"""[HandleIn("a")] void M() { {{statement}}; }"""),
            ("PHX0013", about, $"'{member}' belongs to the socket, whose channels run in parallel: set it in ConnectAsync and only read it afterwards, and keep the channel's state in the channel's own fields"));
        await SaysAsync(Channel("""string _name = ""; [HandleIn("a")] void M() { _name = Socket.Name; Socket.Items["a"] = _name; var n = Socket.Count; n++; }"""));
        await SaysAsync("""class UserSocket : Socket { string N { get; set; } = ""; protected override ValueTask<ConnectResult> ConnectAsync(ConnectInfo info, CancellationToken ct) { N = "a"; return new(ConnectResult.Ok); } }""");
    }

    [TestCase("""Push("a", 1)""", "Push")]
    [TestCase("""await BroadcastAsync("a", 1)""", "BroadcastAsync")]
    [TestCase("""await this.BroadcastFromAsync("a", 1)""", "BroadcastFromAsync")]
    [TestCase("""LocalBroadcast("a", 1)""", "LocalBroadcast")]
    [TestCase("""Subscribe("a")""", "Subscribe")]
    [TestCase("Stop()", "Stop")]
    [TestCase("""await presence.TrackAsync(this, "a", 1)""", "TrackAsync")]
    public async Task PHX0014_a_join_decides_and_does_not_act(string statement, string method)
    {
        var about = statement.Replace("await ", "");
        var expected = ("PHX0014", about, $"'{method}' throws here, since a join only decides whether the client may come in: move this to a [Joined] method or JoinedAsync");
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
    public async Task PHX0015_a_channel_decides_about_joins()
    {
        var expected = ("PHX0015", "C", "'C' decides nothing about joins: add '[Join] Reply Join() => Reply.Ok();', or override JoinAsync");
        await SaysAsync("""partial class C : Channel<Socket> { [HandleIn("a")] void M() { } }""", expected);
        await SaysAsync("class C : Channel<Socket>;", expected);
        await SaysAsync("abstract class Base : Channel<Socket>; class C : Base;", expected);
        await SaysAsync("abstract class C : Channel<Socket>; partial class D : C { [Join] void Join() { } } class E : D;");
    }

    [Test]
    public async Task PHX0016_only_joins_and_events_are_authorized()
    {
        await SaysAsync(
            Channel("""[HandleOut("a"), Authorize] void M() { } [Authorize("p")] void N() { }"""),
            ("PHX0016", "M", "[Authorize] has no effect on 'M': it counts on a [Join] and [HandleIn] method, and on the channel's class"),
            ("PHX0016", "N", "[Authorize] has no effect on 'N': it counts on a [Join] and [HandleIn] method, and on the channel's class"));
    }

    [Test]
    public async Task PHX0017_a_payload_can_be_read_from_JSON()
    {
        await SaysAsync(
            Channel("""[HandleIn("a")] void M(IService service) { }"""),
            ("PHX0017", "service", "The parameter 'service' of the handler 'M' is read from the payload, but IService cannot be made from JSON: add [FromServices] if it is a service"));
        await SaysAsync(Channel("""
            [HandleIn("a")] void M(IReadOnlyList<A> list) { } [HandleIn("b")] void N([FromServices] IService service) { } [HandleInfo] void O(IService message) { } [HandleIn("c")] void P(IShape shape) { }
            [System.Text.Json.Serialization.JsonDerivedType(typeof(Circle), "circle")] interface IShape; record Circle : IShape;
            """));
    }

    [Test]
    public async Task What_is_wrong_is_left_out_and_the_rest_is_generated()
    {
        var compilation = UserCode.Compile(Channel("""[HandleIn("a")] static void Wrong() { } [HandleIn("b")] void Right() { }"""));
        var generated = UserCode.Generate(compilation).Values.Single();
        Assert.That(generated, Does.Contain("\"b\"").And.Not.Contain("\"a\""));
        await SaysAsync("partial class C : Channel<Socket> { [Join] void Join(Unknown payload) { } [HandleInfo] Unknown Info(int a) => null!; }");
    }
}
