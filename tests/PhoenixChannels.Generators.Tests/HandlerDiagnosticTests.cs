using static PhoenixChannels.Generators.Tests.Analysis;

namespace PhoenixChannels.Generators.Tests;

/// <summary>What keeps a handler from being generated is said where it is, with what to do about it; its like that is right is not touched.</summary>
public class HandlerDiagnosticTests
{
    /// <summary>Each kind of handler: a method with its attribute, the callback written by hand, and a method that only has the callback's name.</summary>
    static readonly Dictionary<string, (string Handler, string Written, string Overload)> s_callbacks = new()
    {
        ["Join"] = ("[Join] void M1() { }", "protected override ValueTask<Reply> JoinAsync(Payload p, CancellationToken ct) => default;", "void JoinAsync(string p) { }"),
        ["Joined"] = ("[Joined] void M2() { }", "protected override ValueTask JoinedAsync(CancellationToken ct) => default;", "void JoinedAsync(string p) { }"),
        ["HandleIn"] = ("""[HandleIn("a")] void M3() { }""", "protected override ValueTask<Reply> HandleInAsync(Message m, CancellationToken ct) => default;", "void HandleInAsync(string m) { }"),
        ["HandleOut"] = (
            """[HandleOut("a")] void M4() { }""",
            "protected override ValueTask HandleOutAsync(Broadcast b, CancellationToken ct) => default; protected override IReadOnlyCollection<string> Intercepts => [];",
            "void HandleOutAsync(string b) { }"),
        ["HandleInfo"] = ("[HandleInfo] void M5(string m) { }", "protected override ValueTask HandleInfoAsync(object m, CancellationToken ct) => default;", "void HandleInfoAsync(string m) { }"),
    };

    [Test]
    public async Task PHX0001_a_class_with_handlers_and_those_around_it_are_partial()
    {
        await SaysAsync(
            "class {|CS0534:{|#0:C|}|} : Channel<Socket> { [Join] void Join() { } }",
            ("PHX0001", "'C' has handlers, which are generated into it, and so must be partial, as must the types around it: add 'partial' to 'C'"));
        await SaysAsync(
            "class {|#0:O|} { struct {|#1:P|} { partial class {|CS0534:C|} : Channel<Socket> { [Join] void Join() { } } } }",
            ("PHX0001", "'C' has handlers, which are generated into it, and so must be partial, as must the types around it: add 'partial' to 'O'"),
            ("PHX0001", "'C' has handlers, which are generated into it, and so must be partial, as must the types around it: add 'partial' to 'P'"));
        await SaysAsync(
            "class {|#0:O|} { partial class {|CS0534:C|} : Channel<Socket> { [Join] void Join() { } } partial class {|CS0534:D|} : Channel<Socket> { [Join] void Join() { } } }",
            ("PHX0001", "'C' has handlers, which are generated into it, and so must be partial, as must the types around it: add 'partial' to 'O'"));
        await SaysAsync("partial class O { partial struct P { partial class C : Channel<Socket> { [Join] void Join() { } } } }");
        await SaysAsync("class C : Channel<Socket> { protected override ValueTask<Reply> JoinAsync(Payload payload, CancellationToken ct) => default; }");
    }

    [Test]
    public async Task PHX0001_a_class_that_only_its_file_knows_is_not_partial() => await SaysAsync(
        "file partial class {|CS0534:{|#0:C|}|} : Channel<Socket> { [Join] void Join() { } }",
        ("PHX0001", "'C' has handlers, which are generated into it, and so must be partial, as must the types around it: add 'partial' to 'C'"));

    [Test]
    public async Task PHX0002_a_handler_belongs_to_a_channel()
    {
        await SaysAsync(
            """partial class C { [HandleIn("a")] void {|#0:A|}() { } }""",
            ("PHX0002", "'A' has a handler's attribute, but its class is no channel: derive 'C' from Channel<TSocket>, or remove the attribute"));
        await SaysAsync(Channel("""[HandleIn("a")] void M() { }"""));
    }

