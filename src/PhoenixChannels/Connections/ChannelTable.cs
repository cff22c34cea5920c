using System.Diagnostics.CodeAnalysis;

namespace PhoenixChannels.Connections;

/// <summary>The channels of one connection by their topics. Most connections have one: it takes a field, and a dictionary is made for the second.</summary>
internal struct ChannelTable
{
    ChannelProcess? _first;         // when there is no dictionary
    Dictionary<string, ChannelProcess>? _several;

    public readonly int Count => _several?.Count ?? (_first is null ? 0 : 1);

    /// <summary>All channels as they are now.</summary>
    public readonly ChannelProcess[] ToArray() => _several is not null ? [.. _several.Values] : _first is not null ? [_first] : [];

    public readonly bool TryGet(string topic, [NotNullWhen(true)] out ChannelProcess? process)
    {
        if (_several is not null) return _several.TryGetValue(topic, out process);
        process = _first is not null && _first.Topic == topic ? _first : null;
        return process is not null;
    }

    /// <summary>Adds a channel, in the place of another of its topic if there is one.</summary>
    public void Set(ChannelProcess process)
    {
        if (_several is null && (_first is null || _first.Topic == process.Topic))
        {
            _first = process;
            return;
        }

        if (_several is null)
        {
            _several = new(StringComparer.Ordinal) { [_first!.Topic] = _first };
            _first = null;
        }

        _several[process.Topic] = process;
    }

    /// <summary>Removes a channel, unless another has its place.</summary>
    public void Remove(ChannelProcess process)
    {
        if (ReferenceEquals(_first, process)) _first = null;
        else if (_several is not null && _several.TryGetValue(process.Topic, out var found) && ReferenceEquals(found, process)) _several.Remove(process.Topic);
    }

    /// <summary>Takes all channels out.</summary>
    public ChannelProcess[] Clear()
    {
        var all = ToArray();
        this = default;
        return all;
    }
}
