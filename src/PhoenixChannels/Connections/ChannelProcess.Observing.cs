using System.Diagnostics;
using System.Diagnostics.Metrics;
using PhoenixChannels.Diagnostics;

namespace PhoenixChannels.Connections;

/// <remarks>Joins and handle_ins as spans and durations. Each that is observed ends once, with its result.</remarks>
internal sealed partial class ChannelProcess
{
    const string Ok = "ok", Refused = "refused", Unauthorized = "unauthorized", Invalid = "invalid", Crashed = "crashed", TimedOut = "timeout", Cancelled = "cancelled", Error = "error";

    /// <summary>What is seen of it from outside. Under the connection's lock.</summary>
    public ChannelInfo Describe() => new()
    {
        Topic = Topic,
        TopicPattern = Route.Pattern,
        // The library's own is the one made of lambdas.
        Type = _channel?.GetType() is { } type && type.Assembly != typeof(Channel).Assembly ? type.FullName : null,
        IsJoined = State == ChannelState.Joined,
        MailboxLength = Count,
    };

    ObservedCall ObserveJoin() => Observe(Route.Join, Endpoint.Metrics.JoinDuration);

    ObservedCall ObserveHandleIn(CallbackLetter letter)
    {
        if (letter is not EventLetter message) return default;
        var call = Observe(Route.HandleIn, Endpoint.Metrics.HandleInDuration);
        if (call.Span is { IsAllDataRequested: true } span && message.Event is { } name) span.SetTag(Tags.Event, LogText.Of(name));
        return call;
    }

    ObservedCall Observe(CallKind kind, Histogram<double> duration) =>
        new(Endpoint.Tracing.Start(kind, Connection.Handshake), duration.Enabled ? Endpoint.Time.GetTimestamp() : 0);

    /// <summary>The channel has decided on the join. Too late, when it has been ended meanwhile: then that is the result.</summary>
    void EndJoin(in ObservedCall call, string result, Exception? exception = null)
    {
        if (EndReason == TerminationReason.JoinTimeout) (result, exception) = (TimedOut, null);
        else if (exception is null && (State == ChannelState.Ended || Connection.IsClosed)) result = Cancelled;
        var status = result switch { Ok => Ok, Cancelled => null, _ => Error };
        End(call, Endpoint.Metrics.JoinDuration, result, status, exception);
    }

    void EndHandleIn(in ObservedCall call, Reply reply) =>
        End(call, Endpoint.Metrics.HandleInDuration, reply.Status == Error ? Error : Ok, reply.Status, null);

    void EndHandleIn(in ObservedCall call, string result, Exception exception) =>
        End(call, Endpoint.Metrics.HandleInDuration, result, result == Invalid ? Error : null, exception);

    void End(in ObservedCall call, Histogram<double> duration, string result, string? status, Exception? exception)
    {
        if (call.Began != 0) duration.Record(Endpoint.Time.GetElapsedTime(call.Began).TotalSeconds, new(Tags.TopicPattern, Route.Pattern), new(Tags.Result, result));
        if (call.Span is not { } span) return;
        if (status is not null) span.SetTag(Tags.RpcStatus, status);
        if (result is not (Ok or Cancelled))
        {
            span.SetTag(Tags.ErrorType, exception?.GetType().FullName ?? result);
            span.SetStatus(ActivityStatusCode.Error);
        }

        span.Stop();
    }
}
