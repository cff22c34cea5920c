using System.Collections;
using System.Diagnostics.CodeAnalysis;
using System.Reflection;
using Microsoft.AspNetCore.Authorization;
using Microsoft.Extensions.DependencyInjection;

namespace PhoenixChannels.Connections;

/// <summary>What a channel's class asks of the application, in its constructor and in its handlers: looked at when the host starts, so that no client is the first to find out.</summary>
internal sealed class ChannelDemands
{
    readonly string _name;
    readonly ParameterInfo[] _constructor;
    readonly List<ChannelHandlerAttribute> _handlers = [];

    /// <param name="channel">The class.</param>
    public ChannelDemands([DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] Type channel)
    {
        _name = channel.Name;
        var constructors = channel.GetConstructors();
        var constructor = constructors.FirstOrDefault(constructor => constructor.GetParameters().Length == 0)
            ?? constructors.FirstOrDefault(constructor => constructor.IsDefined(typeof(ActivatorUtilitiesConstructorAttribute)))
            ?? constructors.FirstOrDefault();
        _constructor = constructor?.GetParameters() ?? [];

        // The handlers of a base class whose place a derived one has taken ask for nothing any more.
        var taken = new HashSet<(string Kind, string Event)>();
        for (var type = channel; type is not null; type = type.BaseType)
        {
            var own = type.GetCustomAttributes<ChannelHandlerAttribute>(inherit: false).ToList();
            _handlers.AddRange(own.Where(handler => !PlacesOf(handler).All(taken.Contains)));
            foreach (var handler in own) taken.UnionWith(PlacesOf(handler));
        }
    }

    /// <param name="services">The application's.</param>
    /// <param name="pattern">Where the channel is mapped, for the exception's text.</param>
    /// <exception cref="InvalidOperationException">A service, a policy or authorization itself is missing, or a service would be read from the client's payload.</exception>
    public async Task RequireAsync(IServiceProvider services, string pattern)
    {
        if (services.GetService<IServiceProviderIsService>() is { } known)
        {
            foreach (var parameter in _constructor.Where(parameter => !parameter.HasDefaultValue))
                RequireService(known, parameter.ParameterType, parameter.GetCustomAttribute<FromKeyedServicesAttribute>()?.Key, $"The constructor of {_name} on '{pattern}'");
            foreach (var handler in _handlers) RequireServices(known, handler, NameOf(handler, pattern));
        }

        foreach (var handler in _handlers)
        {
            if (handler.Policies is null) continue;
            var policies = services.GetService<IAuthorizationPolicyProvider>()
                ?? throw new InvalidOperationException($"{NameOf(handler, pattern)} asks for authorization, but its services are missing: call builder.Services.AddAuthorization().");
            foreach (var policy in handler.Policies) await ChannelAuthorizer.RequirePolicyAsync(policies, policy, NameOf(handler, pattern)).ConfigureAwait(false);
        }
    }

    string NameOf(ChannelHandlerAttribute handler, string pattern) => $"{_name}.{handler.Method} on '{pattern}'";

    static void RequireServices(IServiceProviderIsService known, ChannelHandlerAttribute handler, string owner)
    {
        for (var i = 0; i < handler.Services.Length; i++) RequireService(known, handler.Services[i], i < handler.Keys.Length ? handler.Keys[i] : null, owner);
        if (handler.Payload is { } payload && MayBeService(payload) && known.IsService(payload))
            throw new InvalidOperationException($"{owner} would read {payload.Name}, which is a service, from what the client sends: add [FromServices] to the parameter, or take Payload and call its Read<{payload.Name}>() if it is meant.");
    }

    static void RequireService(IServiceProviderIsService known, Type service, object? key, string owner)
    {
        if (service == typeof(IServiceProvider)) return;
        if (key is null ? known.IsService(service) : known is not IServiceProviderIsKeyedService keyed || keyed.IsKeyedService(service, key)) return;
        var name = key is null ? service.Name : $"{service.Name} with the key '{key}'";
        var fix = service.IsAssignableTo(typeof(Presence)) ? $"call builder.Services.AddPhoenixChannels().AddPresence<{service.Name}>()" : "register it with builder.Services";
        throw new InvalidOperationException($"{owner} asks for the service {name}, which is not registered: {fix}.");
    }

    /// <summary>Values are read from payloads whatever is registered, and so are collections, of which a container has any.</summary>
    static bool MayBeService(Type payload) => !payload.IsValueType && payload != typeof(string) && !payload.IsAssignableTo(typeof(IEnumerable));

    static IEnumerable<(string Kind, string Event)> PlacesOf(ChannelHandlerAttribute handler) => handler.Kind switch
    {
        "HandleInfo" => [(handler.Kind, handler.Method)],
        _ when handler.Events.Length == 0 => [(handler.Kind, "")],
        _ => handler.Events.Select(@event => (handler.Kind, @event)),
    };
}
