namespace PhoenixChannels.Hosting;

/// <summary>
/// The pool's minimum of threads. It is one for the process, of whose guards (hosts) each wants threads of its own: the most that any wants counts, and when none does the minimum is what it was.
/// </summary>
/// <param name="get">Reads the minimum.</param>
/// <param name="set">Sets it; false when the pool refuses, since its maximum is lower.</param>
internal sealed class ThreadPoolMinimum(Func<int> get, Func<int, bool> set)
{
    readonly Dictionary<object, int> _wanted = [];
    int _floor, _last = -1;

    /// <summary>The process's own.</summary>
    public static ThreadPoolMinimum OfProcess { get; } = new(
        static () =>
        {
            ThreadPool.GetMinThreads(out var threads, out _);
            return threads;
        },
        static threads =>
        {
            ThreadPool.GetMinThreads(out _, out var completionPorts);
            return ThreadPool.SetMinThreads(threads, completionPorts);
        });

    /// <summary>What the minimum is without any guard.</summary>
    public int Floor
    {
        get
        {
            lock (_wanted)
            {
                Look();
                return _floor;
            }
        }
    }

    /// <summary>Has the minimum be so much above the floor, as far as one guard goes; 0 when it wants nothing more.</summary>
    public void Want(object guard, int more)
    {
        lock (_wanted)
        {
            Look();
            if (more > 0) _wanted[guard] = more;
            else _wanted.Remove(guard);
            var minimum = _floor + (_wanted.Count == 0 ? 0 : _wanted.Values.Max());
            if (minimum != _last && set(minimum)) _last = minimum;
        }
    }

    /// <summary>A minimum that is not ours is the application's, and the floor from then on.</summary>
    void Look()
    {
        var current = get();
        if (current != _last) _floor = _last = current;
    }
}
