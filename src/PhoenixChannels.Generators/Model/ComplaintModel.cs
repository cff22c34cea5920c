using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Text;

namespace PhoenixChannels.Generators.Model;

/// <summary>A diagnostic, without what it was found in.</summary>
sealed record ComplaintModel(DiagnosticDescriptor Descriptor, string File, TextSpan Span, LinePositionSpan Lines, EquatableArray<string> Arguments)
{
    public static ComplaintModel Create(DiagnosticDescriptor descriptor, Location location, object[] arguments)
    {
        var lines = location.GetLineSpan();
        return new(descriptor, location.SourceTree?.FilePath ?? lines.Path, location.SourceSpan, lines.Span, new(arguments.Select(argument => argument.ToString())));
    }

    /// <summary>The diagnostic at its place in the compilation, where pragmas and the settings of its file are found.</summary>
    public Diagnostic In(Compilation compilation)
    {
        var tree = compilation.SyntaxTrees.FirstOrDefault(tree => tree.FilePath == File && Span.End <= tree.Length && tree.GetLineSpan(Span).Span == Lines);
        return Diagnostic.Create(Descriptor, tree is null ? Location.Create(File, Span, Lines) : Location.Create(tree, Span), [.. Arguments]);
    }
}
