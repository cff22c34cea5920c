using System.Text;
using Microsoft.Extensions.Time.Testing;
using PhoenixChannels.InteropTests.Wire;

namespace PhoenixChannels.Tests.Server.HostileInputs;

/// <summary>Section B of the hostile inputs; the numbers are theirs.</summary>
[BothTransports]
public class FramingCases
{
    static IEnumerable<TestCaseData> BrokenFrames()
    {
        yield return Of("an unmasked frame", [Frame.Text("x") with { Masked = false }]);
        for (var bits = 1; bits <= 7; bits++) yield return Of($"RSV bits {bits}", [Frame.Text("x") with { Reserved = bits }]);
        foreach (var opcode in new[] { 3, 4, 5, 6, 7, 11, 12, 13, 14, 15 }) yield return Of($"opcode {opcode}", [new((Opcode)opcode, default)]);
        yield return Of("a ping of 126 bytes", [new(Opcode.Ping, new byte[126])]);
        yield return Of("a fragmented ping", [new(Opcode.Ping, default) { Final = false }]);
        yield return Of("a continuation of nothing", [new(Opcode.Continuation, default)]);
        yield return Of("a new message inside a fragmented one", [Frame.Text("x") with { Final = false }, Frame.Text("y")]);

        static TestCaseData Of(string name, Frame[] frames) => new TestCaseData((object)frames).SetArgDisplayNames(name);
    }

    [TestCaseSource(nameof(BrokenFrames))]
    public async Task Case_12_a_broken_frame_closes_with_1002(object frames)
    {
        await using var server = await TestServer.WithScriptAsync(new());
        await using var client = await server.ConnectAsync();
        client.SendFrames((Frame[])frames);
        await client.ExpectClosedAsync(1002);
    }

    [Test]
    public async Task Case_13_invalid_UTF8_closes_with_1007_also_when_fragments_split_it()
    {
        await using var server = await TestServer.WithScriptAsync(new());
        await using var whole = await server.ConnectAsync();
        whole.SendFrames(new Frame(Opcode.Text, new byte[] { (byte)'"', 0xc3, 0x28, (byte)'"' }));
        await whole.ExpectClosedAsync(1007);
        await using var split = await server.ConnectAsync();
        split.SendFrames(new(Opcode.Text, new byte[] { 0xe2, 0x82 }) { Final = false }, new(Opcode.Continuation, new byte[] { 0x28 }));
        await split.ExpectClosedAsync(1007);
        await using var reason = await server.ConnectAsync();
        reason.SendFrames(new Frame(Opcode.Close, new byte[] { 0x03, 0xe8, 0xff }));
        await reason.ExpectClosedAsync(1002);
    }

    [Test]
    public async Task Case_13_a_character_split_by_fragments_is_no_fault()
    {
        await using var server = await TestServer.WithScriptAsync(new());
        await using var client = await server.ConnectAsync();
        var bytes = Encoding.UTF8.GetBytes("""[null,"é€😀","phoenix","heartbeat",{}]""");
        client.SendFrames([new(Opcode.Text, bytes.AsMemory(0, 1)) { Final = false }, .. bytes[1..^1].Select(b => new Frame(Opcode.Continuation, new[] { b }) { Final = false }), new(Opcode.Continuation, bytes.AsMemory(bytes.Length - 1))]);
        await client.ExpectAsync("""[null,"é€😀","phoenix","phx_reply",{"response":{},"status":"ok"}]""");
    }

    [TestCase(long.MaxValue)]
    [TestCase(1001)]
    public async Task Case_14_a_frame_that_announces_too_much_closes_with_1009_before_its_payload_comes(long declared)
    {
        await using var server = await TestServer.WithScriptAsync(new(), options => options.WebSocket.MaxMessageSize = 1000);
        await using var client = await server.ConnectAsync();
        client.SendFrames(new Frame(Opcode.Text, default) { DeclaredLength = declared });
        await client.ExpectClosedAsync(1009);
    }

    [Test]
    public async Task Case_14_a_message_of_exactly_the_limit_is_taken_and_fragments_are_added_up()
    {
        await using var server = await TestServer.WithScriptAsync(new(), options => options.WebSocket.MaxMessageSize = 1000);
        await using var client = await server.ConnectAsync();
        var fill = new string('x', 1000 - """[null,"","phoenix","heartbeat",{}]""".Length);
        client.Send($"[null,\"{fill}\",\"phoenix\",\"heartbeat\",{{}}]");
        await client.ExpectAsync($"[null,\"{fill}\",\"phoenix\",\"phx_reply\",{{\"response\":{{}},\"status\":\"ok\"}}]");
        client.SendFrames(new Frame(Opcode.Text, new byte[600]) { Final = false }, new Frame(Opcode.Continuation, new byte[401]));
        await client.ExpectClosedAsync(1009);
    }

