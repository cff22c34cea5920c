using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using PhoenixChannels.Connections;

namespace PhoenixChannels.Transports;

/// <summary>Lets clients in or answers their refusal: the protocol version first, then the application's socket.</summary>
/// <param name="factory">Makes the socket.</param>
internal sealed partial class SocketConnector(SocketEndpoint endpoint, ServiceFactory<Socket> factory)
{
    const string DefaultVersion = "1.0.0";

    /// <summary>Null when the client has been refused and the response is written.</summary>
    public async Task<AcceptedSocket?> ConnectAsync(HttpContext context, string? authToken, string transport)
    {
        if (endpoint.Server.Draining.IsCancellationRequested) return Refuse(context, StatusCodes.Status503ServiceUnavailable, "draining");
        if (SerializerFor(context.Request.Query) is not { } serializer) return Refuse(context, StatusCodes.Status403Forbidden, "version");
        var (socket, scope) = factory.Create(endpoint.Server.Services);
        var isAccepted = false;
        try
        {
            socket.User = context.User;
            socket.Transport = transport;
            var result = await AskAsync(context, socket, authToken).ConfigureAwait(false);
            if (result.Refusal is null)
            {
                isAccepted = true;
                Count("ok");
                return new(socket, serializer, scope);
            }

            Count("refused");
            await result.Refusal.ExecuteAsync(context).ConfigureAwait(false);
            return null;
        }
        catch (TimeoutException)
        {
            return Refuse(context, StatusCodes.Status503ServiceUnavailable, "timeout");
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested || endpoint.Server.Draining.IsCancellationRequested)
        {
            return Refuse(context, StatusCodes.Status503ServiceUnavailable, "aborted");
        }
#pragma warning disable CA1031 // The client is refused, whatever the application's code threw.
        catch (Exception e)
#pragma warning restore CA1031
        {
            LogConnectFailed(endpoint.SocketLog, e);
            return Refuse(context, StatusCodes.Status403Forbidden, "failed");
        }
        finally
        {
            if (!isAccepted && scope is not null) await scope.DisposeAsync().ConfigureAwait(false);
        }
    }

    /// <summary>Asks the application, within the time-out.</summary>
    async Task<ConnectResult> AskAsync(HttpContext context, Socket socket, string? authToken)
    {
        using var cancellation = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, endpoint.Server.Draining);
        var connecting = socket.ConnectAsync(new(context, authToken), cancellation.Token);
        if (connecting.IsCompleted) return await connecting.ConfigureAwait(false);
        try
        {
            return await connecting.AsTask().WaitAsync(endpoint.Options.ConnectTimeout, endpoint.Time, cancellation.Token).ConfigureAwait(false);
        }
        catch (Exception e) when (e is TimeoutException or OperationCanceledException)
        {
            await cancellation.CancelAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>By the query's last <c>vsn</c>; absent means 1.0.0.</summary>
    IChannelSerializer? SerializerFor(IQueryCollection query)
    {
        if (query.TryGetValue("vsn", out var versions) && versions.Count > 0) return endpoint.SerializerFor(versions[^1] ?? "");
        return query.ContainsKey("vsn[]") ? null : endpoint.SerializerFor(DefaultVersion);
    }

    AcceptedSocket? Refuse(HttpContext context, int status, string result)
    {
        Count(result);
        if (!context.Response.HasStarted) context.Response.StatusCode = status;
        return null;
    }

    void Count(string result) => endpoint.Metrics.Connects.Add(1, new KeyValuePair<string, object?>("result", result));

    [LoggerMessage(1, LogLevel.Error, "ConnectAsync threw; the client is refused.")]
    static partial void LogConnectFailed(ILogger logger, Exception exception);
}
