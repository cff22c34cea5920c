namespace PhoenixChannels.InteropTests.Wire;

/// <summary>Frame types of RFC 6455. Numbers that it does not define can be sent as well.</summary>
internal enum Opcode : byte
{
    Continuation = 0,
    Text = 1,
    Binary = 2,
    Close = 8,
    Ping = 9,
    Pong = 10,
}
