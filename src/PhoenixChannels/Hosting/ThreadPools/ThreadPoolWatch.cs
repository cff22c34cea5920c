namespace PhoenixChannels.Hosting;

/// <summary>Decides, look by look, how many threads the pool is to have at once. Knows no clock and no pool, only what it is shown.</summary>
/// <param name="floor">The pool's own minimum, which it never goes below.</param>
internal sealed class ThreadPoolWatch(int floor)
{
    /// <summary>So many threads more than its own minimum are asked for at most: each costs memory, and with burning handlers they only share the processors.</summary>
    public const int MostMore = 64;

    const int MostAtOnce = 4;

    /// <summary>Looks without need before a thread is given back: ten seconds at 20 ms.</summary>
    const int Patience = 500;

    long _completed = -1;
    int _more, _quiet;

    /// <summary>The minimum that was decided on last.</summary>
    public int Minimum => floor + _more;

    /// <summary>How many of these are above the pool's own minimum.</summary>
    public int More => _more;

    /// <summary>Looks at the pool.</summary>
    /// <param name="completed">Work items completed so far.</param>
    /// <param name="pending">Work items that wait.</param>
    /// <param name="threads">Threads that there are.</param>
    /// <returns>Whether the minimum has changed.</returns>
    public bool Look(long completed, long pending, int threads)
    {
        var isStuck = pending > 0 && completed == _completed;
        _completed = completed;
        if (isStuck)
        {
            _quiet = 0;
            return Change(Math.Min(Math.Max(threads - floor, _more) + (int)Math.Min(pending, MostAtOnce), MostMore));
        }

        if (pending > 0 || _more == 0 || ++_quiet < Patience) return false;
        _quiet = 0;
        return Change(Math.Max(0, _more - MostAtOnce));
    }

    bool Change(int more)
    {
        if (more == _more) return false;
        _more = more;
        return true;
    }
}
