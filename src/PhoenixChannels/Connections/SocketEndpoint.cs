using System.Text.Json;
using Microsoft.Extensions.Logging;
using PhoenixChannels.Diagnostics;
using PhoenixChannels.Serializers;

namespace PhoenixChannels.Connections;

/// <summary>What all connections of one mounted socket share.</summary>
internal sealed class SocketEndpoint(SocketOptions options, JsonSerializerOptions json, SocketServer server, PubSub pubSub, ChannelsMetrics metrics, ChannelsTracing tracing, TimeProvider time, ILoggerFactory loggers)
{
    readonly (VersionRequirement Versions, IChannelSerializer Serializer)[] _serializers =
        [.. options.Serializers.Select(serializer => (new VersionRequirement(serializer.Versions), serializer))];

    volatile Choice? _lastChoice;

    public SocketOptions Options => options;

    public JsonSerializerOptions Json => json;

    public SocketServer Server => server;

    public PubSub PubSub => pubSub;

    public ChannelsMetrics Metrics => metrics;

    public ChannelsTracing Tracing => tracing;

    public TimeProvider Time => time;

    /// <summary>The path's route pattern, without the transports' part.</summary>
    public string Path { get; set; } = "";

    public ChannelRoutes Routes { get; } = new();

    public ChannelAuthorizer Authorizer { get; } = new(metrics);

    /// <summary>Sees what becomes of channels; a test's, otherwise none.</summary>
    public IChannelObserver? Observer { get; set; }

    public ILogger SocketLog { get; } = loggers.CreateLogger("PhoenixChannels.Socket");

    public ILogger ChannelLog { get; } = loggers.CreateLogger("PhoenixChannels.Channel");

    /// <summary>The first serializer whose versions hold the client's; null for a version that is none or that nobody speaks.</summary>
    public IChannelSerializer? SerializerFor(string version)
    {
        // Nearly all clients of an application speak one version.
        if (_lastChoice is { } last && last.Version == version) return last.Serializer;
        if (!SemanticVersion.TryParse(version, out var parsed)) return null;
        foreach (var (versions, serializer) in _serializers)
        {
            if (!versions.Matches(parsed)) continue;
            _lastChoice = new(version, serializer);
            return serializer;
        }

        return null;
    }

    sealed record Choice(string Version, IChannelSerializer Serializer);
}
