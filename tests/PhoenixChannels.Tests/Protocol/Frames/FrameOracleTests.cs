using System.Buffers;
using System.Net.WebSockets;
using System.Text.Unicode;
using CsCheck;
using PhoenixChannels.Frames;

namespace PhoenixChannels.Tests.Protocol.Frames;

/// <summary>Holds the reader and the writer against <see cref="System.Net.WebSockets"/>, an independent implementation of the same RFC.</summary>
public class FrameOracleTests
{
    static readonly Gen<int> s_size = Gen.Frequency((6, Gen.Int[0, 300]), (3, Gen.OneOf(125, 126, 127, 4095, 4096, 4097, 65535, 65536)), (1, Gen.Int[0, 150_000]));

    static readonly Gen<int[]> s_partSizes = Gen.OneOf(Gen.Int[1, 20], Gen.Int[1, 5000], Gen.Int[4000, 100_000]).Array[1, 10];

    /// <summary>A message of a client: fragments and, behind each, pings.</summary>
    static readonly Gen<Sent> s_sent = Gen.Select(Gen.Bool, s_size.Array[1, 4], Gen.Int[0, 125].Array[0, 2], (binary, sizes, pings) => new Sent(binary, Fragments(sizes), pings));

    static readonly Gen<Sent> s_smallSent = Gen.Select(Gen.Bool, Gen.Int[0, 140].Array[1, 3], Gen.Int[0, 20].Array[0, 1], (binary, sizes, pings) => new Sent(binary, Fragments(sizes), pings));

    [Test]
    public Task What_another_implementation_sends_is_read_as_it_was_sent() =>
        Gen.Select(s_sent.Array[0, 5], s_partSizes, Gen.Bool).SampleAsync(async (sent, partSizes, close) =>
        {
            var bytes = await SendAsync(sent, close);
            var reader = new RecordingReader();
            var code = reader.FeedAll(Segments.Cut(bytes, partSizes));
            return code == (close ? 1000 : 0)
                && reader.Messages.Select(message => message.Binary).SequenceEqual(sent.Select(message => message.Binary))
                && reader.Messages.Zip(sent).All(pair => pair.First.Bytes.AsSpan().SequenceEqual(pair.Second.Data()))
                && reader.Pings.Select(ping => ping.Length).SequenceEqual(sent.SelectMany(message => message.AllPings))
                && reader.Waiting == 0 && !reader.IsInsideMessage;
        }, iter: 150);

    [Test]
    public Task What_is_sent_another_implementation_reads_as_it_was_sent() =>
        Gen.Select(Gen.Select(Gen.Bool, s_size, Gen.Bool).Array[0, 6], s_partSizes, s_partSizes, Gen.OneOf(1000, 1001, 1002, 1008, 1009, 1011, 3000, 4999), Gen.String[Gen.Char[' ', '~'], 0, 123]).SampleAsync(async (messages, partSizes, bufferSizes, code, reason) =>
        {
            var frames = messages.SelectMany(message => (EncodedFrame[])[.. message.Item3 ? [EncodedFrame.Pong(Data(message.Item2 % 126))] : Array.Empty<EncodedFrame>(), MessageBuffer.Encode(new Raw(Data(message.Item2), message.Item1), default, forOne: message.Item3)]);
            byte[] bytes = [.. frames.SelectMany(frame => frame.Bytes.ToArray()), .. EncodedFrame.Close(code, reason).Bytes.Span];
            using var client = WebSocket.CreateFromStream(new MemoryConnection(bytes, partSizes), new() { KeepAliveInterval = Timeout.InfiniteTimeSpan });
            var received = await ReceiveAsync(client, bufferSizes);
            return received.End == End.Closed
                && (int)client.CloseStatus! == code && (client.CloseStatusDescription ?? "") == reason
                && received.Messages.Select(message => message.Binary).SequenceEqual(messages.Select(message => message.Item1))
                && received.Messages.Zip(messages).All(pair => pair.First.Bytes.AsSpan().SequenceEqual(Data(pair.Second.Item2)));
        }, iter: 150);

