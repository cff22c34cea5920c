using Microsoft.AspNetCore.Http;

namespace PhoenixChannels.Transports;

/// <summary>A session of another node, for one request: that node is asked.</summary>
internal sealed class RemoteSession(LongPollNodes nodes, LongPollAddress address, string token, string? user, TimeSpan window) : ILongPollSession
{
    /// <summary>How long beyond its window another node may take.</summary>
    static readonly TimeSpan s_patience = TimeSpan.FromSeconds(2);

    /// <summary>A client that reads so slowly is cut off: the session's node waits no longer to be told (<see cref="LongPollNodes.SettleLimit"/>).</summary>
    static readonly TimeSpan s_writeLimit = TimeSpan.FromSeconds(10);

    public string Token => token;

    public bool MayBelongTo(string? user) => true;

    public async Task<PollAnswer> PollAsync(CancellationToken aborted)
    {
        // A node that stops answers the polls that wait, as it does those of its own sessions.
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(aborted, nodes.Draining);
        NodeMessage? answer;
        try
        {
            answer = await AskAsync(NodeMessageKind.Poll, [], ending.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!aborted.IsCancellationRequested)
        {
            return PollAnswer.Without(StatusCodes.Status204NoContent);
        }

        if (answer is not { Messages: { Count: > 0 } messages }) return PollAnswer.Without(answer?.Status ?? StatusCodes.Status410Gone);
        return new(answer.Status, [.. messages.Select(message => (ReadOnlyMemory<byte>)message.Bytes)], isSent => nodes.Settle(address.Node, answer.Request, isSent)) { WriteLimit = s_writeLimit };
    }

    public async Task<int> PostAsync(IReadOnlyList<LongPollMessage> messages, CancellationToken aborted) =>
        await AskAsync(NodeMessageKind.Post, messages, aborted).ConfigureAwait(false) is { } answer ? answer.Status : StatusCodes.Status410Gone;

    Task<NodeMessage?> AskAsync(NodeMessageKind kind, IReadOnlyList<LongPollMessage> messages, CancellationToken aborted) =>
        nodes.AskAsync(kind, address, user, messages, window + s_patience, aborted);
}
