namespace PhoenixChannels.InteropTests.Nodes;

/// <summary>What came to a channel unasked.</summary>
/// <param name="Event">The event.</param>
/// <param name="Payload">JSON as it was written, or binary in hexadecimal digits.</param>
internal sealed record Heard(string Event, string Payload);
