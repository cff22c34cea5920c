namespace PhoenixChannels.Benchmarks.Load.Generator;

/// <summary>What a frame is, as RFC 6455 numbers it.</summary>
enum Opcode : byte
{
    Continuation = 0,
    Text = 1,
    Close = 8,
    Ping = 9,
    Pong = 10,
}
