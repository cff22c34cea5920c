using System.Net;
using TcpSocket = System.Net.Sockets.Socket;

namespace PhoenixChannels.Benchmarks.Load.Generator;

/// <summary>Says which sockets have something for their reader.</summary>
interface IPoller : IDisposable
{
    /// <summary>Begins to connect a socket, and to watch it under a number.</summary>
    void Add(int id, TcpSocket socket, EndPoint server);

    /// <summary>
    /// The sockets that are connected or have received something, once for each time it happens; none when the time is over. The complement of
    /// the number says that the server has ended the connection as well, behind what is still to be read.
    /// </summary>
    ReadOnlySpan<int> Wait(long nanoseconds);

    /// <summary>The socket was read until nothing was left.</summary>
    void Watch(int id);

    /// <summary>Whether the socket is connected, of which <see cref="Wait"/> has told.</summary>
    bool IsConnected(int id, TcpSocket socket);
}
