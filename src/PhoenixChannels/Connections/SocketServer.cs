using Microsoft.Extensions.DependencyInjection;

namespace PhoenixChannels.Connections;

/// <summary>All connections of this process.</summary>
internal sealed class SocketServer(TimeProvider time, IServiceScopeFactory services, ChannelFilters filters)
{
    readonly CancellationTokenSource _draining = new();
    readonly Lock _lock = new();
    const int SmallestTrimmed = 1024;

    readonly List<SocketConnection> _connections = [];
    readonly List<SocketConnection> _scanned = [];          // the scanner's own
    TaskCompletionSource? _empty;
    long _lastKey;
    readonly List<(object Builder, string Pattern, SocketEndpoint Endpoint)> _mounts = [];

    /// <summary>Where sockets and channels get their scopes from.</summary>
    public IServiceScopeFactory Services => services;

    public ChannelFilters Filters => filters;

    /// <summary>A clock as coarse as the idle scanner's ticks, for what is noted with every read.</summary>
    public long Now { get; private set; } = time.GetTimestamp();

    /// <summary>Those that there are at the moment.</summary>
    public SocketConnection[] Connections
    {
        get
        {
            lock (_lock) return [.. _connections];
        }
    }

    /// <summary>Cancelled when the server shuts down and takes no more connections.</summary>
    public CancellationToken Draining => _draining.Token;

    /// <summary>Notes a mounted socket.</summary>
    /// <param name="builder">What it is mounted on: the application, or a route group.</param>
    /// <param name="pattern">Its path there.</param>
    /// <param name="endpoint">The socket.</param>
    /// <exception cref="InvalidOperationException">Another one is mounted there.</exception>
    public void Mount(object builder, string pattern, SocketEndpoint endpoint)
    {
        if (_mounts.Any(mount => ReferenceEquals(mount.Builder, builder) && string.Equals(mount.Pattern, pattern, StringComparison.OrdinalIgnoreCase)))
            throw new InvalidOperationException($"Two sockets are mounted on '{pattern}': give each a path of its own, or map all channels on one socket.");
        _mounts.Add((builder, pattern, endpoint));
    }

    /// <summary>Checks the mounted sockets when the host starts.</summary>
    /// <exception cref="InvalidOperationException">A socket has no channels, or a channel asks for a policy or a service that is not there.</exception>
    public async Task RequireSoundAsync()
    {
        foreach (var (_, pattern, endpoint) in _mounts)
        {
            if (endpoint.Routes.Count == 0) throw new InvalidOperationException($"The socket on '{pattern}' has no channels: add .MapChannel<TChannel>(\"topic:*\") to its MapSocket call.");
            await RequireSoundAsync(endpoint).ConfigureAwait(false);
        }
    }

    /// <summary>Checks the channels of one socket.</summary>
    /// <exception cref="InvalidOperationException">A channel asks for a policy or a service that is not there.</exception>
    public async Task RequireSoundAsync(SocketEndpoint endpoint)
    {
        await using var scope = services.CreateAsyncScope();
        foreach (var route in endpoint.Routes.All) await route.RequireSoundAsync(scope.ServiceProvider).ConfigureAwait(false);
    }

    /// <summary>Adds a connection; false when the server shuts down meanwhile, and the connection has to be closed.</summary>
    public bool Add(SocketConnection connection)
    {
        lock (_lock)
        {
            connection.Key = ++_lastKey;
            connection.ServerIndex = _connections.Count;
            _connections.Add(connection);
            return !_draining.IsCancellationRequested;
        }
    }

    /// <summary>Removes a connection that has ended, with all its channels and its last callback.</summary>
    public void Remove(SocketConnection connection)
    {
        lock (_lock)
        {
            var index = connection.ServerIndex;
            if (index >= _connections.Count || _connections[index] != connection) return;
            var last = _connections[^1];
            _connections[index] = last;
            last.ServerIndex = index;
            _connections.RemoveAt(_connections.Count - 1);
            if (_connections.Count < _connections.Capacity / 4) _connections.Capacity /= 2;
            if (_connections.Count == 0) _empty?.TrySetResult();
        }
    }

    /// <summary>Takes no more connections from now on, and gives those that there are.</summary>
    public SocketConnection[] StartDraining()
    {
        // Whoever waits on the token is the application's and must not hold this up.
        _ = _draining.CancelAsync();
        return Connections;
    }

    /// <summary>Completes when no connection is left. To be called when no more are taken.</summary>
    public Task WhenEmptyAsync()
    {
        lock (_lock)
        {
            if (_connections.Count == 0) return Task.CompletedTask;
            _empty ??= new(TaskCreationOptions.RunContinuationsAsynchronously);
            return _empty.Task;
        }
    }

    /// <summary>Moves the clock on and looks after all connections.</summary>
    public void Scan()
    {
        Now = time.GetTimestamp();
        lock (_lock)
        {
            _scanned.Clear();
            _scanned.AddRange(_connections);
        }

        foreach (var connection in _scanned) connection.Check(Now);
        _scanned.Clear();
        if (_scanned.Capacity > SmallestTrimmed && _scanned.Capacity > _connections.Count * 4) _scanned.TrimExcess();
    }
}
