namespace Nexus.TestKit;

/// <summary>Prometheus' own checker, of Debian's package prometheus.</summary>
public static class Promtool
{
    /// <summary>Runs it.</summary>
    /// <returns>What it printed.</returns>
    /// <exception cref="InvalidOperationException">It found something wrong, or is not installed.</exception>
    public static async Task<string> RunAsync(string workingDirectory, params string[] arguments)
    {
        var (exitCode, output, error) = await ChildProcess.RunAsync("promtool", arguments, workingDirectory: workingDirectory);
        return exitCode == 0 ? output + error : throw new InvalidOperationException($"promtool {string.Join(' ', arguments)}:\n{output}\n{error}");
    }
}
