// The interop fixture application: what every server under test implements, on the public API.
using Microsoft.AspNetCore.DataProtection;
using System.Net;
using System.Reflection;

var port = Setting("PORT", 4010);
var builder = WebApplication.CreateSlimBuilder(args);
builder.Logging.SetMinimumLevel(LogLevel.None);
builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, port));
if (Setting("HAND_OVER", 0) > 0) builder.WebHost.UseChannelsTransport();
if (Setting("GUARD", 1) > 0) builder.UseChannelsThreadPoolGuard();
var channels = builder.Services.AddPhoenixChannels().AddPresence<PlainPresence>().AddPresence<FetchedPresence>();
var (adapter, connection, node) = (Text("PUBSUB"), Text("PUBSUB_CONNECTION"), Text("NODE_NAME"));
if (adapter == "postgres") channels.UsePostgres(connection!, postgres => postgres.NodeName = node ?? postgres.NodeName);
if (adapter == "redis") channels.UseRedis(connection!, redis => redis.NodeName = node ?? redis.NodeName);
if (Text("KEYS_DIR") is { } keys) builder.Services.AddDataProtection().SetApplicationName("fixture").PersistKeysToFileSystem(new(keys));

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
    .MapChannel("lobby", lobby => lobby.OnJoin((_, _) => Reply.Ok(new { exact = true })).On("echo", (_, message, _) => new(Reply.Ok(message.Payload))))
    .MapChannel<PlainPresenceChannel>("presence:*")
    .MapChannel<FetchedPresenceChannel>("fetched:*");

app.MapPost("/api/broadcast", async (string topic, string @event, Stream body, IBroadcaster channels) =>
    await DoneAsync(channels.BroadcastAsync(topic, @event, await JsonSerializer.DeserializeAsync<JsonElement>(body))));
app.MapPost("/api/disconnect", (string user, IBroadcaster channels) => DoneAsync(channels.DisconnectAsync(UserSocket.IdOf(user))));
app.MapGet("/api/pubsub", (PubSub pubSub) => new
{
    adapter = adapter ?? "local",
    node = pubSub.NodeName,
    connected = pubSub.Status.IsConnected,
    publish_errors = pubSub.Status.PublishErrors,
    gaps = pubSub.Status.Gaps.Select(gap => new { from = Iso(gap.From), to = gap.To is { } to ? Iso(to) : null }),
});
app.MapGet("/api/info", () => new { name = "Channels for .NET", version = typeof(Channel).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion });

await app.StartAsync();
Console.WriteLine($"READY {port}");
await app.WaitForShutdownAsync();

static string? Text(string name) => Environment.GetEnvironmentVariable(name) is { Length: > 0 } text ? text : null;

static int Setting(string name, int otherwise) => Text(name) is { } text ? int.Parse(text) : otherwise;

static string Iso(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss.fffZ");

static async Task<IResult> DoneAsync(ValueTask work)
{
    try
    {
        await work;
        return Results.Ok(new { ok = true });
    }
    catch (PubSubUnavailableException)
    {
        return Results.Json(new { reason = "unavailable" }, statusCode: StatusCodes.Status503ServiceUnavailable);
    }
}
