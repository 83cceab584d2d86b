using System.CommandLine;
using System.Text.Json;
using Nexus.Audit;
using Nexus.Cli.Terminal;
using Nexus.Operations.Alerts;
using Spectre.Console;

namespace Nexus.Cli.Commands;

/// <summary>Lists the alerts of a running server.</summary>
internal sealed class AlertsListCommand : Command, IHasExamples
{
    private readonly CommandConsole _console;
    private readonly ServerOptionsOfCommand _server = new();
    private readonly Option<bool> _json = JsonOption.Create();

    public AlertsListCommand(CommandConsole console)
        : base("list", "List firing, pending and recently resolved alerts, the silences and the notifiers. The exit code is 1 if an alert fires.")
    {
        _console = console;
        _server.AddTo(this);
        Options.Add(_json);
        SetAction(ListAsync);
    }

    public IReadOnlyList<(string CommandLine, string Does)> Examples => [("nexus alerts list", "lists the alerts of the server that uses ./data")];

    private async Task<int> ListAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        var text = await _server.SendAsync(parsed, HttpMethod.Get, "v1/alerts", null, cancellationToken);
        var list = JsonSerializer.Deserialize(text, AlertJson.Default.AlertList)!;
        if (parsed.GetValue(_json)) _console.WriteJson(list, AlertJson.Default.AlertList);
        else Show(list);
        return list.Alerts.Any(alert => alert.State == AlertState.Firing) ? ExitCodes.Failure : ExitCodes.Success;
    }

    private void Show(AlertList list)
    {
        if (list.Alerts.Count == 0) _console.WriteLine("No alert is firing or pending.");
        else
        {
            var table = new Table().Border(TableBorder.None).AddColumns("state", "severity", "rule", "about", "value", "since", "summary");
            foreach (var alert in list.Alerts)
            {
                table.AddRow(
                    new Text(alert.SilencedUntil is null ? Word(alert.State) : $"{Word(alert.State)}, silenced"), new Text(Word(alert.Severity)),
                    new Text(Printable.Line(alert.Rule)),
                    new Text(Printable.Line(string.Join(", ", alert.Labels.Select(label => $"{label.Key} {label.Value}")), 200)),
                    new Text(AlertValue.Format(alert.Value, alert.Unit)), new Text($"{alert.Since:u}"), new Text(Printable.Line(alert.Summary)));
            }
            _console.OutTerminal.Write(table);
        }
        foreach (var silence in list.Silences)
            _console.WriteLine($"silence {silence.Id}: {silence.Rule} until {silence.Until:u}: {silence.Reason}");
        foreach (var notifier in list.Notifiers.Where(notifier => notifier.Error is not null))
            _console.WriteLine(
                $"notifier {notifier.Name} {(notifier.Disabled ? "is disabled" : "fails")}, {notifier.Waiting} messages wait: {notifier.Error}");
        if (list.SettingsError is { } error) _console.WriteError($"the settings file of the alerts is not in use: {error}");
    }

    private static string Word<T>(T value)
        where T : struct, Enum => value.ToString().ToLowerInvariant();
}
