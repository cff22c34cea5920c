using Microsoft.Extensions.Time.Testing;

namespace PhoenixChannels.Tests.Server;

internal static class FakeTimeExtensions
{
    /// <summary>
    /// Lets time pass until something has happened: the timer that it waits for may not have been started yet. More time than needed may pass, so it is for what no
    /// other time-out can overtake.
    /// </summary>
    public static async Task AdvanceUntilAsync(this FakeTimeProvider time, Task task)
    {
        var start = TimeProvider.System.GetTimestamp();
        while (!task.IsCompleted)
        {
            Assert.That(TimeProvider.System.GetElapsedTime(start), Is.LessThan(TestClient.Patience), "it should have happened by now");
            time.Advance(TimeSpan.FromSeconds(1));

            // Or a day would pass while a busy machine gets to what has happened.
            await Task.WhenAny(task, Task.Delay(TimeSpan.FromMilliseconds(1), TimeProvider.System));
        }
    }
}
