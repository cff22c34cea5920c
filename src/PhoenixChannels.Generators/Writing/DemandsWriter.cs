using PhoenixChannels.Generators.Model;

namespace PhoenixChannels.Generators.Writing;

/// <summary>Writes the attribute that says what a handler asks of the application, for the checks at its start.</summary>
static class DemandsWriter
{
    public static string Attribute(HandlerModel handler) => $"[global::PhoenixChannels.ChannelHandler({string.Join(", ", Arguments(handler))})]";

    static IEnumerable<string> Arguments(HandlerModel handler)
    {
        yield return $"\"{handler.Kind}\"";
        yield return $"\"{handler.Method.TrimStart('@')}\"";
        foreach (var literal in handler.Events) yield return literal;

        if (handler.Arguments.FirstOrDefault(argument => argument is { Kind: ArgumentKind.Payload, TypeOf: not null }) is { } payload) yield return $"Payload = {payload.TypeOf}";
        if (handler.Arguments.Where(argument => argument is { Kind: ArgumentKind.Service, TypeOf: not null }).ToList() is { Count: > 0 } services)
        {
            yield return $"Services = new global::System.Type[] {{ {string.Join(", ", services.Select(service => service.TypeOf))} }}";
            if (services.Any(service => service.Key is not null)) yield return $"Keys = new object?[] {{ {string.Join(", ", services.Select(service => service.Key ?? "null"))} }}";
        }

        if (handler.Authorization.Count > 0) yield return $"Policies = new string[] {{ {string.Join(", ", handler.Policies)} }}";
    }
}
