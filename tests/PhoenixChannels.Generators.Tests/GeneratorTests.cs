using Microsoft.CodeAnalysis;

namespace PhoenixChannels.Generators.Tests;

/// <summary>What may be written compiles with what is generated for it, without a warning.</summary>
public class GeneratorTests
{
    const string Join = "[Join] void Join() { }";

    [TestCase("void M() { }")]
    [TestCase("Reply M() => Reply.Ok();")]
    [TestCase("Task M() => Task.CompletedTask;")]
    [TestCase("async Task M() => await Task.Yield();")]
    [TestCase("ValueTask M() => default;")]
    [TestCase("Task<Reply> M() => Task.FromResult(Reply.Ok());")]
    [TestCase("ValueTask<Reply> M() => new(Reply.Ok());")]
    [TestCase("int M() => 1;")]
    [TestCase("int? M() => null;")]
    [TestCase("string? M() => null;")]
    [TestCase("List<string?>? M() => null;")]
    [TestCase("Task<List<string?>?> M() => Task.FromResult<List<string?>?>(null);")]
    [TestCase("ValueTask<string?> M() => default;")]
    [TestCase("(int A, string? B) M() => default;")]
    [TestCase("Payload M() => default;")]
    [TestCase("byte[] M() => [];")]
    [TestCase("Task<ReadOnlyMemory<byte>> M() => Task.FromResult(ReadOnlyMemory<byte>.Empty);")]
    [TestCase("ValueTask<Memory<byte>> M() => default;")]
    [TestCase("object M() => new { a = 1 };")]
    [TestCase("dynamic M() => 1;")]
    [TestCase("Reply M(string text) => Reply.Ok(text);")]
    [TestCase("void M(string? text) { }")]
    [TestCase("void M(int? number) { }")]
    [TestCase("void M(List<string?>? texts) { }")]
    [TestCase("void M((int A, string? B) pair) { }")]
    [TestCase("void M(dynamic what) { }")]
    [TestCase("void M(Payload payload) { }")]
    [TestCase("void M(byte[] bytes, CancellationToken ct = default) { }")]
    [TestCase("void M(int number = 5) { }")]
    [TestCase("void M(string[] @event) { }")]
    [TestCase("void M([FromServices] Store store) { }")]
    [TestCase("void M([FromServices] Store? store) { }")]
    [TestCase("void M([FromServices] Store? store = null) { }")]
    [TestCase("void M([FromServices] List<Store?> stores, string payload) { }")]
    [TestCase("void M([FromKeyedServices(\"a\\\"b\")] Store store) { }")]
    [TestCase("void M([FromKeyedServices(5)] Store? store) { }")]
    [TestCase("void M([FromKeyedServices(DayOfWeek.Friday)] Store store) { }")]
    [TestCase("void M([FromKeyedServices(typeof(List<>))] Store store) { }")]
    [TestCase("void M([FromKeyedServices(null)] Store store) { }")]
    [TestCase("void M(CancellationToken ct, [FromServices] Store store, string payload) { }")]
    [TestCase("[Obsolete] void M(string payload) { }")]
    [TestCase("[Obsolete(\"No more.\")] void M(OldPayload payload) { }")]
    [TestCase("void @event(@class payload) { }")]
    [TestCase("void await(string async) { }")]
    [TestCase("async Task await(string async) => await Task.Yield();")]
    [TestCase("partial void M(string payload); partial void M(string payload) { }")]
    public void A_join_and_an_event_may_be_handled_by(string method)
    {
        var handled = method.StartsWith('[') ? method : " " + method;
        UserCode.Generate(UserCode.Compile($$"""
            class Store; record @class(string Text);
            [Obsolete("No more.")] record OldPayload(string Text);
            class UserSocket : Socket;
            partial class JoinChannel : Channel<UserSocket> { [Join] {{handled}} }
            partial class EventChannel : Channel<UserSocket> { {{Join}} [HandleIn("event")] {{handled}} }
            """));
    }

    [TestCase("void M(SocketRef later) { }")]
    [TestCase("Task M(string payload, SocketRef later) => Task.CompletedTask;")]
    [TestCase("Reply M(Message message) => Reply.Ok(message.Payload);")]
    [TestCase("Reply M(Message message, string text, SocketRef later, CancellationToken ct) => Reply.Ok(message.Payload);")]
    public void An_event_may_also_be_handled_by(string method) =>
        UserCode.Generate(UserCode.Compile($$"""partial class EventChannel : Channel<Socket> { {{Join}} [HandleIn("event")] {{method}} }"""));

