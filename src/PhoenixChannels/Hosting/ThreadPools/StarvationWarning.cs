using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace PhoenixChannels.Hosting;

/// <summary>Says once that the thread pool is starved: the scanner's tick, which is due every second, came much too late.</summary>
internal sealed partial class StarvationWarning(ILoggerFactory loggers, IServiceProvider services)
{
    /// <summary>So late is no hiccup of the collector or of a busy machine any more.</summary>
    public static readonly TimeSpan Tolerance = TimeSpan.FromSeconds(1);

    bool _isSaid;

    /// <param name="late">How long after its time the tick came.</param>
    public void Notice(TimeSpan late)
    {
        if (_isSaid || late < Tolerance || services.GetService<ThreadPoolGuard>() is not null) return;
        _isSaid = true;
        LogStarved(loggers.CreateLogger("PhoenixChannels.Server"), late.TotalSeconds);
    }

    [LoggerMessage(1, LogLevel.Warning, "The thread pool is starved: work waited for {Seconds:0.0} s, since handlers block their threads or use the processor for long. Await instead of blocking; builder.UseChannelsThreadPoolGuard() has the pool make threads at once. This is said once.")]
    static partial void LogStarved(ILogger logger, double seconds);
}