    /// <summary>
    /// Bytes changed, inserted and taken out anywhere: both find the same messages, and then both wait, both close or both find a
    /// fault. Where they differ on purpose is said in <see cref="Agree"/>.
    /// </summary>
    [Test]
    public Task What_is_damaged_both_accept_or_both_refuse() =>
        Gen.Select(s_smallSent.Array[1, 3], Gen.Select(Gen.Int[0, 2], Gen.Int[0, 500], Gen.Byte).Array[1, 4], Gen.Bool).SampleAsync(async (sent, damages, close) =>
        {
            var bytes = Damage(await SendAsync(sent, close), damages);
            var reader = new RecordingReader(Limit);
            var code = reader.Feed(bytes);
            using var server = WebSocket.CreateFromStream(new MemoryConnection(bytes), new() { IsServer = true, KeepAliveInterval = Timeout.InfiniteTimeSpan });
            var received = await ReceiveAsync(server, [4096]);
            return Agree(reader, code, received.Messages, received.End, bytes) ? true : throw new AssertionException(
                $"{code} and {received.End}: {string.Join(',', reader.Messages.Select(Describe))} and {string.Join(',', received.Messages.Select(Describe))} of {Convert.ToHexString(bytes)}");
        }, iter: 3000);

    const int Limit = 100_000;

    static bool Agree(RecordingReader reader, int code, List<(byte[] Bytes, bool Binary)> messages, End end, byte[] bytes)
    {
        if (!messages.Take(reader.Messages.Count).Select(Describe).SequenceEqual(reader.Messages.Select(Describe))) return false;

        // A fragment that is empty for no reason is refused by the reader alone, as Bandit refuses it.
        if (code == CloseCode.PolicyViolation) return true;

        // The other one takes a text that ends within a character when its last fragment is empty.
        if (messages.Count > reader.Messages.Count) return code == CloseCode.InvalidData && !Utf8.IsValid(messages[reader.Messages.Count].Bytes);
        return code switch
        {
            // The other one finds bytes that are not UTF-8 before the message is whole; the reader looks when it is.
            0 => end == End.Cut || (end == End.Fault && (reader.IsInsideMessage || reader.Waiting > 0)),

            // The same where a close comes inside a message. Besides, Bandit takes close codes above 4999, and the other one does not.
            CloseCode.Normal => end == End.Closed || (end == End.Fault && (reader.IsInsideMessage || HasCloseCode(bytes, 5000, ushort.MaxValue))),

            // The reader needs two bytes to see a fault where the other one waits for the whole header. Besides, Bandit refuses the close codes 1012 to 1014, which
            // came after the RFC, and the other one takes them.
            CloseCode.ProtocolError => end == End.Fault || (end == End.Cut && reader.Waiting < 14) || (end == End.Closed && HasCloseCode(bytes, 1012, 1014)),
            CloseCode.InvalidData => end == End.Fault,

            // The other one has no limit: it waits for what was announced, or finds a length of 64 bits a fault.
            CloseCode.MessageTooBig => end is End.Cut or End.Fault,
            _ => false,
        };
    }

    /// <summary>Whether a close frame with such a code is anywhere in the bytes.</summary>
    static bool HasCloseCode(byte[] bytes, int least, int most)
    {
        for (var at = 0; at + 8 <= bytes.Length; at++)
            if (bytes[at] == 0x88 && ((((bytes[at + 6] ^ bytes[at + 2]) << 8) | (bytes[at + 7] ^ bytes[at + 3])) is var code && code >= least && code <= most)) return true;
        return false;
    }

    static byte[] Damage(byte[] bytes, (int Kind, int At, byte Value)[] damages)
    {
        var list = bytes.ToList();
        foreach (var (kind, at, value) in damages)
        {
            if (list.Count == 0) break;

            // Mostly near the start, where there are headers.
            var index = at % Math.Min(list.Count, at % 2 == 0 ? 8 : int.MaxValue);
            if (kind == 0) list[index] ^= (byte)(1 << (value & 7));
            if (kind == 1) list[index] = value;
            if (kind == 2) list.RemoveAt(index);
        }

        return [.. list];
    }

