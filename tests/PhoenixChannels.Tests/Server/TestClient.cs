using PhoenixChannels.InteropTests.Wire;

namespace PhoenixChannels.Tests.Server;

/// <summary>A client on the wire that states what it expects next, byte for byte.</summary>
internal sealed class TestClient(WebSocketClient wire) : IAsyncDisposable
{
    /// <summary>How long to wait before a missing frame is a failure.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    public WebSocketClient Wire => wire;

    public void Send(params string[] messages) => wire.Send(messages.Select(Frame.Text));

    public void SendFrames(params Frame[] frames) => wire.Send(frames);

    public async Task<Arrival> NextAsync()
    {
        var arrivals = await wire.Inbox.TakeAsync(1, Patience, _ => false);
        return arrivals.Count == 1 ? arrivals[0] : throw new AssertionException("Nothing came.");
    }

    public async Task<string> NextTextAsync()
    {
        var arrival = await NextAsync();
        Assert.That(arrival.Kind, Is.EqualTo(ArrivalKind.Text), $"got {arrival.Kind} {(arrival.Kind == ArrivalKind.Closed ? arrival.CloseCode : "")}{arrival.Text}");
        return arrival.Text;
    }

    public async Task ExpectAsync(params string[] messages)
    {
        foreach (var message in messages) Assert.That(await NextTextAsync(), Is.EqualTo(message));
    }

    /// <summary>Expects these messages, in any order.</summary>
    public async Task ExpectAnyOrderAsync(params string[] messages)
    {
        var got = new List<string>();
        foreach (var _ in messages) got.Add(await NextTextAsync());
        Assert.That(got, Is.EquivalentTo(messages));
    }

    public async Task ExpectClosedAsync(int code, string reason = "")
    {
        var arrival = await NextAsync();
        Assert.That(arrival.Kind, Is.EqualTo(ArrivalKind.Closed), $"got {arrival.Kind} {arrival.Text}");
        Assert.That((arrival.CloseCode, arrival.CloseReason), Is.EqualTo((code, reason)));
    }

    /// <summary>Joins a topic with join_ref and ref <c>"1"</c> unless told otherwise, and expects to be let in.</summary>
    public async Task JoinAsync(string topic, string joinRef = "1", string payload = "{}")
    {
        Send($"[\"{joinRef}\",\"{joinRef}\",\"{topic}\",\"phx_join\",{payload}]");
        await ExpectAsync($"[\"{joinRef}\",\"{joinRef}\",\"{topic}\",\"phx_reply\",{{\"response\":{{}},\"status\":\"ok\"}}]");
    }

    /// <summary>All that the server has sent before this call is here when it returns: nothing else has come.</summary>
    public async Task ExpectNothingElseAsync()
    {
        Send("[null,\"fence\",\"phoenix\",\"heartbeat\",{}]");
        await ExpectAsync("[null,\"fence\",\"phoenix\",\"phx_reply\",{\"response\":{},\"status\":\"ok\"}]");
    }

    public ValueTask DisposeAsync() => wire.DisposeAsync();
}
