using System.Text;
using System.Xml.Linq;

namespace PhoenixChannels.PackageTests;

/// <summary>What is in the packages.</summary>
public class ContentTests
{
    const string Url = "https://github.com/phoenix-channels/channels";

    static IEnumerable<string> Ids => SourceProjects.Packed;

    static IEnumerable<string> Libraries => SourceProjects.Libraries;

    [Test]
    public void Every_packable_project_gives_a_package_and_every_library_its_symbols()
    {
        var expected = Ids.Select(id => $"{id}.{Workspace.Version}.nupkg").Concat(Libraries.Select(id => $"{id}.{Workspace.Version}.snupkg"));
        Assert.That(Directory.GetFiles(Workspace.Feed).Select(Path.GetFileName), Is.EquivalentTo(expected));
    }

    [Test]
    public void Every_project_in_src_is_in_the_solution()
    {
        var solution = File.ReadAllText(Path.Combine(Repository.Root, "Channels.sln"));
        Assert.That(SourceProjects.All.Where(name => !solution.Contains($"\"{name}\"", StringComparison.Ordinal)), Is.Empty);
    }

    [TestCaseSource(nameof(Ids))]
    public void A_package_says_what_it_is_and_where_it_comes_from(string id)
    {
        using var package = Package.Open(id);
        var repository = package.Element("repository");
        var license = package.Element("license");
        using (Assert.EnterMultipleScope())
        {
            Assert.That(package.Value("id"), Is.EqualTo(id));
            Assert.That(package.Value("version"), Is.EqualTo(Workspace.Version));
            Assert.That(package.Value("authors"), Is.EqualTo("The Channels maintainers"));
            Assert.That(package.Value("copyright"), Is.EqualTo("Copyright (c) 2026 The Channels maintainers"));
            Assert.That(package.Value("description"), Is.Not.EqualTo("Package Description"));
            Assert.That(package.Value("tags")!.Split(' '), Does.Contain("phoenix-channels"));
            Assert.That(package.Value("projectUrl"), Is.EqualTo(Url));
            Assert.That(package.Value("releaseNotes"), Is.EqualTo(Url + "/blob/main/CHANGELOG.md"));
            Assert.That((license.Attribute("type")!.Value, license.Value), Is.EqualTo(("expression", "MIT")));
            Assert.That(
                repository.Attributes().Select(attribute => $"{attribute.Name}={attribute.Value}"),
                Is.EquivalentTo(["type=git", $"url={Url}", $"commit={SourceCopy.Commit}"]));
        }
    }

    [TestCaseSource(nameof(Ids))]
    public void A_package_shows_its_readme(string id)
    {
        using var package = Package.Open(id);
        var own = Path.Combine(Repository.Root, "src", id, "README.md");
        Assert.That(package.Value("readme"), Is.EqualTo("README.md"));
        Assert.That(Encoding.UTF8.GetString(package.Read("README.md")), Is.EqualTo(File.ReadAllText(File.Exists(own) ? own : Path.Combine(Repository.Root, "README.md"))));
    }

    [TestCaseSource(nameof(Libraries))]
    public void A_library_is_its_assembly_with_documentation_and_nothing_else(string id)
    {
        using var package = Package.Open(id);
        IEnumerable<string> expected = [$"{id}.nuspec", "README.md", $"lib/net10.0/{id}.dll", $"lib/net10.0/{id}.xml"];
        if (id == "PhoenixChannels") expected = expected.Concat(SourceProjects.Analyzers.Select(name => $"analyzers/dotnet/cs/{name}.dll"));
        Assert.That(package.Entries, Is.EquivalentTo(expected));

        var documentation = XDocument.Load(new MemoryStream(package.Read($"lib/net10.0/{id}.xml")));
        Assert.That(documentation.Descendants("member"), Is.Not.Empty);
    }

    [TestCase("PhoenixChannels.Protocol", new string[0])]
    [TestCase("PhoenixChannels.PubSub", new[] { "PhoenixChannels.Protocol", "Microsoft.Extensions.DependencyInjection.Abstractions", "Microsoft.Extensions.Diagnostics.Abstractions", "Microsoft.Extensions.Hosting.Abstractions", "Microsoft.Extensions.Logging" })]
    [TestCase("PhoenixChannels.Postgres", new[] { "PhoenixChannels.PubSub", "Npgsql", "Microsoft.Extensions.DependencyInjection.Abstractions", "Microsoft.Extensions.Diagnostics.Abstractions", "Microsoft.Extensions.Hosting.Abstractions", "Microsoft.Extensions.Logging" })]
    [TestCase("PhoenixChannels.Redis", new[] { "PhoenixChannels.PubSub", "StackExchange.Redis", "Microsoft.Extensions.DependencyInjection.Abstractions", "Microsoft.Extensions.Diagnostics.Abstractions", "Microsoft.Extensions.Hosting.Abstractions", "Microsoft.Extensions.Logging" })]
    [TestCase("PhoenixChannels", new[] { "PhoenixChannels.Protocol", "PhoenixChannels.PubSub" })]
    [TestCase("PhoenixChannels.Testing", new[] { "PhoenixChannels", "Microsoft.Extensions.TimeProvider.Testing" })]
    [TestCase("PhoenixChannels.Templates", new string[0])]
    public void A_package_brings_what_it_needs(string id, string[] expected)
    {
        using var package = Package.Open(id);
        var own = package.Dependencies.Where(one => one.Id.StartsWith("PhoenixChannels", StringComparison.Ordinal));
        Assert.That(package.Dependencies.Select(one => one.Id), Is.EquivalentTo(expected));
        Assert.That(own.Select(one => one.Version), Is.All.EqualTo(Workspace.Version));
    }

    [Test]
    public void The_server_asks_for_ASP_NET_Core()
    {
        using var server = Package.Open("PhoenixChannels");
        using var pubSub = Package.Open("PhoenixChannels.PubSub");
        Assert.That(server.FrameworkReferences, Is.EqualTo(["Microsoft.AspNetCore.App"]));
        Assert.That(pubSub.FrameworkReferences, Is.Empty);
    }
}
