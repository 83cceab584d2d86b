using System.CommandLine;
using Nexus.Audit.Text;
using Nexus.Cli.Terminal;
using Nexus.Operations.Adoption;
using Spectre.Console;

namespace Nexus.Cli.Commands;

/// <summary>Creates the schema, brings it up to date, or adopts a legacy database in place.</summary>
internal sealed class MigrateCommand : Command, IHasExamples
{
    private readonly CommandConsole _console;
    private readonly StoreOptions _store = new(isPostgresOnly: true);
    private readonly Option<bool> _dryRun = new("--dry-run") { Description = "Only say what would happen, with row counts." };
    private readonly Option<bool> _auditIndexes = new("--audit-indexes") { Description = "Build the audit's list of indexes too; they make saving sessions several times as costly." };
    private readonly Option<string?> _timeZone = new("--legacy-timezone") { Description = "Time zone of a legacy's timestamps; the database's own otherwise.", HelpName = "TZ" };
    private readonly Option<bool> _keepUnreadable = new("--keep-unreadable") { Description = "Adopt although the given keys open none of the legacy's tokens; they stay as they are and are reported." };
    private readonly Option<bool> _json = JsonOption.Create();

    public MigrateCommand(CommandConsole console)
        : base("migrate", "Create the schema, bring it up to date, or adopt a legacy database in place. Safe to run from many processes at once, and again. Exit code 1 when a value of the legacy could not be converted.")
    {
        _console = console;
        _store.AddTo(this);
        Options.Add(_dryRun);
        Options.Add(_auditIndexes);
        Options.Add(_timeZone);
        Options.Add(_keepUnreadable);
        Options.Add(_json);
        SetAction(MigrateAsync);
    }

    public IReadOnlyList<(string CommandLine, string Does)> Examples =>
    [
        ("nexus migrate --dry-run", "says what would be done to the database of DATABASE_URL"),
        ("nexus migrate --legacy-timezone Europe/Madrid", "adopts a legacy that ran with that clock; ENCRYPTION_KEY opens its tokens"),
    ];

    private async Task<int> MigrateAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        using var loggers = CommandLogging.Create();
        var report = await ShowProgressAsync(progress => DatabaseMigration.RunAsync(
            _store.Read(parsed),
            new MigrateOptions
            {
                DryRun = parsed.GetValue(_dryRun),
                AuditIndexes = parsed.GetValue(_auditIndexes),
                LegacyTimeZone = parsed.GetValue(_timeZone),
                KeepUnreadable = parsed.GetValue(_keepUnreadable),
                Progress = progress,
            },
            loggers,
            TimeProvider.System,
            cancellationToken));
        if (parsed.GetValue(_json)) _console.WriteJson(report, MigrateReportJson.Default.MigrateReport);
        else Show(report);
        return report.Ok ? ExitCodes.Success : ExitCodes.Failure;
    }

    private Task<MigrateReport> ShowProgressAsync(Func<IProgress<MigrateProgress>?, Task<MigrateReport>> work) => !_console.ShowsProgress
        ? work(null)
        : _console.ErrorTerminal.Status().StartAsync("Migrating", context => work(new Display(context)));

    private void Show(MigrateReport report)
    {
        if (report.Adoption is { } adoption) Show(adoption);
        foreach (var migration in report.Migrations)
        {
            _console.WriteLine(report.DryRun ? $"would apply {migration.Name}:" : $"applied {migration.Name}");
            if (!report.DryRun) continue;
            foreach (var statement in migration.Statements) _console.Out.WriteLine($"    {statement.ReplaceLineEndings("\n    ")};");
        }
        foreach (var index in report.AuditIndexes) _console.WriteLine(report.DryRun ? $"would run {index}" : $"built index {index}");
        if (report.Adoption is not { Changes.Count: > 0 } && report.Migrations.Count == 0 && report.AuditIndexes.Count == 0) _console.WriteLine("Nothing to do.");
        else if (report.DryRun) _console.WriteLine("Nothing was changed (--dry-run).");
    }

    private void Show(AdoptionReport adoption)
    {
        if (adoption.Changes.Count > 0)
        {
            var table = new Table().Border(TableBorder.None).AddColumns("table", adoption.DryRun ? "would be done" : "done", "rows");
            table.Columns[2].RightAligned();
            foreach (var change in adoption.Changes) table.AddRow(new Text(Printable.Line(change.Table)), new Text(Printable.Line(change.What)), new Text(change.Rows == 0 ? "" : $"{change.Rows:N0}"));
            _console.OutTerminal.Write(table);
            _console.WriteLine($"Timestamps without a zone were read in {adoption.TimeZone}.");
        }
        RepeatedReasons.Show(_console, adoption.Rejects.Select(reject => ($"{reject.Table} {reject.Key} {reject.Column}", reject.Reason)));
        if (adoption.RejectedCount > adoption.Rejects.Count) _console.WriteError($"and {adoption.RejectedCount - adoption.Rejects.Count:N0} more could not be converted");
    }

    private sealed class Display(StatusContext context) : IProgress<MigrateProgress>
    {
        public void Report(MigrateProgress value) =>
            context.Status = Markup.Escape(Printable.Line($"{value.Subject}: {value.What}") + (value.Total > 0 ? $", {value.Done:N0} of {value.Total:N0}" : ""));
    }
}
