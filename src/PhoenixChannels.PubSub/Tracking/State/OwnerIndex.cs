using System.Runtime.InteropServices;

namespace PhoenixChannels.Tracking;

/// <summary>This node's entries by their owners: a list through the entries, whose first the dictionary has.</summary>
internal sealed class OwnerIndex
{
    readonly Dictionary<long, Entry> _first = [];

    public Entry? FirstOf(long owner) => _first.GetValueOrDefault(owner);

    public void Add(Entry entry)
    {
        ref var first = ref CollectionsMarshal.GetValueRefOrAddDefault(_first, entry.Owner, out _);
        entry.NextOfOwner = first;
        if (first is not null) first.PreviousOfOwner = entry;
        first = entry;
    }

    public void Remove(Entry entry)
    {
        if (entry.NextOfOwner is { } next) next.PreviousOfOwner = entry.PreviousOfOwner;
        if (entry.PreviousOfOwner is { } previous) previous.NextOfOwner = entry.NextOfOwner;
        else if (entry.NextOfOwner is { } newFirst) _first[entry.Owner] = newFirst;
        else _first.Remove(entry.Owner);
        entry.PreviousOfOwner = entry.NextOfOwner = null;
    }
}
