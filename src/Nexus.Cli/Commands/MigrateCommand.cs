using System.CommandLine;
using Nexus.Audit;
using Nexus.Cli.Configuration;
using Nexus.Cli.Terminal;
using Nexus.Operations.Adoption;
using Spectre.Console;

namespace Nexus.Cli.Commands;

/// <summary>Creates the schema, brings it up to date, or adopts a legacy database in place.</summary>
internal sealed class MigrateCommand : Command, IHasExamples
{
    private readonly CommandConsole _console;
    private readonly StoreOptions _store = new(isPostgresOnly: true);
    private readonly Option<bool> _dryRun = new("--dry-run") { Description = "Only report what would change, with row counts." };
    private readonly Option<bool> _auditIndexes = new("--audit-indexes")
    {
        Description = "Also build the indexes that the audit lists. They make saving a session several times as expensive.",
    };
    private readonly Option<string?> _timeZone = new("--legacy-timezone")
    {
        Description = "Time zone of the legacy bot's timestamps. Default: the time zone of the database.",
        HelpName = "TZ",
    };
    private readonly Option<bool> _keepUnreadable = new("--keep-unreadable")
    {
        Description = "Adopt the database even if the keys open none of the legacy bot's tokens. The tokens stay unchanged and are reported.",
    };
    private readonly Option<int?> _to = new("--to")
    {
        Description = "Undo the migrations above this number, so that an older Nexus can use the database. Stop every instance first.",
        HelpName = "NUMBER",
    };
    private readonly Option<int?> _shards = new("--shards")
    {
        Description = "First make this number of shards, 2 to 256, as nexus shards init does: the database must hold no chats yet. On a server with "
            + "Citus their schemas are made as usual and then distributed.",
        HelpName = "N",
    };
    private readonly ShardServersOption _servers = new();
    private readonly Option<bool> _json = JsonOption.Create();

    public MigrateCommand(CommandConsole console)
        : base(
            "migrate",
            "Create the schema, bring it up to date, or adopt a legacy database in place. Safe to repeat and to run from several processes at "
                + "once. The exit code is 1 if a legacy value could not be converted. With --to, take the schema back to an earlier migration: all "
                + "of it or nothing, and only if no record is lost.")
    {
        _console = console;
        _store.AddTo(this);
        Options.Add(_dryRun);
        Options.Add(_auditIndexes);
        Options.Add(_timeZone);
        Options.Add(_keepUnreadable);
        Options.Add(_to);
        Options.Add(_shards);
        _servers.AddTo(this);
        Options.Add(_json);
        this.AddCheck(result =>
        {
            if (result.GetResult(_to) is null) return;
            Option[] others = [_auditIndexes, _timeZone, _keepUnreadable, _shards];
            if (Array.Find(others, option => result.GetResult(option) is { Implicit: false }) is { } other)
                result.AddError($"--to cannot be combined with {other.Name}.");
        });
        SetAction(MigrateAsync);
    }

    public IReadOnlyList<(string CommandLine, string Does)> Examples =>
    [
        ("nexus migrate --dry-run", "reports what would change in the database of DATABASE_URL"),
        ("nexus migrate --to 14 --dry-run", "reports whether the database can go back to migration 0014, and what would change"),
        ("nexus migrate --shards 32", "makes a new database of 32 shards"),
        ("nexus migrate --legacy-timezone Europe/Madrid", "adopts a legacy database with timestamps in that zone; ENCRYPTION_KEY opens its tokens"),
    ];

