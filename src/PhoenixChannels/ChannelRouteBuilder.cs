using System.Diagnostics.CodeAnalysis;
using PhoenixChannels.Connections;

namespace PhoenixChannels;

/// <summary>What a mapped channel class has besides its class.</summary>
public sealed class ChannelRouteBuilder
{
    internal ChannelRouteBuilder()
    {
    }

    internal List<Func<ChannelFilters, IChannelFilter>> Filters { get; } = [];

    /// <summary>Adds a filter around this channel, within those of the application. Its constructor may ask for singleton services; one instance serves the whole application.</summary>
    public ChannelRouteBuilder AddFilter<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] TFilter>()
        where TFilter : class, IChannelFilter
    {
        Filters.Add(filters => filters.Get<TFilter>());
        return this;
    }
}
