namespace PhoenixChannels.Benchmarks.Presences;

/// <summary>What is measured: something that tracks entries of one topic, each with a key and an owner of its own.</summary>
abstract class Subject : IAsyncDisposable
{
    public const string Topic = "room:lobby";

    /// <summary>Joins in one round, and calls that are under way at once.</summary>
    public const int Batch = 1000;

    public abstract string Name { get; }

    /// <summary>Short, so that what a beat costs is in every figure.</summary>
    protected static TimeSpan BroadcastPeriod => TimeSpan.FromMilliseconds(100);

    public abstract Task StartAsync(int capacity);

    public virtual async Task JoinAsync(int from, int count)
    {
        for (var start = from; start < from + count; start += Batch)
        {
            var joining = new Task[Math.Min(Batch, from + count - start)];
            for (var i = 0; i < joining.Length; i++) joining[i] = JoinAsync(start + i);
            await Task.WhenAll(joining);
        }
    }

    public abstract Task LeaveAsync(int from, int count);

    /// <summary>Lists the topic; gives the number of entries.</summary>
    public abstract Task<int> ListAsync();

    /// <summary>Lists the topic as a client gets it; gives the number of bytes. Zero where there is no such thing.</summary>
    public virtual Task<int> EncodeAsync() => Task.FromResult(0);

    public abstract Task<int> CountAsync();

    /// <summary>Announces diffs of one join each; gives the size of the last frame.</summary>
    public virtual int Announce(int count) => 0;

    public abstract ValueTask DisposeAsync();

    protected static string KeyOf(int i) => $"user-{i:d6}";

    protected abstract Task JoinAsync(int i);
}
