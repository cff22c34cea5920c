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
                else AnalyzeContainer(type, symbol);
            },
            SymbolKind.NamedType);
    }

    /// <summary>A type around a channel says itself what it lacks: no editor offers to fix what is said about it elsewhere.</summary>
    static void AnalyzeContainer(INamedTypeSymbol type, SymbolAnalysisContext context)
    {
        if (!type.IsPartial(context.CancellationToken) && type.InnerTypes().FirstOrDefault(inner => inner.Handlers().Any()) is { } channel)
        {
            context.ReportDiagnostic(Diagnostic.Create(Descriptors.NotPartial, type.Locations[0], channel.Name, type.Name));
        }
    }
}
