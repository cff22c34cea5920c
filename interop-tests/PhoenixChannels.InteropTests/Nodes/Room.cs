namespace PhoenixChannels.InteropTests.Nodes;

/// <summary>A topic with a client on each of two nodes.</summary>
internal sealed class Room(ChannelClient a, ChannelClient b) : IAsyncDisposable
{
    public ChannelClient A { get; } = a;

    public ChannelClient B { get; } = b;

    public static async Task<Room> OpenAsync(Node a, Node b, string topic) => new(await a.JoinAsync(topic, "ann"), await b.JoinAsync(topic, "bob"));

    public async Task AssertBothHearAsync(Heard expected)
    {
        Assert.That(await A.HearAsync(), Is.EqualTo(expected));
        Assert.That(await B.HearAsync(), Is.EqualTo(expected));
    }

    /// <summary>What one of them shouts, the other hears as the next; and the other way round.</summary>
    public async Task AssertConnectedAsync()
    {
        foreach (var (from, number) in new[] { (A, 1), (B, 2) })
        {
            var payload = $$"""{"connected":{{number}}}""";
            Assert.That(await from.AskAsync("shout_and_reply", payload), Is.EqualTo(Answer.Ok));
            await AssertBothHearAsync(new("shout", payload));
        }
    }

    public async ValueTask DisposeAsync()
    {
        await A.DisposeAsync();
        await B.DisposeAsync();
    }
}
