using Microsoft.Extensions.DependencyInjection;

namespace PhoenixChannels;

/// <summary>What <c>AddPhoenixChannels</c> returns; packages add their parts to it.</summary>
public interface IChannelsBuilder
{
    /// <summary>The application's services.</summary>
    IServiceCollection Services { get; }
}
