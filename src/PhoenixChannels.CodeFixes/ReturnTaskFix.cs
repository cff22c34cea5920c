using System.Composition;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Simplification;
using PhoenixChannels.Generators.Diagnostics;

namespace PhoenixChannels.CodeFixes;

/// <summary>Makes an <c>async void</c> handler return a task.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp), Shared]
public sealed class ReturnTaskFix() : ModifierFix(Descriptors.AsyncVoid.Id, "Return Task")
{
    protected override Task<MemberDeclarationSyntax?> FixAsync(CodeFixContext context, MemberDeclarationSyntax declaration)
    {
        if (declaration is not MethodDeclarationSyntax method) return Task.FromResult<MemberDeclarationSyntax?>(null);
        var task = SyntaxFactory.ParseTypeName("global::System.Threading.Tasks.Task").WithTriviaFrom(method.ReturnType).WithAdditionalAnnotations(Simplifier.Annotation, Simplifier.AddImportsAnnotation);
        return Task.FromResult<MemberDeclarationSyntax?>(method.WithReturnType(task));
    }
}
