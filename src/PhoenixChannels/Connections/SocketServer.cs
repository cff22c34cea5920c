using Microsoft.Extensions.DependencyInjection;

namespace PhoenixChannels.Connections;

/// <summary>All connections of this process.</summary>
internal sealed class SocketServer(TimeProvider time, IServiceScopeFactory services)
{
    readonly Lock _lock = new();
    readonly List<SocketConnection> _connections = [];

    /// <summary>Where sockets and channels get their scopes from.</summary>
    public IServiceScopeFactory Services => services;

    /// <summary>A clock as coarse as the idle scanner's ticks, for what is noted with every read.</summary>
    public long Now { get; private set; } = time.GetTimestamp();

    /// <summary>Whether the server shuts down and takes no more connections.</summary>
    public bool IsDraining { get; private set; }

    /// <summary>Adds a connection; false when the server shuts down meanwhile, and the connection has to be closed.</summary>
    public bool Add(SocketConnection connection)
    {
        lock (_lock)
        {
            connection.ServerIndex = _connections.Count;
            _connections.Add(connection);
            return !IsDraining;
        }
    }

    public void Remove(SocketConnection connection)
    {
        lock (_lock)
        {
            var last = _connections[^1];
            _connections[connection.ServerIndex] = last;
            last.ServerIndex = connection.ServerIndex;
            _connections.RemoveAt(_connections.Count - 1);
            if (_connections.Count < _connections.Capacity / 4) _connections.Capacity /= 2;
        }
    }

    /// <summary>Takes no more connections from now on, and gives those that there are.</summary>
    public SocketConnection[] StartDraining()
    {
        lock (_lock)
        {
            IsDraining = true;
            return [.. _connections];
        }
    }

    /// <summary>Moves the clock on and closes the connections that have been silent for too long.</summary>
    public void Scan()
    {
        Now = time.GetTimestamp();
        SocketConnection[] connections;
        lock (_lock) connections = [.. _connections];
        foreach (var connection in connections) connection.CheckIdle(Now);
    }
}
