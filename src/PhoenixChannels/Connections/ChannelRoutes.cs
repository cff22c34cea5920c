using PhoenixChannels.Transports;

namespace PhoenixChannels.Connections;

/// <summary>The channels of one socket, in the order in which they were mapped: the first that matches is taken.</summary>
internal sealed class ChannelRoutes
{
    readonly List<ChannelRoute> _routes = [];

    public int Count => _routes.Count;

    public IEnumerable<ChannelRoute> All => _routes;

    public void Add(ChannelRoute route) => _routes.Add(route);

    public ChannelRoute? Find(string topic)
    {
        if (IsReserved(topic)) return null;
        foreach (var route in _routes)
            if (route.Matches(topic)) return route;
        return null;
    }

    /// <summary>Whether nodes talk to each other there: whoever joined would get what they say.</summary>
    static bool IsReserved(string topic) => topic.StartsWith(LongPollNodes.Topic, StringComparison.Ordinal) || topic.StartsWith("phx_tracker:", StringComparison.Ordinal);
}
