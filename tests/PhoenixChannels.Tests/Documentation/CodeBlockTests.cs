using System.Text;
using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace PhoenixChannels.Tests.Documentation;

/// <summary>The C# in the documentation compiles against the public API.</summary>
public partial class CodeBlockTests
{
    /// <summary>What the Web SDK imports by itself, and what the pages leave to the reader's editor.</summary>
    const string Usings = """
        global using System; global using System.Collections.Generic; global using System.IO; global using System.Linq; global using System.Net.Http;
        global using System.Threading; global using System.Threading.Tasks; global using Microsoft.AspNetCore.Builder; global using Microsoft.AspNetCore.Hosting;
        global using Microsoft.AspNetCore.Http; global using Microsoft.AspNetCore.Routing; global using Microsoft.Extensions.Configuration;
        global using Microsoft.Extensions.DependencyInjection; global using Microsoft.Extensions.Hosting; global using Microsoft.Extensions.Logging;
        global using System.Net.Http.Json; global using PhoenixChannels; global using System.Security.Claims; global using System.Security.Cryptography;
        global using Microsoft.AspNetCore.DataProtection; global using Microsoft.AspNetCore.HttpOverrides; global using OpenTelemetry.Metrics; global using OpenTelemetry.Trace;
        """;

    /// <summary>What a block without a program of its own stands in.</summary>
    const string Program = """
        var builder = WebApplication.CreateBuilder(args);
        builder.Services.AddPhoenixChannels();
        var app = builder.Build();

        """;

    static readonly List<MetadataReference> s_references = [.. ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator).Select(path => (MetadataReference)MetadataReference.CreateFromFile(path))];

    static IEnumerable<TestCaseData> Blocks()
    {
        foreach (var file in Directory.GetFiles(Root, "*.md").Concat(Directory.GetFiles(Path.Combine(Root, "docs"), "*.md")).Order(StringComparer.Ordinal))
        {
            // Types of earlier blocks of the page may be used by later ones.
            var earlier = new List<string>();
            var number = 0;
            foreach (Match match in CSharpBlock().Matches(File.ReadAllText(file)))
            {
                var code = match.Groups["code"].Value;
                yield return new TestCaseData(code, string.Join('\n', earlier)).SetName($"{Path.GetFileName(file)} block {++number} compiles");
                earlier.Add(TypesOf(code));
            }
        }
    }

    internal static string Root
    {
        get
        {
            var folder = new DirectoryInfo(AppContext.BaseDirectory);
            while (!File.Exists(Path.Combine(folder.FullName, "Channels.sln"))) folder = folder.Parent!;
            return folder.FullName;
        }
    }

    [TestCaseSource(nameof(Blocks))]
    public void Block(string code, string earlier)
    {
        var isProgram = code.Contains("WebApplication.Create", StringComparison.Ordinal);
        var own = CSharpSyntaxTree.ParseText(code).GetRoot().DescendantNodes().OfType<BaseTypeDeclarationSyntax>().Select(type => type.Identifier.Text).ToHashSet();
        var known = CSharpSyntaxTree.ParseText(earlier).GetRoot().ChildNodes().OfType<BaseTypeDeclarationSyntax>().Where(type => own.Add(type.Identifier.Text)).Select(type => type.ToFullString());
        var compilation = CSharpCompilation.Create(
            "documentation",
            [CSharpSyntaxTree.ParseText(Usings), CSharpSyntaxTree.ParseText((isProgram ? "" : Program) + code + "\n" + string.Join('\n', known))],
            s_references,
            new CSharpCompilationOptions(OutputKind.ConsoleApplication, nullableContextOptions: NullableContextOptions.Enable));
        var errors = compilation.GetDiagnostics().Where(diagnostic => diagnostic.Severity == DiagnosticSeverity.Error).ToList();
        Assert.That(errors, Is.Empty);
    }

    /// <summary>The types that a block declares at its top level.</summary>
    static string TypesOf(string code)
    {
        var types = new StringBuilder();
        foreach (var type in CSharpSyntaxTree.ParseText(code).GetRoot().ChildNodes().OfType<BaseTypeDeclarationSyntax>()) types.AppendLine(type.ToFullString());
        return types.ToString();
    }

    [GeneratedRegex("```csharp\n(?<code>.*?)```", RegexOptions.Singleline)]
    private static partial Regex CSharpBlock();
}