    [Test]
    public async Task PHX0003_a_handler_is_an_instance_method_without_type_parameters()
    {
        await SaysAsync(Channel("""[HandleIn("a")] static void {|#0:M|}() { }"""), ("PHX0003", "The handler 'M' is static: make it an instance method without type parameters"));
        await SaysAsync(Channel("""[HandleIn("a")] void {|#0:M|}<T>(T payload) { }"""), ("PHX0003", "The handler 'M' is generic: make it an instance method without type parameters"));
        await SaysAsync(Channel("""[HandleIn("a")] void M(A payload) { } static void N() { } void O<T>() { }"""));
    }

    [TestCase("""[HandleIn("a")] Task<Task> {|#0:M|}() => null!;""", "Task<Task>", "return nothing, Reply, or a value that JSON can hold, alone or in a Task or ValueTask")]
    [TestCase("""[HandleIn("a")] Reply? {|#0:M|}() => null;""", "Reply?", "return nothing, Reply, or a value that JSON can hold, alone or in a Task or ValueTask")]
    [TestCase("""[HandleIn("a")] IAsyncEnumerable<int> {|#0:M|}() => null!;""", "IAsyncEnumerable<int>", "return nothing, Reply, or a value that JSON can hold, alone or in a Task or ValueTask")]
    [TestCase("""[HandleIn("a")] ReadOnlySpan<byte> {|#0:M|}() => default;""", "ReadOnlySpan<byte>", "return nothing, Reply, or a value that JSON can hold, alone or in a Task or ValueTask")]
    [TestCase("""[HandleIn("a")] D {|#0:M|}() => null!;""", "D", "return nothing, Reply, or a value that JSON can hold, alone or in a Task or ValueTask")]
    [TestCase("""int _n; [HandleIn("a")] ref int {|#0:M|}() => ref _n;""", "ref int", "return nothing, Reply, or a value that JSON can hold, alone or in a Task or ValueTask")]
    [TestCase("[Joined] Reply {|#0:M|}() => default;", "Reply", "a Joined handler answers nobody. Return nothing, Task or ValueTask")]
    [TestCase("""[HandleOut("a")] int {|#0:M|}() => 1;""", "int", "a HandleOut handler answers nobody. Return nothing, Task or ValueTask")]
    [TestCase("[HandleInfo] Task<Reply> {|#0:M|}(A a) => null!;", "Task<Reply>", "a HandleInfo handler answers nobody. Return nothing, Task or ValueTask")]
    public async Task PHX0004_a_handler_returns_what_can_be_answered(string handler, string returns, string fix)
    {
        await SaysAsync(Channel(handler), ("PHX0004", $"The handler 'M' returns {returns}: {fix}"));
    }

    [Test]
    public async Task PHX0004_what_can_be_answered_is_not_touched()
    {
        await SaysAsync(Channel("""[HandleIn("a")] async ValueTask<A[]> M() { await Task.Yield(); return []; } [HandleOut("a")] ValueTask N() => default;"""));
    }

    [TestCase("""[HandleIn("a")] void M(A a, B {|#0:b|}) { }""", "'a' is the payload already. Add [FromServices] if it is a service, or take one type with the members of both")]
    [TestCase("""[HandleIn("a")] void M(A a, Payload {|#0:b|}) { }""", "'a' is the payload already. Add [FromServices] if it is a service, or take one type with the members of both")]
    [TestCase("[HandleInfo] void M(A a, B {|#0:b|}) { }", "'a' is the message already. Add [FromServices] if it is a service, or take one type with the members of both")]
    [TestCase("""[HandleIn("a")] void M(ref A {|#0:b|}) { }""", "it is ref. Pass it by value")]
    [TestCase("""[HandleIn("a")] void M(out A {|#0:b|}) { b = null!; }""", "it is out. Pass it by value")]
    [TestCase("""[HandleIn("a")] void M(in A {|#0:b|}) { }""", "it is in. Pass it by value")]
    [TestCase("""[HandleIn("a")] void M(params A[] {|#0:b|}) { }""", "it is params. Take an array, which is the payload")]
    [TestCase("""[HandleIn("a")] void M(ReadOnlySpan<byte> {|#0:b|}) { }""", "ReadOnlySpan<byte> cannot be kept. Take byte[] or ReadOnlyMemory<byte> for binary")]
    [TestCase("""[HandleOut("a")] void M(SocketRef {|#0:b|}) { }""", "only HandleIn has a message to answer. Remove it")]
    [TestCase("[Joined] void M(SocketRef {|#0:b|}) { }", "only HandleIn has a message to answer. Remove it")]
    [TestCase("[Joined] void M(A {|#0:b|}) { }", "Joined has no payload. Keep what is needed of the join's in a field, or add [FromServices] if it is a service")]
    [TestCase("""[HandleOut("a")] void M(Message {|#0:b|}) { }""", "a Message comes with HandleIn alone. Take the payload")]
    [TestCase("""[HandleIn("a")] void M(Broadcast {|#0:b|}) { }""", "a Broadcast comes with HandleOut and HandleInfo alone. Take the payload or the Message")]
    [TestCase("""[HandleIn("a")] void M([FromServices] CancellationToken {|#0:b|}) { }""", "CancellationToken is no service. Remove the attribute")]
    [TestCase("""[HandleIn("a")] void M([FromServices, FromKeyedServices("k")] A {|#0:b|}) { }""", "it has [FromServices] and [FromKeyedServices]. Keep one")]
    public async Task PHX0005_a_handler_s_parameters_can_be_supplied(string handler, string reason)
    {
        await SaysAsync(Channel(handler), ("PHX0005", $"The parameter 'b' of the handler 'M' cannot be supplied: {reason}"));
    }

