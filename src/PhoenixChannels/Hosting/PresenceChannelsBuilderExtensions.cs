using System.Diagnostics.CodeAnalysis;
using System.Reflection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using PhoenixChannels;
using PhoenixChannels.Presences;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Registers presences.</summary>
public static class PresenceChannelsBuilderExtensions
{
    const DynamicallyAccessedMemberTypes Needed = DynamicallyAccessedMemberTypes.PublicConstructors | DynamicallyAccessedMemberTypes.NonPublicMethods;

    /// <summary>Adds a presence as a singleton that channels and services ask for in their constructors. An application may have several, each a class of its own.</summary>
    /// <exception cref="OptionsValidationException">When the host starts: an option is out of its bounds.</exception>
    public static IChannelsBuilder AddPresence<[DynamicallyAccessedMembers(Needed)] TPresence>(this IChannelsBuilder builder, Action<PresenceOptions>? configure = null)
        where TPresence : Presence
    {
        ArgumentNullException.ThrowIfNull(builder);
        if (builder.Services.Any(service => service.ServiceType == typeof(TPresence))) throw new InvalidOperationException($"{typeof(TPresence).Name} is registered already: call AddPresence<{typeof(TPresence).Name}>() once.");
        builder.Services.AddSingleton(provider => Create<TPresence>(provider, configure));
        builder.Services.AddSingleton<IHostedService>(provider => new PresenceService(provider.GetRequiredService<TPresence>()));
        return builder;
    }

    static TPresence Create<[DynamicallyAccessedMembers(Needed)] TPresence>(IServiceProvider provider, Action<PresenceOptions>? configure)
        where TPresence : Presence
    {
        var options = new PresenceOptions();
        configure?.Invoke(options);
        options.Validate();
        var presence = ActivatorUtilities.CreateInstance<TPresence>(provider);
        var pubSub = provider.GetRequiredService<PubSub>();
        var time = provider.GetRequiredService<TimeProvider>();
        var log = provider.GetRequiredService<ILoggerFactory>();
        var announcer = new PresenceAnnouncer(presence, Overrides<TPresence>(nameof(Presence.FetchAsync)), Overrides<TPresence>(nameof(Presence.HandleMetasAsync)), pubSub, options, time, log.CreateLogger("PhoenixChannels.Presence"));
        var name = options.Name.Length > 0 ? options.Name : typeof(TPresence).FullName!;
        presence.Tracker = new(
            handler => new Tracker(pubSub, name, handler, options.Tracker, time, log.CreateLogger<Tracker>()),
            announcer,
            provider.GetRequiredService<IOptions<ChannelsOptions>>().Value.Json,
            options);
        return presence;
    }

    static bool Overrides<[DynamicallyAccessedMembers(Needed)] TPresence>(string method) =>
        typeof(TPresence).GetMethod(method, BindingFlags.Instance | BindingFlags.NonPublic)!.DeclaringType != typeof(Presence);
}
