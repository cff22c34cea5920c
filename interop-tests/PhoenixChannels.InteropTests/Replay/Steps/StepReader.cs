using System.Globalization;
using System.Text;
using PhoenixChannels.InteropTests.Json;
using PhoenixChannels.InteropTests.Wire;

namespace PhoenixChannels.InteropTests.Replay.Steps;

/// <summary>Tells from its members what kind of step a transcript's step is.</summary>
internal static class StepReader
{
    const int UsualWait = 3000;
    const int UsualWaitForExit = 20000;

    public static Step Read(JsonObject step)
    {
        var expectation = new Expectation(step);
        if (step.FindInteger("sleep_ms") is { } sleep) return new SleepStep(Milliseconds(sleep)) { Expectation = expectation };

        if (step.Find<JsonObject>("http") is { } http)
            return new HttpStep(http, step.FindText("async"), Milliseconds(step.FindInteger("settle_ms") ?? 0)) { Expectation = expectation };

        if (step.FindText("await") is { } request) return new AwaitStep(request) { Expectation = expectation };

        return step.FindText("server") switch
        {
            "sigterm" => new TerminateStep { Expectation = expectation },
            "wait_exit" => new WaitExitStep(Milliseconds(step.FindInteger("within_ms") ?? UsualWaitForExit)) { Expectation = expectation },
            null => ReadClientStep(step, step.GetText("client"), expectation),
            var other => throw new JsonFormatException($"unknown server step {other}"),
        };
    }

    static Step ReadClientStep(JsonObject step, string client, Expectation expectation)
    {
        if (step.FindFlag("connect")) return new ConnectStep(client) { Expectation = expectation };

        if (step.FindInteger("expect") is { } count)
        {
            var within = Milliseconds(step.FindInteger("within_ms") ?? UsualWait);
            return new ExpectStep(client, count, within, FrameFilter.Read(step)) { Expectation = expectation };
        }

        if (step.FindInteger("quiet_ms") is { } quiet)
            return new QuietStep(client, Milliseconds(quiet), FrameFilter.Read(step)) { Expectation = expectation };

        return new ActStep(client, ReadAct(step)) { Expectation = expectation };
    }

    static Action<WebSocketClient, Variables> ReadAct(JsonObject step)
    {
        if (step.FindText("send") is { } text) return (client, variables) => client.Send(Frame.Text(variables.Expand(text)));

        if (step.Has("send_batch"))
        {
            var texts = step.Texts("send_batch");
            return (client, variables) => client.Send(texts.Select(one => Frame.Text(variables.Expand(one))));
        }

        if (step.FindText("raw") is { } raw) return (client, _) => client.SendRaw(Convert.FromBase64String(raw));

        if (step.Has("close"))
        {
            var (code, reason) = (step.FindInteger("close"), step.FindText("reason") ?? "");
            return (client, _) => client.Close(code, reason);
        }

        if (step.FindText("drop") is { } how) return (client, _) => client.Drop(reset: how == "rst");

        var frames = ReadFrames(step);
        return (client, _) => client.Send(frames);
    }

    static IReadOnlyList<Frame> ReadFrames(JsonObject step)
    {
        if (step.Find<JsonObject>("send_many") is { } many)
        {
            var (first, last) = (many.Get<JsonNumber>("from").ToInt32(), many.Get<JsonNumber>("to").ToInt32());
            var template = many.GetText("template");
            return
            [
                .. from number in Enumerable.Range(first, last - first + 1)
                   select Frame.Text(template.Replace("${i}", number.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal)),
            ];
        }

        if (step.FindText("send_binary") is { } binary) return [new Frame(Opcode.Binary, Convert.FromBase64String(binary))];

        if (step.FindText("send_text_bytes") is { } bytes) return [new Frame(Opcode.Text, Convert.FromBase64String(bytes))];

        if (step.FindText("ping") is { } ping) return [Frame.Text(ping) with { Opcode = Opcode.Ping }];

        return step.Has("fragments")
            ? [.. step.Objects("fragments").Select(ReadFragment)]
            : throw new JsonFormatException($"unknown step {step}");
    }

    static Frame ReadFragment(JsonObject fragment)
    {
        var payload = fragment switch
        {
            _ when fragment.FindText("b64") is { } base64 => Convert.FromBase64String(base64),
            _ when fragment.FindInteger("fill") is { } size => [.. Enumerable.Repeat((byte)'a', size)],
            _ => Encoding.UTF8.GetBytes(fragment.FindText("text") ?? ""),
        };
        return new Frame((Opcode)fragment.Get<JsonNumber>("opcode").ToInt32(), payload)
        {
            Final = fragment.FindFlag("fin", otherwise: true),
            Reserved = fragment.FindInteger("rsv") ?? 0,
            Masked = fragment.FindFlag("masked", otherwise: true),
            DeclaredLength = fragment.Find<JsonNumber>("declared_length")?.ToInt64(),
        };
    }

    static TimeSpan Milliseconds(int count) => TimeSpan.FromMilliseconds(count);
}
