using System.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using PhoenixChannels.Diagnostics;

namespace PhoenixChannels.Tests.Server.Diagnostics;

/// <summary>Keeps the spans of one server, in the order in which they ended.</summary>
internal sealed class SpanRecorder : IDisposable
{
    readonly Lock _lock = new();
    readonly List<Activity> _ended = [];
    readonly ActivityListener _listener;
    TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public SpanRecorder(IServiceProvider services, ActivitySamplingResult sampling = ActivitySamplingResult.AllDataAndRecorded)
    {
        var source = services.GetRequiredService<ChannelsTracing>().Source;
        _listener = new()
        {
            ShouldListenTo = candidate => ReferenceEquals(candidate, source),
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => sampling,
            ActivityStopped = Add,
        };
        ActivitySource.AddActivityListener(_listener);
    }

    public async Task<IReadOnlyList<Activity>> TakeAsync(int count)
    {
        var start = TimeProvider.System.GetTimestamp();
        while (true)
        {
            Task changed;
            lock (_lock)
            {
                if (_ended.Count >= count) return [.. _ended];
                changed = _changed.Task;
            }

            var left = TestClient.Patience - TimeProvider.System.GetElapsedTime(start);
            if (left <= TimeSpan.Zero) throw new AssertionException($"Fewer than {count} spans have ended.");
            await changed.WaitAsync(left, TimeProvider.System).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>A span in one line: name, status, tags.</summary>
    public static string Describe(Activity span) => $"{span.DisplayName} {span.Status} {string.Join(' ', span.TagObjects.Select(tag => $"{tag.Key}={tag.Value}"))}";

    public void Dispose() => _listener.Dispose();

    void Add(Activity span)
    {
        lock (_lock)
        {
            _ended.Add(span);
            _changed.SetResult();
            _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
        }
    }
}
