using System.Runtime.CompilerServices;
using Microsoft.AspNetCore.Authorization;
using Microsoft.Extensions.DependencyInjection;
using PhoenixChannels.Diagnostics;

namespace PhoenixChannels.Connections;

/// <summary>
/// Asks the application's authorization about the connection's user and a channel. The policy of an array of demands is combined once: attributes of a class or a
/// handler are kept in one array each.
/// </summary>
internal sealed class ChannelAuthorizer(ChannelsMetrics metrics)
{
    const string NotAdded = "Authorization is asked for, but its services are missing: call builder.Services.AddAuthorization().";

    readonly ConditionalWeakTable<object[], AuthorizationPolicy> _policies = [];

    /// <param name="channel">The channel, in one of its callbacks.</param>
    /// <param name="demands">Each an <see cref="IAuthorizeData"/> or an <see cref="IAuthorizationRequirementData"/>; not to be changed any more.</param>
    public async ValueTask<bool> AuthorizeAsync(Channel channel, object[] demands)
    {
        var services = channel.CallServices;
        var policy = await PolicyOfAsync(services, demands).ConfigureAwait(false);
        return Count(channel, await ServiceOf(services).AuthorizeAsync(channel.User, channel, policy.Requirements).ConfigureAwait(false));
    }

    public async ValueTask<bool> AuthorizeAsync(Channel channel, string policy) =>
        Count(channel, await ServiceOf(channel.CallServices).AuthorizeAsync(channel.User, channel, policy).ConfigureAwait(false));

    /// <summary>Refuses what can only be asked for at the handshake.</summary>
    /// <param name="demands">As in <see cref="AuthorizeAsync(Channel, object[])"/>.</param>
    /// <param name="owner">Whose they are, for the exception's text.</param>
    /// <exception cref="InvalidOperationException">There are none, or one names authentication schemes.</exception>
    public static void RequireHonourable(object[] demands, string owner)
    {
        if (demands.Length == 0) throw new InvalidOperationException($"{owner} asks for authorization without saying which: pass new AuthorizeAttribute() for any authenticated user.");
        foreach (var demand in demands)
        {
            if (demand is IAuthorizeData { AuthenticationSchemes: { Length: > 0 } schemes })
                throw new InvalidOperationException($"{owner} asks for the authentication schemes '{schemes}', but its user has been authenticated at the handshake: name them on the socket, MapSocket(...).RequireAuthorization(new AuthorizeAttribute {{ AuthenticationSchemes = \"{schemes}\" }}).");
        }
    }

    /// <exception cref="InvalidOperationException">The policy is not known.</exception>
    public static async Task RequirePolicyAsync(IAuthorizationPolicyProvider policies, string name, string owner)
    {
        if (await policies.GetPolicyAsync(name).ConfigureAwait(false) is null)
            throw new InvalidOperationException($"{owner} asks for the authorization policy '{name}', which is not known: add it with AddAuthorization(options => options.AddPolicy(\"{name}\", ...)), or correct its name.");
    }

    /// <exception cref="InvalidOperationException">The application has no authorization.</exception>
    public static void RequireServices(IServiceScopeFactory scopes)
    {
        using var scope = scopes.CreateScope();
        _ = ServiceOf(scope.ServiceProvider);
    }

    async ValueTask<AuthorizationPolicy> PolicyOfAsync(IServiceProvider services, object[] demands)
    {
        if (_policies.TryGetValue(demands, out var known)) return known;
        RequireHonourable(demands, "AuthorizeAsync");
        var provider = services.GetService<IAuthorizationPolicyProvider>() ?? throw new InvalidOperationException(NotAdded);
        var policy = await CombineAsync(provider, demands).ConfigureAwait(false);
        if (provider.AllowsCachingPolicies) _policies.AddOrUpdate(demands, policy);
        return policy;
    }

    static async Task<AuthorizationPolicy> CombineAsync(IAuthorizationPolicyProvider provider, object[] demands)
    {
        var builder = new AuthorizationPolicyBuilder();
        if (await AuthorizationPolicy.CombineAsync(provider, demands.OfType<IAuthorizeData>()).ConfigureAwait(false) is { } policy) builder.Combine(policy);
        foreach (var demand in demands.OfType<IAuthorizationRequirementData>()) builder.AddRequirements([.. demand.GetRequirements()]);
        return builder.Build();
    }

    static IAuthorizationService ServiceOf(IServiceProvider services) => services.GetService<IAuthorizationService>() ?? throw new InvalidOperationException(NotAdded);

    bool Count(Channel channel, AuthorizationResult result)
    {
        if (!result.Succeeded) metrics.Unauthorized.Add(1, new KeyValuePair<string, object?>(Tags.TopicPattern, channel.Process.Route.Pattern));
        return result.Succeeded;
    }
}
