using PhoenixChannels.InteropTests.Json;
using PhoenixChannels.InteropTests.Wire;

namespace PhoenixChannels.InteropTests.Replay.Steps;

/// <summary>An HTTP request. With a name it is only started, and an <see cref="AwaitStep"/> has its response.</summary>
internal sealed class HttpStep(JsonObject http, string? name, TimeSpan settle) : Step
{
    public override async Task<Observation> PlayAsync(Stage stage)
    {
        var start = TimeProvider.System.GetTimestamp();
        var response = HttpExchange.RunAsync(stage.Server, Request(stage.Variables));
        if (name is null) return new Observation { View = new JsonObject { ["response"] = ResponseView.Of(await response) } };

        stage.Requests.Add(name, (response, start));
        await Task.Delay(settle, TimeProvider.System);
        return Observation.Nothing;
    }

    HttpRequest Request(Variables variables) => new(http.GetText("method"), variables.Expand(http.GetText("path")))
    {
        Headers = HeaderLines.Expand(HeaderLines.Read(http.Find<JsonObject>("headers")), variables),
        Body = http.FindText("body") is { } body ? variables.Expand(body) : null,
    };
}
