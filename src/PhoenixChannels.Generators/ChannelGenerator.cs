using System.Text;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Text;
using PhoenixChannels.Generators.Model;
using PhoenixChannels.Generators.Reading;
using PhoenixChannels.Generators.Writing;

namespace PhoenixChannels.Generators;

/// <summary>
/// Turns the methods with <c>[Join]</c>, <c>[Joined]</c>, <c>[HandleIn]</c>, <c>[HandleOut]</c> and <c>[HandleInfo]</c> of a channel into overrides of
/// <c>JoinAsync</c> and its like. What is wrong is left out, and reported from here: where that leaves a class without <c>JoinAsync</c>, the compiler stops with
/// CS0534 before it comes to analyzers.
/// </summary>
[Generator(LanguageNames.CSharp)]
public sealed class ChannelGenerator : IIncrementalGenerator
{
    /// <summary>The step whose outputs are one model per class.</summary>
    public const string ModelStep = "Channel";

    public void Initialize(IncrementalGeneratorInitializationContext context)
    {
        foreach (var attribute in HandlerAttribute.FullNames)
        {
            var readings = context.SyntaxProvider.ForAttributeWithMetadataName(
                attribute, static (node, _) => node is MemberDeclarationSyntax or AccessorDeclarationSyntax, static (handler, ct) => Read(handler, ct));
            var models = readings.Select(static (reading, _) => reading?.Model).Where(static model => model is not null).WithTrackingName(ModelStep);
            context.RegisterSourceOutput(models, static (output, model) => output.AddSource(model!.HintName, SourceText.From(ChannelWriter.Write(model), Encoding.UTF8)));
            Report(context, readings.SelectMany(static (reading, _) => reading?.Complaints ?? default));
        }

        var undecided = context.SyntaxProvider.CreateSyntaxProvider(static (node, _) => JoinReader.IsCandidate(node), JoinReader.Read);
        Report(context, undecided.Where(static complaint => complaint is not null)!);
    }

    static void Report(IncrementalGeneratorInitializationContext context, IncrementalValuesProvider<ComplaintModel> complaints) => context.RegisterSourceOutput(
        complaints.Combine(context.CompilationProvider), static (output, complaint) => output.ReportDiagnostic(complaint.Left.In(complaint.Right)));

    /// <summary>The whole class at its first handler, so that each class is written once; nothing at the others.</summary>
    static ChannelReading? Read(GeneratorAttributeSyntaxContext context, CancellationToken cancellationToken)
    {
        if (context.TargetSymbol.ContainingType is not { } type || type.Handlers().FirstOrDefault() is not { } handler) return null;
        var first = handler.HandlerAttributes().First().ApplicationSyntaxReference;
        return context.Attributes.Any(attribute => attribute.ApplicationSyntaxReference is { } syntax && syntax.SyntaxTree == first?.SyntaxTree && syntax.Span == first.Span)
            ? ChannelReader.Read(type, context.SemanticModel.Compilation, cancellationToken)
            : null;
    }
}
