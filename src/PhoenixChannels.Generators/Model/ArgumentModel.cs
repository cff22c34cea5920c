namespace PhoenixChannels.Generators.Model;

/// <param name="Type">The type to read or to ask for.</param>
/// <param name="Key">The key of a keyed service as C#, or null.</param>
/// <param name="TypeOf">The type as an attribute names it, or null if an attribute cannot.</param>
sealed record ArgumentModel(ArgumentKind Kind, string Type, string? Key = null, string? TypeOf = null);
