using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace PhoenixChannels.Transports;

/// <summary>Which endpoints hand connections over. Says at start which ones do not, where the application would expect it.</summary>
internal sealed partial class HandOverEndpoints(IServiceProvider services, ILoggerFactory loggers) : IHostedLifecycleService
{
    readonly List<(ListenOptions Listen, bool IsBehindTls)> _all = [];

    /// <summary>Notes an endpoint, at the place among its middleware where connections are handed over.</summary>
    public void Add(ListenOptions listen)
    {
        lock (_all) _all.Add((listen, HasTls(listen)));
    }

    public Task StartedAsync(CancellationToken cancellationToken)
    {
        var log = loggers.CreateLogger("PhoenixChannels.Socket");
        lock (_all)
        {
            // In front of TLS there is nothing yet to hand over.
            foreach (var endpoint in _all.GroupBy(one => one.Listen))
                if (HasTls(endpoint.Key) && !endpoint.Any(one => one.IsBehindTls)) LogStaysInHttp(log, endpoint.Key.ToString()!);
            if (_all.Count == 0 && services.GetService<IServer>()?.Features.Get<IServerAddressesFeature>()?.Addresses is { Count: > 0 } && services.GetServices<IConfigureOptions<KestrelServerOptions>>().Any(one => one is HandOverDefaults))
                LogReplaced(log);
        }

        return Task.CompletedTask;
    }

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>By the address that it shows: what it knows of TLS is the server's own.</summary>
    static bool HasTls(ListenOptions listen) => listen.ToString()!.StartsWith("https:", StringComparison.Ordinal);

    [LoggerMessage(3, LogLevel.Information, "WebSockets on {Address} stay in HTTP and need more memory: call listen.UseChannels() behind listen.UseHttps() for that endpoint.")]
    static partial void LogStaysInHttp(ILogger logger, string address);

    [LoggerMessage(4, LogLevel.Warning, "UseChannelsTransport has no effect, WebSockets stay in HTTP: ConfigureEndpointDefaults replaces it; call listen.UseChannels() there. Other servers than Kestrel have no need of it.")]
    static partial void LogReplaced(ILogger logger);
}
