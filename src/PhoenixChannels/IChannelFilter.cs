namespace PhoenixChannels;

/// <summary>
/// Wraps the joins and the events of channels: for validation, tenants, logging. The counterpart of SignalR's <c>IHubFilter</c>. Registered for all channels with
/// <c>AddChannelFilter</c>, for one with <c>AddFilter</c>; one instance serves the whole application, so what belongs to a call comes from <see cref="ChannelCall.Services"/>.
/// </summary>
/// <remarks>
/// The filters of the application come first, then those of the channel, each in the order of registration. A filter may answer itself and not call <c>next</c>, pass on another payload
/// (<see cref="ChannelCall.With"/>), change the reply, or throw, which is as if the channel had thrown. Filters stand before authorization: they see calls that are refused, and one
/// that answers a join with ok, or with <see cref="Reply.None"/>, and has not called <c>next</c> lets the client in unasked. What authorization has refused no filter can accept: the
/// join then crashes.
/// </remarks>
/// <example>
/// <code>
/// sealed class TimingFilter(ILogger&lt;TimingFilter&gt; logger, TimeProvider time) : IChannelFilter
/// {
///     public async ValueTask&lt;Reply&gt; HandleInAsync(ChannelCall call, Func&lt;ChannelCall, ValueTask&lt;Reply&gt;&gt; next)
///     {
///         var start = time.GetTimestamp();
///         var reply = await next(call);
///         logger.LogDebug("{Event} took {Elapsed}", call.Event, time.GetElapsedTime(start));
///         return reply;
///     }
/// }
/// </code>
/// </example>
public interface IChannelFilter
{
    /// <summary>Wraps a join. As in <see cref="Channel.JoinAsync"/>, it is only decided: pushing, broadcasting and tracking throw.</summary>
    /// <param name="call">The join.</param>
    /// <param name="next">The next filter, or the channel's authorization and then its <see cref="Channel.JoinAsync"/>.</param>
    ValueTask<Reply> JoinAsync(ChannelCall call, Func<ChannelCall, ValueTask<Reply>> next)
    {
        ArgumentNullException.ThrowIfNull(next);
        return next(call);
    }

    /// <summary>Wraps an event from the client.</summary>
    /// <param name="call">The event.</param>
    /// <param name="next">The next filter, or the channel's <see cref="Channel.HandleInAsync"/>.</param>
    ValueTask<Reply> HandleInAsync(ChannelCall call, Func<ChannelCall, ValueTask<Reply>> next)
    {
        ArgumentNullException.ThrowIfNull(next);
        return next(call);
    }
}
