namespace PhoenixChannels.InteropTests;

/// <summary>Where the tests find what lies beside them in the repository.</summary>
internal static class Repository
{
    public static string Root { get; } = FindRoot();

    public static string Transcripts { get; } = Path.Combine(Root, "interop-tests", "transcripts");

    public static string PhoenixJsTests { get; } = Path.Combine(Root, "interop-tests", "phoenix-js");

    public static string BrowserTests { get; } = Path.Combine(Root, "interop-tests", "browser");

    public static string Examples { get; } = Path.Combine(Root, "examples");

    /// <summary>What a run leaves behind for people to look at.</summary>
    public static string TestOutput { get; } = Path.Combine(Root, "test-output");

    static string FindRoot()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Channels.sln"))) return folder.FullName;
        }

        throw new DirectoryNotFoundException($"no folder above {AppContext.BaseDirectory} holds Channels.sln");
    }
}
