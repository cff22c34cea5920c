using System.Security.Claims;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features.Authentication;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using PhoenixChannels.Connections;
using PhoenixChannels.Diagnostics;

namespace PhoenixChannels.Transports;

/// <summary>Lets clients in or not: the page's origin first, then the protocol version, then the application's socket.</summary>
/// <param name="factory">Makes the socket.</param>
internal sealed partial class SocketConnector(SocketEndpoint endpoint, ServiceFactory<Socket> factory)
{
    const string DefaultVersion = "1.0.0";

    /// <summary>Whether the page that the request comes from may connect; counted and logged when not.</summary>
    public bool AllowsOrigin(HttpContext context)
    {
        if (Origins.Allow(endpoint.Options.Origin, context)) return true;
        Count("origin");
        LogOriginRefused(endpoint.SocketLog, Origins.Describe(context));
        return false;
    }

    public async ValueTask<ConnectOutcome> ConnectAsync(HttpContext context, string? authToken, string transport)
    {
        if (endpoint.Server.Draining.IsCancellationRequested) return Refuse(StatusCodes.Status503ServiceUnavailable, "draining");
        if (!AllowsOrigin(context)) return ConnectOutcome.Refused(StatusCodes.Status403Forbidden);
        if (SerializerFor(context.Request.Query) is not { } serializer) return Refuse(StatusCodes.Status403Forbidden, "version");
        IAsyncDisposable? scope = null;
        var isAccepted = false;
        try
        {
            var socket = factory.Create(endpoint.Server.Services, out scope);
            socket.User = UserOf(context);
            socket.Transport = transport;
            var result = await AskAsync(context, socket, authToken).ConfigureAwait(false);
            if (result.Refusal is null)
            {
                socket.User = CopyOf(UserOf(context));
                isAccepted = true;
                Count("ok");
                return ConnectOutcome.Accepted(new(socket, serializer, scope, endpoint.Tracing.LinkToCurrent()));
            }

            Count("refused");
            return ConnectOutcome.Refused(result.Refusal);
        }
        catch (ConnectTimeoutException)
        {
            return Refuse(StatusCodes.Status503ServiceUnavailable, "timeout");
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested || endpoint.Server.Draining.IsCancellationRequested)
        {
            return Refuse(StatusCodes.Status503ServiceUnavailable, "aborted");
        }
#pragma warning disable CA1031 // The client is refused, whatever the application's code threw.
        catch (Exception e)
#pragma warning restore CA1031
        {
            LogConnectFailed(endpoint.SocketLog, e);
            endpoint.Observer?.ConnectFailed(context, e);
            return Refuse(StatusCodes.Status403Forbidden, "failed");
        }
        finally
        {
            if (!isAccepted && scope is not null) await scope.DisposeAsync().ConfigureAwait(false);
        }
    }

    /// <summary>Asks the application, within the time-out.</summary>
    async ValueTask<ConnectResult> AskAsync(HttpContext context, Socket socket, string? authToken)
    {
        using var cancellation = new CancellationTokenSource();
        var info = new ConnectInfo(context, authToken);
        try
        {
            var connecting = socket.ConnectAsync(info, cancellation.Token);
            return connecting.IsCompleted
                ? await connecting.ConfigureAwait(false)
                : await WaitAsync(connecting.AsTask(), context, cancellation).ConfigureAwait(false);
        }
        finally
        {
            info.End();
        }
    }

    async Task<ConnectResult> WaitAsync(Task<ConnectResult> connecting, HttpContext context, CancellationTokenSource cancellation)
    {
        // Only now: most are done at once, and need neither.
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, endpoint.Server.Draining);
        using var registration = ended.Token.UnsafeRegister(static cancellation => ((CancellationTokenSource)cancellation!).Cancel(), cancellation);
        try
        {
            return await connecting.WaitAsync(endpoint.Options.ConnectTimeout, endpoint.Time, ended.Token).ConfigureAwait(false);
        }
        catch (Exception e) when (!connecting.IsCompleted && (e is TimeoutException or OperationCanceledException))
        {
            await cancellation.CancelAsync().ConfigureAwait(false);
            if (e is TimeoutException) throw new ConnectTimeoutException();
            throw;
        }
    }

    /// <summary>The request's user; null when there is none, for whom the request would make one.</summary>
    static ClaimsPrincipal? UserOf(HttpContext context) => context.Features.Get<IHttpAuthenticationFeature>()?.User;

    /// <summary>The user for as long as the connection lives; none for an anonymous one. What the request has is the request's.</summary>
    static ClaimsPrincipal? CopyOf(ClaimsPrincipal? user) => user is not null && user.Identities.Any(identity => identity.IsAuthenticated || identity.Claims.Any()) ? user.Clone() : null;

    /// <summary>By the query's last <c>vsn</c>; absent means 1.0.0.</summary>
    IChannelSerializer? SerializerFor(IQueryCollection query)
    {
        if (query.TryGetValue("vsn", out var versions) && versions.Count > 0) return endpoint.SerializerFor(versions[^1] ?? "");
        return query.ContainsKey("vsn[]") ? null : endpoint.SerializerFor(DefaultVersion);
    }

    ConnectOutcome Refuse(int status, string result)
    {
        Count(result);
        return ConnectOutcome.Refused(status);
    }

    void Count(string result) => endpoint.Metrics.Connects.Add(1, new KeyValuePair<string, object?>(Tags.Result, result));

    [LoggerMessage(2, LogLevel.Warning, "Refused a page from {Origin}. If it is one of yours, allow it by SocketOptions.Origin, for instance OriginPolicy.Allow(\"https://example.com\").")]
    static partial void LogOriginRefused(ILogger logger, string origin);

    [LoggerMessage(1, LogLevel.Error, "ConnectAsync threw; the client is refused.")]
    static partial void LogConnectFailed(ILogger logger, Exception exception);

    /// <summary>Our own time-out, to be told from one that the application's code throws.</summary>
    sealed class ConnectTimeoutException : Exception;
}
