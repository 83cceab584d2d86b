using Nexus.TestKit;

namespace Nexus.Operations.Tests.Recovery;

/// <summary>Runs commands as the user of the bot, with <c>nexus</c> on PATH.</summary>
internal static class RunbookShell
{
    /// <param name="commands">The commands. The first that fails ends them.</param>
    /// <param name="folder">Where.</param>
    /// <param name="variables">The environment of the bot.</param>
    /// <returns>What they wrote.</returns>
    public static async Task<string> RunAsync(string commands, string folder, IReadOnlyDictionary<string, string?> variables)
    {
        using var programs = new TempFolder("bin");
        await File.WriteAllTextAsync(programs["nexus"],
            $"#!/bin/sh\nexec dotnet '{Path.Combine(AppContext.BaseDirectory, "Nexus.Cli.dll")}' \"$@\"\n", TestContext.Current.CancellationToken);
        File.SetUnixFileMode(programs["nexus"], UnixFileMode.UserRead | UnixFileMode.UserExecute);
        var environment = new Dictionary<string, string?>
        {
            ["ENCRYPTION_KEY"] = null,
            ["NEXUS_ADMIN_KEY"] = null,
            ["NO_COLOR"] = "1",
            ["PATH"] = $"{programs.Path}:{Environment.GetEnvironmentVariable("PATH")}",
        };
        foreach (var (name, value) in variables) environment[name] = value;
        var (exitCode, output, error) = await ChildProcess.RunAsync("/bin/bash", ["-euo", "pipefail", "-c", commands], environment, folder);
        Assert.True(exitCode == 0, $"exit code {exitCode} of\n{commands}\n{output}\n{error}");
        return output;
    }
}
