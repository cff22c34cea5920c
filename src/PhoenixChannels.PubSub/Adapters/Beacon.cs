using System.Buffers.Binary;

namespace PhoenixChannels.Adapters;

/// <summary>What a node says of itself now and then: a byte that is 1 when it wants to hear the others at once, and for how long it has been connected, in milliseconds (8 bytes).</summary>
/// <param name="Asks">Whether the other nodes should answer with beacons of their own.</param>
/// <param name="Age">Since it was connected for the first time. By a monotonic clock: the nodes' clocks need not agree.</param>
internal readonly record struct Beacon(bool Asks, TimeSpan Age)
{
    const int Length = 9;

    public byte[] ToArray()
    {
        var bytes = new byte[Length];
        bytes[0] = Asks ? (byte)1 : (byte)0;
        BinaryPrimitives.WriteInt64BigEndian(bytes.AsSpan(1), (long)Age.TotalMilliseconds);
        return bytes;
    }

    /// <summary>False for what is none. What follows is for later versions.</summary>
    public static bool TryRead(ReadOnlySpan<byte> bytes, out Beacon beacon)
    {
        beacon = default;
        if (bytes.Length < Length) return false;
        var age = BinaryPrimitives.ReadInt64BigEndian(bytes[1..]);
        if (age < 0 || age > TimeSpan.MaxValue.TotalMilliseconds / 2) return false;
        beacon = new(bytes[0] == 1, TimeSpan.FromMilliseconds(age));
        return true;
    }
}
