using System.Net;
using System.Net.Sockets;
using PhoenixChannels.InteropTests.Servers;

namespace PhoenixChannels.PackageTests;

/// <summary>A web application in a process of its own.</summary>
internal sealed class RunningServer : IAsyncDisposable
{
    static readonly TimeSpan s_timeToStart = TimeSpan.FromMinutes(2);

    readonly ChildProcess _process;

    RunningServer(ChildProcess process, Uri address) => (_process, Address) = (process, address);

    public Uri Address { get; }

    /// <summary>Runs a <c>dotnet</c> command that runs the application, and waits until it listens.</summary>
    public static async Task<RunningServer> StartAsync(string folder, params string[] arguments)
    {
        var address = new Uri($"http://127.0.0.1:{FreePort()}");
        var process = DotNet.Start(folder, [.. arguments, "--", "--urls", address.GetLeftPart(UriPartial.Authority)]);
        if (await process.WaitForLineAsync($"      Now listening on: {address.GetLeftPart(UriPartial.Authority)}", s_timeToStart)) return new(process, address);
        await process.DisposeAsync();
        throw new InvalidOperationException($"The application does not listen on {address}.\n{process.Output}");
    }

    public ValueTask DisposeAsync() => _process.DisposeAsync();

    static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
