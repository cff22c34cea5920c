namespace PhoenixChannels.Testing.Clients;

/// <summary>One message that the client got.</summary>
/// <param name="JoinRef">Whose it is; null for a broadcast.</param>
/// <param name="Ref">What a reply answers.</param>
/// <param name="Status">A reply's status.</param>
internal sealed record Received(string? JoinRef, string? Ref, string Topic, string Event, string? Status, Payload Payload)
{
    /// <summary>The channel that it belongs to, if any.</summary>
    public TestChannel? Channel { get; set; }

    /// <summary>The event that a reply answers.</summary>
    public string? Answered { get; set; }

    public bool IsReply => Status is not null;

    public override string ToString() => IsReply ? $"reply {Status} {Text.Of(Payload)} to '{Answered}'" : $"push '{Event}' {Text.Of(Payload)}";
}
