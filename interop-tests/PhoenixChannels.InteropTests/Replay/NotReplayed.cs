namespace PhoenixChannels.InteropTests.Replay;

/// <summary>The transcripts of what the server does not do yet. An entry goes when its feature comes.</summary>
internal static class NotReplayed
{
    private static readonly string[] s_groups = ["presence"];

    public static bool Contains(Transcript transcript) => s_groups.Contains(transcript.Group);
}
