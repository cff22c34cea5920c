namespace PhoenixChannels.Frames;

/// <summary>The opcodes of <see href="https://www.rfc-editor.org/rfc/rfc6455#section-11.8">RFC 6455, 11.8</see>.</summary>
internal enum FrameOpcode : byte
{
    Continuation = 0,
    Text = 1,
    Binary = 2,
    Close = 8,
    Ping = 9,
    Pong = 10,
}
