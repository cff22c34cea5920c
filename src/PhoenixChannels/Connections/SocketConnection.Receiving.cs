using System.Text.Unicode;
using PhoenixChannels.Diagnostics;
using PhoenixChannels.Frames;
using PhoenixChannels.Serializers;

namespace PhoenixChannels.Connections;

/// <remarks>What the client sends: taken apart, answered on the spot or posted to its channel.</remarks>
internal sealed partial class SocketConnection
{
    [ThreadStatic]
    static List<ChannelProcess>? t_woken;

    /// <summary>Notes a sign of life.</summary>
    public void Touch(bool isInsideMessage)
    {
        _lastReceived = Endpoint.Server.Now;
        if (!isInsideMessage) _messageBegan = 0;
        else if (_messageBegan == 0) _messageBegan = _lastReceived;
    }

    /// <summary>Handles one message. Returns 0, or the code that the connection is to be closed with.</summary>
    public int Receive(byte[] bytes, bool binary)
    {
        _messageBegan = 0;
        if (IsClosed) return 0;
        Metrics.Received.Add(1);
        if (!TryDecode(bytes, binary, out var message))
        {
            Metrics.Malformed.Add(1);
            LogMalformed(Endpoint.SocketLog, bytes.Length, binary);
            return CloseCode.InternalError;
        }

        if (HasLongRefs(message)) AnswerWithoutRefs(message, Reasons.RefTooLong);
        else if (IsHeartbeat(message)) Answer(message, default, "ok", default);
        else if (message.Topic is { } topic && IsTooLong(topic)) Answer(message, message.JoinRef, "error", Reasons.TopicTooLong);
        else if (message.Event is { } name && IsTooLong(name)) Answer(message, message.JoinRef, "error", Reasons.EventTooLong);
        else if (message.Event == ChannelEvents.Join) Join(message);
        else if (message.Event == ChannelEvents.Leave) Leave(message);
        else Deliver(message);
        return 0;
    }

    /// <summary>Answers a message if it is a heartbeat, of which nothing needs to be kept.</summary>
    public bool TryAnswerHeartbeat(ReadOnlyMemory<byte> bytes, bool binary)
    {
        // An application's own serializer may keep what it reads.
        if (binary || Serializer is not (V1JsonSerializer or V2JsonSerializer)) return false;
        if (bytes.Span.IndexOf("heartbeat"u8) < 0 || !Utf8.IsValid(bytes.Span)) return false;
        if (IsClosed || !TryDecode(bytes, binary, out var message) || !IsHeartbeat(message) || HasLongRefs(message)) return false;
        _messageBegan = 0;
        Metrics.Received.Add(1);
        Answer(message, default, "ok", default);
        return true;
    }

    /// <summary>Wakes the channels that the messages of one read were for: all are dispatched before any is handled.</summary>
    public static void EndBatch()
    {
        if (t_woken is not { Count: > 0 } woken) return;
        foreach (var process in woken) process.Wake();
        woken.Clear();
    }

    public void Pong(ReadOnlySpan<byte> data)
    {
        var frame = EncodedFrame.Pong(data);
        lock (Sync)
        {
            if (!_isClosed) Enqueue(frame);
        }
    }

    bool TryDecode(ReadOnlyMemory<byte> bytes, bool binary, out IncomingMessage message)
    {
        try
        {
            return Serializer.TryDecode(bytes, binary, Options.MaxJsonDepth, out message);
        }
#pragma warning disable CA1031 // A serializer may be the application's own; the message counts as malformed.
        catch (Exception e)
#pragma warning restore CA1031
        {
            LogSerializerFailed(Endpoint.SocketLog, e);
            message = default;
            return false;
        }
    }

    void Join(in IncomingMessage message)
    {
        if (message.Topic is not { } topic || Endpoint.Routes.Find(topic) is not { } route)
        {
            Metrics.Joins.Add(1, new KeyValuePair<string, object?>(Tags.Result, "unmatched"));
            Answer(message, default, "error", Reasons.UnmatchedTopic);
            return;
        }

        if (!Utf8.IsValid(message.JoinRef.Span) || !Utf8.IsValid(message.Ref.Span))
        {
            // The answer to a join is text, and so is everything that says how its channel ends.
            Close(CloseCode.InternalError);
            return;
        }

        lock (Sync)
        {
            if (_isClosed) return;
            var replaced = Find(topic);
            var isFull = replaced is null && _channels.Count >= Options.MaxChannelsPerSocket;
            // Channels that have been replaced may still run, each in a callback that does not end.
            var isBusy = _undecidedJoins >= Options.MaxMailboxLength || _livingChannels - _channels.Count >= Options.MaxMailboxLength;
            if (isFull || isBusy)
            {
                Metrics.Joins.Add(1, new KeyValuePair<string, object?>(Tags.Result, isFull ? "too_many" : "busy"));
                Answer(message, message.JoinRef, "error", isFull ? Reasons.TooManyChannels : Reasons.Busy);
                return;
            }

            var process = new ChannelProcess(this, route, topic, message);
            process.Slot = new() { Process = process, Requested = Endpoint.Time.GetTimestamp() };
            (_slots ??= []).Enqueue(process.Slot);
            _channels.Set(process);
            _undecidedJoins++;
            _livingChannels++;
            Metrics.Channels.Add(1);
            if (replaced is { State: ChannelState.Joining })
            {
                replaced.Slot!.Successor = process;
                return;
            }

            if (replaced is not null)
            {
                process.Slot.CloseOfReplaced = replaced.CloseFrame();
                replaced.Kill(TerminationReason.DuplicateJoin);
            }

            WokenLater().Add(process);
        }
    }

