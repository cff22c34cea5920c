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
    /// <summary>How long, and in how many looks, nothing must change until handlers that await something count as waiting for what a test has yet to do.</summary>
    static readonly TimeSpan s_patience = TimeSpan.FromMilliseconds(100);

    const int PatientLooks = 16;

    static TimeProvider RealTime => TimeProvider.System;

    /// <summary>Waits for rest.</summary>
    /// <param name="known">The picture of an earlier rest with handlers that still waited: they are not given the whole patience again.</param>
    /// <param name="timeout">The longest wait, in real time.</param>
    /// <returns>The picture, and whether handlers still wait in it.</returns>
    /// <exception cref="TimeoutException">Letters are posted all the time, or a handler does not return.</exception>
    public async Task<Picture> ComeAsync(TimeSpan timeout, Picture? known = null)
    {
        var start = RealTime.GetTimestamp();
        var (last, since, looks) = (default(Picture), start, 0);
        while (true)
        {
            var picture = Look();
            if (picture.Busy == 0 && picture == Look())
            {
                if (picture.Awaiting == 0) return picture;
                if (picture != last) (last, since, looks) = (picture, RealTime.GetTimestamp(), 0);
                if (++looks > PatientLooks && (picture == known || RealTime.GetElapsedTime(since) > s_patience)) return picture;
            }

            if (RealTime.GetElapsedTime(start) > timeout) throw new TimeoutException();
            await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
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
