namespace PhoenixChannels.Generators.Model;

/// <summary>What there is to generate for one class.</summary>
/// <param name="Types">The declarations from the outermost container to the class itself.</param>
/// <param name="InterceptsAccessibility">That of the intercepts' override.</param>
/// <param name="BaseIntercepts">Whether a base class intercepts events, too.</param>
sealed record ChannelModel(
    string HintName, string Namespace, EquatableArray<string> Types, string InterceptsAccessibility, EquatableArray<HandlerModel> Handlers, bool BaseIntercepts);