    [Test]
    public async Task PHX0005_a_message_s_handler_takes_the_message()
    {
        await SaysAsync(Channel("[HandleInfo] void {|#0:M|}() { }"), ("PHX0005", "The parameter 'message' of the handler 'M' cannot be supplied: it is missing. Add a parameter for the message, whose type says which messages are handled"));
        await SaysAsync(Channel("[HandleInfo] void M(object message) { }"));
    }

    [Test]
    public async Task PHX0005_a_payload_s_type_is_known_outside_its_file()
    {
        await SaysAsync(
            """file record F; partial class C : Channel<Socket> { [Join] void M(Payload payload) { } [HandleIn("a")] void {|CS9051:N|}(List<F> {|#0:list|}) { } }""",
            ("PHX0005", "The parameter 'list' of the handler 'N' cannot be supplied: List<F> is known in its file alone, and not in the generated one. Remove 'file' from it"));
    }

    [Test]
    public async Task PHX0005_what_can_be_supplied_is_not_touched()
    {
        await SaysAsync(Channel("""[HandleIn("a")] void M(A a, Message m, SocketRef r, [FromServices] B b, [FromKeyedServices("k")] B c, CancellationToken ct) { } void N(ref A a) { }"""));
    }

    [Test]
    public async Task PHX0006_a_handler_is_not_async_void()
    {
        await SaysAsync(
            Channel("""[HandleIn("a")] async void {|#0:M|}() => await Task.Yield();"""),
            ("PHX0006", "The handler 'M' is async void: the channel would not wait for it, and an exception in it would end the process. Return Task"));
        await SaysAsync(Channel("""[HandleIn("a")] async Task M() => await Task.Yield(); async void N() => await Task.Yield();"""));
    }

    [Test]
    public async Task PHX0007_an_event_has_one_handler()
    {
        await SaysAsync(
            Channel("""[HandleIn("a")] void M() { } [HandleIn("b"), {|#0:HandleIn("a")|}] void N() { }"""),
            ("PHX0007", """The event "a" is handled by 'M' already: keep one of the two handlers"""));
        await SaysAsync(
            Channel("""[HandleOut("a")] void M() { } [{|#0:HandleOut("a")|}] void N() { }"""),
            ("PHX0007", """The event "a" is handled by 'M' already: keep one of the two handlers"""));
        await SaysAsync(Channel("""[HandleIn("a"), HandleOut("a")] void M() { } [HandleIn("A")] void N() { }"""));
    }

    [Test]
    public async Task PHX0008_there_is_one_join()
    {
        await SaysAsync(Channel("[Join] void {|#0:M|}() { }"), ("PHX0008", "'Join' is a [Join] already: keep one of the two methods"));
        await SaysAsync(Channel("[Joined] void M() { } [Joined] void {|#0:N|}() { }"), ("PHX0008", "'M' is a [Joined] already: keep one of the two methods"));
        await SaysAsync(Channel("[Joined] void M() { }") + " partial class E(Presence presence) : C(presence) { [Join] void M() { } [Joined] void N() { } }");
    }

