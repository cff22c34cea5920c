using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using PhoenixChannels.Generators.Diagnostics;

namespace PhoenixChannels.Generators.Tests;

public class StaticHandlerSuppressorTests
{
    [Test]
    public async Task A_handler_is_not_asked_to_be_static_and_any_other_method_is()
    {
        var compilation = UserCode.Compile("""
            class UserSocket : Socket;
            partial class C : Channel<UserSocket>
            {
                [Join] Reply Join() => Reply.Ok();
                [HandleIn("a")] int A() => 1;
                [HandleOut("b")] void B() { }
                int Helper() => 2;
            }
            """);
        var analysis = compilation.WithAnalyzers([new EverythingCouldBeStatic(), new StaticHandlerSuppressor()], new CompilationWithAnalyzersOptions(new([]), null, false, false, reportSuppressedDiagnostics: true));
        var found = await analysis.GetAnalyzerDiagnosticsAsync();
        Assert.That(
            found.Select(diagnostic => (diagnostic.GetMessage(), diagnostic.IsSuppressed)),
            Is.EquivalentTo(new[] { ("Join", true), ("A", true), ("B", true), ("Helper", false) }));
    }

    /// <summary>Says CA1822 of each method, as the SDK's analyzer does of those that use no instance data.</summary>
#pragma warning disable RS1029, RS1036, RS1038, RS1041, RS2008 // It stands in for the SDK's, and is not shipped.
    [DiagnosticAnalyzer(LanguageNames.CSharp)]
    sealed class EverythingCouldBeStatic : DiagnosticAnalyzer
    {
        static readonly DiagnosticDescriptor s_descriptor = new("CA1822", "Mark members as static", "{0}", "Performance", DiagnosticSeverity.Warning, isEnabledByDefault: true);

        public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics { get; } = [s_descriptor];

        public override void Initialize(AnalysisContext context)
        {
            context.ConfigureGeneratedCodeAnalysis(GeneratedCodeAnalysisFlags.None);
            context.EnableConcurrentExecution();
            context.RegisterSymbolAction(
                static symbol =>
                {
                    if (symbol.Symbol is IMethodSymbol { MethodKind: MethodKind.Ordinary }) symbol.ReportDiagnostic(Diagnostic.Create(s_descriptor, symbol.Symbol.Locations[0], symbol.Symbol.Name));
                },
                SymbolKind.Method);
        }
    }
#pragma warning restore RS1029, RS1036, RS1038, RS1041, RS2008
}
