namespace PhoenixChannels.Tests.Broadcasting;

static class TaskExtensions
{
    static readonly TimeSpan s_patience = TimeSpan.FromSeconds(30);

    /// <summary>Waits for what will happen, but not for ever.</summary>
    public static Task InTimeAsync(this Task task) => task.WaitAsync(s_patience, TimeProvider.System);

    public static Task<T> InTimeAsync<T>(this Task<T> task) => task.WaitAsync(s_patience, TimeProvider.System);
}
