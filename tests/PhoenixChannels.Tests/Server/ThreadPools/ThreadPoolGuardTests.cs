using Microsoft.AspNetCore.Builder;

namespace PhoenixChannels.Tests.Server.ThreadPools;

public class ThreadPoolGuardTests
{
    [Test]
    public async Task Work_that_blocks_all_threads_gets_more_of_them_and_two_hosts_that_stop_leave_the_minimum_as_it_was()
    {
        ThreadPool.GetMinThreads(out var before, out var completionPorts);
        await using var first = await StartAsync();
        await using var second = await StartAsync();
        // Not disposed of: threads of the pool use it until their own end.
        var release = new ManualResetEventSlim();
        var blocking = ThreadPool.ThreadCount + 32;
        for (var n = 0; n < blocking; n++) ThreadPool.UnsafeQueueUserWorkItem(_ => release.Wait(), null);

        // Nothing can be awaited now.
        var isRaised = SpinWait.SpinUntil(() => Raises(first) + Raises(second) > 0, TestClient.Patience);
        ThreadPool.GetMinThreads(out var raised, out _);
        release.Set();
        Assert.That((isRaised, raised > before), Is.EqualTo((true, true)));
        await first.StopAsync();
        await second.StopAsync();
        ThreadPool.GetMinThreads(out var after, out var completionPortsAfter);
        Assert.That((after, completionPortsAfter), Is.EqualTo((before, completionPorts)));
    }

    static long Raises(TestServer server) => server.Counted("phoenixchannels.thread_pool.raises");

    static Task<TestServer> StartAsync() => TestServer.StartAsync(socket => socket.MapChannel("*", _ => { }), configure: builder => builder.UseChannelsThreadPoolGuard());
}
