namespace PhoenixChannels.Tracking;

/// <summary>The calls of a <see cref="Tracker"/>.</summary>
internal static class ShardCalls
{
    public sealed class Track(string topic, string key, long owner, byte[] meta) : ShardCall<TrackResult>
    {
        protected override TrackResult Invoke(ShardLogic logic) => logic.Track(topic, key, owner, meta);
    }

    public sealed class Update(string topic, string key, long owner, Func<ReadOnlyMemory<byte>, ReadOnlyMemory<byte>> change) : ShardCall<UpdateResult>
    {
        protected override UpdateResult Invoke(ShardLogic logic)
        {
            if (logic.Find(topic, key, owner) is not { } entry) return UpdateResult.NotTracked;
            logic.Update(entry, Tracker.ToArray(change(entry.Meta)));
            return UpdateResult.Updated;
        }
    }

    public sealed class Untrack(string topic, string key, long owner) : ShardCall<bool>
    {
        protected override bool Invoke(ShardLogic logic) => logic.Untrack(topic, key, owner);
    }

    /// <param name="topic">Null for all topics.</param>
    public sealed class UntrackOwner(long owner, string? topic) : ShardCall<int>
    {
        protected override int Invoke(ShardLogic logic) => logic.Untrack(owner, topic);
    }

    /// <param name="key">Null for all keys.</param>
    public sealed class List(string topic, string? key) : ShardCall<IReadOnlyList<TrackedEntry>>
    {
        protected override IReadOnlyList<TrackedEntry> Invoke(ShardLogic logic)
        {
            List<Entry> entries = [];
            if (key is null) logic.State.List(topic, entries);
            else logic.State.List(topic, key, entries);
            var list = new TrackedEntry[entries.Count];
            for (var i = 0; i < list.Length; i++) list[i] = new(entries[i].Key, entries[i].Meta);
            return list;
        }
    }

    public sealed class Count(string topic) : ShardCall<int>
    {
        protected override int Invoke(ShardLogic logic) => logic.State.Count(topic);
    }
}
