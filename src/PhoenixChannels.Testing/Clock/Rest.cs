using PhoenixChannels.Mailboxes;

namespace PhoenixChannels.Testing.Clock;

/// <summary>Knows when everything that was sent has been handled, and everything that this has led to.</summary>
/// <param name="mailboxes">Where letters may wait, in an order that stays.</param>
/// <remarks>
/// All mailboxes are looked at twice. When each is at rest both times and nothing was posted between, then all were at rest at the
/// same moment: whichever had been busy then would have got a letter after the first look.
/// </remarks>
internal sealed class Rest(Func<IEnumerable<Mailbox>> mailboxes)
{
    /// <summary>How long nothing must change until handlers that await something count as waiting for what the test has yet to do: time for I/O.</summary>
    static readonly TimeSpan s_patience = TimeSpan.FromMilliseconds(100);

    /// <summary>The same when the thread pool is not idle: it may be about to go on with such a handler, or is busy with other tests.</summary>
    static readonly TimeSpan s_longPatience = TimeSpan.FromSeconds(1);

    static int s_fewestWorkers = int.MaxValue;

    static TimeProvider RealTime => TimeProvider.System;

    /// <summary>Waits for rest.</summary>
    /// <param name="known">The picture of an earlier rest with handlers that still waited: they are not given time for I/O again.</param>
    /// <param name="timeout">The longest wait, in real time.</param>
    /// <returns>The picture, and whether handlers still wait in it.</returns>
    /// <exception cref="TimeoutException">Letters are posted all the time, or a handler does not return.</exception>
    public async Task<Picture> ComeAsync(TimeSpan timeout, Picture? known = null)
    {
        var start = RealTime.GetTimestamp();
        var (last, since) = (default(Picture), start);
        while (true)
        {
            var picture = Look();
            var isPoolIdle = IsPoolIdle;
            if (picture.Busy == 0 && picture == Look())
            {
                if (picture.Awaiting == 0) return picture;
                if (picture != last) (last, since) = (picture, RealTime.GetTimestamp());
                var isKnown = picture == known;
                var patience = isPoolIdle ? (isKnown ? TimeSpan.Zero : s_patience) : (isKnown ? s_patience : s_longPatience);
                if (RealTime.GetElapsedTime(since) >= patience) return picture;
            }

            if (RealTime.GetElapsedTime(start) > timeout) throw new TimeoutException();
            await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        }
    }

    /// <summary>Whether no more of the pool's threads are at work than ever: the one that asks, and those that a test runner blocks.</summary>
    static bool IsPoolIdle
    {
        get
        {
            if (!Thread.CurrentThread.IsThreadPoolThread) return false;
            ThreadPool.GetMaxThreads(out var most, out _);
            ThreadPool.GetAvailableThreads(out var available, out _);
            var workers = most - available;
            s_fewestWorkers = Math.Min(s_fewestWorkers, workers);
            return workers <= s_fewestWorkers && ThreadPool.PendingWorkItemCount == 0;
        }
    }

    Picture Look()
    {
        var (busy, awaiting, letters) = (0, 0, 0);
        foreach (var mailbox in mailboxes())
        {
            if (!mailbox.IsAtRest)
            {
                if (mailbox.IsAwaiting) awaiting++;
                else busy++;
            }

            letters = unchecked((((letters * 31) + mailbox.Total) * 31) + mailbox.Count);
        }

        return new(busy, awaiting, letters);
    }

    /// <summary>All mailboxes at one look.</summary>
    /// <param name="Busy">How many run or are about to.</param>
    /// <param name="Awaiting">In how many a handler awaits something.</param>
    /// <param name="Letters">Changes with every letter.</param>
    internal readonly record struct Picture(int Busy, int Awaiting, int Letters);
}
