using System.Globalization;
using System.Text.Json;

namespace PhoenixChannels.Tests.Server.Clients;

/// <summary>nshafer/phx for Go: an empty string where phoenix.js has null, null where it has an object, and refs that must be numbers.</summary>
public class PhxTests
{
    [Test]
    public async Task A_heartbeat_with_an_empty_join_ref_and_a_payload_of_null_is_answered()
    {
        await using var server = await ClientServer.StartAsync();
        await using var client = await server.ConnectAsync("foo=bar&vsn=2.0.0");
        client.Send("""["","3","phoenix","heartbeat",null]""");
        await client.ExpectAsync("""[null,"3","phoenix","phx_reply",{"response":{},"status":"ok"}]""");
    }

    [Test]
    public async Task Payloads_of_null_join_push_and_leave()
    {
        await using var server = await ClientServer.StartAsync();
        await using var client = await server.ConnectAsync("foo=bar&vsn=2.0.0");
        client.Send("""["1","1","room:a","phx_join",null]""");
        await client.ExpectAsync("""["1","1","room:a","phx_reply",{"response":{},"status":"ok"}]""");
        client.Send("""["1","2","room:a","echo",null]""", """["1","3","room:a","echo","pong"]""");
        await client.ExpectAsync("""["1","2","room:a","phx_reply",{"response":null,"status":"ok"}]""", """["1","3","room:a","phx_reply",{"response":"pong","status":"ok"}]""");
        client.Send("""["1","4","room:a","phx_leave",null]""");
        await client.ExpectAsync("""["1","4","room:a","phx_reply",{"response":{},"status":"ok"}]""", """["1","1","room:a","phx_close",{}]""");
        client.Send("""["1","5","room:a","phx_leave",null]""");
        await client.ExpectAsync("""["1","5","room:a","phx_reply",{"response":{},"status":"ok"}]""");
    }

    [Test]
    public async Task The_refs_of_every_kind_of_frame_are_null_or_numbers_in_strings()
    {
        await using var server = await ClientServer.StartAsync();
        await using var client = await server.ConnectAsync("vsn=2.0.0");
        client.Send("""["1","1","room:a","phx_join",null]""", """["1","2","room:a","push",{}]""", """["1","3","room:a","shout",{}]""", """["1","4","room:a","echo",{}]""");
        client.Send("""["","5","phoenix","heartbeat",null]""", """["6","6","nope","phx_join",null]""", """["7","7","room:denied","phx_join",null]""");
        var frames = new List<string>();
        for (var i = 0; i < 7; i++) frames.Add(await client.NextTextAsync());
        client.Send("""["1","8","room:a","raise",null]""");
        frames.Add(await client.NextTextAsync());
        foreach (var frame in frames)
        {
            using var document = JsonDocument.Parse(frame);
            foreach (var reference in document.RootElement.EnumerateArray().Take(2))
                Assert.That(reference.ValueKind == JsonValueKind.Null || ulong.TryParse(reference.GetString(), NumberStyles.None, CultureInfo.InvariantCulture, out _), frame);
        }
    }

    [Test]
    public async Task Its_disconnect_gets_the_close_code_1000_that_it_waits_for()
    {
        await using var server = await ClientServer.StartAsync();
        await using var client = await server.ConnectAsync("vsn=2.0.0");
        await client.JoinAsync("room:a");
        client.Wire.Close(1000);
        await client.ExpectClosedAsync(1000);
    }
}
