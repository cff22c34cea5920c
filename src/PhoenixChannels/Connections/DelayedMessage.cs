namespace PhoenixChannels.Connections;

/// <summary>A message of a channel to itself that waits for its time.</summary>
internal sealed class DelayedMessage(ChannelProcess process, object message) : IDisposable
{
    ITimer? _timer;

    public object Message => message;

    public void Start(TimeProvider time, TimeSpan delay) =>
        _timer = time.CreateTimer(static state => ((DelayedMessage)state!).Expire(), this, delay, Timeout.InfiniteTimeSpan);

    /// <summary>Takes the message back.</summary>
    public void Dispose()
    {
        Cancel();
        process.Forget(this);
    }

    public void Cancel() => _timer?.Dispose();

    void Expire()
    {
        Cancel();
        process.Take(this);
    }
}
