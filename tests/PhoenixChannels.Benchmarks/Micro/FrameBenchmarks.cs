using System.Buffers;
using System.IO.Pipelines;
using BenchmarkDotNet.Attributes;
using Microsoft.AspNetCore.Http;
using PhoenixChannels.Frames;
using PhoenixChannels.Serializers;
using PhoenixChannels.Transports;

namespace PhoenixChannels.Benchmarks.Micro;

/// <summary>What the WebSocket itself costs for one message: on the way in header, unmasking, UTF-8 check and a copy of its own; on the way out the copy into the transport's buffer.</summary>
public class FrameBenchmarks
{
    readonly CountingReader _reader = new();
    readonly UpgradedFrameConnection _connection = new(new DefaultHttpContext(), new DuplexPipe(PipeReader.Create(Stream.Null), PipeWriter.Create(Stream.Null)), new());
    byte[] _incoming = [];
    EncodedFrame[] _outgoing = [];

    [Params(100, 65_536)]
    public int Size { get; set; }

    [GlobalSetup]
    public void Prepare()
    {
        var text = new byte[Size];
        text.AsSpan().Fill((byte)'a');
        var masked = text.ToArray();
        FrameMask.Apply(masked, 0x04030201);
        byte[] length = Size < 126 ? [(byte)(0x80 | Size)] : [0x80 | 127, 0, 0, 0, 0, 0, (byte)(Size >> 16), (byte)(Size >> 8), (byte)Size];
        _incoming = [0x81, .. length, 1, 2, 3, 4, .. masked];
        _outgoing = [MessageBuffer.Encode(new V2JsonSerializer(), OutgoingMessage.Push(default, default, "t", "e", Payload.Binary(text)))];
        if (Read() != 0 || _reader.Messages != 1) throw new InvalidOperationException("The frame is malformed.");
    }

    [Benchmark]
    public int Read()
    {
        var input = new ReadOnlySequence<byte>(_incoming);
        return _reader.Read(ref input);
    }

    [Benchmark]
    public void Write() => _connection.WriteAsync(_outgoing).AsTask().GetAwaiter().GetResult();

    sealed class CountingReader() : FrameReader(1024 * 1024)
    {
        public long Messages { get; private set; }

        protected override int OnMessage(byte[] message, bool binary)
        {
            Messages++;
            return 0;
        }

        protected override void OnPing(ReadOnlySpan<byte> data)
        {
        }
    }
}
