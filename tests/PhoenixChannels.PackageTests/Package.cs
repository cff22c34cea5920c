using System.IO.Compression;
using System.Xml.Linq;

namespace PhoenixChannels.PackageTests;

/// <summary>A package that was packed.</summary>
internal sealed class Package : IDisposable
{
    static readonly string[] s_container = ["_rels/", "package/", "[Content_Types].xml"];

    readonly ZipArchive _archive;
    readonly XElement _metadata;

    Package(string file)
    {
        _archive = ZipFile.OpenRead(file);
        _metadata = XDocument.Load(new MemoryStream(Read(Entries.Single(entry => entry.EndsWith(".nuspec", StringComparison.Ordinal))))).Root!.Elements().Single();
    }

    /// <summary>The files in the package, without those that make the container.</summary>
    public IEnumerable<string> Entries => _archive.Entries.Select(entry => entry.FullName).Where(name => !s_container.Any(prefix => name.StartsWith(prefix, StringComparison.Ordinal)));

    public IEnumerable<(string Id, string Version)> Dependencies => All("dependency").Select(one => (one.Attribute("id")!.Value, one.Attribute("version")!.Value));

    public IEnumerable<string> FrameworkReferences => All("frameworkReference").Select(one => one.Attribute("name")!.Value);

    public static Package Open(string id, string extension = "nupkg") => new(Path.Combine(Workspace.Feed, $"{id}.{Workspace.Version}.{extension}"));

    public XElement Element(string name) => _metadata.Element(_metadata.GetDefaultNamespace() + name) ?? throw new ArgumentException($"the nuspec has no {name}:\n{_metadata}");

    public string? Value(string name) => Element(name).Value;

    public byte[] Read(string entry)
    {
        using var stream = _archive.GetEntry(entry)!.Open();
        using var bytes = new MemoryStream();
        stream.CopyTo(bytes);
        return bytes.ToArray();
    }

    public void Dispose() => _archive.Dispose();

    IEnumerable<XElement> All(string name) => _metadata.Descendants(_metadata.GetDefaultNamespace() + name);
}
