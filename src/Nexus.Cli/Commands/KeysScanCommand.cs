using System.CommandLine;
using Nexus.Cli.Terminal;
using Nexus.Operations.Keys;

namespace Nexus.Cli.Commands;

/// <summary>Finds secrets in plain text.</summary>
internal sealed class KeysScanCommand : Command, IHasExamples
{
    private readonly CommandConsole _console;
    private readonly StoreOptions _store = new();
    private readonly Option<bool> _apply = new("--apply") { Description = "Seal what was found. Without it nothing is changed." };
    private readonly Option<bool> _json = JsonOption.Create();

    public KeysScanCommand(CommandConsole console)
        : base("scan", "Find secrets that older versions left in plain text, counted by field. Exit code 1 while any are left.")
    {
        _console = console;
        _store.AddTo(this);
        Options.Add(_apply);
        Options.Add(_json);
        SetAction(ScanAsync);
    }

    public IReadOnlyList<(string CommandLine, string Does)> Examples =>
    [
        ("nexus keys scan", "counts them; also while nexus serve runs"),
        ("nexus keys scan --apply", "seals them while the bot goes on; the embedded store must not be in use"),
    ];

    private async Task<int> ScanAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        using var loggers = CommandLogging.Create();
        var report = await ProgressDisplay.RunAsync(_console, "Scanning", progress =>
            KeyMaintenance.ScanAsync(_store.Read(parsed), parsed.GetValue(_apply), loggers, TimeProvider.System, progress, cancellationToken));
        if (parsed.GetValue(_json)) _console.WriteJson(report, KeyReportJson.Default.SecretScanReport);
        else Show(report);
        return report.Ok ? ExitCodes.Success : ExitCodes.Failure;
    }

    private void Show(SecretScanReport report)
    {
        foreach (var found in report.Sealable) _console.WriteLine($"{found.Table}, {found.Field}: {found.Values:N0}");
        _console.WriteLine($"{report.Sealable.Sum(found => found.Values):N0} secrets in plain text found, {report.SealedRecords:N0} records sealed");
        if (!report.Applied && report.Sealable.Count > 0) _console.WriteError("nothing was changed: run nexus keys scan --apply to seal them");
        foreach (var left in report.Unsealable) _console.WriteError($"{left.Table}, {left.Field}: {left.Values:N0} cannot be sealed in place{Remedy(left)}");
        if (report.Remaining > 0) _console.WriteError($"{report.Remaining:N0} records changed with every attempt: run the scan again");
    }

    private static string Remedy(PlainSecrets left) => left.Table == "outbox"
        ? ": scan again after the outbox was replayed"
        : ": change the record, and replace the secret where it was issued";
}
