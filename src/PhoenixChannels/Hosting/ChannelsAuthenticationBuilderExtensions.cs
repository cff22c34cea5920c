using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection.Extensions;
using PhoenixChannels.Transports;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Authentication by the token of phoenix.js.</summary>
public static class ChannelsAuthenticationBuilderExtensions
{
    /// <summary>
    /// Shows the <c>authToken</c> of phoenix.js to bearer authentication (<c>AddJwtBearer</c>, <c>AddBearerToken</c> and others that read the <c>Authorization</c> header), on both
    /// transports. A request that has an <c>Authorization</c> header of its own keeps it. Once is enough for all schemes.
    /// </summary>
    /// <remarks>
    /// phoenix.js sends no token with what it posts over long poll: the token that the session was opened with counts for it, on the session's own path. Over long poll a
    /// token is judged with every request, so an expired one ends the session; a WebSocket stays open until it is closed (<see cref="PhoenixChannels.IBroadcaster.DisconnectAsync"/>).
    /// </remarks>
    /// <example><code>builder.Services.AddAuthentication().AddJwtBearer().AddChannelsAuthToken();</code></example>
    public static AuthenticationBuilder AddChannelsAuthToken(this AuthenticationBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.Services.TryAddSingleton<AuthTokenSessions>();
        builder.Services.TryAddEnumerable(ServiceDescriptor.Singleton<IStartupFilter, AuthTokenMiddleware>());
        return builder;
    }
}
