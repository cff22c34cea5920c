using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace PhoenixChannels.Generators.Reading;

/// <summary>Writes attributes and their constants as C# that means the same anywhere.</summary>
static class ConstantWriter
{
    public static string New(AttributeData attribute)
    {
        var arguments = string.Join(", ", attribute.ConstructorArguments.Select(Constant));
        var properties = string.Join(", ", attribute.NamedArguments.Select(property => $"{property.Key.ToIdentifier()} = {Constant(property.Value)}"));
        return $"new {attribute.AttributeClass!.ToCode()}({arguments}){(properties.Length == 0 ? "" : $" {{ {properties} }}")}";
    }

    public static string Constant(TypedConstant constant) => constant switch
    {
        { IsNull: true } => "null",
        { Kind: TypedConstantKind.Array } => $"new {constant.Type!.ToCode()} {{ {string.Join(", ", constant.Values.Select(Constant))} }}",
        { Kind: TypedConstantKind.Type, Value: ITypeSymbol type } => $"typeof({type.ToDisplayString(SymbolDisplayFormat.FullyQualifiedFormat)})",
        { Kind: TypedConstantKind.Enum } => $"({constant.Type!.ToCode()})({SymbolDisplay.FormatPrimitive(constant.Value!, quoteStrings: true, useHexadecimalNumbers: false)})",
        { Value: float number } => Number(number, "float", "F", float.IsNaN(number), float.IsPositiveInfinity(number), float.IsNegativeInfinity(number)),
        { Value: double number } => Number(number, "double", "D", double.IsNaN(number), double.IsPositiveInfinity(number), double.IsNegativeInfinity(number)),
        { Value: byte or sbyte or short or ushort or uint or long or ulong } => $"({constant.Type!.ToCode()})({SymbolDisplay.FormatPrimitive(constant.Value, quoteStrings: true, useHexadecimalNumbers: false)})",
        _ => SymbolDisplay.FormatPrimitive(constant.Value!, quoteStrings: true, useHexadecimalNumbers: false)!,
    };

    static string Number(IFormattable number, string type, string suffix, bool isNaN, bool isPositiveInfinity, bool isNegativeInfinity) =>
        isNaN ? type + ".NaN"
        : isPositiveInfinity ? type + ".PositiveInfinity"
        : isNegativeInfinity ? type + ".NegativeInfinity"
        : number.ToString("R", System.Globalization.CultureInfo.InvariantCulture) + suffix;
}