    [TestCase("void M() { }")]
    [TestCase("Task M(CancellationToken ct) => Task.CompletedTask;")]
    [TestCase("ValueTask M([FromServices] IServiceProvider services) => default;")]
    [TestCase("async ValueTask M() => await Task.Yield();")]
    public void What_follows_the_join_may_be(string method) =>
        UserCode.Generate(UserCode.Compile($$"""partial class EventChannel : Channel<Socket> { {{Join}} [Joined] {{method}} }"""));

    [TestCase("void M() { }")]
    [TestCase("void M(string payload) { }")]
    [TestCase("Task M(Payload payload, Broadcast broadcast, CancellationToken ct) => Task.CompletedTask;")]
    [TestCase("async ValueTask M(Broadcast broadcast, [FromServices] IServiceProvider services) => await Task.Yield();")]
    public void A_broadcast_may_be_handled_by(string method) =>
        UserCode.Generate(UserCode.Compile($$"""partial class EventChannel : Channel<Socket> { {{Join}} [HandleOut("event")] {{method}} }"""));

    [TestCase("void M(string message) { }")]
    [TestCase("void M(string? message) { }")]
    [TestCase("void M(int? message) { }")]
    [TestCase("void M(object message) { }")]
    [TestCase("void M(dynamic message) { }")]
    [TestCase("void M(List<string?> message) { }")]
    [TestCase("void M((int A, string? B) message) { }")]
    [TestCase("void M(SocketRef message) { }")]
    [TestCase("void M(int[] message) { }")]
    [TestCase("Task M(Broadcast message, CancellationToken ct) => Task.CompletedTask;")]
    [TestCase("async ValueTask M(CancellationToken ct, IServiceProvider message, [FromServices] IServiceProvider services) => await Task.Yield();")]
    public void A_message_may_be_handled_by(string method) =>
        UserCode.Generate(UserCode.Compile($$"""partial class EventChannel : Channel<Socket> { {{Join}} [HandleInfo] {{method}} }"""));

    [TestCase("partial class C<T> : Channel<Socket> { [Join] void M(T payload) { } [HandleInfo] void Info(T message) { } }", "C`1.g.cs")]
    [TestCase("partial class C<@event> : Channel<Socket> where @event : class { [Join] void M(@event? payload) { } }", "C`1.g.cs")]
    [TestCase("namespace A.B { partial class C : Channel<Socket> { [Join] void M(D payload) { } record D; } }", "A.B.C.g.cs")]
    [TestCase("namespace A.B; partial class C : Channel<Socket> { [Join] void M(D payload) { } private record D; }", "A.B.C.g.cs")]
    [TestCase("namespace @event.@class; partial class @int : Channel<Socket> { [Join] void M() { } }", "event.class.int.g.cs")]
    [TestCase("partial class O<T> { partial record R<U> { partial struct S { sealed partial class C : Channel<Socket> { [Join] void M(T t) { } } } } }", "O`1.R`1.S.C.g.cs")]
    [TestCase("partial interface I<T> { partial record struct R { sealed partial class C : Channel<Socket> { [Join] void M() { } } } }", "I`1.R.C.g.cs")]
    [TestCase("static partial class O { private sealed partial class C : Channel<Socket> { [Join] void M() { } } }", "O.C.g.cs")]
    [TestCase("public abstract partial class C : Channel<Socket> { [Join] protected abstract void M(); }", "C.g.cs")]
    [TestCase("partial class Straße : Channel<Socket> { [Join] void Früh() { } }", "Straße.g.cs")]
    public void A_channel_may_stand_anywhere(string source, string file) =>
        Assert.That(UserCode.Generate(UserCode.Compile(source)).Keys, Is.EqualTo(new[] { file }));

    [Test]
    public void A_class_in_several_files_is_generated_once()
    {
        var sources = UserCode.Generate(UserCode.Compile(
            """partial class C : Channel<Socket> { [HandleIn("a")] void A() { } [Join] partial void M(); }""",
            """partial class C { [HandleIn("b")] void B() { } [Joined] partial void M() { } }"""));
        Assert.That(sources.Keys, Is.EqualTo(new[] { "C.g.cs" }));
        Assert.That(sources["C.g.cs"], Does.Contain("case \"a\":").And.Contain("case \"b\":").And.Contain("JoinedAsync"));
    }

