using System.Buffers.Binary;
using System.Security.Cryptography;
using PhoenixChannels.Tracking;

namespace PhoenixChannels.Transports;

/// <summary>Ids that nobody guesses: who knows one has been given it.</summary>
internal static class NodeIds
{
    const int Length = 16;

    public static UInt128 Create()
    {
        Span<byte> bytes = stackalloc byte[Length];
        RandomNumberGenerator.Fill(bytes);
        return BinaryPrimitives.ReadUInt128BigEndian(bytes);
    }

    public static void Id(this TrackerWriter writer, UInt128 id)
    {
        Span<byte> bytes = stackalloc byte[Length];
        BinaryPrimitives.WriteUInt128BigEndian(bytes, id);
        writer.Bytes(bytes);
    }

    public static UInt128 Id(this ref TrackerReader reader)
    {
        var bytes = reader.Bytes();
        return bytes.Length == Length ? BinaryPrimitives.ReadUInt128BigEndian(bytes) : (UInt128)reader.Fail();
    }
}
