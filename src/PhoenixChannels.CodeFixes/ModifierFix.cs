using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeActions;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace PhoenixChannels.CodeFixes;

/// <summary>A fix that changes the declaration a diagnostic stands at.</summary>
public abstract class ModifierFix(string id, string title) : CodeFixProvider
{
    public sealed override ImmutableArray<string> FixableDiagnosticIds { get; } = [id];

    public sealed override FixAllProvider GetFixAllProvider() => WellKnownFixAllProviders.BatchFixer;

    public sealed override async Task RegisterCodeFixesAsync(CodeFixContext context)
    {
        if (await context.Document.GetSyntaxRootAsync(context.CancellationToken).ConfigureAwait(false) is not { } root) return;
        foreach (var diagnostic in context.Diagnostics)
        {
            if (root.FindNode(diagnostic.Location.SourceSpan).FirstAncestorOrSelf<MemberDeclarationSyntax>() is not { } declaration || await FixAsync(context, declaration).ConfigureAwait(false) is not { } @fixed) continue;
            context.RegisterCodeFix(CodeAction.Create(title, _ => Task.FromResult(context.Document.WithSyntaxRoot(root.ReplaceNode(declaration, @fixed))), equivalenceKey: title), diagnostic);
        }
    }

    /// <summary>The declaration as it should be, or null if it cannot be fixed.</summary>
    protected abstract Task<MemberDeclarationSyntax?> FixAsync(CodeFixContext context, MemberDeclarationSyntax declaration);
}
