namespace PhoenixChannels.Generators.Model;

/// <summary>One method that handles, as strings of C# and nothing of the compiler's.</summary>
/// <param name="Accessibility">That of the callback's override.</param>
/// <param name="Events">The events as literals.</param>
/// <param name="MessageType">The type that a HandleInfo takes.</param>
/// <param name="Authorization">The authorization attributes as expressions.</param>
sealed record HandlerModel(
    HandlerKind Kind, string Accessibility, string Method, ReturnModel Return, EquatableArray<ArgumentModel> Arguments, EquatableArray<string> Events, string MessageType, EquatableArray<string> Authorization);
