using System.Net;
using System.Net.Sockets;

namespace PhoenixChannels.AdapterTests.Servers;

/// <summary>Ports below those that systems give to outgoing connections: nobody takes one while its server is down.</summary>
internal static class FreePort
{
    const int First = 20_000;
    const int Count = 10_000;

    // A start of its own for each process, since several may look at the same moment.
    static int s_next = Random.Shared.Next(Count);

    public static int Next()
    {
        for (var tries = 0; tries < Count; tries++)
        {
            var port = First + (Interlocked.Increment(ref s_next) % Count);
            try
            {
                using var listener = new TcpListener(IPAddress.Loopback, port);
                listener.Start();
                return port;
            }
            catch (SocketException)
            {
                // Taken: the next one.
            }
        }

        throw new InvalidOperationException($"no port from {First} to {First + Count - 1} is free");
    }
}
