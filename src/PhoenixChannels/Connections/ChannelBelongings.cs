using Microsoft.Extensions.DependencyInjection;
using PhoenixChannels.Presences;
using PhoenixChannels.Topics;

namespace PhoenixChannels.Connections;

/// <summary>What a channel has beside its topic. Most have none of it, and then not this either.</summary>
internal sealed class ChannelBelongings
{
    /// <summary>Its subscribers on topics that it subscribed to by itself.</summary>
    public Dictionary<string, Subscriber>? OtherTopics { get; set; }

    /// <summary>Messages to itself that wait for their time.</summary>
    public HashSet<DelayedMessage>? Delayed { get; set; }

    /// <summary>What it tracks by.</summary>
    public List<PresenceOwner>? Presences { get; set; }

    /// <summary>Services that live as long as the channel.</summary>
    public IServiceScope? Scope { get; set; }

    /// <summary>Services of the callback that runs.</summary>
    public IServiceScope? CallScope { get; set; }
}
