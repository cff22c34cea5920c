using Microsoft.AspNetCore.Http;

namespace PhoenixChannels.Transports;

/// <summary>What became of a handshake: a socket, or a refusal that each transport puts in its own words.</summary>
internal readonly struct ConnectOutcome
{
    /// <summary>Set when the client is let in.</summary>
    public AcceptedSocket? Socket { get; private init; }

    /// <summary>The application's own answer to a client that it refuses.</summary>
    public IResult? Response { get; private init; }

    /// <summary>The status of a refusal; 403 when the application refuses.</summary>
    public int Status { get; private init; }

    public static ConnectOutcome Accepted(AcceptedSocket socket) => new() { Socket = socket, Status = StatusCodes.Status200OK };

    public static ConnectOutcome Refused(int status) => new() { Status = status };

    public static ConnectOutcome Refused(IResult response) => new() { Response = response, Status = StatusCodes.Status403Forbidden };
}
