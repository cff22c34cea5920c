using System.IO.Pipelines;

namespace PhoenixChannels.Transports;

/// <summary>A reader and a writer together.</summary>
internal sealed class DuplexPipe(PipeReader input, PipeWriter output) : IDuplexPipe
{
    public PipeReader Input => input;

    public PipeWriter Output => output;

    /// <summary>Ends both; what the connection's end makes them say does not matter any more.</summary>
    public async Task CompleteAsync()
    {
        try
        {
            await input.CompleteAsync().ConfigureAwait(false);
            await output.CompleteAsync().ConfigureAwait(false);
        }
        catch (Exception e) when (e is IOException or OperationCanceledException or ObjectDisposedException)
        {
            // The client is gone.
        }
    }
}
