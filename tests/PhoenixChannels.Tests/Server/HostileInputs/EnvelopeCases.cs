using System.Globalization;
using System.Text;
using PhoenixChannels.InteropTests.Wire;

namespace PhoenixChannels.Tests.Server.HostileInputs;

/// <summary>Section C of the hostile inputs; the numbers are theirs.</summary>
[BothTransports]
public class EnvelopeCases
{
    static IEnumerable<TestCaseData> Malformed()
    {
        string[] texts =
        [
            "", "{}", "null", "5", "\"x\"", "[]", """["1","1","t","e"]""", """[["1","1","t","e",{}]]""", """["1","1","t","e",{}],""", """["1","1","t","e",{},]""", """["1","1","t","e",{"a":1,}]""",
            """["1","1","t","e",/* */{}]""", """["1","1","t","e",{}] x""", """["1","1","t","e",{}]["1","1","t","e",{}]""", """["1","1","t","e",1e400]""", """["1","1","t","e",{"a":-1e400}]""",
            """["1","1","t","e","\ud800"]""", """["1","1","t","e","\udc00\ud800"]""", """["1","1","t","e",{"\ud800":1}]""", """["\ud800","1","t","e",{}]""", "\uFEFF[\"1\",\"1\",\"t\",\"e\",{}]", """["1","1","t","e",NaN]""", """["1","1","t","e",01]""", "[\"1\",\"1\",\"t\",\"e\",\"\n\"]", "['1','1','t','e',{}]", "[\"1\",\"1\",\"t\",\"e\",{}",
        ];
        return texts.Select(text => new TestCaseData(text).SetArgDisplayNames(text.Length == 0 ? "(empty)" : text.Replace('\n', '~').Replace('\uFEFF', '~')));
    }

    [TestCaseSource(nameof(Malformed))]
    public async Task Case_19_a_malformed_message_closes_with_1011_an_empty_reason_and_one_line_in_the_log(string text)
    {
        var calls = 0;
        await using var server = await TestServer.WithScriptAsync(new()
        {
            HandleIn = (_, _, _) =>
            {
                calls++;
                return default;
            },
        });
        await using var client = await server.ConnectAsync();
        client.Send(text);
        await client.ExpectClosedAsync(1011);
        Assert.That((calls, server.Log.OfChannels.Count(line => line.Contains("malformed"))), Is.EqualTo((0, 1)));
    }

    [Test]
    public async Task Case_19_an_exponent_of_100000_digits_closes_with_1011()
    {
        await using var server = await TestServer.WithScriptAsync(new());
        await using var client = await server.ConnectAsync();
        client.Send($"[\"1\",\"1\",\"t\",\"e\",1e{new string('9', 100_000)}]");
        await client.ExpectClosedAsync(1011);
    }

    [Test]
    public async Task Case_19_legal_oddities_come_back_as_they_came()
    {
        await using var server = await TestServer.WithScriptAsync(new());
        await using var client = await server.ConnectAsync();
        client.Send("""["1","1","room:a","phx_join",{},"sixth",[7]]""");
        await client.ExpectAsync("""["1","1","room:a","phx_reply",{"response":{},"status":"ok"}]""");
        foreach (var (reference, payload) in new[] { ("5", "{\"a\":1,\"a\":2}"), ("{\"x\":[1]}", "123456789012345678901234567890"), ("false", "[ 1 , 2 ]"), ("1.0", "\"\\u0000\""), ("[]", "1E+2"), ("null", "-0.0") })
        {
            client.Send($" [ \"1\" , {reference} , \"room:a\" , \"echo\" , {payload} ] ");
            await client.ExpectAsync($$"""["1",{{reference}},"room:a","phx_reply",{"response":{{payload}},"status":"ok"}]""");
        }
    }

    [Test]
    public async Task Case_20_JSON_of_1024_levels_is_echoed_and_of_1025_is_malformed()
    {
        await using var server = await TestServer.WithScriptAsync(new());
        await using var client = await server.ConnectAsync();
        await client.JoinAsync("room:a");
        var deep = new string('[', 1024) + new string(']', 1024);
        client.Send($"[\"1\",\"2\",\"room:a\",\"echo\",{deep}]");
        await client.ExpectAsync($$"""["1","2","room:a","phx_reply",{"response":{{deep}},"status":"ok"}]""");
        client.Send($"[\"1\",\"3\",\"room:a\",\"echo\",[{deep}]]");
        await client.ExpectClosedAsync(1011);
    }

