using Microsoft.Extensions.DependencyInjection;

namespace PhoenixChannels.Hosting;

internal sealed class ChannelsBuilder(IServiceCollection services) : IChannelsBuilder
{
    public IServiceCollection Services => services;
}
