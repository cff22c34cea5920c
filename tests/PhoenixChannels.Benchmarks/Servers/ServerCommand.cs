using System.Net;
using System.Runtime.InteropServices;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace PhoenixChannels.Benchmarks.Servers;

/// <summary>
/// The servers of the load command, each a mode of this program, so that all run on the same build, runtime and settings. PORT says where one
/// listens; it writes READY when it does. Where there are signals, SIGUSR1 collects all garbage and is answered with the size of the heap.
/// </summary>
static class ServerCommand
{
    const int UserSignal1 = 10;

    public static async Task<int> RunAsync(string kind)
    {
        var port = Setting("PORT", 4010);
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseSockets(sockets => sockets.Backlog = Setting("BACKLOG", 4096));
        Action<ListenOptions> listen = static _ => { };
        Action<WebApplication> map = static _ => { };
        switch (kind)
        {
            case "ceiling":
                listen = CeilingServer.Configure(builder.WebHost);
                break;
            case "ceiling-in-http":
                map = CeilingServer.ConfigureInHttp(builder.WebHost);
                break;
            case "signalr":
                map = SignalRServer.Configure(builder);
                break;
            case "channels":
                builder.WebHost.UseChannelsTransport();
                map = ChannelsServer.Configure(builder);
                break;
            case "channels-in-http":
                map = ChannelsServer.Configure(builder);
                break;
            default:
                Console.Error.WriteLine($"There is no server \"{kind}\". There are: {string.Join(", ", Kinds)}.");
                return 1;
        }

        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, port, listen));
        await using var app = builder.Build();
        map(app);
        using var collecting = OperatingSystem.IsWindows() ? null : PosixSignalRegistration.Create((PosixSignal)UserSignal1, Collect);
        await app.StartAsync();
        Console.WriteLine($"READY {port}");
        await app.WaitForShutdownAsync();
        return 0;
    }

    public static IReadOnlyList<string> Kinds { get; } = ["ceiling", "ceiling-in-http", "channels", "channels-in-http", "signalr"];

    public static int Setting(string name, int otherwise) => Environment.GetEnvironmentVariable(name) is { Length: > 0 } text ? int.Parse(text, null) : otherwise;

    static void Collect(PosixSignalContext signal)
    {
        signal.Cancel = true;
        for (var i = 0; i < 2; i++)
        {
            GC.Collect(2, GCCollectionMode.Aggressive, blocking: true, compacting: true);
            GC.WaitForPendingFinalizers();
        }

        Console.WriteLine($"COLLECTED {GC.GetTotalMemory(forceFullCollection: false)}");
    }
}
