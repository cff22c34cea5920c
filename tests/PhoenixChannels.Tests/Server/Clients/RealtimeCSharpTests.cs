using PhoenixChannels.InteropTests.Wire;

namespace PhoenixChannels.Tests.Server.Clients;

/// <summary>realtime-csharp (Supabase.Realtime): V1 with GUIDs for refs, an empty token in the URL, over .NET's ClientWebSocket.</summary>
public class RealtimeCSharpTests
{
    const string Heartbeat = "7f1b0c52-6c5e-4d0e-9a7c-2f1f0f5a9b01", Join = "0d3c3b0e-5c65-44f1-8f6c-5a2f1f0f5a02", Push = "c1a5f6de-90b1-4b0e-8d58-6f4a3a0f5a03", Leave = "e0b7cb0f-8fc3-4f1e-b3a4-1d2f3a0f5a04";

    [Test]
    public async Task GUIDs_for_refs_are_given_back_and_only_the_join_has_a_join_ref()
    {
        await using var server = await ClientServer.StartAsync();
        await using var client = await server.ConnectAsync("token=&apikey=key&vsn=1.0.0");
        client.Send($$"""{"topic":"phoenix","event":"heartbeat","payload":{},"ref":"{{Heartbeat}}"}""");
        await client.ExpectAsync($$$"""{"event":"phx_reply","payload":{"response":{},"status":"ok"},"ref":"{{{Heartbeat}}}","topic":"phoenix"}""");
        client.Send($$$"""{"topic":"realtime:a","event":"phx_join","payload":{"config":{}},"ref":"{{{Join}}}","join_ref":"{{{Join}}}"}""");
        await client.ExpectAsync($$$"""{"event":"phx_reply","payload":{"response":{},"status":"ok"},"ref":"{{{Join}}}","topic":"realtime:a"}""");
        client.Send($$"""{"type":"cursor","topic":"realtime:a","event":"echo","payload":{"n":1},"ref":"{{Push}}"}""");
        await client.ExpectAsync($$$"""{"event":"phx_reply","payload":{"response":{"n":1},"status":"ok"},"ref":"{{{Push}}}","topic":"realtime:a"}""");
        client.Send($$"""{"topic":"realtime:a","event":"phx_leave","payload":null,"ref":"{{Leave}}"}""");
        await client.ExpectAsync(
            $$$"""{"event":"phx_reply","payload":{"response":{},"status":"ok"},"ref":"{{{Leave}}}","topic":"realtime:a"}""",
            $$"""{"event":"phx_close","payload":{},"ref":"{{Join}}","topic":"realtime:a"}""");
    }

    [Test]
    public async Task An_empty_token_is_a_param_like_any_other()
    {
        await using var server = await ClientServer.StartAsync();
        await using var client = await server.ConnectAsync("token=&apikey=key&vsn=1.0.0");
        client.Send(
            """{"topic":"realtime:a","event":"phx_join","payload":{},"ref":"1","join_ref":"1"}""",
            """{"topic":"realtime:a","event":"params","payload":{},"ref":"2","join_ref":"1"}""");
        await client.ExpectAsync(
            """{"event":"phx_reply","payload":{"response":{},"status":"ok"},"ref":"1","topic":"realtime:a"}""",
            """{"event":"phx_reply","payload":{"response":{"apikey":"key","token":"","vsn":"1.0.0"},"status":"ok"},"ref":"2","topic":"realtime:a"}""");
    }

    [Test]
    public async Task The_pongs_that_nobody_asked_for_are_passed_over()
    {
        await using var server = await ClientServer.StartAsync();
        await using var client = await server.ConnectAsync("token=&apikey=key&vsn=1.0.0");
        client.SendFrames(
            new(Opcode.Pong, Array.Empty<byte>()),
            Frame.Text("""{"topic":"phoenix","event":"heartbeat","payload":{},"ref":"1"}"""),
            new(Opcode.Pong, "keep-alive"u8.ToArray()),
            Frame.Text("""{"topic":"phoenix","event":"heartbeat","payload":{},"ref":"2"}"""));
        await client.ExpectAsync(
            """{"event":"phx_reply","payload":{"response":{},"status":"ok"},"ref":"1","topic":"phoenix"}""",
            """{"event":"phx_reply","payload":{"response":{},"status":"ok"},"ref":"2","topic":"phoenix"}""");
    }
}
