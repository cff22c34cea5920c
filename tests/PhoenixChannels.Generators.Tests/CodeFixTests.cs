using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp.Testing;
using Microsoft.CodeAnalysis.Testing;
using PhoenixChannels.CodeFixes;
using PhoenixChannels.Generators.Diagnostics;

namespace PhoenixChannels.Generators.Tests;

/// <summary>A fix mends what is wrong where it is, one at a time and all at once: in a document, a project and a solution.</summary>
public class CodeFixTests
{
    [Test]
    public Task The_class_becomes_partial() => FixesAsync<AddPartialFix>(
        "Add 'partial'",
        "class {|PHX0001:O|} { public sealed class {|CS0534:{|PHX0001:C|}|} : Channel<Socket> { [Join] void Join() { } } }",
        "partial class O { public sealed partial class C : Channel<Socket> { [Join] void Join() { } } }");

    [Test]
    public Task All_classes_become_partial_at_once() => FixesAsync<AddPartialFix>(
        "Add 'partial'",
        ["class {|CS0534:{|PHX0001:C|}|} : Channel<Socket> { [Join] void Join() { } } abstract class {|PHX0001:D|} : Channel<Socket> { [Join] void Join() { } }", "record struct {|PHX0001:O|} { interface {|PHX0001:I|} { partial class {|CS0534:E|} : Channel<Socket> { [Join] void Join() { } } } }"],
        ["partial class C : Channel<Socket> { [Join] void Join() { } } abstract partial class D : Channel<Socket> { [Join] void Join() { } }", "partial record struct O { partial interface I { partial class E : Channel<Socket> { [Join] void Join() { } } } }"]);

    [Test]
    public Task A_class_that_only_its_file_knows_is_left_to_its_author() => IsLeftAsync<AddPartialFix>(
        "file partial class {|CS0534:{|PHX0001:C|}|} : Channel<Socket> { [Join] void Join() { } }");

    [Test]
    public Task A_handler_becomes_an_instance_method() => FixesAsync<MakeInstanceFix>(
        "Remove 'static'",
        "partial class {|CS0534:C|} : Channel<Socket> { [Join] private static void {|PHX0003:Join|}() { } }",
        "partial class C : Channel<Socket> { [Join] private void Join() { } }");

    [Test]
    public Task All_handlers_become_instance_methods_at_once() => FixesAsync<MakeInstanceFix>(
        "Remove 'static'",
        ["""partial class {|CS0534:C|} : Channel<Socket> { [Join] static void {|PHX0003:Join|}() { } [HandleIn("a")] public static Reply {|PHX0003:M|}() => Reply.Ok(); static void N() { } }""", """partial class C { [HandleIn("b")] static void {|PHX0003:O|}() { } }"""],
        ["""partial class C : Channel<Socket> { [Join] void Join() { } [HandleIn("a")] public Reply M() => Reply.Ok(); static void N() { } }""", """partial class C { [HandleIn("b")] void O() { } }"""]);

    [Test]
    public Task A_generic_handler_is_left_to_its_author() => IsLeftAsync<MakeInstanceFix>(
        "partial class {|CS0534:C|} : Channel<Socket> { [Join] void {|PHX0003:Join|}<T>() { } }");

    [Test]
    public Task An_async_void_handler_returns_a_task() => FixesAsync<ReturnTaskFix>(
        "Return Task",
        "using System.Threading.Tasks;\npartial class {|CS0534:C|} : Channel<Socket> { [Join] async void {|PHX0006:Join|}() => await Task.Yield(); }",
        "using System.Threading.Tasks;\npartial class C : Channel<Socket> { [Join] async Task Join() => await Task.Yield(); }");

    [Test]
    public Task All_async_void_handlers_return_tasks_at_once() => FixesAsync<ReturnTaskFix>(
        "Return Task",
        ["""partial class {|CS0534:C|} : Channel<Socket> { [Join] async void {|PHX0006:Join|}() => await Task.Yield(); [HandleIn("a")] async void {|PHX0006:M|}() { await Task.Yield(); } }""", "partial class {|CS0534:D|} : Channel<Socket> { [Join] async void {|PHX0006:Join|}() => await Task.Yield(); }"],
        ["""partial class C : Channel<Socket> { [Join] async Task Join() => await Task.Yield(); [HandleIn("a")] async Task M() { await Task.Yield(); } }""", "partial class D : Channel<Socket> { [Join] async Task Join() => await Task.Yield(); }"]);

    [Test]
    public Task A_fix_keeps_what_is_written_around_it() => FixesAsync<AddPartialFix>(
        "Add 'partial'",
        "/// <summary>Kept.</summary>\nclass {|CS0534:{|PHX0001:C|}|} : Channel<Socket>\n{\n    // Kept.\n    [Join]\n    void Join() { }\n}\n",
        "/// <summary>Kept.</summary>\npartial class C : Channel<Socket>\n{\n    // Kept.\n    [Join]\n    void Join() { }\n}\n");

    static Task FixesAsync<TFix>(string title, string source, string @fixed) where TFix : CodeFixProvider, new() => FixesAsync<TFix>(title, [source], [@fixed]);

    /// <summary>Asserts what becomes of the sources, by single fixes and by each way to fix all, and what a fix is called.</summary>
    static Task FixesAsync<TFix>(string title, string[] sources, string[] @fixed) where TFix : CodeFixProvider, new()
    {
        Assert.That(new TFix().GetFixAllProvider(), Is.Not.Null, "without it, fixing all is not tested");
        var test = new Test<TFix> { CodeActionEquivalenceKey = title, CodeActionVerifier = (action, verifier) => verifier.Equal(title, action.Title) };
        foreach (var source in sources) test.TestState.Sources.Add(source);
        test.FixedState.Sources.Add(("Usings.cs", UserCode.Usings));
        foreach (var source in @fixed) test.FixedState.Sources.Add(source);
        return test.RunAsync();
    }

    /// <summary>Asserts that no fix is offered.</summary>
    static Task IsLeftAsync<TFix>(string source) where TFix : CodeFixProvider, new() => new Test<TFix> { TestCode = source }.RunAsync();

    sealed class Test<TFix> : CSharpCodeFixTest<ChannelAnalyzer, TFix, DefaultVerifier> where TFix : CodeFixProvider, new()
    {
        public Test()
        {
            UserProject.SetUp(this);
            TestBehaviors = TestBehaviors.SkipGeneratedSourcesCheck;
        }

        protected override IEnumerable<Type> GetSourceGenerators() => [typeof(ChannelGenerator)];
    }
}
