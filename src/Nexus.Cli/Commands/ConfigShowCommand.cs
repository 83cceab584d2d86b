using System.CommandLine;
using Nexus.Audit;
using Nexus.Cli.Configuration;
using Nexus.Cli.Terminal;
using Spectre.Console;

namespace Nexus.Cli.Commands;

/// <summary>Shows the effective settings.</summary>
internal sealed class ConfigShowCommand : Command, IHasExamples
{
    private readonly CommandConsole _console;
    private readonly StoreOptions _store = new();
    private readonly Option<bool> _changed = new("--changed") { Description = "Only settings that differ from their defaults." };
    private readonly Option<bool> _json = JsonOption.Create();

    public ConfigShowCommand(CommandConsole console)
        : base("show",
            "Show the effective value of every setting and its source. Secrets are masked. The exit code is 1 if the configuration has an error.")
    {
        _console = console;
        _store.AddTo(this);
        Options.Add(_changed);
        Options.Add(_json);
        SetAction(Show);
    }

    public IReadOnlyList<(string CommandLine, string Does)> Examples =>
    [
        ("nexus config show --changed", "shows what was set, and where"),
        ("nexus config show --config /etc/nexus/nexus.json --json", "shows everything as JSON"),
    ];

    private int Show(ParseResult parsed)
    {
        var configuration = ToolConfiguration.Lenient(parsed);
        var values = SettingCatalogue.All.Select(configuration.ValueOf)
            .Where(value => !parsed.GetValue(_changed) || value.Source != SettingSource.Default).ToList();
        if (parsed.GetValue(_json))
        {
            _console.WriteJson(
                new ConfigurationView(configuration.File, [.. values.Select(View)]), ConfigurationJson.Default.ConfigurationView);
        }
        else
        {
            _console.WriteLine(configuration.File is { } file ? $"configuration file {file}" : "no configuration file");
            var table = new Table().Border(TableBorder.None).AddColumns("setting", "value", "source");
            foreach (var value in values)
            {
                table.AddRow(
                    new Text(value.Setting.Key), new Text(Printable.Line(value.Text is null ? $"({value.Setting.DefaultText})" : value.Shown)),
                    new Text(Printable.Line(value.Place)));
            }
            _console.OutTerminal.Write(table);
        }
        foreach (var problem in configuration.Problems) _console.WriteError(problem.ToString());
        return configuration.Problems.Count == 0 ? ExitCodes.Success : ExitCodes.Failure;
    }

    private static SettingView View(SettingValue value) => new(
        value.Setting.Key, value.Text is null ? null : value.Shown, value.Source.ToString().ToLowerInvariant(), value.Place, value.Setting.Variable,
        value.Setting.Option, value.Setting.IsSecret, value.Setting.IsReloadable);
}
