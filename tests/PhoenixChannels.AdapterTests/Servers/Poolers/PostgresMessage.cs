using System.Buffers.Binary;
using System.Text;

namespace PhoenixChannels.AdapterTests.Servers.Poolers;

/// <summary>A message of PostgreSQL's protocol: a type, a length that counts itself but not the type, and a body.</summary>
/// <param name="Bytes">All of them, header included.</param>
/// <param name="HeaderLength">Four for the messages that open a connection, which have no type.</param>
internal sealed record PostgresMessage(byte[] Bytes, int HeaderLength)
{
    public char Type => HeaderLength == 4 ? '\0' : (char)Bytes[0];

    public ReadOnlySpan<byte> Body => Bytes.AsSpan(HeaderLength);

    public static PostgresMessage Create(char type, ReadOnlySpan<byte> body) => Create(body, (byte)type);

    /// <summary>The message that opens a session.</summary>
    public static PostgresMessage Startup(int version, string user, string database)
    {
        Span<byte> code = stackalloc byte[4];
        BinaryPrimitives.WriteInt32BigEndian(code, version);
        return Create([.. code, .. Encoding.UTF8.GetBytes($"user\0{user}\0database\0{database}\0\0")]);
    }

    /// <returns>Null at the end of the stream.</returns>
    public static Task<PostgresMessage?> ReadAsync(Stream stream, CancellationToken cancellationToken) => ReadAsync(stream, headerLength: 5, cancellationToken);

    /// <summary>Reads one of those that open a connection.</summary>
    /// <returns>Null at the end of the stream.</returns>
    public static Task<PostgresMessage?> ReadOpeningAsync(Stream stream, CancellationToken cancellationToken) => ReadAsync(stream, headerLength: 4, cancellationToken);

    static PostgresMessage Create(ReadOnlySpan<byte> body, params ReadOnlySpan<byte> type)
    {
        byte[] bytes = [.. type, 0, 0, 0, 0, .. body];
        BinaryPrimitives.WriteInt32BigEndian(bytes.AsSpan(type.Length), 4 + body.Length);
        return new(bytes, type.Length + 4);
    }

    static async Task<PostgresMessage?> ReadAsync(Stream stream, int headerLength, CancellationToken cancellationToken)
    {
        var header = new byte[headerLength];
        if (await stream.ReadAtLeastAsync(header, headerLength, throwOnEndOfStream: false, cancellationToken) < headerLength) return null;

        var bytes = new byte[headerLength - 4 + BinaryPrimitives.ReadInt32BigEndian(header.AsSpan(headerLength - 4))];
        header.CopyTo(bytes, 0);
        await stream.ReadExactlyAsync(bytes.AsMemory(headerLength), cancellationToken);
        return new(bytes, headerLength);
    }
}
