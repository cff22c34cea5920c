namespace PhoenixChannels.Tests.Server;

/// <summary>Something that a test waits for, or lets others wait for.</summary>
internal sealed class Signal
{
    readonly TaskCompletionSource _source = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public bool IsSet => _source.Task.IsCompleted;

    /// <summary>Completes when the signal is set, however long that takes: for the code under test.</summary>
    public Task Task => _source.Task;

    public void Set() => _source.TrySetResult();

    /// <summary>Waits, but not for ever: for the test itself.</summary>
    public Task WaitAsync() => _source.Task.WaitAsync(TestClient.Patience, TimeProvider.System);
}
