using Yarp.ReverseProxy;

/// <summary>Starts the engine and the nodes, balances clients between them, and serves the page.</summary>
static class Front
{
    public static async Task RunAsync(string[] args, IConfiguration options)
    {
        using var engine = Engine.Create(options["engine"], options["connection"]);
        var keys = Directory.CreateTempSubdirectory("channels-cluster-");
        string[] arguments = ["--engine", engine.Name, "--connection", engine.Connection, "--keys", keys.FullName];
        NodeProcess[] nodes = [new("a", arguments, TimeProvider.System), new("b", arguments, TimeProvider.System)];

        var builder = WebApplication.CreateSlimBuilder(args);
        builder.Logging.AddFilter("Microsoft.AspNetCore", LogLevel.Warning);
        builder.Logging.AddFilter("Yarp", LogLevel.Error);      // It warns of each probe that a killed node does not answer.
        builder.Services.AddLoadBalancer(nodes);

        var app = builder.Build();
        app.UseFileServer();
        app.MapReverseProxy();
        app.MapGet("/nodes", (IProxyStateLookup proxy) => nodes.Select(node => new
        {
            node.Name,
            node.ProcessId,
            State = node.ProcessId is null ? "down" : proxy.IsHealthy(node) ? "up" : "starting",
        }));
        app.MapPost("/nodes/{name}/kill", (string name) => nodes.First(node => node.Name == name).Kill());
        app.MapPost("/nodes/{name}/start", (string name) => nodes.First(node => node.Name == name).StartNow());

        await app.StartAsync();
        var running = nodes.Select(node => node.RunAsync(app.Lifetime.ApplicationStopping)).ToArray();
        await app.WaitForShutdownAsync();
        await Task.WhenAll(running);
        keys.Delete(recursive: true);
    }
}
