using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace PhoenixChannels.Generators.Reading;

static class SymbolExtensions
{
    static readonly SymbolDisplayFormat s_format = SymbolDisplayFormat.FullyQualifiedFormat.AddMiscellaneousOptions(SymbolDisplayMiscellaneousOptions.IncludeNullableReferenceTypeModifier);

    /// <summary>Whether it is the type of a full name, whatever its type arguments.</summary>
    public static bool Is(this ITypeSymbol? type, string fullName)
    {
        var end = fullName.Length;
        for (ISymbol? symbol = type; symbol is not null and not INamespaceSymbol { IsGlobalNamespace: true }; symbol = symbol.ContainingSymbol)
        {
            var start = end - symbol.Name.Length;
            if (symbol.Name.Length == 0 || start < 0 || string.CompareOrdinal(fullName, start, symbol.Name, 0, symbol.Name.Length) != 0) return false;
            if (start == 0) return symbol.ContainingSymbol is INamespaceSymbol { IsGlobalNamespace: true };
            if (fullName[start - 1] != '.') return false;
            end = start - 1;
        }

        return false;
    }

    public static bool DerivesFrom(this ITypeSymbol? type, string fullName) => type.BaseTypes().Any(@base => @base.Is(fullName));

    public static bool Implements(this ITypeSymbol? type, string fullName) => type is not null && (type.Is(fullName) || type.AllInterfaces.Any(@interface => @interface.Is(fullName)));

    /// <summary>The base classes, the nearest first.</summary>
    public static IEnumerable<INamedTypeSymbol> BaseTypes(this ITypeSymbol? type)
    {
        for (var @base = type?.BaseType; @base is not null; @base = @base.BaseType) yield return @base;
    }

    /// <summary>The base classes below <c>Channel</c>: those of the user's that a channel inherits from.</summary>
    public static IEnumerable<INamedTypeSymbol> BaseChannels(this ITypeSymbol? type) => type.BaseTypes().TakeWhile(@base => !@base.Is(Names.Channel));

    /// <summary>The type's methods with an attribute of a handler, in the order of their declaration, each once.</summary>
    public static IEnumerable<IMethodSymbol> Handlers(this INamedTypeSymbol type) =>
        type.GetMembers().OfType<IMethodSymbol>().Where(method => method.HandlerAttributes().Any());

    public static IEnumerable<AttributeData> HandlerAttributes(this IMethodSymbol method) => method.GetAttributes().Where(attribute => HandlerAttribute.KindOf(attribute.AttributeClass) is not null);

    /// <summary>The types in the type, at any depth.</summary>
    public static IEnumerable<INamedTypeSymbol> InnerTypes(this INamedTypeSymbol type) => type.GetTypeMembers().SelectMany(inner => inner.InnerTypes().Prepend(inner));

    /// <summary>Whether another file, such as a generated one, can declare a part of the type.</summary>
    public static bool IsPartial(this INamedTypeSymbol type, CancellationToken cancellationToken) =>
        !type.IsFileLocal && type.DeclaringSyntaxReferences.Any(reference => reference.GetSyntax(cancellationToken) is Microsoft.CodeAnalysis.CSharp.Syntax.TypeDeclarationSyntax declaration && declaration.Modifiers.Any(SyntaxKind.PartialKeyword));

    /// <summary>Whether the type, or one in it, can be named in one file alone.</summary>
    public static bool IsFileLocal(this ITypeSymbol type) => type switch
    {
        IArrayTypeSymbol array => array.ElementType.IsFileLocal(),
        INamedTypeSymbol named => named.IsFileLocal || named.TypeArguments.Any(IsFileLocal) || named.ContainingType?.IsFileLocal() == true,
        _ => false,
    };

    /// <summary>The type's name after those of its namespace and of the types around it.</summary>
    public static string FullName(this INamedTypeSymbol type) => type.ContainingSymbol switch
    {
        INamedTypeSymbol outer => $"{outer.FullName()}.{type.MetadataName}",
        INamespaceSymbol { IsGlobalNamespace: false } @namespace => $"{@namespace.ToDisplayString().Replace("@", "")}.{type.MetadataName}",
        _ => type.MetadataName,
    };

    /// <summary>The type as C# that means the same anywhere.</summary>
    public static string ToCode(this ITypeSymbol type) => type.ToDisplayString(s_format);

    /// <summary>The type as an attribute names it; null if it depends on a type parameter or is <c>dynamic</c>, which no attribute can name.</summary>
    public static string? ToTypeOf(this ITypeSymbol type) => type.IsClosed() ? $"typeof({type.ToDisplayString(SymbolDisplayFormat.FullyQualifiedFormat)})" : null;

    static bool IsClosed(this ITypeSymbol type) => type switch
    {
        IArrayTypeSymbol array => array.ElementType.IsClosed(),
        INamedTypeSymbol named => named.TypeArguments.All(IsClosed) && named.ContainingType?.IsClosed() != false,
        _ => false,
    };

    /// <summary>The type as a message names it.</summary>
    public static string ToText(this ITypeSymbol type) => type.ToDisplayString(SymbolDisplayFormat.MinimallyQualifiedFormat);

    /// <summary>The type as a pattern can name it: a tuple in brackets would be a pattern of its elements.</summary>
    public static string ToPattern(this ITypeSymbol type) =>
        type.TypeKind == TypeKind.Dynamic ? "object" : type.ToDisplayString(s_format.AddMiscellaneousOptions(SymbolDisplayMiscellaneousOptions.ExpandValueTuple));

    /// <summary>The type without a question mark of its own.</summary>
    public static ITypeSymbol WithoutNull(this ITypeSymbol type) => type switch
    {
        INamedTypeSymbol { OriginalDefinition.SpecialType: SpecialType.System_Nullable_T } nullable => nullable.TypeArguments[0],
        { IsReferenceType: true } or ITypeParameterSymbol => type.WithNullableAnnotation(NullableAnnotation.NotAnnotated),
        _ => type,
    };

    /// <summary>The name as an identifier, with an <c>@</c> where it is a keyword.</summary>
    public static string ToIdentifier(this string name) =>
        SyntaxFacts.GetKeywordKind(name) != SyntaxKind.None || SyntaxFacts.GetContextualKeywordKind(name) != SyntaxKind.None ? "@" + name : name;
}
