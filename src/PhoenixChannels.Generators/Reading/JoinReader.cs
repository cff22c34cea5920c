using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using PhoenixChannels.Generators.Diagnostics;
using PhoenixChannels.Generators.Model;

namespace PhoenixChannels.Generators.Reading;

/// <summary>Finds who decides about the joins of a class.</summary>
static class JoinReader
{
    /// <summary>Whether a class might be a channel; looked at for every declaration there is, so by its base's name alone.</summary>
    public static bool IsCandidate(SyntaxNode node) =>
        node is ClassDeclarationSyntax { BaseList.Types: { Count: > 0 } bases } && NameOf(bases[0].Type).Contains(nameof(Names.Channel));

    /// <summary>What is wrong with a class without handlers; <see cref="ChannelReader"/> says it of those that have some.</summary>
    public static ComplaintModel? Read(GeneratorSyntaxContext context, CancellationToken cancellationToken)
    {
        if (context.SemanticModel.GetDeclaredSymbol(context.Node, cancellationToken) is not INamedTypeSymbol type || !type.DerivesFrom(Names.Channel) || type.Handlers().Any() || !IsUndecided(type)) return null;
        var first = type.DeclaringSyntaxReferences.Select(part => part.GetSyntax(cancellationToken)).First(IsCandidate);
        return first == context.Node ? ComplaintModel.Create(Descriptors.NoJoin, type.Locations[0], [type.Name]) : null;
    }

    /// <summary>Whether a channel has neither a <c>[Join]</c> method nor an override, its own or inherited.</summary>
    public static bool IsUndecided(INamedTypeSymbol channel) => !channel.IsAbstract && !HasJoin(channel) && !channel.BaseChannels().Any(HasJoin);

    /// <summary>Whether a method decides about joins.</summary>
    public static bool IsJoin(ISymbol symbol) => symbol is IMethodSymbol method
        && (method is { Name: "JoinAsync", IsOverride: true } || method.HandlerAttributes().Any(attribute => HandlerAttribute.KindOf(attribute.AttributeClass) == HandlerKind.Join));

    static bool HasJoin(INamedTypeSymbol type) => type.GetMembers().Any(IsJoin);

    static string NameOf(TypeSyntax type) => type switch
    {
        SimpleNameSyntax simple => simple.Identifier.ValueText,
        QualifiedNameSyntax qualified => qualified.Right.Identifier.ValueText,
        AliasQualifiedNameSyntax alias => alias.Name.Identifier.ValueText,
        _ => "",
    };
}
