using Microsoft.CodeAnalysis;
using PhoenixChannels.Generators.Diagnostics;
using PhoenixChannels.Generators.Model;

namespace PhoenixChannels.Generators.Reading;

/// <summary>Reads what a handler of one kind asks for.</summary>
sealed class ParameterReader(IMethodSymbol method, HandlerKind kind, Report report)
{
    IParameterSymbol? _content;   // the payload, or the message of a HandleInfo
    bool _isWrong;

    /// <summary>The arguments in the order of the parameters, or null if one of them cannot be supplied.</summary>
    public List<ArgumentModel>? Read(out ITypeSymbol? messageType)
    {
        var arguments = new List<ArgumentModel>();
        foreach (var parameter in method.Parameters)
        {
            if (Read(parameter) is { } argument) arguments.Add(argument);
        }

        messageType = kind == HandlerKind.HandleInfo ? _content?.Type : null;
        if (kind == HandlerKind.HandleInfo && _content is null && !_isWrong)
        {
            _isWrong = true;
            report(Descriptors.WrongParameter, method.Locations[0], "message", method.Name, "it is missing. Add a parameter for the message, whose type says which messages are handled");
        }

        return _isWrong ? null : arguments;
    }

    ArgumentModel? Read(IParameterSymbol parameter)
    {
        var type = parameter.Type;
        if (type.TypeKind == TypeKind.Error) return Wrong(parameter, null);
        if (parameter.RefKind != RefKind.None) return Wrong(parameter, $"it is {parameter.RefKind.ToString().ToLowerInvariant()}. Pass it by value");
        if (parameter.IsParams) return Wrong(parameter, "it is params. Take an array, which is the payload");
        if (type.IsRefLikeType || type.TypeKind is TypeKind.Pointer or TypeKind.FunctionPointer) return Wrong(parameter, $"{type.ToText()} cannot be kept. Take byte[] or ReadOnlyMemory<byte> for binary");
        if (type.IsFileLocal()) return Wrong(parameter, $"{type.ToText()} is known in its file alone, and not in the generated one. Remove 'file' from it");

        var isService = parameter.GetAttributes().Any(attribute => attribute.AttributeClass.Is(Names.FromServices) || attribute.AttributeClass.Implements(Names.FromServiceMetadata));
        var keyed = parameter.GetAttributes().FirstOrDefault(attribute => attribute.AttributeClass.Is(Names.FromKeyedServices));
        if (isService || keyed is not null) return ReadService(parameter, isService, keyed);
        if (type.Is(Names.CancellationToken)) return new(ArgumentKind.CancellationToken, "");
        if (kind == HandlerKind.HandleInfo) return ReadContent(parameter, ArgumentKind.Whole);
        if (type.Is(Names.Message)) return kind == HandlerKind.HandleIn ? new(ArgumentKind.Whole, "") : Wrong(parameter, "a Message comes with HandleIn alone. Take the payload");
        if (type.Is(Names.Broadcast)) return kind == HandlerKind.HandleOut ? new(ArgumentKind.Whole, "") : Wrong(parameter, "a Broadcast comes with HandleOut and HandleInfo alone. Take the payload or the Message");
        if (type.Is(Names.SocketRef)) return kind == HandlerKind.HandleIn ? new(ArgumentKind.SocketRef, "") : Wrong(parameter, "only HandleIn has a message to answer. Remove it");
        if (kind == HandlerKind.Joined) return Wrong(parameter, "Joined has no payload. Keep what is needed of the join's in a field, or add [FromServices] if it is a service");
        return ReadContent(parameter, type.Is(Names.Payload) ? ArgumentKind.RawPayload : ArgumentKind.Payload);
    }

    ArgumentModel? ReadService(IParameterSymbol parameter, bool isService, AttributeData? keyed)
    {
        var type = parameter.Type;
        if (isService && keyed is not null) return Wrong(parameter, "it has [FromServices] and [FromKeyedServices]. Keep one");
        if (type.Is(Names.CancellationToken) || type.Is(Names.Message) || type.Is(Names.Payload) || type.Is(Names.SocketRef) || type.Is(Names.Broadcast)) return Wrong(parameter, $"{type.ToText()} is no service. Remove the attribute");
        var isOptional = parameter.NullableAnnotation == NullableAnnotation.Annotated || parameter.HasExplicitDefaultValue;
        var key = keyed is null ? null : keyed.ConstructorArguments.Length == 0 ? "null" : ConstantWriter.Constant(keyed.ConstructorArguments[0]);
        return new(isOptional ? ArgumentKind.OptionalService : ArgumentKind.Service, type.WithoutNull().ToCode(), key, type.WithoutNull().ToTypeOf());
    }

    ArgumentModel? ReadContent(IParameterSymbol parameter, ArgumentKind argument)
    {
        if (_content is not null)
        {
            var what = kind == HandlerKind.HandleInfo ? "message" : "payload";
            return Wrong(parameter, $"'{_content.Name}' is the {what} already. Add [FromServices] if it is a service, or take one type with the members of both");
        }

        _content = parameter;
        if (argument == ArgumentKind.Payload && !CanBeRead(parameter.Type)) report(Descriptors.UnreadablePayload, parameter.Locations[0], parameter.Name, method.Name, parameter.Type.ToText());
        return new(argument, parameter.Type.WithoutNull().ToCode(), TypeOf: parameter.Type.WithoutNull().ToTypeOf());
    }

    /// <summary>Interfaces outside the collections need a converter, or are services without their attribute.</summary>
    static bool CanBeRead(ITypeSymbol type) =>
        type.TypeKind is not (TypeKind.Interface or TypeKind.Delegate)
        || type.ContainingNamespace.ToDisplayString().StartsWith("System.Collections", StringComparison.Ordinal)
        || type.GetAttributes().Any(attribute => attribute.AttributeClass?.ContainingNamespace.ToDisplayString() == "System.Text.Json.Serialization");

    ArgumentModel? Wrong(IParameterSymbol parameter, string? reason)
    {
        _isWrong = true;
        if (reason is not null) report(Descriptors.WrongParameter, parameter.Locations[0], parameter.Name, method.Name, reason);
        return null;
    }
}
