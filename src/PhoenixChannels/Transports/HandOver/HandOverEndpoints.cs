using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace PhoenixChannels.Transports;

/// <summary>Which endpoints hand connections over. Says at start which ones do not, where the application would expect it.</summary>
internal sealed partial class HandOverEndpoints(IServiceProvider services, ILoggerFactory loggers) : IHostedLifecycleService
{
    readonly List<ListenOptions> _withDefaults = [], _own = [];

    public void Add(ListenOptions listen, bool isDefault)
    {
        lock (_own) (isDefault ? _withDefaults : _own).Add(listen);
    }

    public Task StartedAsync(CancellationToken cancellationToken)
    {
        var log = loggers.CreateLogger("PhoenixChannels.Socket");
        lock (_own)
        {
            if (_withDefaults.Count == 0) return Task.CompletedTask;
            foreach (var address in services.GetService<IServer>()?.Features.Get<IServerAddressesFeature>()?.Addresses ?? [])
            {
                // The defaults stand in front of TLS, where there is nothing yet to hand over.
                var parsed = BindingAddress.Parse(address);
                if (parsed.Scheme == Uri.UriSchemeHttps && !_own.Exists(listen => listen.IPEndPoint?.Port == parsed.Port)) LogStaysInHttp(log, address);
            }
        }

        return Task.CompletedTask;
    }

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    [LoggerMessage(3, LogLevel.Information, "WebSockets on {Address} stay in HTTP and need more memory: call listen.UseChannels() behind listen.UseHttps() for that endpoint.")]
    static partial void LogStaysInHttp(ILogger logger, string address);
}
