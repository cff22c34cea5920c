using System.Collections.Concurrent;
using Microsoft.AspNetCore.Http;
using PhoenixChannels.Connections;

namespace PhoenixChannels.Testing.Hosting;

/// <summary>Tells the clients of a host what becomes of their channels.</summary>
internal sealed class HostObserver : IChannelObserver
{
    static readonly object s_failure = new();

    readonly ConcurrentDictionary<SocketConnection, TestSocket> _clients = new();
    readonly List<ChannelProcess> _processes = [];          // these two under the lock of the first
    readonly List<(string Topic, Exception Exception)> _failures = [];

    /// <summary>All channels so far, those that have ended among them: they may still have something to clean up.</summary>
    public ChannelProcess[] Processes
    {
        get
        {
            lock (_processes) return [.. _processes];
        }
    }

    /// <summary>What channels have thrown so far.</summary>
    public (string Topic, Exception Exception)[] Failures
    {
        get
        {
            lock (_processes) return [.. _failures];
        }
    }

    public void Add(SocketConnection connection, TestSocket client) => _clients[connection] = client;

    public void Started(ChannelProcess process)
    {
        lock (_processes) _processes.Add(process);
        _clients[process.Connection].Started(process);
    }

    public void Failed(ChannelProcess process, Exception exception)
    {
        lock (_processes) _failures.Add((process.Topic, exception));
        _clients[process.Connection].Find(process)?.Failed(exception);
    }

    public void Ended(ChannelProcess process, Termination termination) => _clients[process.Connection].Find(process)?.Ended(termination);

    public void ConnectFailed(HttpContext context, Exception exception) => context.Items[s_failure] = exception;

    /// <summary>What ConnectAsync has thrown.</summary>
    public static Exception? FailureOf(HttpContext context) => context.Items[s_failure] as Exception;
}
