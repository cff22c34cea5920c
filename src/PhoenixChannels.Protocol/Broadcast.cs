namespace PhoenixChannels;

/// <summary>One message to everybody who has subscribed to a topic.</summary>
/// <param name="Topic">The topic.</param>
/// <param name="Event">The event's name.</param>
/// <param name="Payload">A JSON object, or binary data.</param>
public sealed record Broadcast(string Topic, string Event, Payload Payload);
