using System.Diagnostics.Metrics;

namespace PhoenixChannels.Tests.Server;

/// <summary>Adds up what the instruments of one application measure.</summary>
internal sealed class MetricRecorder : IDisposable
{
    static readonly TimeSpan s_patience = TimeSpan.FromSeconds(20);

    readonly Lock _lock = new();
    readonly MeterListener _listener = new();
    readonly Dictionary<string, long> _sums = [];
    TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public MetricRecorder(IMeterFactory factory)
    {
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Meter.Scope == factory && IsRecorded(instrument.Meter.Name)) listener.EnableMeasurementEvents(instrument);
        };
        _listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Add(instrument.Name, value, tags));
        _listener.Start();
    }

    /// <param name="tag">A tag as <c>name=value</c>, without the prefix that all names have; null for the sum over all.</param>
    public long Sum(string instrument, string? tag)
    {
        lock (_lock) return _sums.GetValueOrDefault(Key(instrument, tag));
    }

    public async Task ReachesAsync(string instrument, long value, string? tag)
    {
        var start = TimeProvider.System.GetTimestamp();
        while (true)
        {
            Task changed;
            lock (_lock)
            {
                if (_sums.GetValueOrDefault(Key(instrument, tag)) == value) return;
                changed = _changed.Task;
            }

            var left = s_patience - TimeProvider.System.GetElapsedTime(start);
            if (left <= TimeSpan.Zero) throw new AssertionException($"{Key(instrument, tag)} is {Sum(instrument, tag)}, not {value}.");
            await changed.WaitAsync(left, TimeProvider.System).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    public void Dispose() => _listener.Dispose();

    void Add(string instrument, long value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        lock (_lock)
        {
            _sums[Key(instrument, null)] = _sums.GetValueOrDefault(Key(instrument, null)) + value;
            foreach (var (name, tag) in tags)
            {
                var key = Key(instrument, $"{name.Replace("phoenixchannels.", "")}={tag}");
                _sums[key] = _sums.GetValueOrDefault(key) + value;
            }

            _changed.SetResult();
            _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
        }
    }

    static bool IsRecorded(string meter) => meter.StartsWith("PhoenixChannels", StringComparison.Ordinal) || meter == "Microsoft.AspNetCore.Server.Kestrel";

    static string Key(string instrument, string? tag) => tag is null ? instrument : $"{instrument} {tag}";
}
