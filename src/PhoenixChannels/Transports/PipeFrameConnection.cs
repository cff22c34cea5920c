using System.Buffers;
using System.IO.Pipelines;
using PhoenixChannels.Connections;
using PhoenixChannels.Frames;

namespace PhoenixChannels.Transports;

/// <summary>A WebSocket on a duplex pipe, by our own reader. Holds no buffer while it waits.</summary>
internal abstract class PipeFrameConnection : FrameReader, IFrameConnection
{
    /// <summary>Frames are joined into pieces of up to this size.</summary>
    const int PieceSize = 64 * 1024;

    readonly IDuplexPipe _pipe;
    readonly WebSocketTransportOptions _options;

    SocketConnection _connection = null!;       // set by Start
    bool _isDiscarding;
    volatile bool _isStopped;

    /// <param name="pipe">What the frames go over; completed at the end.</param>
    /// <param name="options">The transport's options.</param>
    protected PipeFrameConnection(IDuplexPipe pipe, WebSocketTransportOptions options)
        : base(options.MaxMessageSize)
    {
        _pipe = pipe;
        _options = options;
        Outbox = new WritingOutbox(this, options.MaxOutboxBytes);
    }

    public Outbox Outbox { get; }

    public TimeSpan IdleTimeout => _options.IdleTimeout;

    public virtual bool IsCloseRequested => false;

    public bool CanCarry(EncodedFrame frame) => true;

    /// <summary>Receives until the connection ends.</summary>
    /// <param name="starting">The connection, started; null when there is none after all. Awaited here, since each waiting method costs memory as long as the connection lasts.</param>
    public static async Task RunAsync(ValueTask<PipeFrameConnection?> starting)
    {
        if (await starting.ConfigureAwait(false) is not { } connection) return;
        try
        {
            while (connection.Take(await connection._pipe.Input.ReadAsync().ConfigureAwait(false)))
            {
            }
        }
        catch (Exception e) when (e is IOException or OperationCanceledException or ObjectDisposedException)
        {
            // The client is gone.
        }
        finally
        {
            await connection.EndAsync().ConfigureAwait(false);
        }
    }

    /// <summary>Makes it the connection's transport. To be called once, before it runs.</summary>
    public void Start(SocketConnection connection)
    {
        _connection = connection;
        connection.Open();
    }

    public async ValueTask WriteAsync(ReadOnlyMemory<EncodedFrame> frames)
    {
        var written = 0;                // of the first of the rest
        for (var rest = frames; !rest.IsEmpty;)
        {
            rest = rest[Copy(rest.Span, ref written)..];
            var flush = await _pipe.Output.FlushAsync().ConfigureAwait(false);
            if (flush.IsCompleted || flush.IsCanceled) throw new IOException("The connection is gone.");
        }
    }

    public void StopReading()
    {
        _isStopped = true;
        _pipe.Input.CancelPendingRead();
    }

    public abstract void Abort();

    protected override int OnMessage(byte[] message, bool binary) => _connection.Receive(message, binary);

    protected override bool OnPassing(ReadOnlyMemory<byte> message, bool binary) => _connection.TryAnswerHeartbeat(message, binary);

    protected override void OnPing(ReadOnlySpan<byte> data) => _connection.Pong(data);

    /// <summary>Copies one piece: as many frames as fit, or a part of one that is larger. Returns how many frames are done.</summary>
    int Copy(ReadOnlySpan<EncodedFrame> frames, ref int written)
    {
        var first = frames[0].Bytes.Span[written..];
        if (first.Length > PieceSize)
        {
            _pipe.Output.Write(first[..PieceSize]);
            written += PieceSize;
            return 0;
        }

        written = 0;
        int count = 1, length = first.Length;
        while (count < frames.Length && length + frames[count].Length <= PieceSize) length += frames[count++].Length;
        var piece = _pipe.Output.GetSpan(length);
        first.CopyTo(piece);
        piece = piece[first.Length..];
        foreach (var frame in frames[1..count])
        {
            frame.Bytes.Span.CopyTo(piece);
            piece = piece[frame.Length..];
        }

        _pipe.Output.Advance(length);
        foreach (var frame in frames[..count]) frame.Return();
        return count;
    }

    /// <summary>Handles one read. False when it was the last.</summary>
    bool Take(in ReadResult read)
    {
        var input = read.Buffer;
        // A read that others cancelled, such as HTTP when the server began to stop, is no end.
        var goesOn = !_isStopped && Take(ref input) && !read.IsCompleted;
        _pipe.Input.AdvanceTo(input.Start, input.End);
        return goesOn;
    }

    /// <summary>Handles what has been read. False when the client has said its last word.</summary>
    bool Take(ref ReadOnlySequence<byte> input)
    {
        if (_isDiscarding)
        {
            var isOver = EndsWithClose(input);
            input = input.Slice(input.End);
            return !isOver;
        }

        int code;
        using (WritingOutbox.BeginTurn())
        {
            try
            {
                code = Read(ref input);
            }
            finally
            {
                SocketConnection.EndBatch();
            }
        }

        _connection.Touch(isInsideMessage: IsInsideMessage || !input.IsEmpty);
        if (code == 0) return true;
        _connection.Close(code);
        if (HasReceivedClose) return false;

        // Reads on until the client has seen the Close frame: closing with its data unread would make the network drop the frame.
        // Behind a malformed message the frames still are sound; behind a broken frame nothing can be told apart any more.
        _isDiscarding = code is not (CloseCode.InternalError or CloseCode.InvalidData);
        if (_isDiscarding) input = input.Slice(input.End);
        return true;
    }

    async Task EndAsync()
    {
        Release();
        await _connection.TransportEndedAsync().ConfigureAwait(false);
        try
        {
            await _pipe.Input.CompleteAsync().ConfigureAwait(false);
            await _pipe.Output.CompleteAsync().ConfigureAwait(false);
        }
        catch (Exception e) when (e is IOException or OperationCanceledException or ObjectDisposedException)
        {
            // The client is gone.
        }
    }

    /// <summary>Whether the last bytes look like the client's answer to our Close frame, which is the last thing that it sends.</summary>
    static bool EndsWithClose(in ReadOnlySequence<byte> input)
    {
        const int emptyLength = 6, withCodeLength = 8;
        if (input.Length < emptyLength) return false;
        Span<byte> end = stackalloc byte[(int)Math.Min(withCodeLength, input.Length)];
        input.Slice(input.Length - end.Length).CopyTo(end);
        return end is [0x88, 0x82, _, _, _, _, _, _] || end[^emptyLength..] is [0x88, 0x80, ..];
    }
}
