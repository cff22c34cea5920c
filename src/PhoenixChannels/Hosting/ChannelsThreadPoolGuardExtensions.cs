using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using PhoenixChannels.Hosting;

namespace Microsoft.AspNetCore.Builder;

/// <summary>Keeps handlers that block or burn from holding up everybody.</summary>
public static class ChannelsThreadPoolGuardExtensions
{
    /// <summary>
    /// Watches the thread pool of this process, every 20 ms from a thread of its own, and raises its minimum of threads, by at most 64, when work waits and none is finished; ten seconds after the need is
    /// over it takes that back step by step. Process-wide, and so a choice of the host's. Without it one warning is logged when the pool is seen starved.
    /// </summary>
    /// <remarks>A handler that blocks its thread (<c>.Result</c>, <c>Thread.Sleep</c>, synchronous I/O) still costs a thread: awaiting is better. The counter <c>phoenixchannels.thread_pool.raises</c> tells how often the guard had to act.</remarks>
    /// <example><code>builder.UseChannelsThreadPoolGuard();</code></example>
    public static TBuilder UseChannelsThreadPoolGuard<TBuilder>(this TBuilder builder)
        where TBuilder : IHostApplicationBuilder
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.Services.TryAddSingleton<ThreadPoolGuard>();
        builder.Services.TryAddEnumerable(ServiceDescriptor.Singleton<IHostedService, ThreadPoolGuard>(provider => provider.GetRequiredService<ThreadPoolGuard>()));
        return builder;
    }
}
