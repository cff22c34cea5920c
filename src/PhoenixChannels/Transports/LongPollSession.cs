using System.Security.Claims;
using Microsoft.AspNetCore.Http;
using PhoenixChannels.Connections;
using PhoenixChannels.Frames;

namespace PhoenixChannels.Transports;

/// <summary>One client's session: its connection between the requests.</summary>
internal sealed class LongPollSession : IClientTransport, ILongPollSession
{
    readonly LongPollSessions _sessions;
    readonly PolledOutbox _outbox;
    readonly Lock _dispatching = new();
    readonly string? _user;         // null for an anonymous one

    public LongPollSession(LongPollSessions sessions, UInt128 id, ClaimsPrincipal user)
    {
        _sessions = sessions;
        _outbox = new(sessions.Options.MaxOutboxBytes, () => sessions.Remove(this));
        Id = id;
        _user = UserKey.Of(user);
        Started = sessions.Time.GetTimestamp();
    }

    public UInt128 Id { get; }

    /// <summary>By a clock that nobody can set back.</summary>
    public long Started { get; }

    /// <summary>Set before anybody knows of it.</summary>
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

    public bool MayBelongTo(string? user) => user == _user;

    public async Task<PollAnswer> PollAsync(CancellationToken aborted)
    {
        Connection.Touch(isInsideMessage: false);
        var polling = _outbox.PollAsync(_sessions.Options.Window, _sessions.Time, aborted);
        var polls = Connection.Endpoint.Metrics.Polls;
        polls.Add(1);
        try
        {
            if (await polling.ConfigureAwait(false) is not { Count: > 0 } taken) return PollAnswer.Without(StatusCodes.Status204NoContent);
            var messages = new ReadOnlyMemory<byte>[taken.Count];
            for (var i = 0; i < messages.Length; i++) messages[i] = taken.Frames[i].Message;
            return new(StatusCodes.Status200OK, messages, isSent => _outbox.Settle(taken, isSent));
        }
        finally
        {
            polls.Add(-1);
        }
    }

    public async Task<int> PostAsync(IReadOnlyList<LongPollMessage> messages, CancellationToken aborted)
    {
        if (Connection.IsClosed) return StatusCodes.Status410Gone;
        var code = Receive(messages);

        // As in Phoenix, whoever has joined finds the answer with the next poll, and what stands before a malformed line is done.
        await Connection.WhenJoinsAreDecidedAsync().WaitAsync(_sessions.Options.Window, _sessions.Time, aborted).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (code == 0) return StatusCodes.Status200OK;
        Connection.Close(code);
        return StatusCodes.Status408RequestTimeout;
    }

    /// <summary>Hands over the messages of one request, all before any channel is woken. Returns 0, or the code to close with when one is malformed.</summary>
    int Receive(IReadOnlyList<LongPollMessage> messages)
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
