using Microsoft.CodeAnalysis;
using PhoenixChannels.Generators.Diagnostics;
using PhoenixChannels.Generators.Model;

namespace PhoenixChannels.Generators.Reading;

/// <summary>Reads what a handler returns.</summary>
static class ReturnReader
{
    public static ReturnModel? Read(IMethodSymbol method, HandlerKind kind, Report report)
    {
        if (method is { IsAsync: true, ReturnsVoid: true })
        {
            report(Descriptors.AsyncVoid, method.Locations[0], method.Name);
            return null;
        }

        var returns = Read(method.ReturnType);
        var fix = returns switch
        {
            _ when method.RefKind != RefKind.None || returns is null => "return nothing, Reply, or a value that JSON can hold, alone or in a Task or ValueTask",
            { Result: not Result.Nothing } when kind is not (HandlerKind.Join or HandlerKind.HandleIn) => "a " + kind + " handler answers nobody. Return nothing, Task or ValueTask",
            _ => null,
        };
        if (fix is null) return returns;
        if (method.ReturnType.TypeKind != TypeKind.Error)
        {
            var type = (method.RefKind == RefKind.None ? "" : "ref ") + method.ReturnType.ToText();
            report(Descriptors.WrongReturnType, method.Locations[0], method.Name, type, fix);
        }

        return null;
    }

    static ReturnModel? Read(ITypeSymbol type)
    {
        if (type.SpecialType == SpecialType.System_Void) return new(Awaitable.None, Result.Nothing, "");
        var awaitable = AwaitableOf(type);
        if (awaitable == Awaitable.None) return ReadResult(awaitable, type);
        return type is INamedTypeSymbol { TypeArguments: { Length: 1 } results } ? ReadResult(awaitable, results[0]) : new(awaitable, Result.Nothing, "");
    }

    static ReturnModel? ReadResult(Awaitable awaitable, ITypeSymbol type)
    {
        if (type.Is(Names.Reply)) return new(awaitable, Result.Reply, "");
        return IsValue(type) ? new(awaitable, Result.Value, type.ToCode()) : null;
    }

    static bool IsValue(ITypeSymbol type) =>
        type is { TypeKind: not (TypeKind.Error or TypeKind.Pointer or TypeKind.FunctionPointer or TypeKind.Delegate), IsRefLikeType: false }
        && AwaitableOf(type) == Awaitable.None
        && !type.IsFileLocal()
        && !type.Is(Names.AsyncEnumerable) && !type.Is(Names.SocketRef) && !type.Is(Names.Message) && !type.Is(Names.CancellationToken)
        && !(type is INamedTypeSymbol { OriginalDefinition.SpecialType: SpecialType.System_Nullable_T } nullable && nullable.TypeArguments[0].Is(Names.Reply));

    static Awaitable AwaitableOf(ITypeSymbol type) =>
        type.Is(Names.Task) ? Awaitable.Task
        : type.Is(Names.ValueTask) ? Awaitable.ValueTask
        : Awaitable.None;
}