    [Test]
    public async Task Case_20_a_hundred_thousand_levels_and_many_keys_are_refused_or_taken_within_the_size_limit()
    {
        await using var server = await TestServer.WithScriptAsync(new());
        await using var deep = await server.ConnectAsync();
        deep.Send($"[\"1\",\"2\",\"room:a\",\"echo\",{new string('[', 100_000)}");
        await deep.ExpectClosedAsync(1011);
        await using var keys = await server.ConnectAsync();
        await keys.JoinAsync("room:a");
        var many = "{" + string.Join(',', Enumerable.Range(0, 80_000).Select(n => $"\"k{n}\":0")) + "}";
        keys.Send($"[\"1\",\"2\",\"room:a\",\"echo\",{many}]");
        await keys.ExpectAsync($$"""["1","2","room:a","phx_reply",{"response":{{many}},"status":"ok"}]""");
        keys.Send($"[\"1\",\"2\",\"room:a\",\"echo\",{new string(' ', 1 << 20)}{{}}]");
        await keys.ExpectClosedAsync(1009);
    }

    [Test]
    public async Task Case_21_a_topic_or_event_that_is_too_long_is_answered()
    {
        await using var server = await TestServer.WithScriptAsync(new());
        await using var client = await server.ConnectAsync();
        var fits = "room:" + new string('é', (4096 - 5) / 2);
        await client.JoinAsync(fits);
        var tooLong = fits + "éé";
        client.Send($"[\"1\",\"2\",\"{tooLong}\",\"phx_join\",{{}}]", $"[\"1\",\"3\",\"{fits}\",\"{new string('e', 4097)}\",{{}}]", $"[\"1\",\"4\",\"{fits}\",\"{new string('e', 4096)}\",{{}}]");
        await client.ExpectAsync(
            $$"""["1","2","{{tooLong}}","phx_reply",{"response":{"reason":"topic too long"},"status":"error"}]""",
            $$"""["1","3","{{fits}}","phx_reply",{"response":{"reason":"event too long"},"status":"error"}]""",
            $$"""["1","4","{{fits}}","phx_reply",{"response":{},"status":"ok"}]""");
    }

    [Test]
    public async Task Case_21_no_topic_or_event_forges_a_line_in_the_log()
    {
        await using var server = await TestServer.WithScriptAsync(new() { HandleIn = (_, message, _) => message.Event.Length > 0 ? throw new InvalidOperationException("boom") : default });
        await using var client = await server.ConnectAsync();
        const string nasty = """a\r\nforged\u001b[31m%0d%0a\u202e""";
        client.Send($"[\"1\",\"1\",\"room:{nasty}\",\"phx_join\",{{}}]", $"[\"1\",\"2\",\"room:{nasty}\",\"{nasty}\",{{}}]", $"[\"1\",\"3\",\"nope:{nasty}\",\"{nasty}\",{{}}]");
        Assert.That(await client.NextTextAsync(), Does.Contain("\"ok\""));
        var answers = new[] { await client.NextTextAsync(), await client.NextTextAsync() };
        Assert.That(answers, Has.Some.Contains("phx_error").And.Some.Contains("unmatched topic"));
        Assert.That(server.Log.OfChannels, Has.None.Contains("forged"));
    }

    [TestCase("", TestName = "Case_22_an_empty_binary_frame_closes_with_1011")]
    [TestCase("01 00 00 00 00", TestName = "Case_22_kind_1_closes_with_1011")]
    [TestCase("02 00 00 00 00", TestName = "Case_22_kind_2_closes_with_1011")]
    [TestCase("03 00 00 00 00 00 00", TestName = "Case_22_kind_3_closes_with_1011")]
    [TestCase("FF 00 00 00 00", TestName = "Case_22_kind_255_closes_with_1011")]
    [TestCase("00 01 01 01", TestName = "Case_22_a_header_cut_short_closes_with_1011")]
    [TestCase("00 FF FF FF FF 31 32", TestName = "Case_22_lengths_beyond_the_frame_close_with_1011")]
    [TestCase("00 01 01 02 01 31 31 C3 28 65", TestName = "Case_22_a_topic_that_is_not_UTF8_closes_with_1011")]
    public async Task Case_22_binary(string hex)
    {
        await using var server = await TestServer.WithScriptAsync(new());
        await using var client = await server.ConnectAsync();
        client.SendFrames(new Frame(Opcode.Binary, Bytes(hex)));
        await client.ExpectClosedAsync(1011);
    }

