using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Options;

namespace PhoenixChannels.Transports;

/// <summary>Has all endpoints hand connections over, unless the application sets defaults of its own: there are no two.</summary>
internal sealed class HandOverDefaults : IConfigureOptions<KestrelServerOptions>
{
    public void Configure(KestrelServerOptions options) => options.ConfigureEndpointDefaults(static listen => listen.UseChannels());
}
