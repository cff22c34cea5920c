using System.Net;
using System.Net.Sockets;

static class FreePort
{
    /// <summary>A port that nobody listens to at the moment.</summary>
    public static int Next()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
