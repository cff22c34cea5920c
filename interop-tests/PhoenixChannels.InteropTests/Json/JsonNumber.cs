using System.Globalization;
using System.Numerics;

namespace PhoenixChannels.InteropTests.Json;

/// <summary>A number as it was written: 12345678901234567890 and 1.0 survive.</summary>
internal sealed class JsonNumber(string digits) : JsonValue
{
    public JsonNumber(int value)
        : this(value.ToString(CultureInfo.InvariantCulture))
    {
    }

    public string Digits { get; } = digits;

    public override JsonKind Kind => JsonKind.Number;

    bool IsInteger => !Digits.AsSpan().ContainsAny('.', 'e', 'E');

    double Double => double.Parse(Digits, CultureInfo.InvariantCulture);

    BigInteger Integer => BigInteger.Parse(Digits, CultureInfo.InvariantCulture);

    /// <summary>Integers of any size are compared exactly, all else as doubles.</summary>
    public bool HasValueOf(JsonNumber other) =>
        Digits == other.Digits
        || (IsInteger && other.IsInteger ? Integer == other.Integer : Double.Equals(other.Double));

    public string CanonicalText =>
        IsInteger ? Integer.ToString(CultureInfo.InvariantCulture) : Double.ToString("R", CultureInfo.InvariantCulture);

    public long ToInt64() => long.Parse(Digits, CultureInfo.InvariantCulture);

    public int ToInt32() => int.Parse(Digits, CultureInfo.InvariantCulture);
}
