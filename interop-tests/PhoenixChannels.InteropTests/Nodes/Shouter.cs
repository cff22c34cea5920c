using System.Globalization;

namespace PhoenixChannels.InteropTests.Nodes;

/// <summary>Shouts one number after the other, each when the one before was answered, and keeps what became of them.</summary>
internal sealed class Shouter
{
    static readonly TimeSpan s_pauseAfterRefusal = TimeSpan.FromMilliseconds(20);

    readonly ChannelClient _client;
    readonly TaskCompletionSource _under = new();
    readonly Task _shouting;
    volatile bool _over;

    public Shouter(ChannelClient client, string name)
    {
        _client = client;
        Name = name;
        _shouting = ShoutAsync();
    }

    public string Name { get; }

    /// <summary>Those that were answered by then, in order.</summary>
    public List<Shout> Shouts { get; } = [];

    /// <summary>Once fifty were answered.</summary>
    public Task IsUnderWay => _under.Task;

    /// <summary>No more after the one that is on its way.</summary>
    public Task StopAsync()
    {
        _over = true;
        return _shouting;
    }

    /// <summary>Which of this one's numbers are among what was heard, in that order.</summary>
    public IReadOnlyList<int> In(IEnumerable<Heard> heard) =>
    [
        .. from one in heard
           where one.Payload.StartsWith(Prefix, StringComparison.Ordinal)
           select int.Parse(one.Payload.AsSpan(Prefix.Length..^1), CultureInfo.InvariantCulture),
    ];

    string Prefix => $$"""{"{{Name}}":""";

    async Task ShoutAsync()
    {
        for (var number = 1; !_over; number++)
        {
            var from = TimeProvider.System.GetUtcNow();
            if (await _client.AskAsync("shout_and_reply", $"{Prefix}{number}}}") is not { } answer)
            {
                return; // the client is disconnected
            }

            Shouts.Add(new(number, from, TimeProvider.System.GetUtcNow(), answer));
            if (number == 50) _under.SetResult();

            if (answer != Answer.Ok) await Task.Delay(s_pauseAfterRefusal, TimeProvider.System);
        }
    }
}
