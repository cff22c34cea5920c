namespace PhoenixChannels.Connections;

/// <summary>A filter around all channels.</summary>
internal sealed record ChannelFilterRegistration(Type Filter, Func<ChannelFilters, IChannelFilter> Get);
