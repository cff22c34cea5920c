namespace PhoenixChannels;

/// <summary>How a subscription's broadcasts wait for its handler.</summary>
public sealed class SubscribeOptions
{
    /// <summary>How many broadcasts may wait; default 1,024. What comes while so many wait is lost.</summary>
    public int Capacity { get; set; } = 1024;

    /// <summary>Called before the next broadcast is handled, with how many were lost since the last call; by default nobody is told but the metric.</summary>
    public Action<int>? OnLost { get; set; }
}