    /// <summary>What a client of the other implementation writes.</summary>
    static async Task<byte[]> SendAsync(Sent[] messages, bool close)
    {
        using var connection = new MemoryConnection([]);
        using var client = WebSocket.CreateFromStream(connection, new() { KeepAliveInterval = Timeout.InfiniteTimeSpan });
        foreach (var message in messages)
        {
            var (type, data, at) = (message.Binary ? WebSocketMessageType.Binary : WebSocketMessageType.Text, message.Data(), 0);
            for (var i = 0; i < message.Fragments.Length; i++)
            {
                await client.SendAsync(data.AsMemory(at, message.Fragments[i]), type, i == message.Fragments.Length - 1, default);
                at += message.Fragments[i];
                foreach (var ping in message.Pings) connection.Write(ClientFrame.Of(ClientFrame.Ping, Data(ping)));
            }
        }

        if (close) await client.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, "bye", default);
        return connection.Written;
    }

    static async Task<(List<(byte[] Bytes, bool Binary)> Messages, End End)> ReceiveAsync(WebSocket socket, int[] bufferSizes)
    {
        List<(byte[], bool)> messages = [];
        var message = new ArrayBufferWriter<byte>();
        for (var turn = 0; ; turn++)
        {
            try
            {
                var part = await socket.ReceiveAsync(message.GetMemory(bufferSizes[turn % bufferSizes.Length]), default);
                if (part.MessageType == WebSocketMessageType.Close) return (messages, End.Closed);
                message.Advance(part.Count);
                if (!part.EndOfMessage) continue;
                messages.Add((message.WrittenSpan.ToArray(), part.MessageType == WebSocketMessageType.Binary));
                message.ResetWrittenCount();
            }
            catch (WebSocketException e)
            {
                return (messages, e.WebSocketErrorCode == WebSocketError.ConnectionClosedPrematurely ? End.Cut : End.Fault);
            }
        }
    }

    /// <summary>An empty fragment in the middle is left out: the reader closes with 1008 there, as Bandit does.</summary>
    static int[] Fragments(int[] sizes) => [.. sizes.Where((size, i) => size > 0 || i == 0 || i == sizes.Length - 1)];

    /// <summary>Text of characters of one to four bytes, so long in UTF-8.</summary>
    static byte[] Data(int size)
    {
        var characters = "a\u00e9\u65e5\ud83d\ude00".Utf8();
        var data = new byte[size];
        for (var at = 0; at < size; at += characters.Length)
        {
            if (size - at >= characters.Length) characters.CopyTo(data, at);
            else data.AsSpan(at).Fill((byte)'x');
        }

        return data;
    }

    static string Describe((byte[] Bytes, bool Binary) message) => $"{message.Binary} {Convert.ToHexString(message.Bytes)}";

    enum End
    {
        /// <summary>The bytes ended while more was expected.</summary>
        Cut,

        /// <summary>A sound close frame came.</summary>
        Closed,

        /// <summary>A rule was broken.</summary>
        Fault,
    }

    sealed record Sent(bool Binary, int[] Fragments, int[] Pings)
    {
        public IEnumerable<int> AllPings => Fragments.SelectMany(_ => Pings);

        public byte[] Data() => FrameOracleTests.Data(Fragments.Sum());
    }

    sealed class Raw(byte[] message, bool binary) : IChannelSerializer
    {
        public string Versions => "~> 9.0.0";

        public bool TryDecode(ReadOnlyMemory<byte> message, bool binary, int maxDepth, out IncomingMessage result)
        {
            result = default;
            return false;
        }

        public bool Encode(in OutgoingMessage outgoing, IBufferWriter<byte> output)
        {
            output.Write(message);
            return binary;
        }
    }
}
