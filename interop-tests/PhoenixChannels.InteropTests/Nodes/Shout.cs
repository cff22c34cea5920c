namespace PhoenixChannels.InteropTests.Nodes;

/// <summary>A number that was shouted, when, and what the answer was.</summary>
internal sealed record Shout(int Number, DateTimeOffset From, DateTimeOffset To, Answer Answer);
