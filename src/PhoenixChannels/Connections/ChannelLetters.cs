using PhoenixChannels.Mailboxes;

namespace PhoenixChannels.Connections;

/// <summary>Starts a channel: makes it and asks it whether the client may join.</summary>
internal sealed class JoinLetter(Payload payload, ReadOnlyMemory<byte> reference) : Letter
{
    public Payload Payload => payload;

    public ReadOnlyMemory<byte> Ref => reference;
}

/// <summary>The client leaves.</summary>
internal sealed class LeaveLetter(ReadOnlyMemory<byte> joinRef, ReadOnlyMemory<byte> reference) : Letter
{
    public ReadOnlyMemory<byte> JoinRef => joinRef;

    public ReadOnlyMemory<byte> Ref => reference;
}

/// <summary>The channel has been ended from outside, or its connection has ended: what is left is to clean up.</summary>
internal sealed class EndLetter(TerminationReason reason) : Letter
{
    public TerminationReason Reason => reason;
}

/// <summary>Wakes a channel that has been told to stop while no callback ran.</summary>
internal sealed class StopLetter : Letter;

/// <summary>A letter that one of the channel's callbacks handles.</summary>
internal abstract class CallbackLetter : Letter
{
    /// <summary>The ref to answer to; empty when nothing can be answered.</summary>
    public virtual ReadOnlyMemory<byte> Ref => default;

    public abstract ValueTask<Reply> InvokeAsync(Channel channel, CancellationToken cancellationToken);

    protected static ValueTask<Reply> WithoutReply(ValueTask handling)
    {
        return handling.IsCompletedSuccessfully ? default : Wait(handling);

        static async ValueTask<Reply> Wait(ValueTask handling)
        {
            await handling.ConfigureAwait(false);
            return Reply.None;
        }
    }
}

/// <summary>An event from the client. A null name was no string: no handler can be for it.</summary>
internal sealed class EventLetter(string? name, Payload payload, ReadOnlyMemory<byte> reference) : CallbackLetter
{
    public string Event => name!;

    public Payload Payload => payload;

    public override ReadOnlyMemory<byte> Ref => reference;

    public override ValueTask<Reply> InvokeAsync(Channel channel, CancellationToken cancellationToken) => name is null
        ? throw new UnhandledEventException("The client sent an event whose name is no string.")
        : channel.Process.Route.HandleInAsync(channel, this, cancellationToken);
}

/// <summary>A broadcast of an intercepted event on the channel's own topic.</summary>
internal sealed class InterceptedLetter(Broadcast broadcast) : CallbackLetter
{
    public override ValueTask<Reply> InvokeAsync(Channel channel, CancellationToken cancellationToken) => WithoutReply(channel.HandleOutAsync(broadcast, cancellationToken));
}

/// <summary>A message of the channel to itself, or a broadcast on another topic that it subscribed to.</summary>
internal sealed class InfoLetter(object message) : CallbackLetter
{
    public override ValueTask<Reply> InvokeAsync(Channel channel, CancellationToken cancellationToken) => WithoutReply(channel.HandleInfoAsync(message, cancellationToken));
}
