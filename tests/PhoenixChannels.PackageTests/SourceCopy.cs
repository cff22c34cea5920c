namespace PhoenixChannels.PackageTests;

/// <summary>
/// What is packed, copied to a folder of its own: a clone as a build server has it, with a remote and a commit. The repository's own build
/// output stays as it is.
/// </summary>
internal static class SourceCopy
{
    /// <summary>The commit that the copy is at.</summary>
    public const string Commit = "0123456789abcdef0123456789abcdef01234567";

    /// <summary>The solution with the projects that are packed.</summary>
    public const string Solution = "src.slnx";

    static readonly string[] s_output = ["bin", "obj"];

    /// <summary>Copies to a folder that does not exist yet.</summary>
    public static void Make(string folder)
    {
        CopyFiles(Repository.Root, folder);
        CopyTree(Path.Combine(Repository.Root, "src"), Path.Combine(folder, "src"));
        CopyFiles(Path.Combine(Repository.Root, "node_modules"), Path.Combine(folder, "node_modules"));
        CopyTree(Path.Combine(Repository.Root, "node_modules", "phoenix"), Path.Combine(folder, "node_modules", "phoenix"));
        var projects = Directory.EnumerateFiles(Path.Combine(folder, "src"), "*.csproj", new EnumerationOptions { RecurseSubdirectories = true, MaxRecursionDepth = 1 });
        File.WriteAllText(Path.Combine(folder, Solution), $"<Solution>{string.Concat(projects.Select(project => $"<Project Path=\"{project}\" />"))}</Solution>");

        // All that the SDK reads of a repository.
        var git = Directory.CreateDirectory(Path.Combine(folder, ".git")).FullName;
        Directory.CreateDirectory(Path.Combine(git, "objects"));
        Directory.CreateDirectory(Path.Combine(git, "refs"));
        File.WriteAllText(Path.Combine(git, "HEAD"), Commit + "\n");
        File.WriteAllText(Path.Combine(git, "config"), "[core]\n\trepositoryformatversion = 0\n[remote \"origin\"]\n\turl = https://github.com/phoenix-channels/channels.git\n");
    }

    static void CopyTree(string from, string to)
    {
        CopyFiles(from, to);
        foreach (var folder in Directory.EnumerateDirectories(from).Where(folder => !s_output.Contains(Path.GetFileName(folder)))) CopyTree(folder, Path.Combine(to, Path.GetFileName(folder)));
    }

    static void CopyFiles(string from, string to)
    {
        Directory.CreateDirectory(to);
        foreach (var file in Directory.EnumerateFiles(from)) File.Copy(file, Path.Combine(to, Path.GetFileName(file)));
    }
}
