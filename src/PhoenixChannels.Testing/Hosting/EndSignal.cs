namespace PhoenixChannels.Testing.Hosting;

/// <summary>A socket's scope, which is disposed of last: its end is the connection's end.</summary>
internal sealed class EndSignal(IAsyncDisposable? scope, TaskCompletionSource ended) : IAsyncDisposable
{
    public async ValueTask DisposeAsync()
    {
        try
        {
            if (scope is not null) await scope.DisposeAsync().ConfigureAwait(false);
        }
        finally
        {
            ended.TrySetResult();
        }
    }
}
