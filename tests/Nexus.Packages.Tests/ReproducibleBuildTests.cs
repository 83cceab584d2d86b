using System.Text;
using Nexus.TestKit;

namespace Nexus.Packages.Tests;

/// <summary>
/// A release is built from copies of the sources outside of Git: where they are must not be in the bytes, and the symbols still link to the sources.
/// </summary>
public sealed class ReproducibleBuildTests
{
    private const string Project = "src/Nexus.Audit";

    private const string Commit = "0123456789abcdef0123456789abcdef01234567";

    [Fact]
    public async Task Copies_of_the_sources_in_folders_of_different_lengths_give_the_same_bytes()
    {
        using var folder = new TempFolder("reproducible");
        var first = await BuildAsync(folder["tests"]); // a name that is also that of a folder in the repository
        var second = await BuildAsync(folder["a/longer/path"]);

        foreach (var file in new[] { "Nexus.Audit.dll", "Nexus.Audit.pdb" })
        {
            var bytes = await File.ReadAllBytesAsync(Path.Combine(first, file));
            Assert.Equal(bytes, await File.ReadAllBytesAsync(Path.Combine(second, file)));
            Assert.DoesNotContain(folder.Path, Encoding.Latin1.GetString(bytes), StringComparison.Ordinal);
        }

        var links = Path.Combine(folder["tests"], Project, "obj", "Release", "net10.0", "Nexus.Audit.sourcelink.json");
        Assert.Contains($"/{Commit}/*", await File.ReadAllTextAsync(links), StringComparison.Ordinal);
    }

    private static async Task<string> BuildAsync(string copy)
    {
        foreach (var file in Directory.GetFiles(Repository.Root, "Directory.*")
                     .Concat(new[] { "global.json", "BannedSymbols.txt", ".editorconfig" }.Select(name => Path.Combine(Repository.Root, name))))
            Copy(file);
        Copy(Path.Combine(Repository.Root, "docs", "images", "icon.png"));
        foreach (var file in Directory.GetFiles(Path.Combine(Repository.Root, Project), "*", SearchOption.AllDirectories))
            if (!file.Contains("/bin/", StringComparison.Ordinal) && !file.Contains("/obj/", StringComparison.Ordinal))
                Copy(file);

        string[] arguments =
        [
            "build", Path.Combine(copy, Project), "-c", "Release", "-v", "quiet", "--nologo", "--disable-build-servers", "-p:RunAnalyzers=false",
            $"-p:SourceRevisionId={Commit}",
        ];
        var (exitCode, output, error) = await ChildProcess.RunAsync("dotnet", arguments, new Dictionary<string, string?> { ["CI"] = "true" }, copy,
            timeout: TimeSpan.FromMinutes(10));
        Assert.True(exitCode == 0, output + error);
        return Path.Combine(copy, Project, "bin", "Release", "net10.0");

        void Copy(string file)
        {
            var target = Path.Combine(copy, Path.GetRelativePath(Repository.Root, file));
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Copy(file, target);
        }
    }
}
