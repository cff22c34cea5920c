using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;
using PhoenixChannels.Hosting;

namespace PhoenixChannels.Tests.Server.ThreadPools;

public class StarvationWarningTests
{
    [TestCase(false)]
    [TestCase(true)]
    public async Task Starvation_is_said_once_unless_the_guard_sees_to_it(bool isGuarded)
    {
        await using var server = await TestServer.StartAsync(socket => socket.MapChannel("*", _ => { }), configure: builder =>
        {
            if (isGuarded) builder.UseChannelsThreadPoolGuard();
        });
        var warning = server.Services.GetRequiredService<StarvationWarning>();
        warning.Notice(StarvationWarning.Tolerance - TimeSpan.FromTicks(1));
        Assert.That(server.Log.OfChannels.Where(IsSaid), Is.Empty);
        warning.Notice(TimeSpan.FromSeconds(2.5));
        warning.Notice(TimeSpan.FromSeconds(9));
        var said = server.Log.Entries.Where(entry => IsSaid(entry.Text)).Select(entry => (entry.Level, entry.Text));
        Assert.That(said, Is.EqualTo(isGuarded
            ? []
            : new[] { (LogLevel.Warning, "The thread pool is starved: work waited for 2.5 s, since handlers block their threads or use the processor for long. Await instead of blocking; builder.UseChannelsThreadPoolGuard() has the pool make threads at once. This is said once.") }));
    }

    [Test]
    public async Task A_clock_that_a_test_moves_on_is_no_starvation()
    {
        var time = new FakeTimeProvider();
        await using var server = await TestServer.WithScriptAsync(new(), time: time);
        await using var client = await server.ConnectAsync();
        var closing = client.ExpectClosedAsync(1002);
        while (!closing.IsCompleted)
        {
            time.Advance(TimeSpan.FromHours(1));
            await Task.Yield();
        }

        await closing;
        Assert.That(server.Log.OfChannels.Where(IsSaid), Is.Empty);
    }

    static bool IsSaid(string text) => text.Contains("starved", StringComparison.Ordinal);
}
