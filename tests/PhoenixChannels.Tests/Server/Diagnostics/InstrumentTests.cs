using System.Text.RegularExpressions;
using Microsoft.Extensions.Time.Testing;

namespace PhoenixChannels.Tests.Server.Diagnostics;

public partial class InstrumentTests
{
    static readonly Script s_script = new()
    {
        Join = (channel, payload, _) => channel.Subtopic switch
        {
            "refused" => new(Reply.Error("no")),
            "invalid" => new(Reply.Ok(payload.Read<int>())),
            "crashed" => throw new TimeoutException(),
            _ => new(Reply.Ok()),
        },
        HandleIn = (_, message, _) => message.Event switch
        {
            "error" => new(Reply.Error("no")),
            "invalid" => new(Reply.Ok(message.Payload.Read<int>())),
            "crashed" => throw new TimeoutException(),
            _ => new(Reply.Ok()),
        },
    };

    [Test]
    public async Task Names_units_and_descriptions_follow_OpenTelemetrys_conventions()
    {
        await using var server = await TestServer.WithScriptAsync(new());
        using var measurements = new MeasurementRecorder(server.Services);
        var names = measurements.Instruments.Select(instrument => instrument.Name).ToList();
        Assert.Multiple(() =>
        {
            Assert.That(names, Is.Unique.And.Not.Empty);
            foreach (var instrument in measurements.Instruments)
            {
                Assert.That(instrument.Name, Does.Match(Name()), "lower case, dotted");
                Assert.That(names.Where(name => name.StartsWith(instrument.Name + ".", StringComparison.Ordinal)), Is.Empty, $"{instrument.Name} is no namespace of others");
                Assert.That(instrument.Unit, Does.Match(Unit()), instrument.Name);
                Assert.That(instrument.Description, Does.Match(Sentence()), instrument.Name);
            }
        });
    }

    [Test]
    public async Task What_clients_do_is_measured_by_pattern_and_result_never_by_what_they_choose()
    {
        await using var server = await TestServer.WithScriptAsync(s_script);
        using var measurements = new MeasurementRecorder(server.Services);
        await using var client = await server.ConnectAsync();
        await client.JoinAsync("room:a");
        foreach (var topic in new[] { "room:refused", "room:invalid", "room:crashed", "other" })
        {
            client.Send($$"""["2","2","{{topic}}","phx_join",{}]""");
            await client.NextTextAsync();
        }

        foreach (var name in new[] { "echo", "error", "invalid", "crashed" })
        {
            client.Send($$"""["1","3","room:a","{{name}}",{}]""");
            await client.NextTextAsync();
        }

        await client.JoinAsync("room:b", "4");
        client.Send("""["0","5","room:b","stale",{}]""", "nonsense");
        await client.ExpectClosedAsync(1011);
        await server.CountsAsync("phoenixchannels.sockets", 0);
        var sums = measurements.Sums.Where(series => !series.Key.Contains(".duration")).Select(series => $"{series.Key}: {series.Value}");
        Assert.That(sums, Is.EquivalentTo(new[]
        {
            "phoenixchannels.sockets: 0",
            "phoenixchannels.channels: 0",
            "phoenixchannels.connects phoenixchannels.result=ok: 1",
            "phoenixchannels.joins phoenixchannels.topic_pattern=room:* phoenixchannels.result=ok: 2",
            "phoenixchannels.joins phoenixchannels.topic_pattern=room:* phoenixchannels.result=refused: 1",
            "phoenixchannels.joins phoenixchannels.topic_pattern=room:* phoenixchannels.result=invalid: 1",
            "phoenixchannels.joins phoenixchannels.topic_pattern=room:* phoenixchannels.result=crashed: 1",
            "phoenixchannels.joins phoenixchannels.result=unmatched: 1",
            "phoenixchannels.messages.received: 12",
            "phoenixchannels.messages.malformed: 1",
            "phoenixchannels.messages.dropped phoenixchannels.reason=stale: 1",
            "phoenixchannels.messages.invalid phoenixchannels.topic_pattern=room:*: 1",
            "phoenixchannels.crashes phoenixchannels.topic_pattern=room:*: 2",
            "phoenixchannels.closed_sockets phoenixchannels.close_code=1011: 1",
        }));
        Assert.That(measurements.Sums.Keys.Where(series => series.Contains(".duration")), Is.EquivalentTo(new[]
        {
            "phoenixchannels.join.duration phoenixchannels.topic_pattern=room:* phoenixchannels.result=ok",
            "phoenixchannels.join.duration phoenixchannels.topic_pattern=room:* phoenixchannels.result=refused",
            "phoenixchannels.join.duration phoenixchannels.topic_pattern=room:* phoenixchannels.result=invalid",
            "phoenixchannels.join.duration phoenixchannels.topic_pattern=room:* phoenixchannels.result=crashed",
            "phoenixchannels.handle_in.duration phoenixchannels.topic_pattern=room:* phoenixchannels.result=ok",
            "phoenixchannels.handle_in.duration phoenixchannels.topic_pattern=room:* phoenixchannels.result=error",
            "phoenixchannels.handle_in.duration phoenixchannels.topic_pattern=room:* phoenixchannels.result=invalid",
            "phoenixchannels.handle_in.duration phoenixchannels.topic_pattern=room:* phoenixchannels.result=crashed",
        }));
    }

