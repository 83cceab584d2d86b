using System.CommandLine;
using Nexus.Audit;
using Nexus.Cli.Configuration;
using Nexus.Cli.Terminal;
using Nexus.Operations.Backup;

namespace Nexus.Cli.Commands;

/// <summary>Judges the backups.</summary>
internal sealed class BackupStatusCommand : Command, IHasExamples
{
    private readonly CommandConsole _console;
    private readonly StoreOptions _store = new();
    private readonly BackupTargetOptions _target = new();
    private readonly Option<double> _maxAge = new("--max-age")
    {
        Description = "The greatest age of the newest backup, in hours.",
        HelpName = "HOURS",
        DefaultValueFactory = _ => 26,
    };
    private readonly Option<double> _maxProofAge = new("--max-proof-age")
    {
        Description = "The greatest time since the last proof by a restore, in days.",
        HelpName = "DAYS",
        DefaultValueFactory = _ => 8,
    };
    private readonly SettingOption _stanza = new(BackupSettings.Stanza);
    private readonly Option<double> _maxArchiveLag = new("--max-archive-lag")
    {
        Description = "With a stanza: how long complete WAL segments may wait, in minutes.",
        HelpName = "MINUTES",
        DefaultValueFactory = _ => 5,
    };
    private readonly Option<bool> _json = JsonOption.Create();

    public BackupStatusCommand(CommandConsole console)
        : base("status", "Show whether there is a recent and proven backup. The exit code is 1 if one is missing, late, unproven, shrunken or "
            + "damaged, or if the base backups or the WAL archive of pgBackRest are.")
    {
        _console = console;
        _store.AddTo(this);
        _target.AddTo(this);
        Options.Add(_maxAge);
        Options.Add(_maxProofAge);
        Options.Add(_stanza);
        Options.Add(_maxArchiveLag);
        Options.Add(_json);
        SetAction(ShowAsync);
    }

    public IReadOnlyList<(string CommandLine, string Does)> Examples =>
    [
        ("nexus backup status --max-age 2", "for a watchdog: fails if the newest backup is older than two hours"),
        ("nexus backup status --pgbackrest-stanza nexus", "also fails if a restore to a point in time would lose more than it should"),
    ];

    private async Task<int> ShowAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        var nexus = _store.Read(parsed);
        var options = _target.Read(parsed, nexus, _store.NamesDatabase(parsed));
        if (parsed.GetValue(_maxAge) is not (> 0 and < 1e6) || parsed.GetValue(_maxProofAge) is not (> 0 and < 1e6)
            || parsed.GetValue(_maxArchiveLag) is not (> 0 and < 1e6))
            throw new CommandFailedException("--max-age, --max-proof-age and --max-archive-lag must be above 0 and below 1000000", ExitCodes.Usage);
        var expectations = new BackupExpectations
        {
            MaxAge = TimeSpan.FromHours(parsed.GetValue(_maxAge)),
            MaxProofAge = TimeSpan.FromDays(parsed.GetValue(_maxProofAge)),
            MaxArchiveLag = TimeSpan.FromMinutes(parsed.GetValue(_maxArchiveLag)),
        };
        using var loggers = CommandLogging.Create();
        var status = await new BackupManager(nexus, options, loggers, TimeProvider.System).ReadStatusAsync(expectations, cancellationToken);
        if (parsed.GetValue(_json)) _console.WriteJson(status, BackupJson.Default.BackupStatus);
        else
        {
            _console.WriteLine($"target   {status.Target}");
            _console.WriteLine($"backups  {status.Backups.Count:N0}");
            if (status.Newest is { Manifest: { } newest }) _console.WriteLine($"newest   {newest.Name}, {BackupText.Size(newest.StoredBytes)}");
            if (status.NewestProven is { } proven) _console.WriteLine($"proven   {proven.Name}, restored {proven.Proof!.VerifiedAt:u}");
            if (status.PointInTime is { } pointInTime) Show(pointInTime);
            foreach (var finding in status.Findings)
                _console.WriteLine($"{(finding.IsCritical ? "CRITICAL" : "warning ")} {Printable.Line(finding.Message)}");
        }
        return status.Ok ? ExitCodes.Success : ExitCodes.Failure;
    }

    private void Show(PointInTimeStatus status)
    {
        if (status.Newest is { } newest)
        {
            _console.WriteLine(
                $"base     {newest.Label} ({newest.Type}) of {newest.CompletedAt:u}, {BackupText.Size(newest.Bytes)}; "
                    + $"{status.BaseBackups.Count:N0} in all");
        }
        if (status.Archive is { IsOn: true } archive)
        {
            _console.WriteLine(
                $"WAL      {Printable.Line(archive.LastWal ?? "nothing was archived yet")}"
                    + (archive.LastAt is { } at ? $" archived {at:u}, {archive.WaitingSegments ?? 0:N0} segments wait" : ""));
        }
    }
}
