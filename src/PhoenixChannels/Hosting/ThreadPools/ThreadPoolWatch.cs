namespace PhoenixChannels.Hosting;

/// <summary>Decides, look by look, how many threads the pool is to have at once. Knows no clock and no pool, only what it is shown.</summary>
/// <param name="floor">The pool's own minimum, which it never goes below.</param>
/// <param name="processors">How many processors there are.</param>
internal sealed class ThreadPoolWatch(int floor, int processors)
{
    /// <summary>So many threads more than its own minimum are asked for at most: each costs memory, and with burning handlers they only share the processors.</summary>
    public const int MostMore = 64;

    /// <summary>Work items that a processor finishes between two looks, from which on it is busy with many short ones: more threads would not get it through more.</summary>
    public const int Many = 100;

    /// <summary>Looks in a row at which work was stuck, before threads are asked for: a moment's hold-up is none that threads would help with.</summary>
    const int Hiccup = 2;

    /// <summary>The first step up, and the step down. Each further step up in a row is twice the last.</summary>
    const int Step = 4;

    /// <summary>So long no work should wait for a thread.</summary>
    public static readonly TimeSpan Tolerance = TimeSpan.FromMilliseconds(10);

    /// <summary>Looks without need before a thread is given back: ten seconds at 20 ms.</summary>
    const int Patience = 500;

    long _completed = -1;
    int _more, _quiet, _stuck;

    /// <summary>The minimum that was decided on last.</summary>
    public int Minimum => floor + _more;

    /// <summary>How many of these are above the pool's own minimum.</summary>
    public int More => _more;

    /// <summary>Looks at the pool.</summary>
    /// <param name="completed">Work items completed so far.</param>
    /// <param name="pending">Work items that wait.</param>
    /// <param name="threads">Threads that there are.</param>
    /// <param name="waited">How long a piece of work has waited for a thread since the last look, or waits.</param>
    /// <param name="isHeldUp">Whether the runtime itself held everything up: it compiled code or collected garbage, as when the first clients come. More threads would only be in each other's way then.</param>
    /// <returns>Whether the minimum has changed.</returns>
    public bool Look(long completed, long pending, int threads, TimeSpan waited, bool isHeldUp = false)
    {
        var isStuck = waited >= Tolerance && _completed >= 0 && completed - _completed < Many * processors && !isHeldUp;
        _completed = completed;
        if (isStuck)
        {
            _quiet = 0;
            if (++_stuck < Hiccup) return false;
            var step = Math.Clamp(pending, 1, Step << Math.Min(_stuck - Hiccup, 4));
            return Change((int)Math.Min(Math.Max(threads - floor, _more) + step, MostMore));
        }

        _stuck = 0;
        if (pending > 0 || _more == 0 || ++_quiet < Patience) return false;
        _quiet = 0;
        return Change(Math.Max(0, _more - Step));
    }

    bool Change(int more)
    {
        if (more == _more) return false;
        _more = more;
        return true;
    }
}
