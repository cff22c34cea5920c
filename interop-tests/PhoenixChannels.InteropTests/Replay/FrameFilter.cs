using PhoenixChannels.InteropTests.Json;
using PhoenixChannels.InteropTests.Wire;

namespace PhoenixChannels.InteropTests.Replay;

/// <summary>A step's <c>skip_if</c>: text frames that race and may or may not come.</summary>
internal static class FrameFilter
{
    public static Predicate<Arrival> Read(JsonObject step)
    {
        var alternatives = step.Objects("skip_if").ToList();
        return arrival => alternatives.Count > 0
            && arrival.Kind == ArrivalKind.Text
            && alternatives.Exists(conditions => Holds(conditions, JsonParser.ParseOrExplain(arrival.Text)));
    }

    static bool Holds(JsonObject conditions, JsonValue frame) =>
        conditions.Members.All(condition => JsonPointer.Find(frame, condition.Key) is { } value
            && JsonComparison.Exact.Difference(condition.Value, value) is null);
}
