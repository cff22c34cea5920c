namespace PhoenixChannels.Generators.Model;

/// <summary>What a handler answers.</summary>
enum Result
{
    Nothing,
    Reply,

    /// <summary>A value that stands for <c>Reply.Ok(value)</c>.</summary>
    Value,
}