    [Test]
    public async Task Case_15_endless_empty_fragments_close_with_1008()
    {
        await using var server = await TestServer.WithScriptAsync(new());
        await using var client = await server.ConnectAsync();
        client.SendFrames(new(Opcode.Text, default) { Final = false }, new(Opcode.Continuation, default) { Final = false });
        await client.ExpectClosedAsync(1008);
    }

    [Test]
    public async Task Case_15_too_many_tiny_fragments_close_with_1008()
    {
        await using var server = await TestServer.WithScriptAsync(new());
        await using var client = await server.ConnectAsync();
        client.SendFrames([new(Opcode.Text, "x"u8.ToArray()) { Final = false }, .. Enumerable.Repeat(new Frame(Opcode.Continuation, "x"u8.ToArray()) { Final = false }, 10_000)]);
        await client.ExpectClosedAsync(1008);
    }

    [Test]
    public async Task Case_15_a_message_that_is_never_finished_closes_with_1008_in_time_although_pings_come()
    {
        var time = new FakeTimeProvider();
        await using var server = await TestServer.WithScriptAsync(new(), time: time);
        await using var client = await server.ConnectAsync();
        client.SendFrames(Frame.Text("[") with { Final = false });

        // In steps of less than the second that a Close frame gets to go out.
        var step = TimeSpan.FromMilliseconds(400);
        for (var passed = TimeSpan.Zero; ; passed += step)
        {
            client.SendFrames(new Frame(Opcode.Ping, default));
            var arrival = await client.NextAsync();
            if (arrival.Kind == ArrivalKind.Pong && passed < TimeSpan.FromSeconds(200))
            {
                time.Advance(step);
                continue;
            }

            Assert.That((arrival.Kind, arrival.CloseCode, arrival.CloseReason), Is.EqualTo((ArrivalKind.Closed, 1008, "message not finished")));
            return;
        }
    }

    [Test]
    public async Task Case_17_pings_are_answered_with_their_data_and_unsolicited_pongs_ignored()
    {
        await using var server = await TestServer.WithScriptAsync(new());
        await using var client = await server.ConnectAsync();
        client.SendFrames([new(Opcode.Pong, "?"u8.ToArray()), .. Enumerable.Range(0, 1000).Select(n => new Frame(Opcode.Ping, Encoding.ASCII.GetBytes($"{n}")))]);
        for (var n = 0; n < 1000; n++)
        {
            var pong = await client.NextAsync();
            Assert.That((pong.Kind, pong.Text), Is.EqualTo((ArrivalKind.Pong, $"{n}")));
        }
    }

    [Test]
    public async Task Case_17_a_ping_flood_of_one_who_does_not_read_ends_his_connection()
    {
        await using var server = await TestServer.WithScriptAsync(new(), options => options.WebSocket.MaxOutboxBytes = 10_000);
        await using var flooder = await server.StartNotReadingAsync();
        var flood = new MemoryStream();
        for (var n = 0; n < 10_000; n++) new Frame(Opcode.Ping, new byte[125]).WriteTo(flood);
        for (var n = 0; n < 40; n++) flooder.Send(flood.ToArray());
        await server.CountsAsync("phoenixchannels.slow_sockets", 1);
        await server.CountsAsync("phoenixchannels.sockets", 0);
    }

    [TestCase(0)]
    [TestCase(999)]
    [TestCase(1005)]
    [TestCase(1006)]
    [TestCase(2999)]
    public async Task Case_18_an_invalid_close_code_is_answered_with_1002(int code)
    {
        await using var server = await TestServer.WithScriptAsync(new());
        await using var client = await server.ConnectAsync();
        client.Wire.Close(code);
        await client.ExpectClosedAsync(1002);
    }

    [Test]
    public async Task Case_18_data_behind_a_close_is_ignored()
    {
        await using var server = await TestServer.WithScriptAsync(new());
        await using var client = await server.ConnectAsync();
        client.SendFrames(Frame.Close(1000), Frame.Text("not json"));
        await client.ExpectClosedAsync(1000);
    }

    [TestCase(true)]
    [TestCase(false)]
    public async Task Case_18_a_peer_that_vanishes_is_cleaned_up(bool reset)
    {
        await using var server = await TestServer.WithScriptAsync(new());
        await using var client = await server.ConnectAsync();
        await client.JoinAsync("room:a");
        client.Wire.Drop(reset);
        await server.CountsAsync("phoenixchannels.sockets", 0);
        await server.CountsAsync("phoenixchannels.channels", 0);
        Assert.That(server.PubSub.Registry.TopicCount, Is.Zero);
    }

    [Test]
    public async Task Case_18_a_peer_that_falls_silent_is_closed_with_1002_when_its_time_is_up()
    {
        var time = new FakeTimeProvider();
        await using var server = await TestServer.WithScriptAsync(new(), time: time);
        await using var client = await server.ConnectAsync();
        await client.JoinAsync("room:a");
        time.Advance(TimeSpan.FromSeconds(59));
        await client.ExpectNothingElseAsync();
        time.Advance(TimeSpan.FromSeconds(61));
        await client.ExpectClosedAsync(1002);
    }
}
