namespace PhoenixChannels.Generators.Model;

/// <summary>What a handler's result comes in.</summary>
enum Awaitable
{
    None,
    Task,
    ValueTask,
}
