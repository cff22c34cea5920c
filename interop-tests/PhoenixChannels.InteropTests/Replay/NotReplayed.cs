namespace PhoenixChannels.InteropTests.Replay;

/// <summary>The transcripts of what the server does not do yet. An entry goes when its feature comes.</summary>
internal static class NotReplayed
{
    private static readonly string[] s_groups = ["longpoll", "presence"];

    private static readonly string[] s_names = ["sigterm_longpoll"];

    public static bool Contains(Transcript transcript) => s_groups.Contains(transcript.Group) || s_names.Contains(transcript.Name);
}
