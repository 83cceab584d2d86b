using System.CommandLine;
using Nexus.Cli.Terminal;
using Nexus.Operations.Alerts;

namespace Nexus.Cli.Commands;

/// <summary>Writes the rules for Prometheus.</summary>
internal sealed class AlertsExportCommand : Command, IHasExamples
{
    private readonly CommandConsole _console;
    private readonly Option<string?> _settings = new("--alerts")
    {
        Description = "The settings file of the alerts, whose thresholds and rules are used. Default: the built-in rules.",
        HelpName = "FILE",
    };

    public AlertsExportCommand(CommandConsole console)
        : base("export", "Write the rules as a rules file of Prometheus 2.42 or later, with the expressions that nexus serve evaluates.")
    {
        _console = console;
        Options.Add(_settings);
        SetAction(ExportAsync);
    }

    public IReadOnlyList<(string CommandLine, string Does)> Examples =>
    [
        ("nexus alerts export > nexus.rules.yml", "for rule_files of prometheus.yml"),
        ("nexus alerts export --alerts data/alerts.json", "also checks the settings file"),
    ];

    private async Task<int> ExportAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        try
        {
            var settings = parsed.GetValue(_settings) is { } file
                ? await AlertSettingsReader.ReadFileAsync(file, TimeProvider.System.GetUtcNow(), cancellationToken)
                : AlertSettings.Default;
            foreach (var line in PrometheusRules.Write(settings.Rules).TrimEnd().Split('\n')) _console.WriteLine(line);
            return ExitCodes.Success;
        }
        catch (AlertSettingsException error)
        {
            foreach (var problem in error.Problems) _console.WriteError(problem.ToString());
            return ExitCodes.Failure;
        }
    }
}
