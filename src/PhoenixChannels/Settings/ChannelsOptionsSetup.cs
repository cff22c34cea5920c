using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace PhoenixChannels.Settings;

/// <summary>Gives <see cref="ChannelsOptions"/> what the configuration says, and checks them when the host starts.</summary>
internal sealed class ChannelsOptionsSetup(IConfiguration? configuration = null) : IConfigureOptions<ChannelsOptions>, IValidateOptions<ChannelsOptions>
{
    const string Section = "Channels";

    public static void Register(IServiceCollection services, Action<ChannelsOptions>? configure)
    {
        if (!services.Any(service => service.ImplementationType == typeof(ChannelsOptionsSetup)))
        {
            // Before all code, wherever it stands: code wins.
            services.Insert(0, ServiceDescriptor.Singleton<IConfigureOptions<ChannelsOptions>, ChannelsOptionsSetup>());
            services.AddSingleton<IValidateOptions<ChannelsOptions>, ChannelsOptionsSetup>();
        }

        var options = services.AddOptions<ChannelsOptions>().ValidateOnStart();
        if (configure is not null) options.Configure(configure);
    }

    /// <exception cref="OptionsValidationException">The section has keys that are no options, or values that do not fit.</exception>
    public void Configure(ChannelsOptions options)
    {
        if (configuration is null) return;
        var faults = SectionBinder.Bind(configuration.GetSection(Section), options.Visit);
        if (faults.Count > 0) throw new OptionsValidationException(Section, typeof(ChannelsOptions), faults);
    }

    public ValidateOptionsResult Validate(string? name, ChannelsOptions options)
    {
        var faults = OptionCheck.FaultsOf(typeof(SocketOptions), options.Sockets.Visit);
        return faults.Count > 0 ? ValidateOptionsResult.Fail(faults) : ValidateOptionsResult.Success;
    }
}
