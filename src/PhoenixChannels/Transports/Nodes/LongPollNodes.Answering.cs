using System.Collections.Concurrent;
using System.Text;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace PhoenixChannels.Transports;

/// <remarks>The part of the node that has the session.</remarks>
internal sealed partial class LongPollNodes
{
    /// <summary>When the other node says neither that messages were sent nor that they were not, it has gone, and they wait again.</summary>
    internal static readonly TimeSpan SettleLimit = TimeSpan.FromSeconds(15);

    readonly ConcurrentDictionary<UInt128, CancellationTokenSource> _polls = new();
    readonly ConcurrentDictionary<UInt128, HandedOut> _handedOut = new();

    async Task AnswerAsync(NodeMessage request)
    {
        try
        {
            var answering = Find(request) is { } session ? AnswerAsync(request, session) : Task.FromResult<PollAnswer?>(PollAnswer.Without(StatusCodes.Status410Gone));

            // What has an order has been put into it: the rest needs not be done before the next message is looked at.
            await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
            if (await answering.ConfigureAwait(false) is { } answer) await SendAnswerAsync(request, answer).ConfigureAwait(false);
        }
#pragma warning disable CA1031 // Nobody waits for this task; the other node counts the request as not answered.
        catch (Exception e)
#pragma warning restore CA1031
        {
            LogNotAnswered(_log, e, request.Kind, request.From);
        }
    }

    LongPollSession? Find(NodeMessage request)
    {
        foreach (var mount in _mounts)
            if (mount.Name == request.Mount && mount.Find(request.Session) is { } session) return session;
        return null;
    }

    /// <summary>Null when nobody waits for the answer any more.</summary>
    async Task<PollAnswer?> AnswerAsync(NodeMessage request, LongPollSession session)
    {
        if (request.Kind == NodeMessageKind.AuthToken)
        {
            if (session.AuthToken is not { } authToken || authToken.Path != request.Asker) return PollAnswer.Without(StatusCodes.Status403Forbidden);
            return new(StatusCodes.Status200OK, [_authTokens.Protect(Encoding.UTF8.GetBytes(authToken.AuthToken))]);
        }

        if (!session.MayBelongTo(request.Asker)) return PollAnswer.Without(StatusCodes.Status403Forbidden);
        if (request.Kind == NodeMessageKind.Poll) return await PollAsync(request.Request, session).ConfigureAwait(false);
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        return PollAnswer.Without(await session.PostAsync(request.Messages, CancellationToken.None).ConfigureAwait(false));
    }

    async Task<PollAnswer?> PollAsync(UInt128 request, LongPollSession session)
    {
        var givenUp = new CancellationTokenSource();
        if (!_polls.TryAdd(request, givenUp)) return null;
        try
        {
            var answer = await session.PollAsync(givenUp.Token).ConfigureAwait(false);

            // Its next poll would be told so; by then this node may have gone.
            return session.Connection.IsClosed && answer.Messages.Count == 0 ? PollAnswer.Without(StatusCodes.Status410Gone) : answer;
        }
        catch (OperationCanceledException)
        {
            return null;
        }
        finally
        {
            _polls.TryRemove(request, out _);
        }
    }

    async Task SendAnswerAsync(NodeMessage request, PollAnswer answer)
    {
        if (request.Kind == NodeMessageKind.Poll && answer.Messages.Count > 0) HandOut(request.Request, answer);
        var isTaken = await SendAsync(request.From, new(NodeMessageKind.Answer, NodeName, request.Request)
        {
            Status = answer.Status,
            Messages = [.. answer.Messages.Select(message => new LongPollMessage(message.ToArray(), IsBinary: false))],
        }).ConfigureAwait(false);
        if (!isTaken) Settle(request.Request, isSent: false);
    }

    void HandOut(UInt128 request, PollAnswer answer)
    {
        var handedOut = new HandedOut(answer);
        _handedOut[request] = handedOut;
        handedOut.Timer = time.CreateTimer(_ => Settle(request, isSent: false), null, SettleLimit, Timeout.InfiniteTimeSpan);
    }

    void Settle(UInt128 request, bool isSent)
    {
        if (!_handedOut.TryRemove(request, out var handedOut)) return;
        handedOut.Timer?.Dispose();
        handedOut.Answer.Settle(isSent);
    }

    void CancelPoll(UInt128 request)
    {
        if (_polls.TryGetValue(request, out var givenUp)) givenUp.Cancel();
    }

    [LoggerMessage(23, LogLevel.Error, "{Request} of node {Node} was not answered.")]
    static partial void LogNotAnswered(ILogger logger, Exception exception, NodeMessageKind request, string node);

    sealed class HandedOut(PollAnswer answer)
    {
        public PollAnswer Answer => answer;

        public ITimer? Timer { get; set; }
    }
}
