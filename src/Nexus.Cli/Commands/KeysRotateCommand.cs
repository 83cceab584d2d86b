using System.CommandLine;
using Nexus.Cli.Configuration;
using Nexus.Cli.Terminal;
using Nexus.Operations.Keys;

namespace Nexus.Cli.Commands;

/// <summary>Reseals everything under the first key.</summary>
internal sealed class KeysRotateCommand : Command, IHasExamples
{
    private readonly CommandConsole _console;
    private readonly StoreOptions _store = new();
    private readonly Option<bool> _json = JsonOption.Create();

    public KeysRotateCommand(CommandConsole console)
        : base("rotate", "Reseal everything under the first key of NEXUS_KEYS while the bot keeps running. If it is interrupted, run it again: it "
            + "continues where it stopped.")
    {
        _console = console;
        _store.AddTo(this);
        Options.Add(_json);
        SetAction(RotateAsync);
    }

    public IReadOnlyList<(string CommandLine, string Does)> Examples =>
        [("NEXUS_KEYS=$new,$old nexus keys rotate", "with the new key first; docs/security.md lists the steps")];

    private async Task<int> RotateAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        using var loggers = CommandLogging.Create();
        var report = await ProgressDisplay.RunAsync(_console, "Resealing", progress =>
            KeyMaintenance.RotateAsync(_store.Read(parsed), loggers, TimeProvider.System, progress, cancellationToken));
        if (parsed.GetValue(_json)) _console.WriteJson(report, KeyReportJson.Default.KeyRotationReport);
        else
        {
            _console.WriteLine($"{report.Resealed:N0} records resealed under key {report.KeyId}");
            UnreadableValues.Show(_console, report.Values, report.Unreadable);
        }
        return report.Ok ? ExitCodes.Success : ExitCodes.Failure;
    }
}
