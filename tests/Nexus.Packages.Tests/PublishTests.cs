using System.Runtime.InteropServices;
using Nexus.TestKit;

namespace Nexus.Packages.Tests;

/// <summary>A host that uses the library is published trimmed and compiled natively, without a warning, and works.</summary>
public sealed class PublishTests(PackageFeed feed)
{
    private static string Runtime => RuntimeInformation.RuntimeIdentifier.Contains("arm64", StringComparison.Ordinal) ? "linux-arm64" : "linux-x64";

    [Fact]
    public async Task A_native_host_keeps_state()
    {
        var compiler = ((string[])["clang", "gcc"]).FirstOrDefault(IsOnPath);
        Assert.SkipWhen(compiler is null, "Native compilation needs clang or gcc: install one of them.");
        var program = await PublishAsync("native", "-p:PublishAot=true", $"-p:CppCompilerAndLinker={compiler}");

        Assert.False(File.Exists(Path.ChangeExtension(program, ".dll")));
        await SampleTests.ConverseAsync(program, []);
    }

    [Fact]
    public async Task A_trimmed_host_keeps_state()
    {
        var program = await PublishAsync("trimmed", "-p:PublishTrimmed=true", "--self-contained");

        await SampleTests.ConverseAsync(program, []);
    }

    private async Task<string> PublishAsync(string kind, params string[] arguments)
    {
        await feed.CopiedAsync();
        await feed.PackedAsync();
        var folder = feed.NewFolder(kind);
        string[] publish = ["publish", "samples/MinimalBot", "-c", "Release", "-r", Runtime, "-o", folder, "--nologo", "-v", "quiet",
            "-p:RunAnalyzers=false", .. arguments];
        var (exitCode, output) = await feed.TryDotnetAsync(feed.Sources, publish);
        Assert.SkipWhen(exitCode != 0 && (output.Contains("NU1101", StringComparison.Ordinal)
            || output.Contains("NU1102", StringComparison.Ordinal)), $"The registry lacks a package of the SDK: {output}");
        Assert.True(exitCode == 0, output);
        Assert.DoesNotContain("warning", output, StringComparison.OrdinalIgnoreCase);
        return Path.Combine(folder, "MinimalBot");
    }

    private static bool IsOnPath(string program) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Any(folder => File.Exists(Path.Combine(folder, program)));
}
