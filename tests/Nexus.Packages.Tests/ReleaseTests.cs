using System.IO.Compression;
using System.Text.Json;
using Nexus.TestKit;

namespace Nexus.Packages.Tests;

/// <summary>
/// Makes a release twice and compares it. Takes minutes, so it runs only with NEXUS_TEST_RELEASE=1; the test of the installation also needs root,
/// debootstrap and a mirror of Debian.
/// </summary>
public sealed class ReleaseTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(60);

    private static readonly string[] Packages = ["Nexus.Audit", "Nexus.OpenTelemetry", "Nexus.State", "Nexus.Testing", "nexus"];

    [Fact]
    public async Task A_release_is_complete_reproducible_clean_and_can_be_installed_and_removed()
    {
        Assert.SkipUnless(Environment.GetEnvironmentVariable("NEXUS_TEST_RELEASE") == "1", "takes minutes: set NEXUS_TEST_RELEASE=1");
        using var folder = new TempFolder("release");
        await RunAsync(Path.Combine(Repository.Root, "release"), "--check", "--output", folder["release"]);
        var files = Directory.GetFiles(folder["release"]).Select(file => Path.GetFileName(file)!).Order(StringComparer.Ordinal).ToList();
        var version = files.Single(file => file.EndsWith(".cdx.json", StringComparison.Ordinal))["nexus-".Length..^".cdx.json".Length];
        Assert.Equal(
            new[]
            {
                "SHA256SUMS", $"nexus-{version}-linux-arm64.tar.gz", $"nexus-{version}-linux-x64.tar.gz", $"nexus-{version}.cdx.json",
                $"nexus_{version}_amd64.deb", $"nexus_{version}_arm64.deb",
            }.Concat(Packages.SelectMany(id => new[] { $"{id}.{version}.nupkg", $"{id}.{version}.snupkg" }))
                .Order(StringComparer.Ordinal),
            files);
        await RunAsync("bash", "-c", $"cd '{folder["release"]}' && sha256sum --check --strict SHA256SUMS");

        var components = JsonElement.Parse(await File.ReadAllTextAsync(Path.Combine(folder["release"], $"nexus-{version}.cdx.json")));
        Assert.Contains(components.GetProperty("components").EnumerateArray(), component => component.GetProperty("name").GetString() == "Npgsql");
        Assert.All(components.GetProperty("components").EnumerateArray(),
            component => Assert.True(component.TryGetProperty("licenses", out _), $"{component}"));

        foreach (var platform in new[] { "linux-x64", "linux-arm64" })
        {
            var archive = Path.Combine(folder["release"], $"nexus-{version}-{platform}.tar.gz");
            await RunAsync("tar", "-C", folder.Path, "-xzf", archive);
            var program = new PublishedProgram(Path.Combine(folder.Path, $"nexus-{version}-{platform}", "lib"), platform);
            Assert.Empty(program.FindMissingAssemblies());
            Assert.Empty(program.FindFilesForOtherMachines());
        }

        var package = Path.Combine(folder["release"], $"nexus_{version}_amd64.deb");
        var contents = await RunAsync("dpkg-deb", "--contents", package);
        string[] paths =
            ["./etc/nexus/nexus.json", "./usr/lib/systemd/system/nexus.service", "./usr/share/man/man1/nexus.1.gz", "./usr/bin/nexus -> "];
        foreach (var path in paths)
            Assert.Contains(path, contents, StringComparison.Ordinal);
        Assert.DoesNotContain(contents.Split('\n', StringSplitOptions.RemoveEmptyEntries),
            line => !line.Contains(" root/root ", StringComparison.Ordinal));
        if (IsInstalled("lintian")) Assert.Equal("", await RunAsync("lintian", "--allow-root", "--fail-on=error,warning", package));
        if (Environment.UserName == "root" && IsInstalled("debootstrap"))
            Assert.Contains("test-package: ok",
                await RunAsync(Path.Combine(Repository.Root, "deploy", "debian", "test-package"), package), StringComparison.Ordinal);
        if (Environment.UserName == "root" && IsInstalled("buildah") && IsInstalled("debootstrap"))
            Assert.Contains("test-image: ok", await RunAsync(Path.Combine(Repository.Root, "deploy", "container", "test-image"),
                Path.Combine(folder["release"], $"nexus-{version}-linux-x64.tar.gz")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_package_for_NuGet_has_the_same_bytes_whatever_NuGet_drew_at_random()
    {
        Assert.SkipUnless(IsInstalled("python3"), "python3 is not installed");
        using var folder = new TempFolder("repack");
        var packages = new[] { folder["first.nupkg"], folder["second.nupkg"] };
        foreach (var package in packages)
        {
            await using var archive = await ZipFile.OpenAsync(package, ZipArchiveMode.Create);
            var core = $"package/services/metadata/core-properties/{Guid.NewGuid():n}.psmdcp";
            (string Name, string Text)[] files =
            [
                ("lib/net10.0/Nexus.dll", "program"), (core, "<coreProperties />"),
                ("_rels/.rels", $"<Relationship Target=\"/{core}\" Id=\"R{Guid.NewGuid():n}\" />"),
            ];
            if (package == packages[1]) Array.Reverse(files);
            foreach (var (name, text) in files)
            {
                await using var content = await archive.CreateEntry(name).OpenAsync();
                await content.WriteAsync(System.Text.Encoding.UTF8.GetBytes(text));
            }
        }

        await RunAsync("python3", [Path.Combine(Repository.Root, "deploy", "release", "repack.py"), "1700000000", .. packages]);

        Assert.Equal(await File.ReadAllBytesAsync(packages[0]), await File.ReadAllBytesAsync(packages[1]));
        await using var repacked = await ZipFile.OpenReadAsync(packages[0]);
        using var relations = new StreamReader(await repacked.GetEntry("_rels/.rels")!.OpenAsync());
        Assert.Contains(repacked.Entries.Single(entry => entry.Name.EndsWith(".psmdcp", StringComparison.Ordinal)).FullName,
            await relations.ReadToEndAsync(), StringComparison.Ordinal);
    }

    private static async Task<string> RunAsync(string program, params string[] arguments)
    {
        var (exitCode, output, error) = await ChildProcess.RunAsync(program, arguments, timeout: Patience);
        Assert.True(exitCode == 0, $"{program} {string.Join(' ', arguments)}\n{output}\n{error}");
        return output;
    }

    private static bool IsInstalled(string program) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Any(folder => File.Exists(Path.Combine(folder, program)));
}
