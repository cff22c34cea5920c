using Microsoft.AspNetCore.Http;

namespace PhoenixChannels;

/// <summary>What <see cref="Socket.ConnectAsync"/> decides.</summary>
public readonly struct ConnectResult
{
    ConnectResult(IResult? refusal) => Refusal = refusal;

    /// <summary>The client is let in.</summary>
    public static ConnectResult Ok => default;

    /// <summary>The client is refused with HTTP 403 and an empty body.</summary>
    public static ConnectResult Refuse() => new(Results.StatusCode(StatusCodes.Status403Forbidden));

    /// <summary>The client is refused with a response of the application's own; Phoenix's <c>error_handler</c>.</summary>
    public static ConnectResult Refuse(IResult response)
    {
        ArgumentNullException.ThrowIfNull(response);
        return new(response);
    }

    internal IResult? Refusal { get; }
}
