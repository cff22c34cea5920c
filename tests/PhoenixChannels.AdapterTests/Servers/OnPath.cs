namespace PhoenixChannels.AdapterTests.Servers;

/// <summary>Programs that tests use where they are installed.</summary>
internal static class OnPath
{
    /// <summary>Where the program is; null where there is none.</summary>
    public static string? Find(string program) => (Environment.GetEnvironmentVariable("PATH") ?? "")
        .Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
        .Select(folder => Path.Combine(folder, OperatingSystem.IsWindows() ? $"{program}.exe" : program))
        .FirstOrDefault(File.Exists);
}
