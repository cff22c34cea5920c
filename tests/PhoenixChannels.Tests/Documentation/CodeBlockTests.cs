using System.Reflection;
using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using PhoenixChannels.Generators;

namespace PhoenixChannels.Tests.Documentation;

/// <summary>The C# in the documentation compiles against the public API, with what the generators add.</summary>
public partial class CodeBlockTests
{
    /// <summary>What the Web SDK imports by itself: a whole file has to bring the rest.</summary>
    const string SdkUsings = """
        global using System; global using System.Collections.Generic; global using System.IO; global using System.Linq; global using System.Net.Http;
        global using System.Net.Http.Json; global using System.Threading; global using System.Threading.Tasks; global using Microsoft.AspNetCore.Builder;
        global using Microsoft.AspNetCore.Hosting; global using Microsoft.AspNetCore.Http; global using Microsoft.AspNetCore.Routing;
        global using Microsoft.Extensions.Configuration; global using Microsoft.Extensions.DependencyInjection; global using Microsoft.Extensions.Hosting;
        global using Microsoft.Extensions.Logging;

        """;

    /// <summary>What the pages leave to the reader's editor where they show a part of a file.</summary>
    const string EditorUsings = """
        using PhoenixChannels; using System.Security.Claims; using System.Security.Cryptography; using System.Text.Json; using System.Text.Json.Serialization;
        using Microsoft.AspNetCore.Authorization; using Microsoft.AspNetCore.DataProtection; using Microsoft.AspNetCore.HttpOverrides; using Microsoft.AspNetCore.Mvc;
        using Microsoft.EntityFrameworkCore; using Microsoft.EntityFrameworkCore.Storage; using Npgsql; using OpenTelemetry.Metrics; using OpenTelemetry.Trace; using StackExchange.Redis;

        """;

    /// <summary>What a block without a program of its own stands in.</summary>
    const string Program = """
        var builder = WebApplication.CreateBuilder(args);
        builder.Services.AddPhoenixChannels();
        var app = builder.Build();

        """;

    /// <summary>The application that tests of its pipeline start.</summary>
    const string TestedProgram = "class Program;";

    static readonly CSharpParseOptions s_parsing = new(LanguageVersion.CSharp14);
    static readonly List<MetadataReference> s_references = [.. ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator).Select(path => (MetadataReference)MetadataReference.CreateFromFile(path))];
    static readonly ISourceGenerator[] s_generators = [new ChannelGenerator().AsSourceGenerator(), JsonGenerator()];

    internal static string Root
    {
        get
        {
            var folder = new DirectoryInfo(AppContext.BaseDirectory);
            while (!File.Exists(Path.Combine(folder.FullName, "Channels.sln"))) folder = folder.Parent!;
            return folder.FullName;
        }
    }

    static IEnumerable<TestCaseData> Blocks()
    {
        IEnumerable<string> folders = [Root, Path.Combine(Root, "docs"), .. Directory.GetDirectories(Path.Combine(Root, "src"))];
        foreach (var file in folders.SelectMany(folder => Directory.GetFiles(folder, "*.md")).Order(StringComparer.Ordinal))
        {
            // Types of earlier blocks of the page may be used by later ones.
            var blocks = CSharpBlock().Matches(File.ReadAllText(file)).Select(match => match.Groups["code"].Value).ToArray();
            for (var i = 0; i < blocks.Length; i++) yield return new TestCaseData(blocks[i], blocks[..i]).SetName($"{Path.GetRelativePath(Root, file)} block {i + 1} compiles");
        }
    }

    [TestCaseSource(nameof(Blocks))]
    public void Block(string code, string[] earlier)
    {
        var block = FileOf(code, Program);
        var names = TypesOf(block).Select(type => type.Identifier.Text).ToHashSet();
        var others = earlier.Reverse().Select(other => FileOf(other)).Select(other => other.WithMembers([.. other.Members.Where(member => IsNew(member, names))])).ToList();
        var isProgram = block.Members.OfType<GlobalStatementSyntax>().Any();
        var compilation = CSharpCompilation.Create(
            "documentation",
            [Parse(SdkUsings + (isProgram ? "" : TestedProgram)).SyntaxTree, .. others.Prepend(block).Select(file => CSharpSyntaxTree.Create(file, s_parsing))],
            s_references,
            new CSharpCompilationOptions(isProgram ? OutputKind.ConsoleApplication : OutputKind.DynamicallyLinkedLibrary, nullableContextOptions: NullableContextOptions.Enable));
        CSharpGeneratorDriver.Create(s_generators, parseOptions: s_parsing).RunGeneratorsAndUpdateCompilation(compilation, out var whole, out var complaints);
        Assert.That(complaints.Concat(whole.GetDiagnostics()).Where(diagnostic => diagnostic.Severity == DiagnosticSeverity.Error), Is.Empty);
    }

    /// <summary>A block as a file. What brings its usings is a whole one, to be copied as it stands; so is what builds the application itself.</summary>
    static CompilationUnitSyntax FileOf(string code, string program = "")
    {
        var block = Parse(code);
        return block.Usings.Count > 0 || code.Contains("WebApplication.Create", StringComparison.Ordinal) ? block : Parse(EditorUsings + program + code);
    }

    static CompilationUnitSyntax Parse(string code) => CSharpSyntaxTree.ParseText(code, s_parsing).GetCompilationUnitRoot();

    static IEnumerable<BaseTypeDeclarationSyntax> TypesOf(SyntaxNode node) => node.DescendantNodesAndSelf().OfType<BaseTypeDeclarationSyntax>();

    /// <summary>Whether an earlier block's member is a type, or a namespace of types, that no later block has declared anew.</summary>
    static bool IsNew(MemberDeclarationSyntax member, HashSet<string> names) =>
        member is BaseTypeDeclarationSyntax or BaseNamespaceDeclarationSyntax && TypesOf(member).Select(type => names.Add(type.Identifier.Text)).ToList().TrueForAll(isNew => isNew);

    /// <summary>The generator of JSON contexts, which the compiler has from the SDK.</summary>
    static ISourceGenerator JsonGenerator()
    {
        var path = typeof(CodeBlockTests).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(metadata => metadata.Key == "JsonGenerator").Value!;
        var type = Assembly.LoadFrom(path).GetType("System.Text.Json.SourceGeneration.JsonSourceGenerator", throwOnError: true)!;
        return ((IIncrementalGenerator)Activator.CreateInstance(type)!).AsSourceGenerator();
    }

    [GeneratedRegex("```csharp\n(?<code>.*?)```", RegexOptions.Singleline)]
    private static partial Regex CSharpBlock();
}
