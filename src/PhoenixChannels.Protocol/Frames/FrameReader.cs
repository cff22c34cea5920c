using System.Buffers;
using System.Text.Unicode;

namespace PhoenixChannels.Frames;

/// <summary>
/// Reads what a client sends: cuts frames, checks them by RFC 6455, unmasks and joins them, and calls the subclass with whole messages.
/// Costs nothing beyond its own fields while no message is half there.
/// </summary>
/// <remarks>Close codes are those that Phoenix's server (Bandit) answers with.</remarks>
internal abstract class FrameReader(int maxMessageSize)
{
    /// <summary>More frames than this to one message are an attack on the reader, not a message.</summary>
    const int MaxFragments = 10_000;

    /// <summary>Up to here an incomplete frame waits in the transport's buffers; a larger one is taken out of them as it comes.</summary>
    const int WaitInPlace = 4096;

    /// <summary>Up to here a message may be handled where it stands, without an array of its own.</summary>
    const int LargestPassing = 128;

    [ThreadStatic]
    static byte[]? t_passing;

    PartialMessage? _partial;

    /// <summary>Whether a message has begun and not ended.</summary>
    public bool IsInsideMessage => _partial is not null;

    /// <summary>Whether the client has sent a Close frame, sound or not: nothing comes behind it.</summary>
    protected bool HasReceivedClose { get; private set; }

    /// <summary>A whole message, in an array of its own; text is valid UTF-8. Returns 0 to go on, or the code to close with.</summary>
    protected abstract int OnMessage(byte[] message, bool binary);

    /// <summary>
    /// A small message, before it gets an array of its own. True when it has been handled, which is for messages of which nothing is kept; otherwise
    /// <see cref="OnMessage"/> follows.
    /// </summary>
    /// <param name="message">The message; its memory is used again when this has returned.</param>
    /// <param name="binary">Whether it is binary.</param>
    protected virtual bool OnPassing(ReadOnlyMemory<byte> message, bool binary) => false;

    protected abstract void OnPing(ReadOnlySpan<byte> data);

    /// <summary>Takes all complete frames off the input. Returns 0, or the code to close with; a client's Close gives 1000 when it is sound.</summary>
    public int Read(ref ReadOnlySequence<byte> input)
    {
        while (true)
        {
            if (_partial is { Remaining: > 0 } current)
            {
                current.Take(ref input);
                if (current.Remaining > 0) return 0;
                var finished = current.IsLastFrame ? Finish() : 0;
                if (finished != 0) return finished;
                continue;
            }

            var room = maxMessageSize - (_partial?.Length ?? 0);
            if (!FrameHeader.TryRead(input, room, out var header, out var closeCode)) return closeCode;
            if (header.IsControl)
            {
                if (input.Length < header.Size + (long)header.Length) return 0;
                closeCode = Control(header, input.Slice(header.Size, (long)header.Length));
                input = input.Slice(header.Size + (long)header.Length);
            }
            else
            {
                if (!TryTake(header, ref input, out closeCode)) return 0;
            }

            if (closeCode != 0) return closeCode;
        }
    }

    /// <summary>Gives the buffer of a half-read message back. To be called once, at the connection's end.</summary>
    protected void Release()
    {
        _partial?.Return();
        _partial = null;
    }

    /// <summary>Takes a data frame, or what is there of a large one. False when a small one has to wait for the rest of its bytes.</summary>
    bool TryTake(in FrameHeader header, ref ReadOnlySequence<byte> input, out int closeCode)
    {
        closeCode = 0;
        if (header.Opcode == FrameOpcode.Continuation != _partial is not null)
        {
            closeCode = CloseCode.ProtocolError;
            return true;
        }

        var length = (int)header.Length;
        var isComplete = input.Length - header.Size >= length;
        if (!isComplete && length <= WaitInPlace) return false;
        if (isComplete && header.IsFinal && _partial is null)
        {
            var passing = length <= LargestPassing ? t_passing ??= new byte[LargestPassing] : null;
            var message = passing ?? GC.AllocateUninitializedArray<byte>(length);
            input.Slice(header.Size, length).CopyTo(message);
            FrameMask.Apply(message.AsSpan(0, length), header.Mask);
            input = input.Slice(header.Size + length);
            if (passing is not null)
            {
                if (OnPassing(passing.AsMemory(0, length), header.Opcode == FrameOpcode.Binary)) return true;
                message = passing.AsSpan(0, length).ToArray();
            }

            closeCode = Deliver(message, header.Opcode);
            return true;
        }

        if (header is { Length: 0, IsFinal: false, Opcode: FrameOpcode.Continuation } || _partial?.Fragments >= MaxFragments)
        {
            closeCode = CloseCode.PolicyViolation;
            return true;
        }

        input = input.Slice(header.Size);
        _partial ??= new(header.Opcode);
        _partial.Begin(header);
        if (length == 0 && header.IsFinal) closeCode = Finish();
        return true;
    }

    int Finish()
    {
        var (message, opcode) = (_partial!.ToArray(), _partial.Opcode);
        Release();
        return Deliver(message, opcode);
    }

    int Deliver(byte[] message, FrameOpcode opcode) =>
        opcode == FrameOpcode.Text && !Utf8.IsValid(message) ? CloseCode.InvalidData : OnMessage(message, opcode == FrameOpcode.Binary);

    int Control(in FrameHeader header, in ReadOnlySequence<byte> payload)
    {
        Span<byte> data = stackalloc byte[(int)header.Length];
        payload.CopyTo(data);
        FrameMask.Apply(data, header.Mask);
        switch (header.Opcode)
        {
            case FrameOpcode.Ping:
                OnPing(data);
                return 0;
            case FrameOpcode.Close:
                HasReceivedClose = true;
                var isSound = data.IsEmpty || (data.Length >= 2 && CloseCode.IsValidFromClient(data[0] << 8 | data[1]) && Utf8.IsValid(data[2..]));
                return isSound ? CloseCode.Normal : CloseCode.ProtocolError;
            default:
                return 0;
        }
    }
}
