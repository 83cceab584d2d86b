using System.IO.Compression;
using System.Reflection.Metadata;
using System.Text;
using System.Xml.Linq;

namespace Nexus.Packages.Tests;

/// <summary>What is inside the packages.</summary>
public sealed class PackageContentTests(PackageFeed feed)
{
    private const string Repository = "https://github.com/nexus-state/nexus";

    /// <summary>
    /// Of portable PDBs: https://github.com/dotnet/runtime/blob/main/docs/design/specs/PortablePdb-Metadata.md#source-link-c-and-vb-compilers.
    /// </summary>
    private static readonly Guid SourceLink = new("CC110556-A091-4D38-9FEC-25AB9A351A6A");

    /// <summary>In the same document.</summary>
    private static readonly Guid EmbeddedSource = new("0E8A571B-6926-466E-B4AD-8AB04611F5FE");

    [Theory]
    [MemberData(nameof(PackageFeed.Ids), MemberType = typeof(PackageFeed))]
    public async Task A_package_says_what_it_is(string id)
    {
        using var package = await OpenAsync(id);
        var metadata = ReadMetadata(package);

        Assert.Equal((id, feed.Version, "MIT"), (Value("id"), Value("version"), Value("license")));
        Assert.Equal(("icon.png", "README.md", Repository), (Value("icon"), Value("readme"), Value("projectUrl")));
        Assert.True(Value("description").Length > 40);
        Assert.NotEmpty(Value("tags"));
        var repository = Element("repository");
        Assert.Equal(("git", Repository), ((string?)repository.Attribute("type"), (string?)repository.Attribute("url")));
        Assert.Matches("^[0-9a-f]{40}$", (string?)repository.Attribute("commit"));
        Assert.Equal([0x89, 0x50, 0x4E, 0x47], Bytes(package, "icon.png")[..4]);
        Assert.Contains("Nexus", Encoding.UTF8.GetString(Bytes(package, "README.md")), StringComparison.OrdinalIgnoreCase);

        string Value(string name) => Element(name).Value;
        XElement Element(string name) => metadata.Elements().Single(element => element.Name.LocalName == name);
    }

    [Theory]
    [InlineData("Nexus.State", "Nexus")]
    [InlineData("Nexus.Audit", "Nexus.Audit")]
    [InlineData("Nexus.Testing", "Nexus.Testing")]
    [InlineData("Nexus.OpenTelemetry", "Nexus.OpenTelemetry")]
    public async Task A_library_brings_its_documentation_and_symbols_without_a_path_of_this_machine(string id, string assembly)
    {
        using var package = await OpenAsync(id);
        var documentation = XDocument.Load(new MemoryStream(Bytes(package, $"lib/net10.0/{assembly}.xml")));
        Assert.NotEmpty(documentation.Descendants("member"));
        Assert.NotNull(package.GetEntry($"lib/net10.0/{assembly}.dll"));

        using var symbols = ZipFile.OpenRead(feed.File(id, "snupkg"));
        using var provider = MetadataReaderProvider.FromPortablePdbStream(new MemoryStream(Bytes(symbols, $"lib/net10.0/{assembly}.pdb")));
        var reader = provider.GetMetadataReader();
        Assert.DoesNotContain(reader.Documents.Select(document => reader.GetString(reader.GetDocument(document).Name)), name =>
            !name.StartsWith("/_", StringComparison.Ordinal));
        var link = reader.CustomDebugInformation.Select(reader.GetCustomDebugInformation).Single(info => reader.GetGuid(info.Kind) == SourceLink);
        Assert.Contains("https://raw.githubusercontent.com/nexus-state/nexus/", Encoding.UTF8.GetString(reader.GetBlobBytes(link.Value)),
            StringComparison.Ordinal);
        Assert.DoesNotContain(feed.Sources, Encoding.UTF8.GetString(Bytes(package, $"lib/net10.0/{assembly}.dll")), StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(PackageFeed.Ids), MemberType = typeof(PackageFeed))]
    public async Task No_source_in_the_symbols_names_a_path_of_this_machine(string id)
    {
        await feed.PackedAsync();
        using var symbols = ZipFile.OpenRead(feed.File(id, "snupkg"));
        var files = symbols.Entries.Where(entry => entry.Name.EndsWith(".pdb", StringComparison.Ordinal)).ToList();
        Assert.NotEmpty(files);
        foreach (var file in files)
        {
            using var provider = MetadataReaderProvider.FromPortablePdbStream(new MemoryStream(Bytes(symbols, file.FullName)));
            var reader = provider.GetMetadataReader();
            var sources = reader.CustomDebugInformation.Select(reader.GetCustomDebugInformation)
                .Where(info => reader.GetGuid(info.Kind) == EmbeddedSource).Select(info => ReadEmbedded(reader.GetBlobBytes(info.Value)));
            foreach (var source in sources) Assert.DoesNotContain(feed.Sources, source, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("Nexus.State", "Npgsql", "Microsoft.Data.Sqlite", "Cronos")]
    [InlineData("Nexus.Audit", "Npgsql")]
    [InlineData("Nexus.Testing", "Nexus.State")]
    [InlineData("Nexus.OpenTelemetry", "Nexus.State", "OpenTelemetry.Api")]
    public async Task A_library_drags_along_what_it_needs_and_no_more(string id, params string[] needed)
    {
        using var package = await OpenAsync(id);
        var dependencies = ReadMetadata(package).Descendants().Where(element => element.Name.LocalName == "dependency")
            .Select(element => (string)element.Attribute("id")!).ToList();

        Assert.Equal(needed.Order(), dependencies.Where(dependency => !dependency.StartsWith("Microsoft.Extensions.", StringComparison.Ordinal))
            .Order());
    }

    private async Task<ZipArchive> OpenAsync(string id)
    {
        await feed.PackedAsync();
        return ZipFile.OpenRead(feed.File(id));
    }

    private static XElement ReadMetadata(ZipArchive package)
    {
        using var nuspec = package.Entries.Single(entry => entry.Name.EndsWith(".nuspec", StringComparison.Ordinal)).Open();
        return XDocument.Load(nuspec).Root!.Elements().First();
    }

    /// <summary>The size of the text as it was, or 0 if it is not compressed, and the text.</summary>
    private static string ReadEmbedded(byte[] blob)
    {
        using var rest = new MemoryStream(blob, sizeof(int), blob.Length - sizeof(int));
        using var text = new StreamReader(BitConverter.ToInt32(blob) == 0 ? rest : new DeflateStream(rest, CompressionMode.Decompress));
        return text.ReadToEnd();
    }

    private static byte[] Bytes(ZipArchive archive, string name)
    {
        var entry = archive.GetEntry(name);
        Assert.True(entry is not null, $"{name} is missing; there is {string.Join(", ", archive.Entries.Select(present => present.FullName))}");
        using var content = entry.Open();
        using var buffer = new MemoryStream();
        content.CopyTo(buffer);
        return buffer.ToArray();
    }
}
