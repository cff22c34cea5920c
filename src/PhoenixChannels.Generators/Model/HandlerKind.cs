namespace PhoenixChannels.Generators.Model;

/// <summary>The attribute of a handler.</summary>
enum HandlerKind
{
    Join,
    Joined,
    HandleIn,
    HandleOut,
    HandleInfo,
}
