// Looking into a running server: spans and metrics on the console, a health check, and its sockets in the browser.
//
//     dotnet run --project examples/Observability -- --environment Development
//
// Then open the address it prints: /health says whether clients are let in, /sockets who is connected and to what (in
// Development only: it shows names and topics). Connect any Phoenix client to /socket and push "echo" or "fail" to a "room:*"
// topic: each join and each push prints a span, and every ten seconds the metrics follow.
using OpenTelemetry.Metrics;
using OpenTelemetry.Trace;
using PhoenixChannels;

var builder = WebApplication.CreateSlimBuilder(args);
builder.WebHost.UseChannelsTransport();
builder.UseChannelsThreadPoolGuard();
builder.Services.AddPhoenixChannels();
builder.Services.AddHealthChecks().AddPhoenixChannels();
builder.Services.AddOpenTelemetry()
    .WithTracing(traces => traces.AddSource("PhoenixChannels").AddConsoleExporter())
    .WithMetrics(metrics => metrics.AddMeter("PhoenixChannels", "PhoenixChannels.PubSub").AddConsoleExporter((_, reader) => reader.PeriodicExportingMetricReaderOptions.ExportIntervalMilliseconds = 10_000));

var app = builder.Build();
app.MapHealthChecks("/health");
app.MapSocket<AnonymousSocket>("/socket").MapChannel<RoomChannel>("room:*");
if (app.Environment.IsDevelopment())
{
    app.MapGet("/sockets", (ISocketRegistry sockets) => sockets.ListSockets().Select(socket => new { Socket = socket, Channels = sockets.ListChannels(socket.Key) }));
    app.MapGet("/topics/{topic}", (string topic, ISocketRegistry sockets) => new { Topic = topic, Subscribers = sockets.CountSubscribers(topic) });
}

app.Run();

/// <summary>Everybody may connect.</summary>
sealed class AnonymousSocket : Socket;

/// <summary>Lets everybody in and echoes.</summary>
sealed partial class RoomChannel : Channel<AnonymousSocket>
{
    [Join] Reply Join() => Reply.Ok();

    [HandleIn("echo")] Payload Echo(Payload payload) => payload;

    [HandleIn("fail")] void Fail() => throw new InvalidOperationException("The channel crashes, and its client joins again.");
}
