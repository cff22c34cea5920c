using Microsoft.CodeAnalysis;
using PhoenixChannels.Generators.Diagnostics;
using PhoenixChannels.Generators.Model;

namespace PhoenixChannels.Generators.Reading;

/// <summary>Reads one method as a handler of one kind.</summary>
sealed class HandlerReader(IMethodSymbol method, HandlerKind kind, Report report)
{
    /// <summary>The handler, or null if nothing can be generated for it.</summary>
    /// <param name="events">Its events, checked and as literals.</param>
    public HandlerModel? Read(string accessibility, IEnumerable<string> events)
    {
        if (!IsCallable()) return null;
        var returns = ReturnReader.Read(method, kind, report);
        var arguments = new ParameterReader(method, kind, report).Read(out var messageType);
        if (returns is null || arguments is null) return null;
        var authorization = Authorization().ToList();
        return new(
            kind, accessibility, method.Name.ToIdentifier(), returns, new(arguments), new(events),
            messageType?.WithoutNull().ToPattern() ?? "", new(authorization.Select(ConstantWriter.New)), new(authorization.Select(PolicyOf).OfType<string>()));
    }

    bool IsCallable()
    {
        var what = method switch
        {
            { IsStatic: true } => "static",
            { IsGenericMethod: true } => "generic",
            { MethodKind: not MethodKind.Ordinary } => "no method to be called by its name",
            _ => null,
        };
        if (what is not null) report(Descriptors.NotCallable, method.Locations[0], method.Name, what);
        return what is null;
    }

    /// <summary>The authorization that the method asks for, and that which it inherits from a method that it overrides.</summary>
    IEnumerable<AttributeData> Authorization()
    {
        if (kind is not (HandlerKind.Join or HandlerKind.HandleIn)) yield break;
        for (var own = method; own is not null; own = own.OverriddenMethod)
        {
            foreach (var attribute in own.GetAttributes())
            {
                if (attribute.AttributeClass.Implements(Names.AuthorizeData)) yield return attribute;
            }
        }
    }

    /// <summary>The policy as it is written; what the constructor of another attribute makes of its arguments is not known.</summary>
    static string? PolicyOf(AttributeData attribute)
    {
        var policy = attribute.NamedArguments.FirstOrDefault(property => property.Key == "Policy").Value;
        if (policy.IsNull && attribute.AttributeClass.Is(Names.Authorize)) policy = attribute.ConstructorArguments.FirstOrDefault();
        return policy is { IsNull: false, Value: string { Length: > 0 } } ? ConstantWriter.Constant(policy) : null;
    }
}
