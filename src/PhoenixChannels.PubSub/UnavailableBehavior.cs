namespace PhoenixChannels;

/// <summary>What a broadcast does that the adapter does not take.</summary>
public enum UnavailableBehavior
{
    /// <summary>It throws <see cref="PubSubUnavailableException"/>, and this node's subscribers do not get it.</summary>
    Throw,

    /// <summary>It is given to this node's subscribers alone, and counted in <c>phoenixchannels.pubsub.publish_errors</c>. Messages to one other node throw all the same.</summary>
    DeliverLocally,
}
