using System.Text;
using System.Text.RegularExpressions;

namespace PhoenixChannels.Tests.Documentation;

/// <summary>The links between the documentation's pages lead to files and headings that are there.</summary>
public partial class LinkTests
{
    static string Root
    {
        get
        {
            var folder = new DirectoryInfo(AppContext.BaseDirectory);
            while (!File.Exists(Path.Combine(folder.FullName, "Channels.sln"))) folder = folder.Parent!;
            return folder.FullName;
        }
    }

    static IEnumerable<TestCaseData> Pages() =>
        Directory.GetFiles(Root, "*.md").Concat(Directory.GetFiles(Path.Combine(Root, "docs"), "*.md")).Order(StringComparer.Ordinal)
            .Select(file => new TestCaseData(file).SetName($"The links of {Path.GetFileName(file)} lead somewhere"));

    [TestCaseSource(nameof(Pages))]
    public void Page(string file)
    {
        var broken = Links(File.ReadAllText(file)).Where(link => Fault(file, link) is not null).Select(link => $"{link}: {Fault(file, link)}");
        Assert.That(broken, Is.Empty);
    }

    [TestCase("nowhere.md", "no such file")]
    [TestCase("README.md#no-such-heading", "no such heading")]
    [TestCase("#no-such-heading", "no such heading")]
    [TestCase("docs", null)]
    [TestCase("docs/deviations.md#where-the-host-brings-the-websocket", null)]
    public void A_broken_link_is_seen(string link, string? fault) => Assert.That(Fault(Path.Combine(Root, "README.md"), link), Is.EqualTo(fault));

    [Test]
    public void Links_in_code_are_none_and_addresses_are_left_alone() =>
        Assert.That(Links("[a](b.md) `[c](d.md)` [e](https://f.g)\n```\n[h](i.md)\n```\n[j](#k)"), Is.EqualTo(new[] { "b.md", "#k" }));

    [Test]
    public void Headings_have_the_anchors_that_GitHub_gives_them() =>
        Assert.That(Anchors("# C#: `Reply`, and more\n## One\n## One\n```\n# no heading\n```"), Is.EqualTo(new[] { "c-reply-and-more", "one", "one-1" }));

    static string? Fault(string file, string link)
    {
        var parts = link.Split('#', 2);
        var target = parts[0].Length == 0 ? file : Path.Combine(Path.GetDirectoryName(file)!, parts[0]);
        if (!Path.Exists(target)) return "no such file";
        return parts.Length == 1 || Anchors(File.ReadAllText(target)).Contains(parts[1]) ? null : "no such heading";
    }

    static IEnumerable<string> Links(string page) =>
        Link().Matches(InlineCode().Replace(Fence().Replace(page, ""), "")).Select(match => match.Groups["target"].Value).Where(target => !target.Contains("://", StringComparison.Ordinal));

    static List<string> Anchors(string page)
    {
        var anchors = new List<string>();
        foreach (Match heading in Heading().Matches(Fence().Replace(page, "")))
        {
            var slug = new StringBuilder();
            foreach (var c in heading.Groups["text"].Value.Trim().ToLowerInvariant())
            {
                if (char.IsLetterOrDigit(c) || c is '-' or '_') slug.Append(c);
                else if (c == ' ') slug.Append('-');
            }

            var anchor = slug.ToString();
            for (var i = 1; anchors.Contains(anchor); i++) anchor = $"{slug}-{i}";
            anchors.Add(anchor);
        }

        return anchors;
    }

    [GeneratedRegex(@"\[[^\]]*\]\((?<target>[^)\s]+)\)")]
    private static partial Regex Link();

    [GeneratedRegex("^```.*?^```", RegexOptions.Singleline | RegexOptions.Multiline)]
    private static partial Regex Fence();

    [GeneratedRegex("`[^`\n]*`")]
    private static partial Regex InlineCode();

    [GeneratedRegex("^#{1,6} (?<text>.+)$", RegexOptions.Multiline)]
    private static partial Regex Heading();
}
