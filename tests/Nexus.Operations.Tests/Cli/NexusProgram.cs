using System.Text.Json;
using Nexus.TestKit;

namespace Nexus.Operations.Tests.Cli;

/// <summary>The executable as a user runs it, in an environment of its own.</summary>
internal sealed class NexusProgram : IDisposable
{
    private readonly TempFolder _folder = new("cli");

    /// <summary>A file or folder that goes away with the test.</summary>
    public string this[string name] => _folder[name];

    public string Data => _folder["data"];

    /// <summary>Variables of the program; nothing of the machine's own settings reaches it.</summary>
    public Dictionary<string, string?> Environment { get; } = new()
    {
        ["DATABASE_URL"] = null,
        ["NEXUS_KEYS"] = null,
        ["ENCRYPTION_KEY"] = null,
        ["NEXUS_ADMIN_KEY"] = null,
        ["NEXUS_DATA"] = null,
        ["TELEGRAM_CHAT_ID"] = null,
        ["NO_COLOR"] = "1",
    };

    public async Task<Run> RunAsync(params string[] arguments) => await RunAsync(arguments, input: null);

    public async Task<Run> RunAsync(string[] arguments, string? input)
    {
        Environment["NEXUS_DATA"] = Data;
        var (exitCode, output, error) = await ChildProcess.RunAsync("dotnet", [Dll, .. arguments], Environment, _folder.Path, input);
        return new Run(exitCode, output, error);
    }

    /// <summary>As a user without privileges, whose the folder is from then on.</summary>
    public async Task<Run> RunAsOrdinaryUserAsync(params string[] arguments)
    {
        Environment["NEXUS_DATA"] = Data;
        Environment["HOME"] = _folder.Path;
        await OrdinaryUser.GiveAsync(_folder.Path);
        var (file, all) = OrdinaryUser.Command("dotnet", [Dll, .. arguments]);
        var (exitCode, output, error) = await ChildProcess.RunAsync(file, all, Environment, _folder.Path);
        return new Run(exitCode, output, error);
    }

    public ChildProcess Start(params string[] arguments)
    {
        Environment["NEXUS_DATA"] = Data;
        return ChildProcess.Start("dotnet", [Dll, .. arguments], Environment, _folder.Path);
    }

    /// <summary>Starts the program in a terminal of its own: <c>script</c> of util-linux, whose output is what the terminal shows.</summary>
    public ChildProcess StartInTerminal(params string[] arguments)
    {
        Environment["NEXUS_DATA"] = Data;
        Environment["TERM"] = "xterm-256color";
        return ChildProcess.Start("script", ["--quiet", "--return", "--flush", "--command", $"dotnet {Dll} {string.Join(' ', arguments)}", "/dev/null"], Environment, _folder.Path);
    }

    /// <summary>Starts <c>serve</c> on a free port and waits until it listens.</summary>
    public async Task<(ChildProcess Process, string Url)> ServeAsync(params string[] arguments)
    {
        var process = Start(["serve", "--urls", "http://127.0.0.1:0", .. arguments]);
        var line = await process.ReadLineAsync(line => line.StartsWith("Serving at ", StringComparison.Ordinal));
        return (process, line["Serving at ".Length..].Split(',')[0]);
    }

    public string Write(string name, string text)
    {
        File.WriteAllText(_folder[name], text);
        return _folder[name];
    }

    public void Dispose() => _folder.Dispose();

    private static string Dll => Path.Combine(AppContext.BaseDirectory, "Nexus.Cli.dll");
}

/// <summary>What a run came to.</summary>
internal sealed record Run(int ExitCode, string Output, string Error)
{
    public JsonElement Json => JsonElement.Parse(Output);

    public Run Expect(int exitCode)
    {
        Assert.True(ExitCode == exitCode, $"expected exit code {exitCode}, got {ExitCode}\noutput:\n{Output}\nerror:\n{Error}");
        return this;
    }

    /// <summary>One line for a person, no stack; what the server logged before it failed stands apart.</summary>
    public Run ExpectOneLine(string part)
    {
        var lines = Error.Split('\n', StringSplitOptions.RemoveEmptyEntries).Where(line => !char.IsAsciiDigit(line[0])).ToArray();
        Assert.True(lines.Length == 1 && lines[0].StartsWith("nexus: ", StringComparison.Ordinal) && lines[0].Contains(part, StringComparison.Ordinal), $"expected one line with \"{part}\":\n{Error}");
        return this;
    }
}
