using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;
using System.Text;

namespace PhoenixChannels.PackageTests;

/// <summary>A debugger finds the sources of what is in the packages, and anybody can build the same bytes.</summary>
public class SymbolTests
{
    static readonly Guid s_sourceLink = new("cc110556-a091-4d38-9fec-25ab9a351a6a");

    static IEnumerable<string> Libraries => SourceProjects.Libraries;

    [TestCaseSource(nameof(Libraries))]
    public void The_symbols_are_those_of_the_assembly(string id)
    {
        var (assembly, symbols) = Read(id);
        using var pe = new PEReader(new MemoryStream(assembly));
        using var pdb = MetadataReaderProvider.FromPortablePdbStream(new MemoryStream(symbols));
        var link = pe.ReadDebugDirectory().Single(entry => entry.Type == DebugDirectoryEntryType.CodeView);
        var expected = new BlobContentId(pe.ReadCodeViewDebugDirectoryData(link).Guid, link.Stamp);
        Assert.That(new BlobContentId(pdb.GetMetadataReader().DebugMetadataHeader!.Id), Is.EqualTo(expected));
    }

    [TestCaseSource(nameof(Libraries))]
    public void The_symbols_lead_to_the_sources_of_the_commit(string id)
    {
        using var pdb = MetadataReaderProvider.FromPortablePdbStream(new MemoryStream(Read(id).Symbols));
        var reader = pdb.GetMetadataReader();
        var link = reader.GetCustomDebugInformation(EntityHandle.ModuleDefinition).Select(reader.GetCustomDebugInformation).Single(one => reader.GetGuid(one.Kind) == s_sourceLink);
        Assert.That(
            Encoding.UTF8.GetString(reader.GetBlobBytes(link.Value)),
            Is.EqualTo($$$"""{"documents":{"/_/*":"https://raw.githubusercontent.com/phoenix-channels/channels/{{{SourceCopy.Commit}}}/*"}}"""));
        Assert.That(reader.Documents.Select(document => reader.GetString(reader.GetDocument(document).Name)), Is.All.StartsWith($"/_/src/{id}/"));
    }

    [TestCaseSource(nameof(Libraries))]
    public void No_path_of_the_build_machine_is_in_an_assembly_or_its_symbols(string id)
    {
        var (assembly, symbols) = Read(id);
        string[] paths = [Path.GetFileName(Workspace.PathTo("")[..^1]), Repository.Root, Repository.PackageFolder, Environment.GetFolderPath(Environment.SpecialFolder.UserProfile) + Path.DirectorySeparatorChar];
        foreach (var path in paths)
        {
            foreach (var encoding in new[] { Encoding.UTF8, Encoding.Unicode })
            {
                var bytes = encoding.GetBytes(path);
                Assert.That(assembly.AsSpan().IndexOf(bytes), Is.Negative, path);
                Assert.That(symbols.AsSpan().IndexOf(bytes), Is.Negative, path);
            }
        }
    }

    [Test]
    public async Task Another_clone_builds_the_same_bytes()
    {
        var clone = Workspace.PathTo("another clone");
        SourceCopy.Make(clone);
        await Workspace.BuildAsync("build", clone, SourceCopy.Solution);
        using (Assert.EnterMultipleScope())
        {
            foreach (var id in Libraries)
            {
                var (assembly, symbols) = Read(id);
                var built = Path.Combine(clone, "src", id, "bin", "Release", "net10.0", id);
                Assert.That(File.ReadAllBytes(built + ".dll").AsSpan().SequenceEqual(assembly), id);
                Assert.That(File.ReadAllBytes(built + ".pdb").AsSpan().SequenceEqual(symbols), $"the symbols of {id}");
            }
        }
    }

    static (byte[] Assembly, byte[] Symbols) Read(string id)
    {
        using var package = Package.Open(id);
        using var symbols = Package.Open(id, "snupkg");
        return (package.Read($"lib/net10.0/{id}.dll"), symbols.Read($"lib/net10.0/{id}.pdb"));
    }
}
