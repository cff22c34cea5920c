using PhoenixChannels.Connections;

namespace PhoenixChannels;

/// <summary>A join or an event on its way to its channel, as an <see cref="IChannelFilter"/> sees it.</summary>
public sealed class ChannelCall
{
    internal ChannelCall(Channel channel, EventLetter letter, CancellationToken cancellationToken)
        : this(channel, letter.Event, letter.Payload, cancellationToken) => Letter = letter;

    internal ChannelCall(Channel channel, string @event, Payload payload, CancellationToken cancellationToken)
    {
        Channel = channel;
        Event = @event;
        Payload = payload;
        CancellationToken = cancellationToken;
    }

    /// <summary>The channel. Its topic, socket and user are known, also while it joins.</summary>
    public Channel Channel { get; }

    /// <summary>The event; <c>phx_join</c> for a join.</summary>
    public string Event { get; }

    /// <summary>What the client sent, or what a filter before this one has passed on in its stead.</summary>
    public Payload Payload { get; }

    /// <summary>The call's services: <see cref="Channel.CallServices"/>, the same that the channel's handler gets, so that a filter can prepare a scoped service for it.</summary>
    /// <exception cref="InvalidOperationException">The call has ended.</exception>
    public IServiceProvider Services => Channel.CallServices;

    /// <summary>Cancelled when the channel has ended.</summary>
    public CancellationToken CancellationToken { get; }

    /// <summary>None for a join.</summary>
    internal EventLetter? Letter { get; }

    /// <summary>The same call with another payload, to be passed on.</summary>
    /// <param name="payload">The payload; <see cref="Payload.From{T}"/> makes one of a value.</param>
    public ChannelCall With(Payload payload)
    {
        var json = Channel.Process.Connection.Endpoint.Json;
        payload = payload.Encode(json).WithOptions(json);
        return Letter is null ? new(Channel, Event, payload, CancellationToken) : new(Channel, new EventLetter(Event, payload, Letter.Ref), CancellationToken);
    }
}
