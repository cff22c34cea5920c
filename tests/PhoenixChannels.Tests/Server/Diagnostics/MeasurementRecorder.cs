using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;

namespace PhoenixChannels.Tests.Server.Diagnostics;

/// <summary>Keeps the instruments of one server, and what they measure with all their tags.</summary>
internal sealed class MeasurementRecorder : IDisposable
{
    readonly Lock _lock = new();
    readonly MeterListener _listener = new();
    readonly List<Instrument> _instruments = [];
    readonly List<(string Series, double Value)> _measurements = [];

    public MeasurementRecorder(IServiceProvider services)
    {
        var factory = services.GetRequiredService<IMeterFactory>();
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Meter.Scope != factory || !instrument.Meter.Name.StartsWith("PhoenixChannels", StringComparison.Ordinal)) return;
            lock (_lock) _instruments.Add(instrument);
            listener.EnableMeasurementEvents(instrument);
        };
        _listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Add(instrument, value, tags));
        _listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) => Add(instrument, value, tags));
        _listener.Start();
    }

    public IReadOnlyList<Instrument> Instruments
    {
        get
        {
            lock (_lock) return [.. _instruments];
        }
    }

    /// <summary>The sum of each series, which is an instrument and its tags.</summary>
    public IReadOnlyDictionary<string, double> Sums
    {
        get
        {
            lock (_lock) return _measurements.GroupBy(measurement => measurement.Series).ToDictionary(series => series.Key, series => series.Sum(measurement => measurement.Value));
        }
    }

    /// <summary>The values of one series, in order.</summary>
    public IReadOnlyList<double> ValuesOf(string series)
    {
        lock (_lock) return [.. _measurements.Where(measurement => measurement.Series == series).Select(measurement => measurement.Value)];
    }

    /// <summary>What the observable instruments say at the moment.</summary>
    public IReadOnlyDictionary<string, double> Observe()
    {
        lock (_lock) _measurements.Clear();
        _listener.RecordObservableInstruments();
        return Sums;
    }

    public void Dispose() => _listener.Dispose();

    void Add(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        var series = instrument.Name;
        foreach (var (name, tag) in tags) series += $" {name}={tag}";
        lock (_lock) _measurements.Add((series, value));
    }
}
