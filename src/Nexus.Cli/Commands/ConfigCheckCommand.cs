using System.Collections;
using System.CommandLine;
using Nexus.Cli.Configuration;
using Nexus.Cli.Terminal;

namespace Nexus.Cli.Commands;

/// <summary>Checks the configuration.</summary>
internal sealed class ConfigCheckCommand : Command, IHasExamples
{
    private readonly CommandConsole _console;
    private readonly Argument<string?> _file = new("file")
    {
        Description = "Check only this configuration file. Default: the effective configuration, with the environment.",
        Arity = ArgumentArity.ZeroOrOne,
        HelpName = "FILE",
    };
    private readonly Option<bool> _json = JsonOption.Create();

    public ConfigCheckCommand(CommandConsole console)
        : base(
            "check",
            "Check the configuration without starting anything. Each problem has its line and setting. The exit code is 0 if there is none, 1 if "
                + "there is one, and 2 if the command line is wrong.")
    {
        _console = console;
        Arguments.Add(_file);
        Options.Add(_json);
        SetAction(CheckAsync);
    }

    public IReadOnlyList<(string CommandLine, string Does)> Examples =>
    [
        ("nexus config check", "checks what nexus serve would use"),
        ("nexus config check nexus.json --json", "checks a file before it is installed"),
    ];

    private async Task<int> CheckAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        var configuration = parsed.GetValue(_file) is { Length: > 0 } file
            ? await ToolConfiguration.LoadAsync(file, Environment.GetEnvironmentVariable, cancellationToken, withEnvironment: false)
            : ToolConfiguration.Lenient(parsed);
        IReadOnlyList<ConfigurationProblem> problems =
            [.. ConfigurationChecks.FindErrors(configuration), .. await ReferencedFiles.FindErrorsAsync(configuration, cancellationToken)];
        // The environment may give what a file alone lacks.
        IReadOnlyList<string> warnings = parsed.GetValue(_file) is null ? [.. FindWarnings(), .. ReferencedFiles.FindIdle(configuration)] : [];
        if (parsed.GetValue(_json))
        {
            _console.WriteJson(
                new ConfigurationReport(problems.Count == 0, configuration.File, problems, warnings), ConfigurationJson.Default.ConfigurationReport);
        }
        else
        {
            foreach (var problem in problems) _console.WriteError(problem.ToString());
            foreach (var warning in warnings) _console.WriteError($"warning: {warning}");
            if (problems.Count == 0)
                _console.WriteLine(configuration.File is { } read ? $"{read} is valid" : "There is no configuration file. The environment is valid");
        }
        return problems.Count == 0 ? ExitCodes.Success : ExitCodes.Failure;
    }

    private static IReadOnlyList<string> FindWarnings() =>
    [
        .. EnvironmentSettings.FindMisspelt(Environment.GetEnvironmentVariables().Cast<DictionaryEntry>().Select(entry => (string)entry.Key))
            .Select(found => $"{found.Name} is not a variable of Nexus{found.Suggestion}"),
    ];
}
