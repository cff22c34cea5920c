namespace PhoenixChannels.Benchmarks.Load.Generator;

/// <summary>
/// Whether every subscriber gets every publisher's messages, which are numbered from 1, once and in order. A gap counts as lost; what does not
/// follow what came before counts as reordered: so two messages that change places are one lost and one reordered.
/// </summary>
sealed class Sequences(int subscribers, int publishers)
{
    readonly long[] _last = new long[subscribers * publishers];

    public long Lost { get; private set; }

    public long Reordered { get; private set; }

    /// <summary>The first number that this message accounts for: its own, or that of the first missing one; 0 when it came out of order.</summary>
    public long Observe(int subscriber, int publisher, long number)
    {
        ref var last = ref _last[subscriber * publishers + publisher];
        if (number <= last)
        {
            Reordered++;
            return 0;
        }

        var first = last + 1;
        Lost += number - first;
        last = number;
        return first;
    }
}
