using System.Text.Json;

namespace PhoenixChannels.Tests.Server.Clients;

/// <summary>realtime-py: V1 with nothing but <c>apikey</c> in the URL, and a read loop that takes exactly the keys that it knows.</summary>
public class RealtimePyTests
{
    static readonly string[] s_keys = ["event", "payload", "ref", "topic"];

    [Test]
    public async Task Without_a_version_in_the_URL_every_frame_has_exactly_the_four_keys()
    {
        await using var server = await ClientServer.StartAsync();
        await using var client = await server.ConnectAsync("apikey=key");
        client.Send("""{"event":"phx_join","payload":{"config":{"config":{"broadcast":null,"presence":null,"private":false,"postgres_changes":[]}}},"topic":"realtime:a","ref":"1","join_ref":null}""");
        await ExpectAsync(client, """{"event":"phx_reply","payload":{"response":{},"status":"ok"},"ref":"1","topic":"realtime:a"}""");
        client.Send("""{"event":"push","payload":{"n":1},"topic":"realtime:a","ref":"2","join_ref":null}""");
        await ExpectAsync(client, """{"event":"pushed","payload":{"n":1},"ref":null,"topic":"realtime:a"}""");
        client.Send("""{"event":"shout","payload":{"n":2},"topic":"realtime:a","ref":"3","join_ref":null}""");
        await ExpectAsync(client, """{"event":"shout","payload":{"n":2},"ref":null,"topic":"realtime:a"}""");
        client.Send("""{"event":"echo","payload":{"n":3},"topic":"realtime:a","ref":"4","join_ref":null}""");
        await ExpectAsync(client, """{"event":"phx_reply","payload":{"response":{"n":3},"status":"ok"},"ref":"4","topic":"realtime:a"}""");
        client.Send("""{"event":"raise","payload":{},"topic":"realtime:a","ref":"5","join_ref":null}""");
        await ExpectAsync(client, """{"event":"phx_error","payload":{"reason":"channel_crash"},"ref":null,"topic":"realtime:a"}""");
        client.Send("""{"event":"echo","payload":{},"topic":"realtime:b","ref":"6","join_ref":null}""");
        await ExpectAsync(client, """{"event":"phx_reply","payload":{"response":{"reason":"unmatched topic"},"status":"error"},"ref":"6","topic":"realtime:b"}""");
    }

    [Test]
    public async Task A_join_ref_is_honoured_and_comes_back_as_the_ref_of_phx_close_never_as_a_key()
    {
        await using var server = await ClientServer.StartAsync();
        await using var client = await server.ConnectAsync("apikey=key&vsn=1.0.0");
        client.Send("""{"event":"phx_join","payload":{},"topic":"realtime:a","ref":"1","join_ref":"1"}""");
        await ExpectAsync(client, """{"event":"phx_reply","payload":{"response":{},"status":"ok"},"ref":"1","topic":"realtime:a"}""");
        client.Send("""{"event":"phx_leave","payload":{},"topic":"realtime:a","ref":"2","join_ref":"1"}""");
        await ExpectAsync(client, """{"event":"phx_reply","payload":{"response":{},"status":"ok"},"ref":"2","topic":"realtime:a"}""");
        await ExpectAsync(client, """{"event":"phx_close","payload":{},"ref":"1","topic":"realtime:a"}""");
    }

    [Test]
    public async Task A_heartbeat_without_a_ref_is_answered_with_a_ref_of_null()
    {
        await using var server = await ClientServer.StartAsync();
        await using var client = await server.ConnectAsync("apikey=key");
        client.Send("""{"event":"heartbeat","payload":{},"topic":"phoenix","ref":null,"join_ref":null}""");
        await ExpectAsync(client, """{"event":"phx_reply","payload":{"response":{},"status":"ok"},"ref":null,"topic":"phoenix"}""");
    }

    static async Task ExpectAsync(TestClient client, string expected)
    {
        var frame = await client.NextTextAsync();
        Assert.That(frame, Is.EqualTo(expected));
        using var document = JsonDocument.Parse(frame);
        Assert.That(document.RootElement.EnumerateObject().Select(property => property.Name), Is.EquivalentTo(s_keys));
    }
}
