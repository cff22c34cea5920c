using PhoenixChannels.InteropTests.Json;

namespace PhoenixChannels.InteropTests.Replay;

/// <summary>What a transcript says of a step's outcome.</summary>
internal sealed class Expectation
{
    readonly JsonComparison _comparison;
    readonly ReceivedComparison? _received;
    readonly JsonObject? _response;
    readonly bool _ignoreBody;
    readonly int? _exitCode;
    readonly IReadOnlyDictionary<string, string> _captured;
    readonly IReadOnlyDictionary<string, string> _equal;
    readonly int? _minimum;
    readonly int? _maximum;

    public Expectation(JsonObject step)
    {
        _comparison = new JsonComparison(step.Texts("varies"), step.Texts("sets"));
        _received = step.Has("received") ? new ReceivedComparison(step, _comparison) : null;
        _response = step.Find<JsonObject>("response") is { } response ? ResponseView.Of(response) : null;
        _ignoreBody = step.FindFlag("ignore_body");
        _exitCode = step.Find<JsonObject>("exit")?.Get<JsonNumber>("code").ToInt32();
        _captured = step.TextMembers("capture");
        _equal = step.TextMembers("equals");
        _minimum = step.Find<JsonObject>("took")?.FindInteger("min");
        _maximum = step.Find<JsonObject>("took")?.FindInteger("max");
    }

    /// <summary>The first difference, or null. What is to be captured goes into the variables.</summary>
    public string? Difference(Observation observation, TimeSpan duration, Variables variables)
    {
        var difference = _received?.Difference(observation.View.Get<JsonArray>("received"))
            ?? DifferenceOfResponse(observation.View)
            ?? DifferenceOfExit(observation.View)
            ?? observation.Problem;
        if (difference is not null) return difference;

        foreach (var (name, pointer) in _captured) variables[name] = CapturedText(observation.View, pointer);

        return DifferenceOfCaptured(observation.View, variables)
            ?? DifferenceOfTime((observation.Took ?? duration).TotalMilliseconds);
    }

    string? DifferenceOfResponse(JsonObject view)
    {
        if (_response is null) return null;

        var actual = view.Get<JsonObject>("response");
        var recordedHeaders = _response.Get<JsonObject>("headers");
        return Difference("status", _response.Get<JsonNumber>("status"), actual.Get<JsonNumber>("status"))
            ?? Difference(
                "headers",
                HeaderContract.Select(recordedHeaders, recordedHeaders),
                HeaderContract.Select(actual.Get<JsonObject>("headers"), recordedHeaders))
            ?? (_ignoreBody ? null : Difference("body", Body(_response), Body(actual)));
    }

    string? Difference(string part, JsonValue expected, JsonValue actual) =>
        _comparison.Difference(expected, actual, $"/response/{part}");

    static JsonValue Body(JsonObject response) =>
        response.Members.GetValueOrDefault("body") ?? response.Get<JsonString>("body_b64");

    string? DifferenceOfExit(JsonObject view)
    {
        var code = view.Find<JsonObject>("exit")?.FindInteger("code");
        return code is null || code == _exitCode ? null : $"the server's exit code: expected {_exitCode}, got {code}";
    }

    string? DifferenceOfCaptured(JsonObject view, Variables variables)
    {
        foreach (var (pointer, name) in _equal)
        {
            var actual = CapturedText(view, pointer);
            if (actual != variables[name]) return $"{pointer} is {actual}, expected {variables[name]}, which was captured as {name}";
        }

        return null;
    }

    string? DifferenceOfTime(double milliseconds) =>
        milliseconds < _minimum ? $"took {milliseconds:0} ms, at least {_minimum} expected"
        : milliseconds > _maximum ? $"took {milliseconds:0} ms, at most {_maximum} expected"
        : null;

    static string CapturedText(JsonObject view, string pointer) =>
        JsonPointer.Find(view, pointer) is JsonString text ? text.Value : throw new ReplayException($"there is no text at {pointer} of {view}");
}
