using Nexus.Packages.Tests;
using Nexus.TestKit;

[assembly: AssemblyFixture(typeof(PackageFeed))]

namespace Nexus.Packages.Tests;

/// <summary>
/// The packages of the present sources in a local folder, packed once for all tests. Their version is new in each run, and they are installed into a
/// package folder
/// of this run, so no cache can stand in for them. Dependencies come from the registry or from what the machine has downloaded already.
/// </summary>
public sealed class PackageFeed : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(10);

    private static readonly string[] Projects = ["Nexus", "Nexus.Audit", "Nexus.Testing", "Nexus.OpenTelemetry", "Nexus.Cli"];

    private readonly TempFolder _folder = new("packages");
    private readonly Lock _gate = new();
    private Task? _copied;
    private Task? _packed;

    /// <summary>The packages whose content and installation is tested.</summary>
    public static TheoryData<string> Ids { get; } = ["Nexus.State", "Nexus.Audit", "Nexus.Testing", "Nexus.OpenTelemetry", "nexus"];

    /// <summary>The version of every package of this run.</summary>
    public string Version { get; } = $"0.0.1-test.{Guid.NewGuid():n}";

    /// <summary>A folder with a copy of the sources.</summary>
    public string Sources => _folder["sources"];

    public string File(string id, string extension = "nupkg") => Path.Combine(_folder["feed"], $"{id}.{Version}.{extension}");

    /// <summary>Completes when the packages are there.</summary>
    public Task PackedAsync()
    {
        lock (_gate) return _packed ??= Task.Run(PackAsync);
    }

    /// <summary>Completes when the copy of the sources is there.</summary>
    public Task CopiedAsync()
    {
        lock (_gate) return _copied ??= Task.Run(CopyAsync);
    }

    /// <summary>A folder below that of the packages.</summary>
    public string NewFolder(string name) => Directory.CreateDirectory(_folder[name]).FullName;

    /// <summary>Runs the SDK and expects success.</summary>
    public async Task<string> DotnetAsync(string folder, params string[] arguments)
    {
        var (exitCode, output) = await TryDotnetAsync(folder, arguments);
        Assert.True(exitCode == 0, $"dotnet {string.Join(' ', arguments)}\n{output}");
        return output;
    }

    /// <summary>Runs the SDK.</summary>
    public async Task<(int ExitCode, string Output)> TryDotnetAsync(string folder, params string[] arguments)
    {
        var (exitCode, output, error) = await ChildProcess.RunAsync("dotnet", arguments, Environment, folder, timeout: Patience);
        return (exitCode, output + error);
    }

    /// <inheritdoc/>
    public void Dispose() => _folder.Dispose();

    private Dictionary<string, string?> Environment => new()
    {
        ["NUGET_PACKAGES"] = _folder["installed"],
        ["NUGET_FALLBACK_PACKAGES"] = DownloadedPackages,
        ["DOTNET_CLI_TELEMETRY_OPTOUT"] = "1",
        ["DOTNET_NOLOGO"] = "1",
        ["DOTNET_CLI_UI_LANGUAGE"] = "en",
        ["MSBUILDDISABLENODEREUSE"] = "1",
        ["UseSharedCompilation"] = "false",
        ["CI"] = null,
    };

    private static string DownloadedPackages => System.Environment.GetEnvironmentVariable("NUGET_PACKAGES")
        ?? Path.Combine(System.Environment.GetFolderPath(System.Environment.SpecialFolder.UserProfile), ".nuget", "packages");

    private async Task CopyAsync()
    {
        Repository.CopySources(NewFolder("sources"));
        Directory.CreateDirectory(_folder["installed"]);
        Directory.CreateDirectory(_folder["feed"]);
        System.IO.File.WriteAllText(_folder["nuget.config"],
            $"""<configuration><packageSources><add key="local" value="{_folder["feed"]}" /></packageSources></configuration>""");
        // A repository of its own, so that symbols name a revision as those of a release do.
        foreach (var arguments in (string[][])[["init", "-q"], ["add", "."],
            ["-c", "user.name=Test", "-c", "user.email=test@localhost", "commit", "-q", "-m", "Packages"]])
        {
            var (exitCode, _, error) = await ChildProcess.RunAsync("git", arguments, workingDirectory: Sources);
            Assert.True(exitCode == 0, error);
        }
    }

    private async Task PackAsync()
    {
        await CopiedAsync();
        var projects = string.Join(';', Projects.Select(project => $"src/{project}/{project}.csproj"));
        System.IO.File.WriteAllText(
            Path.Combine(Sources, "packages.proj"),
            $"""
            <Project>
              <ItemGroup><Packed Include="{projects}" /></ItemGroup>
              <Target Name="Restore"><MSBuild Projects="@(Packed)" Targets="Restore" /></Target>
              <Target Name="Pack"><MSBuild Projects="@(Packed)" Targets="Pack" /></Target>
            </Project>
            """);
        string[] properties = ["-v:quiet", "-nologo", $"-p:Version={Version}", "-p:Configuration=Release", "-p:ContinuousIntegrationBuild=true",
            "-p:RunAnalyzers=false", $"-p:PackageOutputPath={_folder["feed"]}"];
        await DotnetAsync(Sources, ["msbuild", "packages.proj", "-t:Restore", .. properties]);
        await DotnetAsync(Sources, ["msbuild", "packages.proj", "-t:Pack", .. properties]);
    }
}
