using System.Net;
using System.Net.Sockets;

namespace PhoenixChannels.InteropTests.Wire;

/// <summary>One request and its response, on a connection of their own.</summary>
internal static class HttpExchange
{
    public static readonly TimeSpan TimeLimit = TimeSpan.FromSeconds(15);

    public static async Task<HttpResponse> RunAsync(IPEndPoint server, HttpRequest request)
    {
        using var limit = new CancellationTokenSource(TimeLimit, TimeProvider.System);
        try
        {
            await using var connection = await Connection.OpenAsync(server, limit.Token);
            connection.Send(request.ToBytes(server));
            return await HttpResponseReader.ReadAsync(connection.Input, request.Method, limit.Token);
        }
        catch (Exception e) when (e is IOException or SocketException or OperationCanceledException)
        {
            throw new WireException($"{request.Method} {request.Path}: {e.Message}", e);
        }
    }
}
