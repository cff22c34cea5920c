namespace PhoenixChannels.Frames;

/// <summary>
/// One finished, unmasked WebSocket frame, header included: what the server sends, made once and shared by all receivers.
/// Transports without frames take the bare message out of it.
/// </summary>
internal readonly struct EncodedFrame(byte[] bytes)
{
    /// <summary>Header and message.</summary>
    public byte[] Bytes => bytes;

    public int Length => bytes.Length;

    public bool IsDefault => bytes is null;

    public bool IsBinary => Opcode == FrameOpcode.Binary;

    public FrameOpcode Opcode => (FrameOpcode)(bytes[0] & 0x0f);

    /// <summary>The message without the header.</summary>
    public ReadOnlyMemory<byte> Message => bytes.AsMemory(bytes[1] switch { 126 => 4, 127 => 10, _ => 2 });

    /// <summary>A Close frame; its reason is ASCII.</summary>
    public static EncodedFrame Close(int code, string reason = "")
    {
        var bytes = new byte[4 + reason.Length];
        bytes[0] = 0x80 | (byte)FrameOpcode.Close;
        bytes[1] = (byte)(2 + reason.Length);
        bytes[2] = (byte)(code >> 8);
        bytes[3] = (byte)code;
        System.Text.Encoding.ASCII.GetBytes(reason, bytes.AsSpan(4));
        return new(bytes);
    }

    public static EncodedFrame Pong(ReadOnlySpan<byte> data)
    {
        var bytes = new byte[2 + data.Length];
        bytes[0] = 0x80 | (byte)FrameOpcode.Pong;
        bytes[1] = (byte)data.Length;
        data.CopyTo(bytes.AsSpan(2));
        return new(bytes);
    }
}
