using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;

namespace PhoenixChannels.Testing.Hosting;

/// <summary>What a socket is mounted on when there is no web application.</summary>
internal sealed class TestRouteBuilder(IServiceProvider services) : IEndpointRouteBuilder
{
    public IServiceProvider ServiceProvider => services;

    public ICollection<EndpointDataSource> DataSources { get; } = [];

    public IApplicationBuilder CreateApplicationBuilder() => new ApplicationBuilder(services);
}
