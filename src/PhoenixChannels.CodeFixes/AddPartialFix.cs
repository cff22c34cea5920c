using System.Composition;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Editing;
using PhoenixChannels.Generators.Diagnostics;

namespace PhoenixChannels.CodeFixes;

/// <summary>Makes the class of a handler, or a type around it, partial.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp), Shared]
public sealed class AddPartialFix() : DeclarationFix(Descriptors.NotPartial.Id, "Add 'partial'")
{
    protected override Task<MemberDeclarationSyntax?> FixAsync(CodeFixContext context, MemberDeclarationSyntax declaration)
    {
        if (declaration.Modifiers.Any(SyntaxKind.PartialKeyword)) return Task.FromResult<MemberDeclarationSyntax?>(null);
        var generator = SyntaxGenerator.GetGenerator(context.Document);
        return Task.FromResult((MemberDeclarationSyntax?)generator.WithModifiers(declaration, generator.GetModifiers(declaration).WithPartial(true)));
    }
}
