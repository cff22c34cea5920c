using Microsoft.AspNetCore.Builder;

namespace PhoenixChannels.Tests.Server.ThreadPools;

public class ThreadPoolGuardTests
{
    [Test]
    public async Task Work_that_blocks_all_threads_gets_more_of_them_and_two_hosts_that_stop_leave_the_minimum_as_it_was()
    {
        const int more = 8;
        ThreadPool.GetMinThreads(out var before, out var completionPorts);
        await using var first = await StartAsync();
        await using var second = await StartAsync();
        // Not disposed of: threads of the pool use them until their own end.
        var release = new ManualResetEventSlim();
        var started = new CountdownEvent(before + more);
        for (var n = 0; n < before + more; n++)
        {
            ThreadPool.UnsafeQueueUserWorkItem(
                _ =>
                {
                    started.Signal();
                    release.Wait();
                },
                null);
        }

        // This thread is the test's own or one of the pool's: it blocks as well.
        var haveStarted = started.Wait(TestClient.Patience);
        ThreadPool.GetMinThreads(out var raised, out _);
        release.Set();
        Assert.That(haveStarted, Is.True);
        Assert.That(raised, Is.GreaterThan(before));
        Assert.That(first.Counted("phoenixchannels.thread_pool.raises") + second.Counted("phoenixchannels.thread_pool.raises"), Is.Positive);
        await first.StopAsync();
        await second.StopAsync();
        ThreadPool.GetMinThreads(out var after, out var completionPortsAfter);
        Assert.That((after, completionPortsAfter), Is.EqualTo((before, completionPorts)));
    }

    static Task<TestServer> StartAsync() => TestServer.StartAsync(socket => socket.MapChannel("*", _ => { }), configure: builder => builder.UseChannelsThreadPoolGuard());
}
