using System.Buffers;
using System.Buffers.Text;
using System.IO.Pipelines;
using System.Text;
using Microsoft.AspNetCore.Connections;

namespace PhoenixChannels.Benchmarks.Servers;

/// <summary>One WebSocket: frames in and out of the transport's pipes, on at most one topic.</summary>
sealed class CeilingClient(PipeWriter output, Action abort)
{
    readonly Lock _gate = new();
    CeilingTopic? _topic;
    Task? _working;
    bool _waiting, _closed;

    /// <summary>A bare connection, with the handshake still to come.</summary>
    public static Task RunAsync(ConnectionContext connection) => RunAsync(connection.Transport.Input, connection.Transport.Output, connection.Abort, isUpgraded: false);

    public static async Task RunAsync(PipeReader input, PipeWriter output, Action abort, bool isUpgraded)
    {
        var client = isUpgraded ? new CeilingClient(output, abort) : null;
        try
        {
            while (client is not { _closed: true })
            {
                var read = await input.ReadAsync();
                var buffer = read.Buffer;
                if (client is null && CeilingHandshake.TryTake(ref buffer, output))
                {
                    client = new(output, abort);
                    await output.FlushAsync();
                }

                client?.Take(ref buffer);
                var working = client?._working;
                // What is behind a burn stays in the pipe, and counts as not seen.
                input.AdvanceTo(buffer.Start, working is null ? buffer.End : buffer.Start);
                if (working is not null)
                {
                    await working;
                    client!._working = null;
                }

                if (read.IsCompleted) return;
            }
        }
        catch (Exception e) when (e is ConnectionResetException or ConnectionAbortedException or OperationCanceledException or InvalidDataException)
        {
            // The end of this client, whatever it was.
        }
        finally
        {
            client?.Leave();
        }
    }

    /// <summary>Adds a whole frame to what is to be written; true when it is the first since the last flush.</summary>
    public bool Append(ReadOnlySpan<byte> frame)
    {
        lock (_gate)
        {
            if (_closed) return false;
            output.Write(frame);
            if (_waiting) return false;
            return _waiting = true;
        }
    }

    public void FlushWaiting()
    {
        lock (_gate)
        {
            _waiting = false;
            Flush();
        }
    }

    /// <summary>Handles every whole frame; the replies are flushed once. Stops behind a burn or a block.</summary>
    void Take(ref ReadOnlySequence<byte> buffer)
    {
        var wrote = false;
        while (_working is null && !_closed && CeilingFrame.TryRead(ref buffer, out var opcode, out var body))
        {
            switch (opcode)
            {
                case CeilingFrame.Text:
                    wrote |= Handle(body);
                    break;
                case CeilingFrame.Close:
                    lock (_gate)
                    {
                        WriteFrame(body, CeilingFrame.Close);
                        Flush();
                        _closed = true;
                    }

                    return;
            }
        }

        if (wrote) lock (_gate) Flush();
    }

    /// <summary>One [join_ref, ref, topic, event, payload]; the parts stay raw JSON. True when a reply was written.</summary>
    bool Handle(ReadOnlySpan<byte> message)
    {
        var rest = message[1..];
        var joinRef = Next(ref rest);
        var reference = Next(ref rest);
        var topic = Next(ref rest);
        var name = Next(ref rest);
        var payload = rest[..^1];
        if (name.SequenceEqual("\"echo\""u8)) return Reply(joinRef, reference, topic, payload);
        if (name.SequenceEqual("\"heartbeat\""u8)) return Reply("null"u8, reference, topic, "{}"u8);
        if (name.SequenceEqual("\"shout\""u8)) return Shout(topic, payload);
        if (name.SequenceEqual("\"burn\""u8)) return StartWork(Work.Burn, joinRef, reference, topic, payload);
        if (name.SequenceEqual("\"block\""u8)) return StartWork(Work.Block, joinRef, reference, topic, payload);
        if (!name.SequenceEqual("\"phx_join\""u8) || _topic is not null) throw new InvalidDataException("Not known here.");
        _topic = CeilingTopic.Join(topic, this);
        return Reply(joinRef, reference, topic, "{}"u8);
    }