    [Test]
    public async Task Case_22_an_empty_topic_is_unmatched_an_empty_payload_is_fine_and_binary_to_V1_closes()
    {
        await using var server = await TestServer.WithScriptAsync(new());
        await using var client = await server.ConnectAsync();
        client.SendFrames(new Frame(Opcode.Binary, Bytes("00 00 00 00 00")));
        await client.ExpectAsync("""[null,"","","phx_reply",{"response":{"reason":"unmatched topic"},"status":"error"}]""");
        await client.JoinAsync("room:a");
        client.SendFrames(new Frame(Opcode.Binary, (byte[])[0, 1, 1, 6, 4, .. "12room:aecho"u8]));
        var echo = await client.NextAsync();
        Assert.That((echo.Kind, echo.Payload.ToArray()), Is.EqualTo((ArrivalKind.Binary, (byte[])[1, 1, 1, 6, 2, .. "12room:aok"u8])).Using<(ArrivalKind A, byte[] B)>((a, b) => a.A == b.A && a.B.AsSpan().SequenceEqual(b.B)));
        await using var v1 = await server.ConnectAsync("vsn=1.0.0");
        v1.SendFrames(new Frame(Opcode.Binary, (byte[])[0, 1, 1, 6, 4, .. "12room:aecho"u8]));
        await v1.ExpectClosedAsync(1011);
    }

    [Test]
    public async Task Case_23_a_binary_broadcast_whose_names_do_not_fit_is_the_publishers_error()
    {
        await using var server = await TestServer.WithScriptAsync(new());
        await using var client = await server.ConnectAsync();
        var topic = "room:" + new string('x', 251);
        await client.JoinAsync(topic);
        Assert.That(async () => await server.Broadcaster.BroadcastAsync(topic, "e", new byte[] { 1 }), Throws.ArgumentException);
        Assert.That(async () => await server.Broadcaster.BroadcastAsync("room:a", new string('e', 256), new byte[] { 1 }), Throws.ArgumentException);
        await client.ExpectNothingElseAsync();
    }

    [Test]
    public async Task Case_24_keys_such_as___proto___round_trip_unchanged()
    {
        await using var server = await TestServer.WithScriptAsync(new());
        await using var client = await server.ConnectAsync();
        await client.JoinAsync("room:a");
        var payload = $$"""{"__proto__":{"x":1},"constructor":1,"toString":2,"":3,"{{new string('k', 10_000)}}":4}""";
        client.Send($"[\"1\",\"2\",\"room:a\",\"echo\",{payload}]");
        await client.ExpectAsync($$"""["1","2","room:a","phx_reply",{"response":{{payload}},"status":"ok"}]""");
    }

    [TestCase("phx_reply")]
    [TestCase("phx_close")]
    [TestCase("phx_error")]
    [TestCase("presence_diff")]
    [TestCase("presence_state")]
    [TestCase("phx_drain")]
    [TestCase("disconnect")]
    [TestCase("phx_kick")]
    public async Task Case_25_a_client_that_sends_the_servers_events_changes_nothing_for_others(string name)
    {
        await using var server = await TestServer.WithScriptAsync(new());
        await using var client = await server.ConnectAsync("vsn=2.0.0&user=eve");
        await using var other = await server.ConnectAsync("vsn=2.0.0&user=ann");
        await other.JoinAsync("room:a");
        await client.JoinAsync("room:a");
        client.Send($"[\"1\",\"2\",\"room:a\",\"{name}\",{{\"topic\":\"room:a\"}}]", $"[\"1\",\"3\",\"user:ann\",\"{name}\",{{}}]");
        await client.ExpectAnyOrderAsync("""["1","2","room:a","phx_reply",{"response":{"topic":"room:a"},"status":"ok"}]""", """[null,"3","user:ann","phx_reply",{"response":{"reason":"unmatched topic"},"status":"error"}]""");
        await other.ExpectNothingElseAsync();
    }

    static byte[] Bytes(string hex) => [.. hex.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(part => byte.Parse(part, NumberStyles.HexNumber, CultureInfo.InvariantCulture))];
}
