using System.Security.Claims;
using PhoenixChannels.Connections;
using PhoenixChannels.Frames;

namespace PhoenixChannels.Transports;

/// <summary>One client's session: its connection between the requests.</summary>
internal sealed class LongPollSession : IClientTransport
{
    readonly LongPollSessions _sessions;
    readonly PolledOutbox _outbox;
    readonly Lock _dispatching = new();

    public LongPollSession(LongPollSessions sessions, UInt128 id, ClaimsPrincipal user)
    {
        _sessions = sessions;
        _outbox = new(sessions.Options.MaxOutboxBytes, () => sessions.Remove(this));
        Id = id;
        User = UserKey.Of(user);
        Started = sessions.Time.GetTimestamp();
    }

    public UInt128 Id { get; }

    /// <summary>Whose session it is; null for an anonymous one.</summary>
    public string? User { get; }

    /// <summary>By a clock that nobody can set back.</summary>
    public long Started { get; }

    /// <summary>What the client names the session by. Set before anybody knows of it.</summary>
    public string Token { get; init; } = "";

    /// <summary>What it was opened with, when authentication wants to see that again.</summary>
    public AuthTokenSession? AuthToken { get; init; }

    /// <summary>Set before anybody knows of it.</summary>
    public SocketConnection Connection { get; set; } = null!;

    public Outbox Outbox => _outbox;

    public TimeSpan IdleTimeout => _sessions.Options.Window * 1.5;

    /// <summary>What goes out stands in a JSON text.</summary>
    public bool CanCarry(EncodedFrame frame) => !frame.IsBinary || System.Text.Unicode.Utf8.IsValid(frame.Message.Span);

    public void StopReading()
    {
        // There is nothing between the requests that could be stopped.
    }

    public void Abort()
    {
    }

    /// <summary>What waits, or what comes within the window. Null when the session has ended. Whoever gets something has to call <see cref="Settle"/>.</summary>
    public async Task<TakenFrames?> PollAsync(CancellationToken aborted)
    {
        Connection.Touch(isInsideMessage: false);
        var polling = _outbox.PollAsync(_sessions.Options.Window, _sessions.Time, aborted);
        var polls = Connection.Endpoint.Metrics.Polls;
        polls.Add(1);
        try
        {
            return await polling.ConfigureAwait(false);
        }
        finally
        {
            polls.Add(-1);
        }
    }

    public void Settle(TakenFrames taken, bool isSent) => _outbox.Settle(taken, isSent);

    /// <summary>Hands over the messages of one request, all before any channel is woken. Returns 0, or the code to close with when one is malformed.</summary>
    public int Receive(List<LongPollMessage> messages)
    {
        // Clients of old send several requests at once.
        lock (_dispatching)
        {
            try
            {
                foreach (var message in messages)
                {
                    var code = message.IsSound ? Connection.Receive(message.Bytes, message.IsBinary) : CloseCode.InvalidData;
                    if (code != 0) return code;
                }

                return 0;
            }
            finally
            {
                SocketConnection.EndBatch();
            }
        }
    }
}