    [TestCase("[Joined] void {|#0:M|}() { } protected override ValueTask JoinedAsync(CancellationToken ct) => default;", "JoinedAsync", "Joined")]
    [TestCase("""[HandleIn("a")] void {|#0:M|}() { } protected override ValueTask<Reply> HandleInAsync(Message m, CancellationToken ct) => default;""", "HandleInAsync", "HandleIn")]
    [TestCase("""[HandleOut("a")] void {|#0:M|}() { } protected override ValueTask HandleOutAsync(Broadcast b, CancellationToken ct) => default;""", "HandleOutAsync", "HandleOut")]
    [TestCase("""[HandleOut("a")] void {|#0:M|}() { } protected override IReadOnlyCollection<string> Intercepts => [];""", "Intercepts", "HandleOut")]
    [TestCase("[HandleInfo] void {|#0:M|}(A a) { } protected override ValueTask HandleInfoAsync(object b, CancellationToken ct) => default;", "HandleInfoAsync", "HandleInfo")]
    public async Task PHX0009_a_callback_is_written_or_generated(string members, string callback, string attribute) => await SaysAsync(
        Channel(members), ("PHX0009", $"'{callback}' is written by hand, and would be generated for [{attribute}] as well: remove the override, or handle it there and remove the attribute"));

    [TestCaseSource(nameof(Kinds))]
    public Task PHX0009_a_written_callback_stands_beside_generated_ones(string kind) => SaysAsync(
        $"partial class C : Channel<Socket> {{ {s_callbacks[kind].Written} {Others(kind, callback => callback.Handler)} }}");

    [TestCaseSource(nameof(Kinds))]
    public Task PHX0009_a_generated_callback_stands_beside_an_overload_and_written_ones(string kind) => SaysAsync(
        $"partial class C : Channel<Socket> {{ {s_callbacks[kind].Handler} {s_callbacks[kind].Overload} {Others(kind, callback => callback.Written)} }}");

    [Test]
    public async Task PHX0009_the_attribute_does_not_belong_on_the_override()
    {
        await SaysAsync(
            "partial class C : Channel<Socket> { [Join] protected override ValueTask<Reply> {|#0:JoinAsync|}(Payload payload, CancellationToken ct) => default; }",
            ("PHX0009", "'JoinAsync' is written by hand, and would be generated for [Join] as well: remove the override, or handle it there and remove the attribute"));
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
        await SaysAsync(Channel($$"""[{|#0:HandleIn({{name}})|}] void M() { }"""), ("PHX0010", $"The event {shown} is {why}: choose another name"));
    }

    [Test]
    public async Task PHX0010_a_name_of_the_application_s_own_is_not_touched()
    {
        await SaysAsync(Channel("""[HandleIn("phx"), HandleIn("heartbeat"), HandleOut("phx_close")] void M() { }"""));
    }

    [Test]
    public async Task PHX0011_a_message_s_type_has_one_handler()
    {
        await SaysAsync(
            Channel("[HandleInfo] void M(A message) { } [HandleInfo] void {|#0:N|}(A? other) { }"),
            ("PHX0011", "Messages of type A are handled by 'M' already, so that 'N' would never run: keep one of the two handlers"));
        await SaysAsync(
            Channel("[HandleInfo] void M(int message) { } [HandleInfo] void {|#0:N|}(int? other) { }"),
            ("PHX0011", "Messages of type int are handled by 'M' already, so that 'N' would never run: keep one of the two handlers"));
        await SaysAsync(Channel("[HandleInfo] void M(object message) { } [HandleInfo] void N(A a) { } [HandleInfo] void O(B b) { }"));
    }

    [Test]
    public async Task PHX0015_a_channel_decides_about_joins()
    {
        var expected = ("PHX0015", "'C' decides nothing about joins: add '[Join] Reply Join() => Reply.Ok();', or override JoinAsync");
        await SaysAsync("""partial class {|CS0534:{|#0:C|}|} : Channel<Socket> { [HandleIn("a")] void M() { } }""", expected);
        await SaysAsync("class {|CS0534:{|#0:C|}|} : Channel<Socket>;", expected);
        await SaysAsync("abstract class BaseChannel : Channel<Socket>; class {|CS0534:{|#0:C|}|} : BaseChannel;", expected);
        await SaysAsync("partial class {|CS0534:{|#0:C|}|} : global::PhoenixChannels.Channel<Socket>; partial class C : Channel<Socket>;", expected);
        await SaysAsync("""abstract class Base : Channel<Socket>; partial class {|CS0534:{|#0:C|}|} : Base { [HandleIn("a")] void M() { } }""", expected);
        await SaysAsync("abstract class C : Channel<Socket>; partial class D : C { [Join] void Join() { } } class E : D;");
    }