    private async Task<int> MigrateAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        using var loggers = CommandLogging.Create();
        var options = _servers.Read(parsed, _store.Read(parsed));
        if (parsed.GetValue(_shards) is { } shards)
        {
            if (parsed.GetValue(_dryRun)) throw new CommandFailedException("--shards cannot be combined with --dry-run", ExitCodes.Usage);
            await ShardedDatabase.InitializeAsync(options, shards, loggers, TimeProvider.System, progress: null, cancellationToken);
        }
        var report = await ShowProgressAsync(progress =>
        {
            var migrate = new MigrateOptions
            {
                DryRun = parsed.GetValue(_dryRun),
                AuditIndexes = parsed.GetValue(_auditIndexes),
                LegacyTimeZone = parsed.GetValue(_timeZone),
                KeepUnreadable = parsed.GetValue(_keepUnreadable),
                Progress = progress,
            };
            return parsed.GetValue(_to) is { } target
                ? DatabaseMigration.RevertAsync(options, target, migrate, loggers, TimeProvider.System, cancellationToken)
                : DatabaseMigration.RunAsync(options, migrate, loggers, TimeProvider.System, cancellationToken);
        });
        if (parsed.GetValue(_json)) _console.WriteJson(report, MigrateReportJson.Default.MigrateReport);
        else Show(report, parsed.GetValue(_shards));
        return report.Ok ? ExitCodes.Success : ExitCodes.Failure;
    }

    private Task<MigrateReport> ShowProgressAsync(Func<IProgress<MigrateProgress>?, Task<MigrateReport>> work) => !_console.ShowsProgress
        ? work(null)
        : _console.ErrorTerminal.Status().StartAsync("Migrating", context => work(new Display(context)));

    private void Show(MigrateReport report, int? shards)
    {
        if (shards is not null) _console.WriteLine($"The database has {shards} shards.");
        if (report.Adoption is { } adoption) Show(adoption);
        Show(report.Migrations, report.DryRun, "would apply", "applied");
        Show(report.Undone, report.DryRun, "would undo", "undid");
        foreach (var index in report.AuditIndexes) _console.WriteLine(report.DryRun ? $"would run {index}" : $"built index {index}");
        if (shards is null && report.Adoption is not { Changes.Count: > 0 }
            && report.Migrations.Count + report.Undone.Count + report.AuditIndexes.Count == 0)
            _console.WriteLine("Nothing to do.");
        else if (report.DryRun) _console.WriteLine("Nothing was changed (--dry-run).");
    }

    private void Show(IReadOnlyList<MigrationItem> migrations, bool isDryRun, string would, string did)
    {
        foreach (var migration in migrations)
        {
            _console.WriteLine(isDryRun ? $"{would} {migration.Name}:" : $"{did} {migration.Name}");
            if (!isDryRun) continue;
            foreach (var statement in migration.Statements) _console.Out.WriteLine($"    {statement.ReplaceLineEndings("\n    ")};");
        }
    }

    private void Show(AdoptionReport adoption)
    {
        if (adoption.Changes.Count > 0)
        {
            var table = new Table().Border(TableBorder.None).AddColumns("table", adoption.DryRun ? "planned change" : "change", "rows");
            table.Columns[2].RightAligned();
            foreach (var change in adoption.Changes)
                table.AddRow(
                    new Text(Printable.Line(change.Table)),
                    new Text(Printable.Line(change.What)),
                    new Text(change.Rows == 0 ? "" : $"{change.Rows:N0}"));
            _console.OutTerminal.Write(table);
            _console.WriteLine($"Timestamps without a time zone were read as {adoption.TimeZone}.");
        }
        RepeatedReasons.Show(_console, adoption.Rejects.Select(reject => ($"{reject.Table} {reject.Key} {reject.Column}", reject.Reason)));
        if (adoption.RejectedCount > adoption.Rejects.Count)
            _console.WriteError($"and {adoption.RejectedCount - adoption.Rejects.Count:N0} more could not be converted");
    }

    private sealed class Display(StatusContext context) : IProgress<MigrateProgress>
    {
        public void Report(MigrateProgress value) =>
            context.Status =
                Markup.Escape(Printable.Line($"{value.Subject}: {value.What}") + (value.Total > 0 ? $", {value.Done:N0} of {value.Total:N0}" : ""));
    }
}
