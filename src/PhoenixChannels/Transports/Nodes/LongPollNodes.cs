using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using PhoenixChannels.Adapters;
using PhoenixChannels.Connections;
using PhoenixChannels.Diagnostics;

namespace PhoenixChannels.Transports;

/// <summary>
/// Takes requests to the node that has their session, and the answers back, over PubSub: any node may get any request. A request is sent once and never again, so that nothing
/// that was posted can be taken twice.
/// </summary>
internal sealed partial class LongPollNodes(
    PubSub pubSub, LongPollTokens tokens, IDataProtectionProvider protection, SocketServer server, ChannelsMetrics metrics, TimeProvider time, ILoggerFactory loggers) : IDisposable
{
    /// <summary>Where all nodes listen. No client can join it.</summary>
    public const string Topic = "phx_longpoll";

    const string Event = "longpoll";

    /// <summary>How many requests may wait for other nodes. Beyond it a request counts as one to a node that does not answer.</summary>
    const int MaxPending = 10_000;

    static readonly TimeSpan s_authTokenLimit = TimeSpan.FromSeconds(2);

    readonly ILogger _log = loggers.CreateLogger("PhoenixChannels.Socket");
    readonly IDataProtector _authTokens = protection.CreateProtector("PhoenixChannels.LongPoll.AuthToken.v1");
    readonly ConcurrentDictionary<UInt128, TaskCompletionSource<NodeMessage>> _pending = new();
    volatile LongPollSessions[] _mounts = [];
    Subscription? _subscription;
    int _pendingCount;

    /// <summary>Whether nothing connects this node with others.</summary>
    public bool IsAlone { get; } = pubSub.Adapter is LocalPubSubAdapter;

    public string NodeName => pubSub.NodeName;

    /// <summary>Cancelled when this node shuts down.</summary>
    public CancellationToken Draining => server.Draining;

    /// <summary>Adds the sessions of one mounted socket. To be called while sockets are mounted, which is done one at a time.</summary>
    public void Add(LongPollSessions mount)
    {
        _mounts = [.. _mounts, mount];
        if (!IsAlone) _subscription ??= pubSub.Subscribe(Topic, HandleAsync, new() { Capacity = MaxPending });
    }

    /// <summary>Sends a request to a session's node. Null when no answer comes.</summary>
    /// <param name="kind">What is asked.</param>
    /// <param name="address">The session.</param>
    /// <param name="asker">As in <see cref="NodeMessage.Asker"/>.</param>
    /// <param name="messages">What the client sent.</param>
    /// <param name="limit">How long to wait.</param>
    /// <param name="aborted">Gives the request up.</param>
    /// <exception cref="OperationCanceledException">It was given up.</exception>
    public async Task<NodeMessage?> AskAsync(NodeMessageKind kind, LongPollAddress address, string? asker, IReadOnlyList<LongPollMessage> messages, TimeSpan limit, CancellationToken aborted)
    {
        if (Interlocked.Increment(ref _pendingCount) > MaxPending)
        {
            Interlocked.Decrement(ref _pendingCount);
            metrics.ForwardFailures.Add(1, new KeyValuePair<string, object?>(Tags.Reason, "too_many"));
            return null;
        }

        var request = new NodeMessage(kind, NodeName, NodeIds.Create()) { Mount = address.Mount, Session = address.Session, Asker = asker, Messages = messages };
        var answered = new TaskCompletionSource<NodeMessage>(TaskCreationOptions.RunContinuationsAsynchronously);
        _pending[request.Request] = answered;
        using var limited = new CancellationTokenSource(limit, time);
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(limited.Token, aborted);
        metrics.Forwarded.Add(1);
        try
        {
            await PublishAsync(address.Node, request, ended.Token).ConfigureAwait(false);
            return await answered.Task.WaitAsync(ended.Token).ConfigureAwait(false);
        }
#pragma warning disable CA1031 // Whatever the adapter throws: the node cannot be reached.
        catch (Exception e)
#pragma warning restore CA1031
        {
            // The answer may have come in this moment: then it is one.
            if (!_pending.TryRemove(request.Request, out _)) return await answered.Task.ConfigureAwait(false);
            if (kind == NodeMessageKind.Poll) _ = SendAsync(address.Node, new(NodeMessageKind.Cancel, NodeName, request.Request));
            aborted.ThrowIfCancellationRequested();
            var reason = e is OperationCanceledException ? "timeout" : "unavailable";
            metrics.ForwardFailures.Add(1, new KeyValuePair<string, object?>(Tags.Reason, reason));
            LogNoAnswer(_log, e, kind, address.Node, reason);
            return null;
        }
        finally
        {
            metrics.Forwarded.Add(-1);
            Interlocked.Decrement(ref _pendingCount);
        }
    }

    /// <summary>The token for authentication that a session of another node was opened with, if this is the session's path.</summary>
    /// <param name="token">The session's token.</param>
    /// <param name="path">The request's path.</param>
    /// <param name="aborted">Gives the question up.</param>
    public async Task<string?> FindAuthTokenAsync(string token, string path, CancellationToken aborted)
    {
        if (_subscription is null || !tokens.TryRead(token, out var address) || address.Node == NodeName) return null;
        var answer = await AskAsync(NodeMessageKind.AuthToken, address, path, [], s_authTokenLimit, aborted).ConfigureAwait(false);
        if (answer is not { Status: StatusCodes.Status200OK, Messages: [var message] }) return null;
        try
        {
            return Encoding.UTF8.GetString(_authTokens.Unprotect(message.Bytes));
        }
        catch (CryptographicException)
        {
            return null;
        }
    }

    /// <summary>Tells a session's node whether what it answered has been sent.</summary>
    public void Settle(string node, UInt128 request, bool isSent) => _ = SendAsync(node, new(isSent ? NodeMessageKind.Sent : NodeMessageKind.NotSent, NodeName, request));

    public void Dispose() => _subscription?.Dispose();

    ValueTask HandleAsync(Broadcast broadcast, CancellationToken cancellationToken)
    {
        if (broadcast is not { Event: Event, Payload: { IsBinary: true } payload } || NodeMessageCodec.TryRead(payload.Bytes.Span) is not { } message)
        {
            metrics.Unreadable.Add(1);
            LogUnreadable(_log);
            return default;
        }

        switch (message.Kind)
        {
            case NodeMessageKind.Answer:
                if (_pending.TryRemove(message.Request, out var answered)) answered.SetResult(message);
                else if (message.Messages.Count > 0) Settle(message.From, message.Request, isSent: false);
                break;
            case NodeMessageKind.Cancel:
                CancelPoll(message.Request);
                break;
            case NodeMessageKind.Sent or NodeMessageKind.NotSent:
                Settle(message.Request, message.Kind == NodeMessageKind.Sent);
                break;
            default:
                _ = AnswerAsync(message);
                break;
        }

        return default;
    }

    /// <exception cref="PubSubUnavailableException">The adapter has surely not taken it. Where that is not known, it may arrive, and whoever waits for an answer goes on waiting.</exception>
    async Task PublishAsync(string node, NodeMessage message, CancellationToken cancellationToken)
    {
        try
        {
            await pubSub.DirectBroadcastAsync(node, Topic, Event, Payload.Binary(NodeMessageCodec.Write(message)), cancellationToken).ConfigureAwait(false);
        }
        catch (PubSubUnavailableException e) when (e.IsOutcomeUnknown)
        {
            LogNotSent(_log, e, message.Kind, node);
        }
    }

    /// <summary>False when the adapter has surely not taken it.</summary>
    async Task<bool> SendAsync(string node, NodeMessage message)
    {
        try
        {
            await PublishAsync(node, message, CancellationToken.None).ConfigureAwait(false);
            return true;
        }
#pragma warning disable CA1031 // Whatever the adapter throws: whoever waits for the message knows what to do without it.
        catch (Exception e)
#pragma warning restore CA1031
        {
            LogNotSent(_log, e, message.Kind, node);
            return false;
        }
    }

    [LoggerMessage(20, LogLevel.Warning, "Skipped a message of another node about a long-poll session: its version is not known here, or it is damaged.")]
    static partial void LogUnreadable(ILogger logger);

    [LoggerMessage(21, LogLevel.Debug, "{Request}: no answer from node {Node}, which the long-poll session is on: {Reason}.")]
    static partial void LogNoAnswer(ILogger logger, Exception exception, NodeMessageKind request, string node, string reason);

    [LoggerMessage(22, LogLevel.Debug, "{Message} was not sent to node {Node}, or not surely.")]
    static partial void LogNotSent(ILogger logger, Exception exception, NodeMessageKind message, string node);
}
