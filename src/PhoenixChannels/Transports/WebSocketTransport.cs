using System.IO.Pipelines;
using System.Net.WebSockets;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Http.Timeouts;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;
using Microsoft.Extensions.Logging;
using Microsoft.Net.Http.Headers;
using PhoenixChannels.Connections;
using PhoenixChannels.Diagnostics;
using PhoenixChannels.Frames;

namespace PhoenixChannels.Transports;

/// <summary>The endpoint of one mounted socket's WebSocket transport: the handshake, and then the connection until its end.</summary>
internal sealed partial class WebSocketTransport(SocketEndpoint endpoint, SocketConnector connector)
{
    static readonly StreamPipeReaderOptions s_readerOptions = new(useZeroByteReads: true, leaveOpen: true);
    static readonly StreamPipeWriterOptions s_writerOptions = new(leaveOpen: true);

    WebSocketTransportOptions Options => endpoint.Options.WebSocket;

    public async Task HandleAsync(HttpContext context)
    {
        if (!IsUpgrade(context, out var problem))
        {
            Refuse(context, StatusCodes.Status400BadRequest, "bad_request");
            if (problem.Length > 0) await context.Response.WriteAsync(problem).ConfigureAwait(false);
            return;
        }

        var offered = AuthToken.Subprotocols(context.Request);
        if (!AuthToken.TryTake(offered, out var token))
        {
            Refuse(context, StatusCodes.Status400BadRequest, "bad_token");
            return;
        }

        var subprotocol = offered.Count == 0 ? null : offered.Find(Options.Subprotocols.Contains);
        if (offered.Count > 0 && subprotocol is null)
        {
            Refuse(context, StatusCodes.Status403Forbidden, "subprotocol");
            return;
        }

        var outcome = await connector.ConnectAsync(context, token, "websocket").ConfigureAwait(false);
        if (outcome.Socket is not { } accepted)
        {
            if (outcome.Response is { } response) await response.ExecuteAsync(context).ConfigureAwait(false);
            else context.Response.StatusCode = outcome.Status;
            return;
        }

        context.Features.Get<IHttpRequestTimeoutFeature>()?.DisableTimeout();
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } bodySize) bodySize.MaxRequestBodySize = null;
        if (!Options.Compress && context.Features.Get<IHttpUpgradeFeature>() is { IsUpgradableRequest: true } upgrade) await RunOnPipeAsync(context, upgrade, accepted, subprotocol).ConfigureAwait(false);
        else await RunOnWebSocketAsync(context, accepted, subprotocol).ConfigureAwait(false);
    }

    void Refuse(HttpContext context, int status, string result)
    {
        endpoint.Metrics.Connects.Add(1, new KeyValuePair<string, object?>(Tags.Result, result));
        context.Response.StatusCode = status;
    }

    /// <summary>HTTP/1.1: our own frames on the upgraded stream.</summary>
    async Task RunOnPipeAsync(HttpContext context, IHttpUpgradeFeature upgrade, AcceptedSocket accepted, string? subprotocol)
    {
        var headers = context.Response.Headers;
        headers.Connection = "Upgrade";
        headers.Upgrade = "websocket";
        headers.SecWebSocketAccept = WebSocketHandshake.Accept(context.Request.Headers.SecWebSocketKey.ToString());
        headers.CacheControl = "max-age=0, private, must-revalidate";
        if (subprotocol is not null) headers.SecWebSocketProtocol = subprotocol;

        // A slow client is the outbox's concern.
        if (context.Features.Get<IHttpMinResponseDataRateFeature>() is { } rate) rate.MinDataRate = null;
        Stream stream;
        try
        {
            stream = await upgrade.UpgradeAsync().ConfigureAwait(false);
        }
        catch (Exception e) when (e is InvalidOperationException or IOException or OperationCanceledException)
        {
            // The server's limit of upgraded connections, or a client that has gone.
            LogUpgradeRefused(endpoint.SocketLog, e);
            if (!context.Response.HasStarted)
            {
                context.Response.Clear();
                context.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
            }

            await accepted.DisposeAsync().ConfigureAwait(false);
            return;
        }

        if (HandOverPipe.Of(context) is { } connection)
        {
            connection.HandOver(new(endpoint, accepted));
            return;
        }

        var pipe = new DuplexPipe(PipeReader.Create(stream, s_readerOptions), PipeWriter.Create(stream, s_writerOptions));
        var transport = new UpgradedFrameConnection(context, pipe, Options);
        transport.Start(new(endpoint, accepted, transport));
        await PipeFrameConnection.RunAsync(new(transport)).ConfigureAwait(false);
    }

    /// <summary>HTTP/2, hosts that bring WebSockets of their own, and compression.</summary>
    async Task RunOnWebSocketAsync(HttpContext context, AcceptedSocket accepted, string? subprotocol)
    {
        WebSocket socket;
        var acceptContext = new WebSocketAcceptContext { SubProtocol = subprotocol, KeepAliveInterval = Timeout.InfiniteTimeSpan, DangerousEnableCompression = Options.Compress };
        try
        {
            socket = await context.WebSockets.AcceptWebSocketAsync(acceptContext).ConfigureAwait(false);
        }
        catch
        {
            await accepted.DisposeAsync().ConfigureAwait(false);
            throw;
        }

        var transport = new WebSocketFrameConnection(socket, Options, context.Abort);
        var connection = new SocketConnection(endpoint, accepted, transport);
        connection.Open();
        await transport.RunAsync(connection).ConfigureAwait(false);
    }

    /// <summary>Whether the request asks for a WebSocket as RFC 6455 and RFC 8441 have it; otherwise why not.</summary>
    static bool IsUpgrade(HttpContext context, out string problem)
    {
        problem = "";
        if (context.Features.Get<IHttpUpgradeFeature>() is not { IsUpgradableRequest: true }) return IsOtherUpgrade(context, out problem);
        var request = context.Request;
        if (!HttpMethods.IsGet(request.Method)) return false;
        if (!HttpProtocol.IsHttp11(request.Protocol)) problem = "a WebSocket needs HTTP/1.1";
        else if (!Lists(request.Headers.Connection, "upgrade")) problem = "'connection' header must contain 'upgrade'";
        else if (!Lists(request.Headers.Upgrade, "websocket")) problem = "'upgrade' header must contain 'websocket'";
        else if (request.Headers.SecWebSocketVersion.ToString() != "13") problem = "'sec-websocket-version' header must equal '13'";
        else if (!WebSocketHandshake.IsValidKey(request.Headers.SecWebSocketKey)) problem = "'sec-websocket-key' header must be the Base64 of 16 bytes";
        return problem.Length == 0;
    }

    static bool IsOtherUpgrade(HttpContext context, out string problem)
    {
        problem = "";
        if (context.WebSockets.IsWebSocketRequest) return true;
        if (HttpMethods.IsGet(context.Request.Method)) problem = "the request is no WebSocket upgrade";
        return false;
    }

    static bool Lists(Microsoft.Extensions.Primitives.StringValues header, string token)
    {
        foreach (var line in header)
            foreach (var part in line.AsSpan().Split(','))
                if (line.AsSpan(part).Trim().Equals(token, StringComparison.OrdinalIgnoreCase)) return true;
        return false;
    }

    [LoggerMessage(1, LogLevel.Warning, "Refused a WebSocket: the server cannot upgrade the connection.")]
    static partial void LogUpgradeRefused(ILogger logger, Exception exception);
}
