using PhoenixChannels.InteropTests.Json;

namespace PhoenixChannels.InteropTests.Replay;

/// <summary>Compares what a client received, with groups of items that may come in any order among themselves.</summary>
internal sealed class ReceivedComparison(JsonObject step, JsonComparison comparison)
{
    readonly IReadOnlyList<JsonObject> _expected = [.. step.Objects("received").Select(ReceivedView.Of)];

    readonly IReadOnlyList<int[]> _unordered =
    [
        .. from @group in step.Find<JsonArray>("unordered")?.Items ?? []
           select ((JsonArray)@group).Items.Select(index => ((JsonNumber)index).ToInt32()).ToArray(),
    ];

    public string? Difference(JsonArray received)
    {
        var actual = received.Items;
        for (var i = 0; i < _expected.Count; i++)
        {
            var difference = _unordered.FirstOrDefault(members => members.Contains(i)) is { } group
                ? i == group.Min() ? DifferenceOfGroup(group, actual) : null
                : DifferenceOfItem(i, actual);
            if (difference is not null) return difference;
        }

        return actual.Count > _expected.Count ? $"unexpected frame {actual[_expected.Count]}" : null;
    }

    string? DifferenceOfItem(int index, List<JsonValue> actual) =>
        index < actual.Count
            ? comparison.Difference(_expected[index], actual[index], $"/received/{index}")
            : $"frame {index} did not arrive: {_expected[index]}";

    string? DifferenceOfGroup(int[] group, List<JsonValue> actual)
    {
        var free = group.Where(index => index < actual.Count).ToList();
        foreach (var expected in group)
        {
            var hit = free.FindIndex(index => comparison.Difference(_expected[expected], actual[index], $"/received/{expected}") is null);
            if (hit < 0)
            {
                var candidates = new JsonArray([.. free.Select(index => actual[index])]);
                return $"frames {string.Join(',', group)} (any order): none of {candidates} matches {_expected[expected]}";
            }

            free.RemoveAt(hit);
        }

        return null;
    }
}
