using PhoenixChannels.Serializers;

namespace PhoenixChannels;

/// <summary>What may be sent at all; a fault is thrown at the sender, before anything is.</summary>
internal static class OutgoingCheck
{
    /// <exception cref="ArgumentException">The payload is neither a JSON object nor binary.</exception>
    public static void Payload(in Payload payload)
    {
        if (!payload.IsBinary && !payload.IsObject) throw new ArgumentException("A push or broadcast carries a JSON object or binary data: clients expect an object. Wrap the value, as in new { value }.");
    }

    /// <exception cref="ArgumentException">No serializer could carry the broadcast.</exception>
    public static void Broadcast(string topic, string @event, in Payload payload)
    {
        Payload(payload);
        if (payload.IsBinary && !BinaryFormat.Fits(topic, @event))
            throw new ArgumentException($"The topic and the event of a binary message may have {BinaryFormat.MaxFieldLength} bytes each: the format has one byte for their length.");
    }
}
