using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using TcpSocket = System.Net.Sockets.Socket;

namespace PhoenixChannels.Benchmarks.Load.Generator;

/// <summary>Where there is no epoll: a read of no bytes is under way on every socket, and its end says that there is something.</summary>
sealed class AsyncPoller : IPoller
{
    const int MaxReady = 512;

    readonly List<SocketAsyncEventArgs> _operations = [];
    readonly BlockingCollection<int> _ended = [];
    readonly int[] _ready = new int[MaxReady];

    public void Add(int id, TcpSocket socket, EndPoint server)
    {
        socket.Blocking = false;
        var operation = new SocketAsyncEventArgs { RemoteEndPoint = server, UserToken = socket };
        operation.SetBuffer([], 0, 0);
        operation.Completed += (_, _) => _ended.Add(id);
        while (_operations.Count <= id) _operations.Add(operation);
        if (!socket.ConnectAsync(operation)) _ended.Add(id);
    }

    public ReadOnlySpan<int> Wait(long nanoseconds)
    {
        var count = 0;
        if (!_ended.TryTake(out var first, (int)Math.Min(int.MaxValue, nanoseconds / Clock.Millisecond))) return [];
        _ready[count++] = first;
        while (count < MaxReady && _ended.TryTake(out var next)) _ready[count++] = next;
        return _ready.AsSpan(0, count);
    }

    public void Watch(int id)
    {
        var operation = _operations[id];
        if (!((TcpSocket)operation.UserToken!).ReceiveAsync(operation)) _ended.Add(id);
    }

    public bool IsConnected(int id, TcpSocket socket) => _operations[id].SocketError == SocketError.Success;

    public void Dispose()
    {
        // What is under way still ends, and adds itself.
    }
}
