using CsCheck;
using PhoenixChannels.Transports;

namespace PhoenixChannels.Tests.Server.Nodes;

public class NodeMessageCodecTests
{
    static readonly NodeMessage s_post = new(NodeMessageKind.Post, "nöde", UInt128.MaxValue)
    {
        Mount = "/söcket",
        Session = 1,
        Asker = "",
        Messages = [new([], IsBinary: false), new([0xff, 0], IsBinary: true), new(new byte[70_000], IsBinary: false)],
    };

    [Test]
    public void Every_kind_of_message_survives()
    {
        foreach (var kind in Enum.GetValues<NodeMessageKind>())
        {
            var message = s_post with { Kind = kind, Status = 204 };
            var read = NodeMessageCodec.TryRead(NodeMessageCodec.Write(message))!;
            Assert.That((read.Kind, read.From, read.Request), Is.EqualTo((kind, "nöde", UInt128.MaxValue)));
            if (kind is NodeMessageKind.Poll or NodeMessageKind.Post or NodeMessageKind.AuthToken) Assert.That((read.Mount, read.Session, read.Asker), Is.EqualTo(("/söcket", (UInt128)1, "")));
            if (kind == NodeMessageKind.Answer) Assert.That(read.Status, Is.EqualTo(204));
            if (kind is NodeMessageKind.Post or NodeMessageKind.Answer)
                Assert.That(read.Messages.Select(sent => (sent.IsBinary, Convert.ToHexString(sent.Bytes))), Is.EqualTo(s_post.Messages.Select(sent => (sent.IsBinary, Convert.ToHexString(sent.Bytes)))));
        }

        Assert.That(NodeMessageCodec.TryRead(NodeMessageCodec.Write(s_post with { Asker = null }))!.Asker, Is.Null);
    }

    [Test]
    public void Another_version_an_unknown_kind_and_an_unknown_status_are_not_read()
    {
        var bytes = NodeMessageCodec.Write(new(NodeMessageKind.Cancel, "a", 1));
        Assert.That(NodeMessageCodec.TryRead(bytes), Is.Not.Null);
        Assert.That(NodeMessageCodec.TryRead([2, .. bytes[1..]]), Is.Null);
        Assert.That(NodeMessageCodec.TryRead([bytes[0], 0, .. bytes[2..]]), Is.Null);
        Assert.That(NodeMessageCodec.TryRead([bytes[0], 8, .. bytes[2..]]), Is.Null);
        Assert.That(NodeMessageCodec.TryRead([.. bytes, 0]), Is.Null, "with something after it");
        Assert.That(NodeMessageCodec.TryRead([]), Is.Null);
        foreach (var status in new[] { 0, 201, 500, -1 }) Assert.That(NodeMessageCodec.TryRead(NodeMessageCodec.Write(new(NodeMessageKind.Answer, "a", 1) { Status = status })), Is.Null);
    }

    [Test]
    public void A_message_cut_short_is_not_read()
    {
        var bytes = NodeMessageCodec.Write(s_post with { Messages = [new([1, 2, 3], IsBinary: true)] });
        for (var length = 0; length < bytes.Length; length++) Assert.That(NodeMessageCodec.TryRead(bytes.AsSpan(0, length)), Is.Null, $"{length} of {bytes.Length}");
    }

    [Test]
    public void Hostile_bytes_neither_throw_nor_cost_more_than_they_are() => Gen.Select(Gen.Int[0, 2], Gen.Byte.Array[0, 300], Gen.Int[0, int.MaxValue]).Sample((start, noise, seed) =>
    {
        byte[] bytes = start switch
        {
            0 => noise,
            1 => [NodeMessageCodec.CurrentVersion, (byte)(1 + (noise.Length % 7)), 1, (byte)'n', 16, .. new byte[16], .. noise],
            _ => Damaged(NodeMessageCodec.Write(s_post with { Messages = [new([1], IsBinary: true), new([2, 3], IsBinary: false)] }), noise, new(seed)),
        };
        var before = GC.GetAllocatedBytesForCurrentThread();
        _ = NodeMessageCodec.TryRead(bytes);
        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.LessThan(4096 + (bytes.Length * 200)));
    }, iter: 20_000);

    static byte[] Damaged(byte[] bytes, byte[] noise, Random random)
    {
        foreach (var value in noise.AsSpan(0, Math.Min(noise.Length, 8))) bytes[random.Next(bytes.Length)] = value;
        return bytes;
    }
}
