using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace PhoenixChannels.Generators.Tests;

/// <summary>What has not changed is not generated again.</summary>
public class IncrementalityTests
{
    const string First = """partial class A : Channel<Socket> { [Join] Reply Join() => Reply.Ok(1); [HandleIn("a")] void In(string text) { } [HandleOut("a")] void Out() { } [HandleInfo] void Info(int n) { } }""";
    const string Second = "partial class B : Channel<Socket> { [Join] Reply Join() => Reply.Ok(2); [Joined] void Joined() { } }";

    [Test]
    public void An_unrelated_file_changes_nothing() => Assert.That(Reasons(compilation => compilation.AddSyntaxTrees(UserCode.Parse("class Other;"))), Is.All.AnyOf(IncrementalStepRunReason.Cached, IncrementalStepRunReason.Unchanged));

    [Test]
    public void The_body_of_a_handler_changes_nothing() => Assert.That(
        Reasons(compilation => Edit(compilation, "Reply.Ok(1)", "Reply.Ok(3)")), Is.All.AnyOf(IncrementalStepRunReason.Cached, IncrementalStepRunReason.Unchanged));

    [Test]
    public void A_change_of_one_class_leaves_the_other()
    {
        var reasons = Reasons(compilation => Edit(compilation, "\"a\"", "\"changed\""));
        Assert.That(reasons, Has.Exactly(2).EqualTo(IncrementalStepRunReason.Modified).And.Some.AnyOf(IncrementalStepRunReason.Cached, IncrementalStepRunReason.Unchanged));
    }

    [Test]
    public void A_change_of_the_base_class_is_seen()
    {
        var compilation = UserCode.Compile("abstract partial class Base : Channel<Socket> { [Join] void Join() { } }", """partial class C : Base { [HandleOut("a")] void Out() { } }""");
        var driver = UserCode.Driver().RunGenerators(compilation);
        driver = driver.RunGenerators(Edit(compilation, "[Join]", """[HandleOut("b")] void Out() { } [Join]"""));
        Assert.That(driver.GetRunResult().Results.Single().GeneratedSources.Single(source => source.HintName == "C.g.cs").SourceText.ToString(), Does.Contain("base.Intercepts"));
    }

    [Test]
    public void A_new_class_that_differs_by_upper_and_lower_case_alone_is_seen()
    {
        var compilation = UserCode.Compile("partial class Room : Channel<Socket> { [Join] void Join() { } }");
        var driver = UserCode.Driver().RunGenerators(compilation);
        driver = driver.RunGenerators(compilation.AddSyntaxTrees(UserCode.Parse("partial class ROOM : Channel<Socket> { [Join] void Join() { } }")));
        Assert.That(driver.GetRunResult().Results.Single().GeneratedSources.Select(source => source.HintName), Is.EquivalentTo(new[] { "ROOM.g.cs", "Room.1.g.cs" }));
    }

    [Test]
    public void What_is_wrong_is_reported_where_it_has_moved_to_and_not_once_it_is_mended()
    {
        var compilation = UserCode.Compile("class C : Channel<Socket> { [Join] void Join() { } }", "class D : Channel<Socket>;");
        var driver = UserCode.Driver().RunGenerators(compilation);
        Assert.That(Places(driver), Is.EqualTo(new[] { "0.cs 0: PHX0001", "1.cs 0: PHX0015" }));
        compilation = Edit(Edit(compilation, "class C", "\nclass C"), "class D", "\n\nclass D");
        driver = driver.RunGenerators(compilation);
        Assert.That(Places(driver), Is.EqualTo(new[] { "0.cs 1: PHX0001", "1.cs 2: PHX0015" }));
        driver = driver.RunGenerators(Edit(Edit(compilation, "class C", "partial class C"), "class D", "abstract class D"));
        Assert.That(Places(driver), Is.Empty);
    }

    static IEnumerable<string> Places(GeneratorDriver driver) => driver.GetRunResult().Diagnostics
        .Select(diagnostic => $"{diagnostic.Location.SourceTree!.FilePath} {diagnostic.Location.GetLineSpan().StartLinePosition.Line}: {diagnostic.Id}").Order();

    /// <summary>Why each model and each output is what it is, after a second run on a changed compilation.</summary>
    static List<IncrementalStepRunReason> Reasons(Func<CSharpCompilation, CSharpCompilation> change)
    {
        var compilation = UserCode.Compile(First, Second);
        var driver = UserCode.Driver().RunGenerators(compilation).RunGenerators(change(compilation));
        var result = driver.GetRunResult().Results.Single();
        Assert.That(result.GeneratedSources, Has.Length.EqualTo(2));
        return [.. result.TrackedSteps[ChannelGenerator.ModelStep].Concat(result.TrackedOutputSteps.Values.SelectMany(steps => steps)).SelectMany(step => step.Outputs).Select(output => output.Reason)];
    }

    static CSharpCompilation Edit(CSharpCompilation compilation, string old, string @new)
    {
        var tree = compilation.SyntaxTrees.First(tree => tree.ToString().Contains(old, StringComparison.Ordinal));
        return compilation.ReplaceSyntaxTree(tree, UserCode.Parse(tree.ToString().Replace(old, @new), tree.FilePath));
    }
}
