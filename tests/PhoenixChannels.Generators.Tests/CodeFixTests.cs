using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeActions;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.Text;
using PhoenixChannels.CodeFixes;
using PhoenixChannels.Generators.Diagnostics;

namespace PhoenixChannels.Generators.Tests;

public class CodeFixTests
{
    [Test]
    public async Task The_class_becomes_partial() => Assert.That(
        await FixAsync("class O { public sealed class C : Channel<Socket> { [Join] void Join() { } } }", new AddPartialFix()),
        Is.EqualTo("partial class O { public sealed partial class C : Channel<Socket> { [Join] void Join() { } } }"));

    [Test]
    public async Task A_handler_becomes_an_instance_method() => Assert.That(
        await FixAsync("partial class C : Channel<Socket> { [Join] private static void Join() { } }", new MakeInstanceFix()),
        Is.EqualTo("partial class C : Channel<Socket> { [Join] private void Join() { } }"));

    [Test]
    public async Task A_generic_handler_is_left_to_its_author() => Assert.That(
        await FixAsync("partial class C : Channel<Socket> { [Join] void Join<T>() { } }", new MakeInstanceFix()), Is.EqualTo("partial class C : Channel<Socket> { [Join] void Join<T>() { } }"));

    [Test]
    public async Task An_async_void_handler_returns_a_task() => Assert.That(
        await FixAsync("using System.Threading.Tasks;\npartial class C : Channel<Socket> { [Join] async void Join() => await Task.Yield(); }", new ReturnTaskFix()),
        Is.EqualTo("using System.Threading.Tasks;\npartial class C : Channel<Socket> { [Join] async Task Join() => await Task.Yield(); }"));

    [Test]
    public async Task A_fix_keeps_what_is_written_around_it() => Assert.That(
        await FixAsync("/// <summary>Kept.</summary>\nclass C : Channel<Socket>\n{\n    // Kept.\n    [Join]\n    void Join() { }\n}\n", new AddPartialFix()),
        Is.EqualTo("/// <summary>Kept.</summary>\npartial class C : Channel<Socket>\n{\n    // Kept.\n    [Join]\n    void Join() { }\n}\n"));

    /// <summary>The source after all the fixes that are offered, one at a time.</summary>
    static async Task<string> FixAsync(string source, CodeFixProvider fix)
    {
        using var workspace = new AdhocWorkspace();
        var compilation = UserCode.Compile();
        var project = workspace.AddProject("user", LanguageNames.CSharp)
            .WithCompilationOptions(compilation.Options).WithParseOptions(compilation.SyntaxTrees[0].Options).WithMetadataReferences(compilation.References);
        project = project.AddDocument("usings.cs", await compilation.SyntaxTrees[0].GetTextAsync()).Project;
        var document = project.AddDocument("user.cs", SourceText.From(source));
        while (await ActionAsync(document, fix) is { } action)
        {
            var operations = await action.GetOperationsAsync(CancellationToken.None);
            document = operations.OfType<ApplyChangesOperation>().Single().ChangedSolution.GetDocument(document.Id)!;
        }

        return (await document.GetTextAsync()).ToString();
    }

    static async Task<CodeAction?> ActionAsync(Document document, CodeFixProvider fix)
    {
        var compilation = (Microsoft.CodeAnalysis.CSharp.CSharpCompilation)(await document.Project.GetCompilationAsync())!;
        var diagnostics = await UserCode.AnalyzeAsync(compilation, new HandlerAnalyzer());
        CodeAction? action = null;
        foreach (var diagnostic in diagnostics.Where(diagnostic => fix.FixableDiagnosticIds.Contains(diagnostic.Id)))
        {
            await fix.RegisterCodeFixesAsync(new(document, diagnostic, (offered, _) => action ??= offered, CancellationToken.None));
        }

        return action;
    }
}
