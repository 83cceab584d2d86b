using System.CommandLine;
using Nexus.Cli.Configuration;
using Nexus.Cli.Terminal;
using Nexus.Operations.Keys;

namespace Nexus.Cli.Commands;

/// <summary>Finds secrets in plain text and seals them.</summary>
internal sealed class KeysScanCommand : Command, IHasExamples
{
    private const int MaxPlacesShown = 20;

    private readonly CommandConsole _console;
    private readonly StoreOptions _store = new();
    private readonly Option<bool> _dryRun = new("--dry-run") { Description = "Only count the secrets. Works while nexus serve runs." };
    private readonly Option<bool> _acceptPlain = new("--accept-plain")
    {
        Description = "Also seal plain text in fields that every version seals, such as api_key. Something other than Nexus wrote it: check the "
            + "listed places first.",
    };
    private readonly Option<bool> _maskTexts =
        new("--mask-texts") { Description = "Also mask secrets in exit reasons of trades and in names of users. This cannot be undone." };
    private readonly Option<bool> _json = JsonOption.Create();

    public KeysScanCommand(CommandConsole console)
        : base("scan", "Find secrets that older versions left in plain text, seal them and count them by field. The exit code is 1 if any are left.")
    {
        _console = console;
        _store.AddTo(this);
        Options.Add(_dryRun);
        Options.Add(_acceptPlain);
        Options.Add(_maskTexts);
        Options.Add(_json);
        SetAction(ScanAsync);
    }

    public IReadOnlyList<(string CommandLine, string Does)> Examples =>
    [
        ("nexus keys scan --dry-run", "counts them; works while nexus serve runs"),
        ("nexus keys scan", "seals them while the bot keeps running; the embedded store must not be in use"),
        ("nexus keys scan --accept-plain", "also seals plain text in api_key, after you checked the listed records"),
    ];

    private async Task<int> ScanAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        using var loggers = CommandLogging.Create();
        var scan = new SecretScanOptions(parsed.GetValue(_dryRun), parsed.GetValue(_acceptPlain), parsed.GetValue(_maskTexts));
        var report = await ProgressDisplay.RunAsync(_console, "Scanning", progress =>
            KeyMaintenance.ScanAsync(_store.Read(parsed), scan, loggers, TimeProvider.System, progress, cancellationToken));
        if (parsed.GetValue(_json)) _console.WriteJson(report, KeyReportJson.Default.SecretScanReport);
        else Show(report);
        return report.Ok ? ExitCodes.Success : ExitCodes.Failure;
    }

    private void Show(SecretScanReport report)
    {
        foreach (var found in report.Found) _console.WriteLine($"{found.Table}, {found.Field}: {found.Values:N0} {Outcome(report, found)}");
        var total = report.Found.Sum(found => found.Values);
        _console.WriteLine($"{total:N0} secrets in plain text found, {report.SealedRecords:N0} records sealed, {report.Left:N0} secrets left");
        foreach (var place in report.UnexpectedPlaces.Take(MaxPlacesShown))
            _console.WriteError($"{place}: plain text in a field that every version seals");
        if (report.UnexpectedPlaces.Count > MaxPlacesShown)
            _console.WriteError($"and {report.UnexpectedPlaces.Count - MaxPlacesShown:N0} more; --json lists them");
        if (report.Remaining > 0) _console.WriteError($"{report.Remaining:N0} records kept changing: run the scan again");
        if (report.OutboxInUse)
            _console.WriteError("fallback.db is in use by nexus serve, so its secrets were only counted: stop the server and run the scan again");
    }

    private static string Outcome(SecretScanReport report, PlainSecrets found) => found switch
    {
        { Done: true, Kind: PlainSecretKind.Text } => "masked",
        { Done: true } => "sealed",
        { Kind: PlainSecretKind.Field } => "left: run nexus keys scan without --dry-run",
        { Kind: PlainSecretKind.Text } => "left: --mask-texts masks them, which cannot be undone",
        { Kind: PlainSecretKind.Name } => "left: change or remove the record",
        _ when report.DryRun => "left: check the records, then use --accept-plain",
        _ => "left: check the records, then use --accept-plain, or nexus migrate for legacy tokens",
    };
}
