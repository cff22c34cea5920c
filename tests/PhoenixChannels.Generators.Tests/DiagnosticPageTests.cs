namespace PhoenixChannels.Generators.Tests;

/// <summary>The page that diagnostics link to has a section for each.</summary>
public class DiagnosticPageTests
{
    static readonly Microsoft.CodeAnalysis.DiagnosticDescriptor[] s_descriptors =
        [.. Analysis.Descriptors.Values.OrderBy(descriptor => descriptor.Id)];

    [Test]
    public void Each_is_numbered_and_links_to_its_section() => Assert.That(
        s_descriptors.Select(descriptor => (descriptor.Id, descriptor.HelpLinkUri.Split('#')[1])), Is.EqualTo(Enumerable.Range(1, s_descriptors.Length).Select(number => ($"PHX{number:0000}", $"phx{number:0000}"))));

    [Test]
    public void The_page_s_sections_are_the_diagnostics() => Assert.That(
        File.ReadLines(Page).Where(line => line.StartsWith("## PHX", StringComparison.Ordinal)), Is.EqualTo(s_descriptors.Select(descriptor => $"## {descriptor.Id}")));

    [Test]
    public void Each_section_has_the_title_and_the_severity_an_example_and_a_fix()
    {
        var sections = File.ReadAllText(Page).Split("\n## PHX")[1..];
        foreach (var (section, descriptor) in sections.Zip(s_descriptors))
        {
            Assert.That(section, Does.StartWith($"{descriptor.Id[3..]}\n\n**{descriptor.Title}** ({descriptor.DefaultSeverity.ToString().ToLowerInvariant()}).\n"));
            Assert.That(System.Text.RegularExpressions.Regex.Count(section, "^```csharp$", System.Text.RegularExpressions.RegexOptions.Multiline), Is.EqualTo(1), section);
            Assert.That(section, Does.Contain("Fix: "));
        }
    }

    static string Page
    {
        get
        {
            var folder = new DirectoryInfo(AppContext.BaseDirectory);
            while (!File.Exists(Path.Combine(folder.FullName, "Channels.sln"))) folder = folder.Parent!;
            return Path.Combine(folder.FullName, "docs", "diagnostics.md");
        }
    }
}
