using System.Net;
using System.Net.Sockets;
using TcpSocket = System.Net.Sockets.Socket;

namespace PhoenixChannels.AdapterTests.Servers;

/// <summary>The network between one node and its server, which can be cut or go silent while that of others is whole.</summary>
internal sealed class TcpProxy : IAsyncDisposable
{
    readonly int _target;
    CancellationTokenSource _cut = new();
    Task _running;
    volatile TaskCompletionSource _flowing = Completion();

    /// <param name="target">The server's port on this machine.</param>
    public TcpProxy(int target)
    {
        _target = target;
        _flowing.SetResult();
        _running = RunAsync(Listen(), _cut.Token);
    }

    /// <summary>Where clients connect instead of the server's port.</summary>
    public int Port { get; } = FreePort.Next();

    /// <summary>Drops all connections and refuses new ones, until it is healed.</summary>
    public async Task CutAsync()
    {
        await _cut.CancelAsync();
        await _running;
    }

    /// <summary>Takes connections again after a cut.</summary>
    public void Heal()
    {
        _cut.Dispose();
        _cut = new();
        _running = RunAsync(Listen(), _cut.Token);
    }

    /// <summary>Holds back whatever comes, in both directions, until it flows again. New connections are taken, and get no answer.</summary>
    public void Stall()
    {
        if (_flowing.Task.IsCompleted) _flowing = Completion();
    }

    /// <summary>Passes on what was held back, and all that follows.</summary>
    public void Flow() => _flowing.TrySetResult();

    public async ValueTask DisposeAsync()
    {
        await CutAsync();
        _cut.Dispose();
    }

    static TaskCompletionSource Completion() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    // At once, not when the loop gets to it: a client may connect as soon as the proxy is there.
    TcpListener Listen()
    {
        var listener = new TcpListener(IPAddress.Loopback, Port);
        listener.Start();
        return listener;
    }

    async Task RunAsync(TcpListener listener, CancellationToken cut)
    {
        var connections = new List<Task>();
        using (listener)
        {
            try
            {
                while (true) connections.Add(RelayAsync(await listener.AcceptTcpClientAsync(cut), cut));
            }
            catch (OperationCanceledException)
            {
                // Cut.
            }
        }

        await Task.WhenAll(connections);
    }

    async Task RelayAsync(TcpClient client, CancellationToken cut)
    {
        using var server = new TcpClient();
        using (client)
        {
            try
            {
                await server.ConnectAsync(IPAddress.Loopback, _target, cut);
                await Task.WhenAll(PumpAsync(client.Client, server.Client, cut), PumpAsync(server.Client, client.Client, cut));
            }
            catch (Exception e) when (e is SocketException or ObjectDisposedException or OperationCanceledException)
            {
                // An end is gone, or the network was cut: the other end finds out when its connection is closed.
            }
        }
    }

    async Task PumpAsync(TcpSocket from, TcpSocket to, CancellationToken cut)
    {
        var buffer = new byte[16 * 1024];
        try
        {
            while (true)
            {
                var length = await from.ReceiveAsync(buffer, cut);
                await _flowing.Task.WaitAsync(cut); // the end of a connection is held back as well
                if (length == 0)
                {
                    to.Shutdown(SocketShutdown.Send);
                    return;
                }

                for (var sent = 0; sent < length;) sent += await to.SendAsync(buffer.AsMemory(sent, length - sent), cut);
            }
        }
        catch (SocketException)
        {
            // One end is gone: the other pump must not wait for it.
            from.Close();
            to.Close();
            throw;
        }
    }
}
