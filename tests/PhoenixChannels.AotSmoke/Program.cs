// Everything that trimming could break: classes made by their type, typed payloads, presence, long poll, options from the configuration, adapters between nodes.
using System.Net;
using PhoenixChannels;
using PhoenixChannels.AotSmoke;

var builder = WebApplication.CreateSlimBuilder(args);
builder.Logging.SetMinimumLevel(LogLevel.Warning);
builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
builder.Services.AddSingleton<Words>();
builder.Services.ConfigureHttpJsonOptions(options => options.SerializerOptions.TypeInfoResolverChain.Insert(0, SmokeJson.Default));
var channels = builder.Services.AddPhoenixChannels(options => options.Json.TypeInfoResolverChain.Insert(0, SmokeJson.Default))
    .AddChannelFilter<NoBotsFilter>()
    .AddPresence<RoomPresence>()
    .AddPresence<PlainPresence>();
if (builder.Configuration["Postgres"] is { } postgres) channels.UsePostgres(postgres);
if (builder.Configuration["Redis"] is { } redis) channels.UseRedis(redis);

var app = builder.Build();
app.MapSocket<UserSocket>("/socket", options => options.LongPoll.Enabled = true)
    .MapChannel<RoomChannel>("room:*")
    .MapChannel("echo:*", channel => channel
        .OnJoin((c, _) => Reply.Ok(new Welcome(c.Topic, c.Socket.Name)))
        .On<NewMessage>("shout", (c, message, ct) => c.BroadcastAsync("shout", message, ct))
        .On<Payload>("echo", (_, payload, _) => new ValueTask<Reply>(Reply.Ok(payload))));
app.MapPost("/notices/{topic}", (string topic, NewMessage message, IBroadcaster channels) => channels.BroadcastAsync(topic, "notice", message).AsTask());

await app.StartAsync();
Console.WriteLine($"READY {new Uri(app.Urls.Single()).Port}");
await app.WaitForShutdownAsync();
