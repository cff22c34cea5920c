using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using PhoenixChannels.Generators.Reading;

namespace PhoenixChannels.Generators.Diagnostics;

/// <summary>Keeps CA1822 from asking for a static method where a handler, which has to be an instance method, happens to use nothing of its channel.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class StaticHandlerSuppressor : DiagnosticSuppressor
{
    static readonly SuppressionDescriptor s_markAsStatic = new("PHXS0001", "CA1822", "A handler is an instance method: the channel calls it on itself");

    public override ImmutableArray<SuppressionDescriptor> SupportedSuppressions { get; } = [s_markAsStatic];

    public override void ReportSuppressions(SuppressionAnalysisContext context)
    {
        foreach (var diagnostic in context.ReportedDiagnostics)
        {
            if (diagnostic.Location.SourceTree is not { } tree) continue;
            var node = tree.GetRoot(context.CancellationToken).FindNode(diagnostic.Location.SourceSpan);
            if (context.GetSemanticModel(tree).GetDeclaredSymbol(node, context.CancellationToken) is IMethodSymbol method && method.HandlerAttributes().Any())
                context.ReportSuppression(Suppression.Create(s_markAsStatic, diagnostic));
        }
    }
}
