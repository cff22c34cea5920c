using System.Composition;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Editing;
using PhoenixChannels.Generators.Diagnostics;

namespace PhoenixChannels.CodeFixes;

/// <summary>Makes a static handler an instance method.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp), Shared]
public sealed class MakeInstanceFix() : ModifierFix(Descriptors.NotCallable.Id, "Remove 'static'")
{
    protected override Task<MemberDeclarationSyntax?> FixAsync(CodeFixContext context, MemberDeclarationSyntax declaration)
    {
        if (!declaration.Modifiers.Any(SyntaxKind.StaticKeyword)) return Task.FromResult<MemberDeclarationSyntax?>(null);
        var generator = SyntaxGenerator.GetGenerator(context.Document);
        return Task.FromResult((MemberDeclarationSyntax?)generator.WithModifiers(declaration, generator.GetModifiers(declaration).WithIsStatic(false)));
    }
}