    [Test]
    public async Task PHX0017_a_payload_can_be_read_from_JSON()
    {
        await SaysAsync(
            Channel("""[HandleIn("a")] void M(IService {|#0:service|}) { }"""),
            ("PHX0017", "The parameter 'service' of the handler 'M' is read from the payload, but IService cannot be made from JSON: add [FromServices] if it is a service"));
        await SaysAsync(Channel("""
            [HandleIn("a")] void M(IReadOnlyList<A> list) { } [HandleIn("b")] void N([FromServices] IService service) { } [HandleInfo] void O(IService message) { } [HandleIn("c")] void P(IShape shape) { }
            [System.Text.Json.Serialization.JsonDerivedType(typeof(Circle), "circle")] interface IShape; record Circle : IShape;
            """));
    }

    [Test]
    public async Task What_is_wrong_is_left_out_and_the_rest_is_generated()
    {
        var compilation = UserCode.Compile(Channel("""[HandleIn("a")] static void Wrong() { } [HandleIn("b")] void Right() { }"""));
        var generated = UserCode.Driver().RunGenerators(compilation).GetRunResult().GeneratedTrees.Single().ToString();
        Assert.That(generated, Does.Contain("\"b\"").And.Not.Contain("\"a\""));
        await SaysAsync("partial class {|CS0534:C|} : Channel<Socket> { [Join] void Join({|CS0246:Unknown|} payload) { } [HandleInfo] {|CS0246:Unknown|} Info(int a) => null!; }");
    }

    /// <summary>A build has no more than this to show beside CS0534: the compiler does not come to the analyzers.</summary>
    [TestCase("class C : Channel<Socket> { [Join] void M() { } }", "PHX0001", "C")]
    [TestCase("class C : Channel<Socket> { }", "PHX0015", "C")]
    [TestCase("partial class C : Channel<Socket> { [Join] static void M() { } }", "PHX0003", "M")]
    [TestCase("partial class C : Channel<Socket> { [Join] Task<Task> M() => null!; }", "PHX0004", "M")]
    [TestCase("partial class C : Channel<Socket> { [Join] void M(ref int n) { } }", "PHX0005", "n")]
    [TestCase("partial class C : Channel<Socket> { [Join] async void M() => await Task.Yield(); }", "PHX0006", "M")]
    public void What_leaves_a_class_without_JoinAsync_is_said_by_the_generator(string source, string id, string place)
    {
        var compilation = UserCode.Compile(source);
        UserCode.Driver().RunGeneratorsAndUpdateCompilation(compilation, out var whole, out var diagnostics);
        Assert.That(UserCode.Complaints(whole).Select(diagnostic => diagnostic.Id), Is.EqualTo(new[] { "CS0534" }));
        Assert.That(
            diagnostics.Select(diagnostic => (diagnostic.Id, diagnostic.Location.SourceTree, diagnostic.Location.SourceTree!.ToString()[diagnostic.Location.SourceSpan.Start..diagnostic.Location.SourceSpan.End])),
            Is.EqualTo(new[] { (id, compilation.SyntaxTrees[^1], place) }));
    }

    [TestCase("#pragma warning disable PHX0017")]
    [TestCase("[System.Diagnostics.CodeAnalysis.SuppressMessage(\"PhoenixChannels\", \"PHX0017\")]")]
    public Task A_warning_can_be_suppressed_at_its_place(string suppression) => SaysAsync(Channel($$"""

        {{suppression}}
        [HandleIn("a")] void M(IService service) { }
        """));

    static IEnumerable<string> Kinds() => s_callbacks.Keys;

    static string Others(string kind, Func<(string Handler, string Written, string Overload), string> member) =>
        string.Join(' ', s_callbacks.Where(callback => callback.Key != kind).Select(callback => member(callback.Value)));
}
