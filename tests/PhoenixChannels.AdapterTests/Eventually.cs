namespace PhoenixChannels.AdapterTests;

/// <summary>Waits for what other processes bring about.</summary>
internal static class Eventually
{
    static readonly TimeSpan s_patience = TimeSpan.FromSeconds(60), s_pause = TimeSpan.FromMilliseconds(10);

    public static Task IsTrueAsync(Func<bool> condition, string what) => IsTrueAsync(() => Task.FromResult(condition()), () => what);

    public static async Task IsTrueAsync(Func<Task<bool>> condition, Func<string> what)
    {
        var start = TimeProvider.System.GetTimestamp();
        while (!await condition())
        {
            if (TimeProvider.System.GetElapsedTime(start) > s_patience) throw new AssertionException($"Not in time: {what()}");
            await Task.Delay(s_pause, TimeProvider.System);
        }
    }
}
