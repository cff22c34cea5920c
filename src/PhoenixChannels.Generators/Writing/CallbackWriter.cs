using PhoenixChannels.Generators.Model;

namespace PhoenixChannels.Generators.Writing;

/// <summary>Writes the override of one callback. What is synchronous gets neither a state machine nor a closure.</summary>
/// <param name="message">The callback's parameter that carries the message; null for Joined.</param>
/// <param name="payload">Where the payload is.</param>
sealed class CallbackWriter(CodeWriter code, HandlerKind kind, string? messageType, string? message, string? payload)
{
    const string CancellationToken = "global::System.Threading.CancellationToken cancellationToken";
    const string Reply = "global::PhoenixChannels.Reply";
    const string Unauthorized = Reply + ".Error(\"unauthorized\")";

    readonly string _parameters = messageType is null ? CancellationToken : $"{messageType} {message}, {CancellationToken}";
    readonly string _arguments = message is null ? "cancellationToken" : message + ", cancellationToken";
    readonly string _returns = Answers(kind) ? $"global::System.Threading.Tasks.ValueTask<{Reply}>" : "global::System.Threading.Tasks.ValueTask";
    readonly List<(string Name, HandlerModel Handler)> _waiting = [];

    /// <summary>How the parameter of a pattern is called.</summary>
    const string Info = "info";

    public void Write(IReadOnlyList<HandlerModel> handlers)
    {
        code.Line("/// <inheritdoc/>");
        code.Line(ChannelWriter.GeneratedCode);
        code.Open($"{handlers[0].Accessibility} override {_returns} {kind}Async({_parameters})");
        if (kind is HandlerKind.Join or HandlerKind.Joined) WriteCall(handlers[0]);
        else WriteSwitch(handlers);
        foreach (var (name, handler) in _waiting) WriteWaiting(name, handler);
        code.Close();
    }

    void WriteSwitch(IReadOnlyList<HandlerModel> handlers)
    {
        code.Open(kind == HandlerKind.HandleInfo ? $"switch ({message})" : $"switch ({message}.Event)");
        foreach (var handler in handlers)
        {
            if (kind == HandlerKind.HandleInfo) code.Line($"case {handler.MessageType} {Info}:");
            else foreach (var literal in handler.Events) code.Line($"case {literal}:");
            code.Indent();
            WriteCall(handler);
            code.Outdent();
        }

        code.Line("default:");
        code.Indent();
        code.Line($"return base.{kind}Async({_arguments});");
        code.Outdent();
        code.Close();
    }

    void WriteCall(HandlerModel handler)
    {
        var call = Call(handler);
        switch (handler.Return)
        {
            case var _ when handler.Authorization.Count > 0 || (Answers(kind) && handler.Return is { Awaitable: not Awaitable.None, Result: not Result.Reply }):
                var name = $"Handler{_waiting.Count}";
                _waiting.Add((name, handler));
                code.Line($"return {name}({_arguments});");
                break;
            case { Awaitable: Awaitable.None, Result: Result.Nothing }:
                code.Line($"{call};");
                code.Line("return default;");
                break;
            case { Awaitable: Awaitable.None, Result: Result.Value }:
                code.Line($"return new {_returns}({Ok(handler, call)});");
                break;
            case { Awaitable: Awaitable.ValueTask }:
                code.Line($"return {call};");
                break;
            default:
                code.Line($"return new {_returns}({call});");
                break;
        }
    }

    void WriteWaiting(string name, HandlerModel handler)
    {
        code.Line();
        code.Open($"async {_returns} {name}({_parameters})");
        if (handler.Authorization.Count > 0) code.Line($"if (!await this.AuthorizeAsync({ChannelWriter.AuthorizationOf(handler)}).ConfigureAwait(false)) return {Unauthorized};");
        var call = handler.Return.Awaitable == Awaitable.None ? Call(handler) : $"await {Call(handler)}.ConfigureAwait(false)";
        code.Line(handler.Return.Result switch
        {
            Result.Nothing => $"{call};",
            Result.Reply => $"return {call};",
            _ => $"return {Ok(handler, call)};",
        });
        if (handler.Return.Result == Result.Nothing) code.Line($"return {Reply}.None;");
        code.Close();
    }

    string Call(HandlerModel handler) => $"this.{handler.Method}({string.Join(", ", handler.Arguments.Select(Argument))})";

    string Argument(ArgumentModel argument) => argument switch
    {
        { Kind: ArgumentKind.Payload } => $"{payload}.Read<{argument.Type}>()",
        { Kind: ArgumentKind.RawPayload } => payload!,
        { Kind: ArgumentKind.Whole } => kind == HandlerKind.HandleInfo ? Info : message!,
        { Kind: ArgumentKind.SocketRef } => message + ".Ref",
        { Kind: ArgumentKind.CancellationToken } => "cancellationToken",
        { Key: null } => $"global::Microsoft.Extensions.DependencyInjection.ServiceProviderServiceExtensions.Get{Required(argument)}Service<{argument.Type}>(this.CallServices)",
        _ => $"global::Microsoft.Extensions.DependencyInjection.ServiceProviderKeyedServiceExtensions.Get{Required(argument)}KeyedService<{argument.Type}>(this.CallServices, {argument.Key})",
    };

    static string Required(ArgumentModel argument) => argument.Kind == ArgumentKind.Service ? "Required" : "";

    static string Ok(HandlerModel handler, string value) => $"{Reply}.Ok<{handler.Return.Type}>({value})";

    static bool Answers(HandlerKind kind) => kind is HandlerKind.Join or HandlerKind.HandleIn;
}
