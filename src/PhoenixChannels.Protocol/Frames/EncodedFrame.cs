using System.Buffers;

namespace PhoenixChannels.Frames;

/// <summary>
/// One finished, unmasked WebSocket frame, header included: what the server sends, made once and shared by all receivers.
/// Transports without frames take the bare message out of it.
/// </summary>
internal readonly struct EncodedFrame
{
    readonly byte[] _bytes;
    readonly bool _isRented;

    /// <param name="bytes">The frame, at the array's beginning.</param>
    /// <param name="length">How long it is.</param>
    /// <param name="isRented">Whether the array is of the shared pool. A transport that has copied the frame gives it back; where none does, the collector takes it.</param>
    public EncodedFrame(byte[] bytes, int length, bool isRented = false)
    {
        _bytes = bytes;
        Length = length;
        _isRented = isRented;
    }

    /// <summary>Header and message.</summary>
    public ReadOnlyMemory<byte> Bytes => _bytes.AsMemory(0, Length);

    public int Length { get; }

    public bool IsDefault => _bytes is null;

    public bool IsBinary => Opcode == FrameOpcode.Binary;

    public FrameOpcode Opcode => (FrameOpcode)(_bytes[0] & 0x0f);

    /// <summary>The message without the header.</summary>
    public ReadOnlyMemory<byte> Message => Bytes[(_bytes[1] switch { 126 => 4, 127 => 10, _ => 2 })..];

    /// <summary>A Close frame; its reason is ASCII.</summary>
    public static EncodedFrame Close(int code, string reason = "")
    {
        var bytes = new byte[4 + reason.Length];
        bytes[0] = 0x80 | (byte)FrameOpcode.Close;
        bytes[1] = (byte)(2 + reason.Length);
        bytes[2] = (byte)(code >> 8);
        bytes[3] = (byte)code;
        System.Text.Encoding.ASCII.GetBytes(reason, bytes.AsSpan(4));
        return new(bytes, bytes.Length);
    }

    public static EncodedFrame Pong(ReadOnlySpan<byte> data)
    {
        var bytes = new byte[2 + data.Length];
        bytes[0] = 0x80 | (byte)FrameOpcode.Pong;
        bytes[1] = (byte)data.Length;
        data.CopyTo(bytes.AsSpan(2));
        return new(bytes, bytes.Length);
    }

    /// <summary>Gives rented memory back: the frame has been copied on its way to its one receiver, and is nobody's any more.</summary>
    public void Return()
    {
        if (_isRented) ArrayPool<byte>.Shared.Return(_bytes);
    }
}
