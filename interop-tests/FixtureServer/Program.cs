// The interop fixture application: what every server under test implements, on the public API.
using System.Net;
using System.Reflection;
using System.Text.Json;
using FixtureServer;
using PhoenixChannels;

var port = Setting("PORT", 4010);
var builder = WebApplication.CreateSlimBuilder(args);
builder.Logging.SetMinimumLevel(LogLevel.None);
builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, port));
builder.Services.AddPhoenixChannels().AddPresence<PlainPresence>().AddPresence<FetchedPresence>();

var app = builder.Build();
app.MapSocket<UserSocket>("/socket", socket =>
    {
        socket.Origin = OriginPolicy.Any;
        socket.LongPoll.Enabled = true;
        socket.LongPoll.Window = TimeSpan.FromSeconds(2);
        socket.WebSocket.MaxMessageSize = socket.LongPoll.MaxMessageSize = 10_000_000;
        socket.WebSocket.MaxOutboxBytes = socket.LongPoll.MaxOutboxBytes = Setting("OUTBOX_BYTES", 33_554_432);
    })
    .MapChannel<RoomChannel>("room:*")
    .MapChannel<LobbyChannel>("lobby")
    .MapChannel<PlainPresenceChannel>("presence:*")
    .MapChannel<FetchedPresenceChannel>("fetched:*");

app.MapPost("/api/broadcast", async (string topic, string @event, HttpRequest request, IBroadcaster channels) =>
{
    using var body = new MemoryStream();
    await request.Body.CopyToAsync(body);
    await channels.BroadcastAsync(topic, @event, Payload.Json(body.ToArray()));
    return Results.Json(new { ok = true });
});
app.MapPost("/api/disconnect", async (string user, IBroadcaster channels) =>
{
    await channels.DisconnectAsync(UserSocket.IdOf(user));
    return Results.Json(new { ok = true });
});
app.MapGet("/api/info", () => Results.Json(new
{
    name = "Channels for .NET",
    version = typeof(Channel).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion,
}));

await app.StartAsync();
Console.WriteLine($"READY {port}");
await app.WaitForShutdownAsync();

static int Setting(string name, int otherwise) => Environment.GetEnvironmentVariable(name) is { Length: > 0 } text ? int.Parse(text) : otherwise;
