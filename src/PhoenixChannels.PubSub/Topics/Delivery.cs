using PhoenixChannels.Frames;

namespace PhoenixChannels.Topics;

/// <summary>
/// One broadcast on its way to the subscribers of this node. Keeps the frames made of it, so that it is encoded once per serializer
/// however many connections get it (Phoenix's fastlane).
/// </summary>
internal sealed class Delivery(Broadcast broadcast, Subscriber? from)
{
    IChannelSerializer? _serializer;
    EncodedFrame _frame;
    Dictionary<IChannelSerializer, EncodedFrame>? _others;

    public Broadcast Broadcast => broadcast;

    /// <summary>The subscriber that is left out, if any.</summary>
    public Subscriber? From => from;

    /// <summary>
    /// The broadcast as this serializer writes it. The default when the serializer cannot carry it; <paramref name="failure"/> is then
    /// set on the first call, so that it can be reported once.
    /// </summary>
    public EncodedFrame FrameFor(IChannelSerializer serializer, out Exception? failure)
    {
        failure = null;
        if (ReferenceEquals(_serializer, serializer)) return _frame;
        if (_others is not null && _others.TryGetValue(serializer, out var known)) return known;
        var frame = default(EncodedFrame);
        try
        {
            frame = MessageBuffer.Encode(serializer, OutgoingMessage.Broadcast(broadcast));
        }
#pragma warning disable CA1031 // A serializer may be the application's own; whatever it throws concerns its connections alone.
        catch (Exception e)
#pragma warning restore CA1031
        {
            failure = e;
        }

        if (_serializer is null) (_serializer, _frame) = (serializer, frame);
        else (_others ??= []).Add(serializer, frame);
        return frame;
    }
}
