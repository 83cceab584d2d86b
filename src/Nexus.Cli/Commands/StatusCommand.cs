using System.CommandLine;
using System.Globalization;
using Microsoft.Extensions.Logging.Abstractions;
using Nexus.Audit;
using Nexus.Cli.Configuration;
using Nexus.Cli.Terminal;
using Nexus.Operations.Backup;
using Nexus.Operations.Status;
using Spectre.Console;

namespace Nexus.Cli.Commands;

/// <summary>Shows the status of the store, with or without a running server.</summary>
internal sealed class StatusCommand : Command, IHasExamples
{
    private readonly CommandConsole _console;
    private readonly StoreOptions _store = new();
    private readonly Option<bool> _json = JsonOption.Create();

    public StatusCommand(CommandConsole console)
        : base(
            "status",
            "Show the store, connection pool, write queue, outbox and keys. The exit code is 1 if the store is unavailable or the keys are wrong.")
    {
        _console = console;
        _store.AddTo(this);
        Options.Add(_json);
        SetAction(ShowAsync);
    }

    public IReadOnlyList<(string CommandLine, string Does)> Examples =>
    [
        ("nexus status", "shows the embedded store in ./data; works while nexus serve runs"),
        ("nexus status --database postgres://bot@localhost/nexus --json", "shows a PostgreSQL store as JSON"),
    ];

    private async Task<int> ShowAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        var options = _store.Read(parsed);
        var configuration = ToolConfiguration.Of(parsed);
        var adminKey = await configuration.FindAdminKeyAsync(cancellationToken);
        var report = await new StatusReader(NullLoggerFactory.Instance, TimeProvider.System).ReadAsync(options, adminKey, cancellationToken);
        report = report with { Backups = await ReadBackupsAsync(options, configuration.ToBackupOptions(), cancellationToken) };
        if (parsed.GetValue(_json)) _console.WriteJson(report, StatusJson.Default.StatusReport);
        else Show(report);
        return report.Ok ? ExitCodes.Success : ExitCodes.Failure;
    }

    private void Show(StatusReport report)
    {
        var grid = new Grid().AddColumn(new GridColumn().NoWrap()).AddColumn();
        if (report.Store is { } store)
        {
            Row(grid, "store", $"{store.Kind} {store.ServerVersion}, {store.Location}");
            Row(grid, "schema", $"version {store.SchemaVersion}");
            Row(grid, "size", Size(store.SizeBytes));
            Row(grid, "records", $"{store.Sessions:N0} sessions, {store.Users:N0} users, {store.Trades:N0} trades");
        }
        else
        {
            Row(grid, "store", "unavailable");
        }
        Row(grid, "keys", report.Keys.Seals is { } seals ? $"{string.Join(", ", report.Keys.Ids)}; {seals} seals" : "none");
        if (report.Outbox is null) Row(grid, "outbox", "cannot be read");
        else if (report.Outbox is { } outbox && outbox.Pending + outbox.Conflicts + outbox.Quarantined > 0)
            Row(grid, "outbox", $"{outbox.Pending:N0} writes pending, {outbox.Conflicts:N0} conflicts, {outbox.Quarantined:N0} quarantined");
        if (report.Server?.Fallback is { IsLocal: true } fallback)
            Row(
                grid,
                "fallback",
                $"has served the local replica since {fallback.Since:u}, "
                    + $"{(fallback.Staleness is { } age ? $"{age.TotalSeconds:N0} s stale" : "never complete")}: {fallback.Message}");
        if (report.Server?.Fallback is { CopyProgress: < 1 } copying)
        {
            Row(
                grid, "replica",
                string.Create(CultureInfo.InvariantCulture, $"{Math.Floor(copying.CopyProgress * 100):0} % of the records are compared or copied, ")
                    + (copying.Staleness is null ? "never complete" : "complete before"));
        }
        if (report.Server is { } server) Row(grid, "server", Describe(server));
        if (report.Backups is { } backups)
        {
            Row(
                grid, "backup", backups.NewestAt is { } at
                    ? $"{backups.Newest} of {at:u}, {(backups.ProvenAt is { } proven ? $"last proven {proven:u}" : "none is proven")}"
                        : $"none in {backups.Target}");
            foreach (var finding in backups.Findings) Row(grid, "backup", finding);
        }
        foreach (var run in report.Maintenance ?? [])
            Row(
                grid, "maintenance",
                $"{run.Job} {run.StartedAt:u}: {run.Outcome.ToString().ToLowerInvariant()}{(run.Gained is null ? "" : $", {run.Gained}")}");
        foreach (var concern in report.Concerns) Row(grid, "concern", concern.Message);
        _console.OutTerminal.Write(grid);
        if (report.Error is { } error) _console.WriteError(error.Message);
    }

    /// <summary>Null if no target is configured and there never was a backup.</summary>
    private static async Task<BackupSummary?> ReadBackupsAsync(NexusOptions nexus, BackupOptions options, CancellationToken cancellationToken)
    {
        var folder = Path.Combine(nexus.DataFolder, BackupCatalog.DefaultFolder);
        if (options.Target is null && options.PgBackRestStanza is null && !Directory.Exists(folder)) return null;
        var status = await new BackupCatalog(nexus, options, TimeProvider.System).ReadAsync(cancellationToken);
        return new BackupSummary(
            status.Target, status.Newest?.Name, status.Newest?.Manifest?.CreatedAt, status.NewestProven?.Name, status.NewestProven?.Proof?.VerifiedAt,
            [.. status.Findings.Select(finding => finding.Message)]);
    }

    private static void Row(Grid grid, string name, string value) => grid.AddRow(new Text(name), new Text(Printable.Line(value)));

    private static string Describe(ServerStatus server)
    {
        if (!server.Answers) return $"{server.Url} (process {server.ProcessId}) does not respond";
        var queue = server.QueuedWrites is { } queued ? $", {queued} writes queued" : "";
        var pool = server.PoolMax is > 0 ? $", {server.PoolSize} of {server.PoolMax} connections" : "";
        return $"{server.Url} (process {server.ProcessId}){queue}{pool}";
    }

    private static string Size(long bytes) => bytes switch
    {
        < 10 * 1024 => $"{bytes} bytes",
        < 10 * 1024 * 1024 => $"{bytes / 1024:N0} KiB",
        _ => $"{bytes / (1024 * 1024):N0} MiB",
    };
}
