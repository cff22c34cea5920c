using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace PhoenixChannels.PackageTests;

/// <summary>
/// A folder outside of the repository with the packages, packed once for all tests, and programs that use them. Those restore the packages from
/// there, and everything else from where the machine has it; nothing is put into the machine's own package folder.
/// </summary>
[SetUpFixture]
public partial class Workspace
{
    static string s_root = "";

    /// <summary>The packages' version.</summary>
    public static string Version { get; } = $"0.1.0-test.{Guid.NewGuid():n}";

    /// <summary>Where the packages are.</summary>
    public static string Feed => PathTo("feed");

    /// <summary>Where programs are that use them.</summary>
    public static string Programs => PathTo("programs");

    public static string PathTo(string name) => Path.Combine(s_root, name);

    /// <summary>Makes a program that uses one of the packages.</summary>
    /// <returns>Its folder.</returns>
    public static string MakeProject(string name, string sdk, string package, string program)
    {
        var folder = Directory.CreateDirectory(Path.Combine(Programs, name)).FullName;
        File.WriteAllText(Path.Combine(folder, "Program.cs"), program);
        File.WriteAllText(Path.Combine(folder, $"{name}.csproj"), $"""
            <Project Sdk="{sdk}">
              <PropertyGroup>
                <OutputType>Exe</OutputType>
                <TargetFramework>net10.0</TargetFramework>
                <Nullable>enable</Nullable>
                <ImplicitUsings>enable</ImplicitUsings>
              </PropertyGroup>
              <ItemGroup><PackageReference Include="{package}" Version="{Version}" /></ItemGroup>
            </Project>
            """);
        return folder;
    }

    /// <summary>Builds as a release does, but for the analyzers, whose turn is the repository's own build.</summary>
    public static Task<string> BuildAsync(string command, string folder, params string[] arguments) =>
        DotNet.RunAsync(folder, [command, .. arguments, "-c", "Release", $"-p:Version={Version}", "-p:RunAnalyzers=false", $"-p:RestorePackagesPath={Repository.PackageFolder}"]);

    [OneTimeSetUp]
    public async Task Pack()
    {
        s_root = Directory.CreateTempSubdirectory("packages-").FullName;
        SourceCopy.Make(PathTo("source"));
        await BuildAsync("pack", PathTo("source"), SourceCopy.Solution, "-o", Feed);
        await WriteNuGetConfigAsync();
    }

    [OneTimeTearDown]
    public void CleanUp() => Directory.Delete(s_root, recursive: true);

    static async Task WriteNuGetConfigAsync()
    {
        var sources = SourceLine().Matches(await DotNet.RunAsync(s_root, "nuget", "list", "source"));
        Directory.CreateDirectory(Programs);
        new XElement(
            "configuration",
            new XElement("config", Add("globalPackagesFolder", PathTo("packages"))),
            new XElement("fallbackPackageFolders", Add("machine", Repository.PackageFolder)),
            new XElement("packageSources", Add("packed", Feed)),
            new XElement("packageSourceMapping", sources.Select(source => Mapping(source.Groups["name"].Value, "*")), Mapping("packed", "PhoenixChannels*")))
            .Save(Path.Combine(Programs, "nuget.config"));
    }

    static XElement Add(string key, string value) => new("add", new XAttribute("key", key), new XAttribute("value", value));

    static XElement Mapping(string source, string packages) =>
        new("packageSource", new XAttribute("key", source), new XElement("package", new XAttribute("pattern", packages)));

    [GeneratedRegex(@"^\s*\d+\.\s+(?<name>.+?) \[", RegexOptions.Multiline)]
    private static partial Regex SourceLine();
}
