namespace PhoenixChannels.Tests.Server.Clients;

/// <summary>JavaPhoenixClient 1.3.1 for Kotlin and Java, which does not parse the head of a frame but cuts it at its commas.</summary>
public class JavaPhoenixClientTests
{
    internal const string Event = "größer <&>'+/ 😀";

    const string Topic = "room:Zoë <&>'+/ 部屋";
    const string Text = "ß <&>'+/ \\\"😀\\\", [null]";

    /// <summary>The topic and the event as Gson writes them, which escapes what could be HTML.</summary>
    const string SentTopic = "room:Zoë \\u003c\\u0026\\u003e\\u0027+/ 部屋", SentEvent = "größer \\u003c\\u0026\\u003e\\u0027+/ 😀";

    [Test]
    public async Task Every_kind_of_frame_survives_a_head_that_is_cut_at_its_commas()
    {
        await using var server = await ClientServer.StartAsync();
        await using var client = await server.ConnectAsync("vsn=2.0.0&token=abc");
        client.Send(
            $$"""["1","1","{{SentTopic}}","phx_join",{}]""",
            $$"""["1","2","{{SentTopic}}","{{SentEvent}}",{"text":"{{Text}}"}]""",
            """[null,"3","phoenix","heartbeat",{}]""");
        var messages = new List<JavaPhoenixMessage>();
        for (var i = 0; i < 4; i++) messages.Add(await NextAsync(client));
        await server.Broadcaster.BroadcastAsync(Topic, Event, new { text = "ß <&>'+/ \"😀\", [null]" });
        messages.Add(await NextAsync(client));
        client.Send($$"""["1","4","{{SentTopic}}","raise",{}]""");
        messages.Add(await NextAsync(client));
        client.Send($$"""["5","5","{{SentTopic}}","phx_join",{}]""", $$"""["5","6","{{SentTopic}}","stop",{}]""");
        messages.Add(await NextAsync(client));
        messages.Add(await NextAsync(client));
        client.Send($$"""["7","7","{{SentTopic}}","phx_join",{}]""");
        messages.Add(await NextAsync(client));
        client.Send($$"""["7","8","{{SentTopic}}","phx_leave",{}]""");
        messages.Add(await NextAsync(client));
        messages.Add(await NextAsync(client));
        client.Send($$"""["9","9","{{SentTopic}}","{{SentEvent}}",{}]""");
        messages.Add(await NextAsync(client));

        // The heartbeat is the socket's own answer and may overtake a channel's.
        Assert.That(messages.Select(m => (m.JoinRef, m.Ref, m.Topic, m.Event, m.Status)), Is.EquivalentTo(new (string?, string, string, string, string?)[]
        {
            ("1", "1", Topic, "phx_reply", "ok"),
            ("1", "", Topic, Event, null),
            ("1", "2", Topic, "phx_reply", "ok"),
            (null, "3", "phoenix", "phx_reply", "ok"),
            (null, "", Topic, Event, null),
            ("1", "1", Topic, "phx_error", null),
            ("5", "5", Topic, "phx_reply", "ok"),
            ("5", "5", Topic, "phx_close", null),
            ("7", "7", Topic, "phx_reply", "ok"),
            ("7", "8", Topic, "phx_reply", "ok"),
            ("7", "7", Topic, "phx_close", null),
            (null, "9", Topic, "phx_reply", "error"),
        }));
        var texts = messages.Where(m => m.Event == Event).Select(m => m.Payload.GetProperty("text").GetString())
            .Append(messages.Single(m => m.Ref == "2").Payload.GetProperty("response").GetProperty("text").GetString());
        Assert.That(texts, Is.All.EqualTo("ß <&>'+/ \"😀\", [null]"));
    }

    [Test]
    public async Task Topic_and_event_go_out_raw_and_nothing_stands_between_the_elements()
    {
        await using var server = await ClientServer.StartAsync();
        await using var client = await server.ConnectAsync("vsn=2.0.0");
        client.Send($$"""["1","1","{{SentTopic}}","phx_join",{}]""");
        await client.ExpectAsync($$$"""["1","1","{{{Topic}}}","phx_reply",{"response":{},"status":"ok"}]""");
        client.Send($$"""["1","2","{{SentTopic}}","{{SentEvent}}",{"n":1}]""");
        await client.ExpectAsync(
            $$"""["1",null,"{{Topic}}","{{Event}}",{"n":1}]""",
            $$$"""["1","2","{{{Topic}}}","phx_reply",{"response":{"n":1},"status":"ok"}]""");
        await server.Broadcaster.BroadcastAsync(Topic, Event, new { n = 2 });
        await client.ExpectAsync($$"""[null,null,"{{Topic}}","{{Event}}",{"n":2}]""");
    }

    [Test]
    public async Task White_space_between_what_it_sends_does_not_come_back()
    {
        await using var server = await ClientServer.StartAsync();
        await using var client = await server.ConnectAsync("vsn=2.0.0");
        client.Send("""[ "1" , "1" , "room:a" , "phx_join" , { } ]""", """[ "1" , "2" , "room:a" , "echo" , {"a":1} ]""");
        await client.ExpectAsync("""["1","1","room:a","phx_reply",{"response":{},"status":"ok"}]""", """["1","2","room:a","phx_reply",{"response":{"a":1},"status":"ok"}]""");
    }

    static async Task<JavaPhoenixMessage> NextAsync(TestClient client) => JavaPhoenixMessage.Parse(await client.NextTextAsync());
}
