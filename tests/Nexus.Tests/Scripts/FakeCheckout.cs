using Nexus.TestKit;
using Nexus.Tests.Conventions;

namespace Nexus.Tests.Scripts;

/// <summary>
/// A folder with the project's root scripts and a dotnet of the test's own in front of the path, which does what the test says: so the scripts
/// themselves are tried in milliseconds, with builds that fail and suites that crash.
/// </summary>
internal sealed class FakeCheckout : IDisposable
{
    private const UnixFileMode Executable = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    private readonly TempFolder _folder = new("checkout");

    public FakeCheckout()
    {
        foreach (var script in new[] { "nexus", "test" })
        {
            File.Copy(Path.Combine(Sources.Root, script), Script(script));
            File.SetUnixFileMode(Script(script), Executable);
        }
        foreach (var file in new[] { "Directory.Build.props", "Directory.Packages.props", "global.json", "Nexus.slnx" }) Write(file, "");
        Write("src/Nexus.Cli/Program.cs", "");
        Directory.CreateDirectory(Programs);
    }

    public string Root => _folder["root"];

    public string Programs => _folder["programs"];

    public string Script(string name)
    {
        Directory.CreateDirectory(Root);
        return Path.Combine(Root, name);
    }

    public void Write(string file, string text)
    {
        var path = Path.Combine(Root, file);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
    }

    /// <summary>Puts a program in front of the path.</summary>
    public void Program(string name, string script)
    {
        var path = Path.Combine(Programs, name);
        File.WriteAllText(path, $"#!/bin/bash\n{script}\n");
        File.SetUnixFileMode(path, Executable);
    }

    public Dictionary<string, string?> Environment => new()
    {
        ["PATH"] = $"{Programs}:/usr/bin:/bin",
        ["HOME"] = _folder["home"],
        ["DOTNET_ROOT"] = null,
        ["NEXUS_TEST_PG_BIN"] = null,
    };

    public Task<(int ExitCode, string Output, string Error)> RunAsync(string script, params string[] arguments) =>
        ChildProcess.RunAsync(Script(script), arguments, Environment, workingDirectory: "/");

    public void Dispose() => _folder.Dispose();
}