    [Test]
    public async Task Durations_are_seconds()
    {
        var time = new FakeTimeProvider();
        await using var server = await TestServer.WithScriptAsync(
            new()
            {
                Join = (_, _, _) =>
                {
                    time.Advance(TimeSpan.FromMilliseconds(1500));
                    return new(Reply.Ok());
                },
                HandleIn = async (_, _, _) =>
                {
                    await Task.Yield();
                    time.Advance(TimeSpan.FromMilliseconds(250));
                    return Reply.Ok();
                },
            },
            time: time);
        using var measurements = new MeasurementRecorder(server.Services);
        await using var client = await server.ConnectAsync();
        await client.JoinAsync("room:a");
        client.Send("""["1","2","room:a","x",{}]""", """["1","3","room:a","phx_leave",{}]""");
        await server.CountsAsync("phoenixchannels.channels", 0);
        const string Tags = "phoenixchannels.topic_pattern=room:* phoenixchannels.result=ok";
        Assert.That(
            (measurements.ValuesOf($"phoenixchannels.join.duration {Tags}").Single(), measurements.ValuesOf($"phoenixchannels.handle_in.duration {Tags}").Single()),
            Is.EqualTo((1.5, 0.25)));
    }

    [Test]
    public async Task What_waits_in_outboxes_is_added_up_when_asked_for()
    {
        await using var server = await TestServer.WithScriptAsync(new(), options => options.LongPoll.Enabled = true);
        using var measurements = new MeasurementRecorder(server.Services);
        Assert.That(Outboxes(measurements.Observe()), Is.EqualTo((0, 0)));

        // Clients that do not fetch; another server, since a walk serves a second.
        await using var other = await TestServer.WithScriptAsync(new(), options => options.LongPoll.Enabled = true);
        using var first = new LongPollClient(other.EndPoint);
        using var second = new LongPollClient(other.EndPoint);
        await first.OpenAsync();
        await second.OpenAsync();
        await first.SendAsync("""["1","1","room:a","phx_join",{}]""", """["2","2","room:b","phx_join",{}]""");
        await second.SendAsync("""["1","1","room:c","phx_join",{}]""");
        const int Frame = 2 + 60;       // a header, and ["1","1","room:a","phx_reply",{"response":{},"status":"ok"}]
        using var ofOther = new MeasurementRecorder(other.Services);
        Assert.That(Outboxes(ofOther.Observe()), Is.EqualTo((3 * Frame, 2 * Frame)));

        static (double, double) Outboxes(IReadOnlyDictionary<string, double> values) => (values["phoenixchannels.outbox.size"], values["phoenixchannels.outbox.largest"]);
    }

    [Test]
    public async Task What_waits_in_mailboxes_is_added_up_at_most_once_a_second()
    {
        var time = new FakeTimeProvider();
        var (first, second, go) = (new Signal(), new Signal(), new Signal());
        await using var server = await TestServer.WithScriptAsync(
            new()
            {
                HandleIn = async (channel, _, _) =>
                {
                    (channel.Subtopic == "a" ? first : second).Set();
                    await go.Task;
                    return Reply.None;
                },
            },
            time: time);
        using var measurements = new MeasurementRecorder(server.Services);
        await using var client = await server.ConnectAsync();
        await client.JoinAsync("room:a");
        await client.JoinAsync("room:b", "2");
        client.Send("""["1","3","room:a","x",{}]""", """["2","4","room:b","x",{}]""");
        await first.WaitAsync();
        await second.WaitAsync();
        Assert.That(Mailboxes(), Is.EqualTo((0, 0)), "what is being handled does not wait");
        client.Send([.. Enumerable.Repeat("""["1","5","room:a","x",{}]""", 3), """["2","6","room:b","x",{}]"""]);
        await client.ExpectNothingElseAsync();
        Assert.That(Mailboxes(), Is.EqualTo((0, 0)), "one walk serves a second");
        time.Advance(TimeSpan.FromSeconds(1));
        Assert.That(Mailboxes(), Is.EqualTo((4, 3)));
        go.Set();

        (double, double) Mailboxes()
        {
            var values = measurements.Observe();
            return (values["phoenixchannels.mailbox.messages"], values["phoenixchannels.mailbox.longest"]);
        }
    }

    [GeneratedRegex(@"^phoenixchannels(\.[a-z]+(_[a-z]+)*)+$")]
    private static partial Regex Name();

    [GeneratedRegex(@"^(s|By|\{[a-z]+\})$")]
    private static partial Regex Unit();

    [GeneratedRegex(@"^[A-Z].*\.$")]
    private static partial Regex Sentence();
}