    [TestCase("partial class Room : Channel<Socket> { [Join] void M() { } } partial class ROOM : Channel<Socket> { [Join] void M() { } } partial class room : Channel<Socket> { [Join] void M() { } }", "ROOM.g.cs", "Room.1.g.cs", "room.2.g.cs")]
    [TestCase("namespace A { partial class C : Channel<Socket> { [Join] void M() { } } } namespace a { partial class C : Channel<Socket> { [Join] void M() { } } }", "A.C.g.cs", "a.C.1.g.cs")]
    [TestCase("partial class O { partial class C : Channel<Socket> { [Join] void M() { } } } partial class o { partial class c : Channel<Socket> { [Join] void M() { } } }", "O.C.g.cs", "o.c.1.g.cs")]
    [TestCase("partial class C : Channel<Socket> { [Join] void M() { } } partial class c<T> : Channel<Socket> { [Join] void M() { } } namespace N { partial class c : Channel<Socket> { [Join] void M() { } } }", "C.g.cs", "N.c.g.cs", "c`1.g.cs")]
    public void Channels_may_differ_by_upper_and_lower_case_alone(string source, params string[] files) =>
        Assert.That(UserCode.Generate(UserCode.Compile(source)).Keys.Order(StringComparer.Ordinal), Is.EqualTo(files));

    [TestCase("""a\"b""")]
    [TestCase("""a\\b""")]
    [TestCase("""\r\n\t\0""")]
    [TestCase("""日本語 🚀""")]
    [TestCase("""\uD800""")]
    [TestCase("""{0} {{""")]
    public void An_event_may_have_any_name(string name)
    {
        var generated = UserCode.GenerateOne($$"""partial class C : Channel<Socket> { {{Join}} [HandleIn("{{name}}")] void In() { } [HandleOut("{{name}}")] void Out() { } }""");
        var cases = UserCode.Parse(generated).GetRoot().DescendantNodes().OfType<Microsoft.CodeAnalysis.CSharp.Syntax.CaseSwitchLabelSyntax>().Select(label => label.Value.GetFirstToken().Value);
        var expected = UserCode.Parse($"""var x = "{name}";""").GetRoot().DescendantTokens().Single(token => token.Value is string && token.Text.StartsWith('"')).Value;
        Assert.That(cases, Is.EqualTo(new[] { expected, expected }));
    }

    [Test]
    public void An_override_is_visible_as_its_assembly_sees_the_base()
    {
        const string Source = "partial class C : Channel<Socket> { [Join] void M() { } }";
        Assert.That(UserCode.Generate(UserCode.Compile("user", [Source]))["C.g.cs"], Does.Contain("    protected override"));
        Assert.That(UserCode.Generate(UserCode.Compile("PhoenixChannels.Tests", [Source]))["C.g.cs"], Does.Contain("    protected internal override"));
    }

    [Test]
    public void A_message_goes_to_the_most_derived_type()
    {
        var generated = UserCode.GenerateOne("""
            interface I; class A : I; class B : A; class X : I; struct S : I;
            partial class C : Channel<Socket>
            {
                [Join] void Join() { }
                [HandleInfo] void All(object m) { }
                [HandleInfo] void OnI(I m) { }
                [HandleInfo] void OnA(A m) { }
                [HandleInfo] void OnX(X m) { }
                [HandleInfo] void OnB(B m) { }
                [HandleInfo] void OnS(S m) { }
                [HandleInfo] void OnInt(int m) { }
                [HandleInfo] void OnLong(long? m) { }
                [HandleInfo] void OnStrings(IEnumerable<string> m) { }
                [HandleInfo] void OnObjects(IEnumerable<object> m) { }
                [HandleInfo] void OnList(List<string> m) { }
            }
            """);
        var cases = generated.Split('\n').Where(line => line.Contains("case ", StringComparison.Ordinal)).Select(line => line.Trim().Replace("global::", "").Replace("System.Collections.Generic.", ""));
        Assert.That(cases, Is.EqualTo(new[]
        {
            "case B info:", "case A info:", "case X info:", "case S info:", "case I info:", "case int info:", "case long info:", "case List<string> info:", "case IEnumerable<string> info:",
            "case IEnumerable<object> info:", "case object info:",
        }));
    }

