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
/// <c>JoinAsync</c> and its like. What is wrong is left out without a word: that is for <see cref="Diagnostics.HandlerAnalyzer"/> to say.
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
            var models = context.SyntaxProvider
                .ForAttributeWithMetadataName(attribute, static (node, _) => node is MethodDeclarationSyntax, static (handler, ct) => Read(handler, ct))
                .Where(static model => model is not null)
                .WithTrackingName(ModelStep);
            context.RegisterSourceOutput(models, static (output, model) => output.AddSource(model!.HintName, SourceText.From(ChannelWriter.Write(model), Encoding.UTF8)));
        }
    }

    /// <summary>The whole class at its first handler, so that each class is written once; nothing at the others.</summary>
    static ChannelModel? Read(GeneratorAttributeSyntaxContext context, CancellationToken cancellationToken)
    {
        var type = context.TargetSymbol.ContainingType;
        var first = type.Handlers().First().HandlerAttributes().First().ApplicationSyntaxReference;
        return context.Attributes.Any(attribute => attribute.ApplicationSyntaxReference is { } syntax && syntax.SyntaxTree == first?.SyntaxTree && syntax.Span == first.Span)
            ? new ChannelReader(type, context.SemanticModel.Compilation, null, cancellationToken).Read()
            : null;
    }
}
