namespace PhoenixChannels.Benchmarks.Servers;

/// <summary>Flushes the clients that have something waiting, behind everything that the pool was given before.</summary>
sealed class CeilingFlusher : IThreadPoolWorkItem
{
    static readonly CeilingFlusher s_one = new();
    static readonly Lock s_gate = new();
    static List<CeilingClient> s_waiting = [], s_running = [];
    static bool s_scheduled;

    public static void Add(CeilingClient client)
    {
        lock (s_gate) s_waiting.Add(client);
    }

    public static void Schedule()
    {
        lock (s_gate)
        {
            if (s_scheduled || s_waiting.Count == 0) return;
            s_scheduled = true;
        }

        ThreadPool.UnsafeQueueUserWorkItem(s_one, preferLocal: false);
    }

    public void Execute()
    {
        lock (s_gate) (s_waiting, s_running) = (s_running, s_waiting);
        foreach (var client in s_running) client.FlushWaiting();
        s_running.Clear();
        lock (s_gate) s_scheduled = false;
        Schedule();
    }
}
