using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using PhoenixChannels.Generators.Reading;

namespace PhoenixChannels.Generators.Diagnostics;

/// <summary>Says what keeps handlers from being generated.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class HandlerAnalyzer : DiagnosticAnalyzer
{
    public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics { get; } =
    [
        Descriptors.NotPartial, Descriptors.NotAChannel, Descriptors.NotCallable, Descriptors.WrongReturnType, Descriptors.WrongParameter, Descriptors.AsyncVoid, Descriptors.DuplicateEvent,
        Descriptors.DuplicateCallback, Descriptors.OverrideAndAttribute, Descriptors.ReservedEvent, Descriptors.DuplicateMessageType, Descriptors.UnreadablePayload,
    ];

    public override void Initialize(AnalysisContext context)
    {
        context.ConfigureGeneratedCodeAnalysis(GeneratedCodeAnalysisFlags.None);
        context.EnableConcurrentExecution();
        context.RegisterSymbolAction(
            static symbol =>
            {
                var type = (INamedTypeSymbol)symbol.Symbol;
                if (type.Handlers().Any()) new ChannelReader(type, symbol.Compilation, symbol.ReportDiagnostic, symbol.CancellationToken).Read();
            },
            SymbolKind.NamedType);
    }
}
