using PhoenixChannels.Mailboxes;

namespace PhoenixChannels.Tracking;

/// <summary>Work for a shard's turn, and the promise of its outcome.</summary>
internal abstract class ShardCall : Letter
{
    public abstract void Run(ShardLogic logic);
}

/// <inheritdoc/>
internal abstract class ShardCall<T> : ShardCall
{
    readonly TaskCompletionSource<T> _outcome = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Task<T> Outcome => _outcome.Task;

    public sealed override void Run(ShardLogic logic)
    {
        try
        {
            _outcome.SetResult(Invoke(logic));
        }
#pragma warning disable CA1031 // It is the caller's to see, whatever it is.
        catch (Exception e)
#pragma warning restore CA1031
        {
            _outcome.SetException(e);
        }
    }

    protected abstract T Invoke(ShardLogic logic);
}
