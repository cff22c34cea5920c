using Microsoft.AspNetCore.DataProtection;

/// <summary>One of the nodes: the chat as it would be on a single server, and what makes it one of several.</summary>
static class Node
{
    public static async Task RunAsync(string name, string[] args, IConfiguration options)
    {
        var builder = WebApplication.CreateSlimBuilder(args);
        builder.WebHost.UseChannelsTransport();
        builder.UseChannelsThreadPoolGuard();
        builder.Logging.SetMinimumLevel(LogLevel.Warning);

        // Broadcasts and presence go to the other nodes through the engine.
        var channels = builder.Services.AddPhoenixChannels();
        if (options["engine"] == "postgres") channels.UsePostgres(options["connection"]!, postgres => postgres.NodeName = name);
        else
        {
            channels.UseRedis(options["connection"]!, redis =>
            {
                redis.NodeName = name;
                redis.NameLease = TimeSpan.FromSeconds(2);      // so long a killed node's successor waits for its name
            });
        }

        // Who was on a node that was killed is gone after 4 seconds of its silence. The defaults make it 30.
        channels.AddPresence<ChatPresence>(presence =>
        {
            presence.Tracker.BroadcastPeriod = TimeSpan.FromMilliseconds(500);
            presence.Tracker.MaxSilentPeriods = 4;
        });

        // A long-poll session is opened by one node, and its next request may come to another, which has to be able to read its token.
        builder.Services.AddDataProtection().PersistKeysToFileSystem(new(options["keys"]!)).SetApplicationName("cluster");
        builder.Logging.AddFilter("Microsoft.AspNetCore.DataProtection", LogLevel.Error);       // It warns that the keys lie there in plain text.

        // The load balancer asks for it, and leaves out who does not answer.
        builder.Services.AddHealthChecks().AddPhoenixChannels();

        var app = builder.Build();
        app.MapHealthChecks("/health");
        app.MapSocket<UserSocket>("/socket", socket => socket.LongPoll.Enabled = true).MapChannel<RoomChannel>("room:*");
        await app.StartAsync();

        // The system closes this input when the front has ended, however it ended.
        await using var input = Console.OpenStandardInput();
        await Task.WhenAny(input.CopyToAsync(Stream.Null), app.WaitForShutdownAsync());
        await app.StopAsync();
    }
}
