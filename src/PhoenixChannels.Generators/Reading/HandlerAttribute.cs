using Microsoft.CodeAnalysis;
using PhoenixChannels.Generators.Model;

namespace PhoenixChannels.Generators.Reading;

/// <summary>The attributes that make a method a handler.</summary>
static class HandlerAttribute
{
    /// <summary>In the order of <see cref="HandlerKind"/>.</summary>
    public static readonly string[] FullNames =
        ["PhoenixChannels.JoinAttribute", "PhoenixChannels.JoinedAttribute", "PhoenixChannels.HandleInAttribute", "PhoenixChannels.HandleOutAttribute", "PhoenixChannels.HandleInfoAttribute"];

    public static HandlerKind? KindOf(INamedTypeSymbol? attribute)
    {
        for (var kind = 0; kind < FullNames.Length; kind++)
        {
            if (attribute.Is(FullNames[kind])) return (HandlerKind)kind;
        }

        return null;
    }

    /// <summary>The event that the attribute names, or null.</summary>
    public static string? EventOf(AttributeData attribute) => attribute.ConstructorArguments.FirstOrDefault().Value as string;

    /// <summary>The method of <c>Channel</c> that handlers of a kind become.</summary>
    public static string CallbackOf(HandlerKind kind) => kind + "Async";
}
