using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Timeouts;
using PhoenixChannels.Connections;
using PhoenixChannels.Diagnostics;

namespace PhoenixChannels.Transports;

/// <summary>
/// The endpoint of one mounted socket's long-poll transport. As Phoenix has it, every answer to GET and POST is HTTP 200, and the status is in
/// the body: phoenix.js opens on 410 and on nothing else, and throws at a status that it does not know.
/// </summary>
internal sealed class LongPollTransport(SocketEndpoint endpoint, SocketConnector connector, LongPollSessions sessions)
{
    const string TokenHeader = "x-phoenix-longpoll-token", TokenParameter = "token";
    const int LongestHeaderList = 1024;

    static readonly JsonWriterOptions s_writerOptions = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };

    public Task HandleAsync(HttpContext context)
    {
        var headers = context.Response.Headers;
        headers.CacheControl = "no-store";
        headers.AccessControlAllowOrigin = "*";

        // A poll is meant to wait.
        context.Features.Get<IHttpRequestTimeoutFeature>()?.DisableTimeout();
        var method = context.Request.Method;
        if (HttpMethods.IsGet(method)) return PollAsync(context);
        if (HttpMethods.IsPost(method)) return PublishAsync(context);
        if (HttpMethods.IsOptions(method))
        {
            AnswerPreflight(context);
            return Task.CompletedTask;
        }

        context.Response.StatusCode = StatusCodes.Status400BadRequest;
        return Task.CompletedTask;
    }

    async Task PollAsync(HttpContext context)
    {
        if (!connector.AllowsOrigin(context))
        {
            await WriteAsync(context, StatusCodes.Status403Forbidden).ConfigureAwait(false);
            return;
        }

        var user = UserKey.Of(context.User);
        if (sessions.Find(TokenOf(context.Request), user) is not { } session)
        {
            await OpenAsync(context).ConfigureAwait(false);
            return;
        }

        if (!session.MayBelongTo(user))
        {
            await WriteAsync(context, StatusCodes.Status403Forbidden).ConfigureAwait(false);
            return;
        }

        PollAnswer answer;
        try
        {
            answer = await session.PollAsync(context.RequestAborted).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            return;
        }

        switch (answer.Status)
        {
            case StatusCodes.Status200OK:
                await SendAsync(context, session.Token, answer).ConfigureAwait(false);
                break;
            case StatusCodes.Status204NoContent:
                await WriteAsync(context, answer.Status, session.Token).ConfigureAwait(false);
                break;
            case StatusCodes.Status403Forbidden:
                await WriteAsync(context, answer.Status).ConfigureAwait(false);
                break;
            default:
                await OpenAsync(context).ConfigureAwait(false);
                break;
        }
    }

    /// <summary>Writes what a poll has got, and says whether that went well.</summary>
    async Task SendAsync(HttpContext context, string token, PollAnswer answer)
    {
        var (isSent, isCutOff) = (false, false);
        try
        {
            await using (answer.WriteLimit is { } limit ? sessions.Time.CreateTimer(_ => CutOff(), null, limit, Timeout.InfiniteTimeSpan) : null)
                await WriteAsync(context, answer.Status, token, answer.Messages).ConfigureAwait(false);
            isSent = !isCutOff && !context.RequestAborted.IsCancellationRequested;
        }
        finally
        {
            answer.Settle(isSent);
        }

        // Writing then ends as if all were well, and before the request is known to be aborted.
        void CutOff()
        {
            isCutOff = true;
            context.Abort();
        }
    }

    async Task OpenAsync(HttpContext context)
    {
        if (!sessions.TryReserve())
        {
            endpoint.Metrics.Connects.Add(1, new KeyValuePair<string, object?>(Tags.Result, "too_many"));
            context.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
            return;
        }

        var isStarted = false;
        try
        {
            var outcome = await connector.ConnectAsync(context, AuthToken.OfLongPoll(context.Request), "longpoll").ConfigureAwait(false);
            if (outcome.Socket is { } accepted)
            {
                var session = sessions.Start(accepted, context.Features.Get<AuthTokenSession>());
                isStarted = true;
                await WriteAsync(context, StatusCodes.Status410Gone, session.Token).ConfigureAwait(false);
            }
            else if (outcome.Status == StatusCodes.Status403Forbidden)
            {
                await WriteAsync(context, outcome.Status).ConfigureAwait(false);
            }
            else
            {
                // phoenix.js takes an answer without a body for a lost one, and tries again.
                context.Response.StatusCode = outcome.Status;
            }
        }
        finally
        {
            if (!isStarted) sessions.Unreserve();
        }
    }

    async Task PublishAsync(HttpContext context)
    {
        if (!connector.AllowsOrigin(context))
        {
            await WriteAsync(context, StatusCodes.Status403Forbidden).ConfigureAwait(false);
            return;
        }

        var user = UserKey.Of(context.User);
        if (sessions.Find(TokenOf(context.Request), user) is not { } session)
        {
            await WriteAsync(context, StatusCodes.Status410Gone).ConfigureAwait(false);
            return;
        }

        if (!session.MayBelongTo(user))
        {
            await WriteAsync(context, StatusCodes.Status403Forbidden).ConfigureAwait(false);
            return;
        }

        var (problem, messages) = await LongPollBody.ReadAsync(context.Request, sessions.Options, context.RequestAborted).ConfigureAwait(false);
        if (problem != 0)
        {
            context.Response.StatusCode = problem;
            return;
        }

        try
        {
            await WriteAsync(context, await session.PostAsync(messages, context.RequestAborted).ConfigureAwait(false)).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            // The client has gone.
        }
    }

    /// <summary>The session that a request names: by the header, which keeps the token out of logs, or else by the query, as clients before 1.9 have it.</summary>
    public static string? TokenOf(HttpRequest request)
    {
        var header = request.Headers[TokenHeader];
        if (header.Count > 0) return header[0];
        return request.Query.TryGetValue(TokenParameter, out var values) ? values[^1] : null;
    }

    /// <summary>Allows whatever headers were asked for, as long as they look like names of headers.</summary>
    static void AnswerPreflight(HttpContext context)
    {
        var asked = context.Request.Headers.AccessControlRequestHeaders.ToString();
        var headers = context.Response.Headers;
        headers.AccessControlAllowHeaders = asked.Length <= LongestHeaderList && asked.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or ',' or ' ') ? asked : "";
        headers.AccessControlAllowMethods = "get, post, options";
        headers.AccessControlMaxAge = "3600";
    }

    /// <summary>A POST's answer, or a refusal: the status alone.</summary>
    static Task WriteAsync(HttpContext context, int status) => WriteAsync(context, writer => writer.WriteNumber("status"u8, status), 32);

    /// <summary>A poll's answer.</summary>
    static Task WriteAsync(HttpContext context, int status, string token, IReadOnlyList<ReadOnlyMemory<byte>>? messages = null)
    {
        var size = 512;
        foreach (var message in messages ?? []) size += message.Length + 64;
        return WriteAsync(context, Write, size);

        void Write(Utf8JsonWriter writer)
        {
            writer.WriteStartArray("messages"u8);
            foreach (var message in messages ?? []) writer.WriteStringValue(message.Span);
            writer.WriteEndArray();
            writer.WriteNumber("status"u8, status);
            writer.WriteString("token"u8, token);
        }
    }

    static async Task WriteAsync(HttpContext context, Action<Utf8JsonWriter> write, int size)
    {
        var buffer = new ArrayBufferWriter<byte>(size);
        await using (var writer = new Utf8JsonWriter(buffer, s_writerOptions))
        {
            writer.WriteStartObject();
            write(writer);
            writer.WriteEndObject();
        }

        context.Response.ContentType = "application/json; charset=utf-8";
        context.Response.ContentLength = buffer.WrittenCount;
        await context.Response.Body.WriteAsync(buffer.WrittenMemory, context.RequestAborted).ConfigureAwait(false);
    }
}
