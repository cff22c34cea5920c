using System.Globalization;
using System.Text.Json;
using PhoenixChannels.Benchmarks.Nodes.Messengers;

namespace PhoenixChannels.Benchmarks.Nodes;

/// <summary>A node in a process of its own: does what the lines of its input say, answers each with one line, and ends with its input.</summary>
static class NodeCommand
{
    public const string Mode = "pubsub-node";

    public static async Task<int> RunAsync(string kind, string connectionString, TextReader input, TextWriter output)
    {
        await using var messenger = await Messenger.StartAsync(kind, connectionString);
        var arrivals = new Arrivals();
        await output.WriteLineAsync("READY");
        while (await input.ReadLineAsync() is { } line)
        {
            var answer = line.Split(' ') switch
            {
                ["subscribe", var topics] => await SubscribeAsync(messenger, Int(topics), arrivals),
                ["send", var callers, var topics, var seconds] => JsonSerializer.Serialize(await new Sender(messenger).RunAsync(Int(callers), Int(topics), double.Parse(seconds, CultureInfo.InvariantCulture))),
                ["collect", var expected] => JsonSerializer.Serialize(await arrivals.CollectAsync(Int(expected))),
                _ => throw new FormatException($"A node knows no \"{line}\"."),
            };
            await output.WriteLineAsync(answer);
        }

        return 0;
    }

    static async Task<string> SubscribeAsync(Messenger messenger, int topics, Arrivals arrivals)
    {
        for (var i = 0; i < topics; i++) await messenger.SubscribeAsync(Messenger.TopicOf(i), arrivals.Add);
        return "SUBSCRIBED";
    }

    static int Int(string text) => int.Parse(text, CultureInfo.InvariantCulture);
}