    [Test]
    public void Intercepts_are_one_s_own_and_the_base_s()
    {
        var sources = UserCode.Generate(UserCode.Compile("""
            abstract partial class Base : Channel<Socket> { [Join] void Join() { } [HandleOut("base")] void OnBase() { } }
            partial class Derived : Base { [HandleOut("own")] void OnOwn() { } }
            abstract class Written : Channel<Socket> { protected override IReadOnlyCollection<string> Intercepts => ["written"]; }
            partial class OfWritten : Written { [Join] void Join() { } [HandleOut("own")] void OnOwn() { } }
            partial class Plain : Channel<Socket> { [Join] void Join() { } [HandleIn("in")] void In() { } }
            """));
        Assert.That(sources["Base.g.cs"], Does.Contain("""s_interceptedEvents = new string[] { "base" };"""));
        Assert.That(sources["Derived.g.cs"], Does.Contain("""HashSet<string>(base.Intercepts) { "own" };"""));
        Assert.That(sources["OfWritten.g.cs"], Does.Contain("""HashSet<string>(base.Intercepts) { "own" };"""));
        Assert.That(sources["Plain.g.cs"], Does.Not.Contain("Intercepts"));
    }

    [Test]
    public void Authorization_is_re_created_and_inherited() => Assert.That(
        UserCode.Generate(UserCode.Compile("""
            class AskAttribute(params object?[] what) : AuthorizeAttribute { public object?[] What => what; public Type? Of { get; set; } public DayOfWeek On { get; set; } public double At { get; set; } }
            abstract partial class Base : Channel<Socket> { [Join] void Join() { } [HandleIn("a"), Authorize("base \"policy\"")] protected virtual void M() { } }
            partial class C : Base { [HandleIn("a"), Ask("x", 'y', 5L, null, new[] { 1, 2 }, Of = typeof(List<>), On = DayOfWeek.Friday, At = 1.5, Roles = "r")] protected override void M() { } }
            """))["C.g.cs"],
        Does.Contain("""
                {
                    new global::AskAttribute(new object?[] { "x", 'y', (long)(5), null, new int[] { 1, 2 } }) { Of = typeof(global::System.Collections.Generic.List<>), On = (global::System.DayOfWeek)(5), At = 1.5D, Roles = "r" },
                    new global::Microsoft.AspNetCore.Authorization.AuthorizeAttribute("base \"policy\""),
                };
            """));

    [Test]
    public void What_handlers_ask_for_is_told_as_far_as_an_attribute_can()
    {
        var generated = UserCode.GenerateOne("""
            class Store<T>; class AdultsAttribute() : AuthorizeAttribute("adults");
            partial class C<T> : Channel<Socket>
            {
                [Join, Authorize] void @int([FromServices] Store<T> own, [FromServices] Store<string?> other, [FromServices] Store<int>? optional) { }
                [HandleIn("a"), HandleIn("b"), Adults, Authorize("p"), Authorize(Policy = "q", Roles = "r")] void M((int A, string? B)? pair, [FromServices] Store<int> one, [FromKeyedServices(DayOfWeek.Friday)] Store<int> two) { }
                [HandleIn("c")] void N(List<dynamic> list) { }
                [HandleIn("d")] void O(T payload) { }
                [HandleInfo] void P(List<string> message) { }
            }
            """);
        Assert.That(generated.Split('\n').Where(line => line.StartsWith("[global::PhoenixChannels.ChannelHandler(", StringComparison.Ordinal)).Select(line => line["[global::PhoenixChannels.ChannelHandler".Length..].Replace("global::", "")), Is.EqualTo(new[]
        {
            """("Join", "int", Services = new System.Type[] { typeof(Store<string>) }, Policies = new string[] {  })]""",
            """("HandleIn", "M", "a", "b", Payload = typeof((int A, string B)), Services = new System.Type[] { typeof(Store<int>), typeof(Store<int>) }, Keys = new object?[] { null, (System.DayOfWeek)(5) }, Policies = new string[] { "p", "q" })]""",
            """("HandleIn", "N", "c")]""",
            """("HandleIn", "O", "d")]""",
            """("HandleInfo", "P")]""",
        }));
    }

    [Test]
    public void Only_callbacks_with_attributes_are_generated() => Assert.That(
        UserCode.GenerateOne("""
            partial class C : Channel<Socket>
            {
                protected override ValueTask<Reply> JoinAsync(Payload payload, CancellationToken cancellationToken) => new(Reply.Ok());
                protected override IReadOnlyCollection<string> Intercepts => [];
                protected override ValueTask HandleOutAsync(Broadcast broadcast, CancellationToken cancellationToken) => default;
                protected override ValueTask HandleInfoAsync(object message, CancellationToken cancellationToken) => default;
                [HandleIn("a")] void A() { }
            }
            """),
        Does.Contain(" override ").And.Contain("HandleInAsync").And.Not.Contain(" JoinAsync").And.Not.Contain("HandleOutAsync").And.Not.Contain("HandleInfoAsync"));
}
