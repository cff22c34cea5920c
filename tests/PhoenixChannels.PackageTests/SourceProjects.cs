namespace PhoenixChannels.PackageTests;

/// <summary>The projects in <c>src</c>, by name.</summary>
internal static class SourceProjects
{
    const string Templates = "PhoenixChannels.Templates";

    public static IReadOnlyList<string> All { get; } =
        [.. Directory.EnumerateDirectories(Path.Combine(Repository.Root, "src")).Select(folder => Path.GetFileName(folder)).Where(name => File.Exists(ProjectOf(name))).Order(StringComparer.Ordinal)];

    /// <summary>Those that the compiler loads: they travel inside the server's package.</summary>
    public static IEnumerable<string> Analyzers => All.Where(name => name.EndsWith(".Generators", StringComparison.Ordinal) || name.EndsWith(".CodeFixes", StringComparison.Ordinal));

    /// <summary>Those with a package of their own.</summary>
    public static IEnumerable<string> Packed => All.Except(Analyzers);

    /// <summary>Those with an assembly that a program refers to.</summary>
    public static IEnumerable<string> Libraries => Packed.Where(name => name != Templates);

    static string ProjectOf(string name) => Path.Combine(Repository.Root, "src", name, name + ".csproj");
}
