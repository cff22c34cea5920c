using System.Diagnostics.CodeAnalysis;
using PhoenixChannels;
using PhoenixChannels.Connections;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Registers filters.</summary>
public static class FilterChannelsBuilderExtensions
{
    /// <summary>
    /// Adds a filter around the joins and events of all channels, within those that were added before. Its constructor may ask for singleton services; one instance serves the whole
    /// application. For one channel alone: <c>MapChannel&lt;RoomChannel&gt;("room:*", channel => channel.AddFilter&lt;TFilter&gt;())</c>.
    /// </summary>
    /// <exception cref="InvalidOperationException">The filter is registered already.</exception>
    public static IChannelsBuilder AddChannelFilter<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] TFilter>(this IChannelsBuilder builder)
        where TFilter : class, IChannelFilter
    {
        ArgumentNullException.ThrowIfNull(builder);
        if (builder.Services.Any(service => service.ImplementationInstance is ChannelFilterRegistration known && known.Filter == typeof(TFilter)))
            throw new InvalidOperationException($"{typeof(TFilter).Name} is registered already: call AddChannelFilter<{typeof(TFilter).Name}>() once.");
        builder.Services.AddSingleton(new ChannelFilterRegistration(typeof(TFilter), filters => filters.Get<TFilter>()));
        return builder;
    }
}