    /// <summary>The next element up to its comma: a string without escapes, a number or null.</summary>
    static ReadOnlySpan<byte> Next(ref ReadOnlySpan<byte> rest)
    {
        var length = rest[0] == '"' ? rest[1..].IndexOf((byte)'"') + 2 : rest.IndexOf((byte)',');
        if (length <= 0 || length >= rest.Length) throw new InvalidDataException("Not a message.");
        var element = rest[..length];
        rest = rest[(length + 1)..];
        return element;
    }

    bool Shout(ReadOnlySpan<byte> topic, ReadOnlySpan<byte> payload)
    {
        if (_topic is null || !topic.SequenceEqual(_topic.Name)) return false;
        ReadOnlySpan<byte> before = "[null,null,"u8, between = ",\"shout\","u8, after = "]"u8;
        var length = before.Length + topic.Length + between.Length + payload.Length + after.Length;
        var frame = ArrayPool<byte>.Shared.Rent(CeilingFrame.MaxHead + length);
        var end = CeilingFrame.WriteHead(frame, length);
        Put(frame, ref end, before);
        Put(frame, ref end, topic);
        Put(frame, ref end, between);
        Put(frame, ref end, payload);
        Put(frame, ref end, after);
        _topic.Broadcast(frame.AsSpan(0, end));
        ArrayPool<byte>.Shared.Return(frame);
        return false;
    }

    bool Reply(ReadOnlySpan<byte> joinRef, ReadOnlySpan<byte> reference, ReadOnlySpan<byte> topic, ReadOnlySpan<byte> response)
    {
        ReadOnlySpan<byte> before = ",\"phx_reply\",{\"response\":"u8, after = ",\"status\":\"ok\"}]"u8;
        var length = 3 + joinRef.Length + reference.Length + topic.Length + before.Length + response.Length + after.Length;
        lock (_gate)
        {
            var span = output.GetSpan(CeilingFrame.MaxHead + length);
            var end = CeilingFrame.WriteHead(span, length);
            Put(span, ref end, "["u8);
            Put(span, ref end, joinRef);
            Put(span, ref end, ","u8);
            Put(span, ref end, reference);
            Put(span, ref end, ","u8);
            Put(span, ref end, topic);
            Put(span, ref end, before);
            Put(span, ref end, response);
            Put(span, ref end, after);
            output.Advance(end);
        }

        return true;
    }

    /// <summary>Work has a thread of its own, since the one that reads is the socket engine's.</summary>
    bool StartWork(Action<int> work, ReadOnlySpan<byte> joinRef, ReadOnlySpan<byte> reference, ReadOnlySpan<byte> topic, ReadOnlySpan<byte> payload)
    {
        var name = "\"ms\":"u8;
        if (!Utf8Parser.TryParse(payload[(payload.IndexOf(name) + name.Length)..], out int milliseconds, out _)) throw new InvalidDataException("How long?");
        var text = Encoding.Latin1;
        var (a, b, c, response) = (text.GetString(joinRef), text.GetString(reference), text.GetString(topic), text.GetString(payload));
        _working = Task.Factory.StartNew(
            () =>
            {
                work(milliseconds);
                Reply(text.GetBytes(a), text.GetBytes(b), text.GetBytes(c), text.GetBytes(response));
                lock (_gate) Flush();
            },
            CancellationToken.None,
            TaskCreationOptions.LongRunning,
            TaskScheduler.Default);
        return false;
    }

    static void Put(Span<byte> span, ref int at, ReadOnlySpan<byte> part)
    {
        part.CopyTo(span[at..]);
        at += part.Length;
    }

    void WriteFrame(ReadOnlySpan<byte> body, byte opcode)
    {
        var span = output.GetSpan(CeilingFrame.MaxHead + body.Length);
        var end = CeilingFrame.WriteHead(span, body.Length, opcode);
        Put(span, ref end, body);
        output.Advance(end);
    }

    void Flush()
    {
#pragma warning disable CA2012 // Whatever does not complete at once is never waited for.
        if (_closed || output.FlushAsync().IsCompleted) return;
#pragma warning restore CA2012
        // More than the bound is waiting: a slow client.
        _closed = true;
        abort();
    }

    void Leave()
    {
        lock (_gate) _closed = true;
        _topic?.Leave(this);
    }
}
