using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Logging;

namespace PhoenixChannels.Tests.Server.Diagnostics;

public class HealthCheckTests
{
    const string Draining = "Unhealthy The server drains and takes no more connections.";

    [Test]
    public async Task The_server_is_healthy_from_its_start_until_it_drains()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Services.AddPhoenixChannels();
        builder.Services.AddHealthChecks().AddPhoenixChannels();
        await using var app = builder.Build();
        app.MapSocket<TestSocket>("/socket").MapChannel("*", _ => { });
        Assert.That(await CheckAsync(app.Services), Is.EqualTo("Unhealthy The server has not started."));
        await app.StartAsync();
        Assert.That(await CheckAsync(app.Services), Is.EqualTo("Healthy "));
        await app.StopAsync();
        Assert.That(await CheckAsync(app.Services), Is.EqualTo(Draining));
    }

    [Test]
    public async Task A_server_that_waits_for_its_last_channels_is_unhealthy()
    {
        var (ending, go) = (new Signal(), new Signal());
        await using var server = await TestServer.StartAsync(
            socket => socket.MapChannel("*", channel => channel.OnTerminate(async (_, _, _) =>
            {
                ending.Set();
                await go.Task;
            })),
            configure: builder => builder.Services.AddHealthChecks().AddPhoenixChannels());
        await using var client = await server.ConnectAsync();
        await client.JoinAsync("a");
        var stopping = server.StopAsync();
        await ending.WaitAsync();
        Assert.That((await CheckAsync(server.Services), stopping.IsCompleted), Is.EqualTo((Draining, false)));
        go.Set();
        await stopping;
    }

    [Test]
    public async Task The_check_is_called_phoenix_channels_and_tagged_ready()
    {
        await using var server = await TestServer.StartAsync(socket => socket.MapChannel("*", _ => { }), configure: builder => builder.Services.AddHealthChecks().AddPhoenixChannels());
        var report = await server.Services.GetRequiredService<HealthCheckService>().CheckHealthAsync();
        var (name, entry) = report.Entries.Single();
        Assert.That((name, string.Join(',', entry.Tags)), Is.EqualTo(("phoenix_channels", "ready")));
    }

    [Test]
    public async Task A_check_without_a_server_says_what_is_missing()
    {
        await using var services = new ServiceCollection().AddLogging().AddHealthChecks().AddPhoenixChannels().Services.BuildServiceProvider();
        Assert.That(
            async () => await services.GetRequiredService<HealthCheckService>().CheckHealthAsync(),
            Throws.InvalidOperationException.With.Message.Contains("builder.Services.AddPhoenixChannels()"));
    }

    static async Task<string> CheckAsync(IServiceProvider services)
    {
        var entry = (await services.GetRequiredService<HealthCheckService>().CheckHealthAsync()).Entries.Single().Value;
        return $"{entry.Status} {entry.Description}";
    }
}
