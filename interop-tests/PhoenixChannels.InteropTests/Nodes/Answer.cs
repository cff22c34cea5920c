namespace PhoenixChannels.InteropTests.Nodes;

/// <summary>A reply.</summary>
/// <param name="Status">The status.</param>
/// <param name="Response">JSON as it was written.</param>
internal sealed record Answer(string Status, string Response)
{
    public static readonly Answer Ok = new("ok", "{}");

    public static readonly Answer Unavailable = new("error", """{"reason":"unavailable"}""");
}
