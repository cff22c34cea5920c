using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace PhoenixChannels.Generators.Tests;

/// <summary>What a user's project is to the compiler.</summary>
internal static class UserCode
{
    public const string Usings = """
        global using System; global using System.Collections.Generic; global using System.Linq; global using System.Threading; global using System.Threading.Tasks;
        global using Microsoft.AspNetCore.Authorization; global using Microsoft.AspNetCore.Mvc; global using Microsoft.Extensions.DependencyInjection; global using PhoenixChannels;
        """;

    public static readonly CSharpParseOptions ParseOptions = new(LanguageVersion.CSharp14);

    public static readonly ImmutableArray<MetadataReference> References =
        [.. ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator).Select(path => MetadataReference.CreateFromFile(path))];

    public static SyntaxTree Parse(string source, string path = "") => CSharpSyntaxTree.ParseText(source, ParseOptions, path);

    public static CSharpCompilation Compile(params string[] sources) => Compile("user", sources);

    public static CSharpCompilation Compile(string assembly, string[] sources) => CSharpCompilation.Create(
        assembly,
        [Parse(Usings), .. sources.Select((source, number) => Parse(source, $"{number}.cs"))],
        References,
        new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary, nullableContextOptions: NullableContextOptions.Enable));

    public static GeneratorDriver Driver() => CSharpGeneratorDriver.Create(
        [new ChannelGenerator().AsSourceGenerator()], parseOptions: ParseOptions, driverOptions: new(IncrementalGeneratorOutputKind.None, trackIncrementalGeneratorSteps: true));

    /// <summary>What is generated, by its name. The whole must compile without a warning.</summary>
    public static Dictionary<string, string> Generate(CSharpCompilation compilation)
    {
        var driver = Driver().RunGeneratorsAndUpdateCompilation(compilation, out var whole, out var diagnostics);
        Assert.That(diagnostics, Is.Empty);
        Assert.That(Complaints(whole), Is.Empty);
        return driver.GetRunResult().Results.Single().GeneratedSources.ToDictionary(source => source.HintName, source => source.SourceText.ToString());
    }

    /// <summary>What is generated for the one class there is.</summary>
    public static string GenerateOne(string source) => Generate(Compile(source)).Values.Single();

    /// <summary>The errors and warnings.</summary>
    public static IEnumerable<Diagnostic> Complaints(Compilation compilation) => compilation.GetDiagnostics().Where(diagnostic => diagnostic.Severity >= DiagnosticSeverity.Warning);
}