    void Leave(in IncomingMessage message)
    {
        lock (Sync)
        {
            if (message.Topic is { } topic && Find(topic) is { } process)
            {
                if (!process.IsAddressedBy(message) || process.IsLeaving)
                {
                    Metrics.Dropped.Add(1, new KeyValuePair<string, object?>(Tags.Reason, "stale"));
                    return;
                }

                process.IsLeaving = true;
                if (process.PostWithoutWaking(new LeaveLetter(message.JoinRef, message.Ref))) WokenLater().Add(process);
                return;
            }
        }

        Answer(message, message.JoinRef, "ok", default);
    }

    void Deliver(in IncomingMessage message)
    {
        ChannelProcess? process;
        lock (Sync) process = message.Topic is { } topic ? Find(topic) : null;
        if (process is null)
        {
            Answer(message, default, "error", Reasons.UnmatchedTopic);
            return;
        }

        if (!process.IsAddressedBy(message))
        {
            Metrics.Dropped.Add(1, new KeyValuePair<string, object?>(Tags.Reason, "stale"));
            return;
        }

        if (process.Count >= Options.MaxMailboxLength)
        {
            Metrics.Dropped.Add(1, new KeyValuePair<string, object?>(Tags.Reason, "busy"));
            if (!message.Ref.IsEmpty) process.ReplyOwn(message.Ref, "error", Reasons.Busy);
            return;
        }

        var letter = new EventLetter(message.Event, message.Payload.WithOptions(Endpoint.Json), message.Ref);
        if (process.PostWithoutWaking(letter)) WokenLater().Add(process);
    }

    /// <summary>An event behind a join that was refused: the topic is as unmatched as if it had come after the refusal.</summary>
    public void AnswerUnjoined(string topic, ReadOnlyMemory<byte> reference) => Answer(OutgoingMessage.Reply(default, reference, topic, "error", Reasons.UnmatchedTopic));

    /// <summary>A leave behind a join that was refused.</summary>
    public void AnswerLeave(string topic, ReadOnlyMemory<byte> joinRef, ReadOnlyMemory<byte> reference) => Answer(OutgoingMessage.Reply(joinRef, reference, topic, "ok", default));

    /// <summary>
    /// A frame of the library's own making. One that the serializer cannot write, such as an answer in text to a binary ref that is
    /// not UTF-8, ends the connection with 1011, as in Phoenix; the default is returned.
    /// </summary>
    public EncodedFrame EncodeOwn(in OutgoingMessage message)
    {
        try
        {
            return MessageBuffer.Encode(Serializer, message, forOne: true);
        }
#pragma warning disable CA1031 // A serializer may be the application's own.
        catch (Exception e)
#pragma warning restore CA1031
        {
            LogNotEncoded(Endpoint.SocketLog, e);
            Close(CloseCode.InternalError);
            return default;
        }
    }

    /// <summary>Answers by the connection itself. A message without a ref is answered all the same, as Phoenix does.</summary>
    void Answer(in IncomingMessage message, ReadOnlyMemory<byte> joinRef, string status, Payload response) =>
        Answer(OutgoingMessage.Reply(joinRef, message.Ref, message.Topic ?? "", status, response) with { TopicJson = message.TopicJson });

    void AnswerWithoutRefs(in IncomingMessage message, Payload reason) =>
        Answer(OutgoingMessage.Reply(default, default, message.Topic ?? "", "error", reason) with { TopicJson = message.TopicJson });

    /// <summary>In the order of the requests: behind the joins that are undecided.</summary>
    void Answer(in OutgoingMessage answer)
    {
        var frame = EncodeOwn(answer);
        lock (Sync)
        {
            if (_isClosed) return;
            if (_slots is not { Count: > 0 } slots) Enqueue(frame);
            else if (Reserve(frame)) slots.Enqueue(new() { Answer = frame });
        }
    }

    static bool IsHeartbeat(in IncomingMessage message) => message is { Topic: ChannelEvents.SystemTopic, Event: ChannelEvents.Heartbeat };

    bool HasLongRefs(in IncomingMessage message) => message.JoinRef.Length > Options.MaxNameLength || message.Ref.Length > Options.MaxNameLength;

    bool IsTooLong(string name) =>
        name.Length * 3 > Options.MaxNameLength && System.Text.Encoding.UTF8.GetByteCount(name) > Options.MaxNameLength;

    static List<ChannelProcess> WokenLater() => t_woken ??= [];
}
