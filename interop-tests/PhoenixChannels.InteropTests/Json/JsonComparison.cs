namespace PhoenixChannels.InteropTests.Json;

/// <summary>
/// Finds the first difference of two values.
/// </summary>
/// <param name="varies">Pointers to values that may differ; their kind may not.</param>
/// <param name="sets">Pointers to arrays whose order does not matter.</param>
internal sealed class JsonComparison(IEnumerable<string> varies, IEnumerable<string> sets)
{
    public static readonly JsonComparison Exact = new([], []);

    readonly HashSet<string> _varies = [.. varies];
    readonly HashSet<string> _sets = [.. sets];

    /// <summary>The first difference in words, or null when there is none.</summary>
    public string? Difference(JsonValue expected, JsonValue actual, string at = "")
    {
        var work = new Queue<(JsonValue Expected, JsonValue Actual, string At)>([(expected, actual, at)]);
        while (work.TryDequeue(out var pair))
        {
            if (Difference(pair.Expected, pair.Actual, pair.At, work) is { } difference) return difference;
        }

        return null;
    }

    /// <summary>Looks at one pair; what it holds is put to the work that is left.</summary>
    string? Difference(JsonValue expected, JsonValue actual, string at, Queue<(JsonValue, JsonValue, string)> work)
    {
        if (expected.Kind != actual.Kind) return Unequal(expected, actual, at);

        if (_varies.Contains(at)) return null;

        return (expected, actual) switch
        {
            (JsonArray e, JsonArray a) => DifferenceOfArrays(e, a, at, work),
            (JsonObject e, JsonObject a) => DifferenceOfObjects(e, a, at, work),
            (JsonNumber e, JsonNumber a) => e.HasValueOf(a) ? null : Unequal(e, a, at),
            (JsonString e, JsonString a) => e.Value == a.Value ? null : Unequal(e, a, at),
            (JsonBoolean e, JsonBoolean a) => e.Value == a.Value ? null : Unequal(e, a, at),
            _ => null,
        };
    }

    string? DifferenceOfArrays(JsonArray expected, JsonArray actual, string at, Queue<(JsonValue, JsonValue, string)> work)
    {
        if (expected.Items.Count != actual.Items.Count)
            return $"at {Name(at)}: expected {expected.Items.Count} elements {expected}, got {actual.Items.Count} {actual}";

        if (_sets.Contains(at)) return DifferenceOfSets(expected, actual, at);

        for (var i = 0; i < expected.Items.Count; i++) work.Enqueue((expected.Items[i], actual.Items[i], $"{at}/{i}"));

        return null;
    }

    string? DifferenceOfSets(JsonArray expected, JsonArray actual, string at)
    {
        var rest = actual.Items.ToList();
        for (var i = 0; i < expected.Items.Count; i++)
        {
            var hit = rest.FindIndex(item => Difference(expected.Items[i], item, $"{at}/{i}") is null);
            if (hit < 0) return $"at {at}/{i}: no element of {actual} matches {expected.Items[i]}";

            rest.RemoveAt(hit);
        }

        return null;
    }

    static string? DifferenceOfObjects(JsonObject expected, JsonObject actual, string at, Queue<(JsonValue, JsonValue, string)> work)
    {
        var missing = expected.Members.Keys.Where(key => !actual.Has(key)).ToList();
        var extra = actual.Members.Keys.Where(key => !expected.Has(key)).ToList();
        if (missing.Count > 0 || extra.Count > 0)
        {
            var keys = missing.Count > 0 ? "missing key " + string.Join(", ", missing) : "unexpected key " + string.Join(", ", extra);
            return $"at {Name(at)}: {keys}; expected {expected}, got {actual}";
        }

        foreach (var (key, value) in expected.Members) work.Enqueue((value, actual.Members[key], $"{at}/{JsonPointer.Escape(key)}"));

        return null;
    }

    static string Unequal(JsonValue expected, JsonValue actual, string at) => $"at {Name(at)}: expected {expected}, got {actual}";

    static string Name(string at) => at.Length == 0 ? "/" : at;
}
