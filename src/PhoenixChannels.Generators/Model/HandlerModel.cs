namespace PhoenixChannels.Generators.Model;

/// <summary>One method that handles, as strings of C# and nothing of the compiler's.</summary>
/// <param name="Accessibility">That of the callback's override.</param>
/// <param name="Events">The events as literals.</param>
/// <param name="MessageType">The type that a HandleInfo takes.</param>
/// <param name="Authorization">The authorization attributes as expressions.</param>
/// <param name="Policies">Those of its policies whose names can be read, as literals.</param>
sealed record HandlerModel(
    HandlerKind Kind, string Accessibility, string Method, ReturnModel Return, EquatableArray<ArgumentModel> Arguments, EquatableArray<string> Events, string MessageType, EquatableArray<string> Authorization,
    EquatableArray<string> Policies);
