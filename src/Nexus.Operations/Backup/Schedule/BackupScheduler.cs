using Microsoft.Extensions.Logging;
using Nexus.Errors;
using Nexus.Operations.Leadership;
using Nexus.Operations.Status;

namespace Nexus.Operations.Backup;

/// <summary>Makes and proves backups by a schedule, in the instance that leads.</summary>
/// <param name="nexus">The store.</param>
/// <param name="options">The target and how backups are made.</param>
/// <param name="schedule">When.</param>
/// <param name="loggers">The logger factory.</param>
/// <param name="clock">The clock.</param>
public sealed partial class BackupScheduler(
    NexusOptions nexus, BackupOptions options, BackupScheduleOptions schedule, ILoggerFactory loggers, TimeProvider clock)
{
    /// <summary>The target is read at least so often: another instance or an operator may have made a backup.</summary>
    private static readonly TimeSpan LookEvery = TimeSpan.FromMinutes(10);

    private static readonly TimeSpan RetryAfter = TimeSpan.FromMinutes(15);

    private readonly BackupManager _manager = new(nexus, options, loggers, clock);
    private readonly BackupTimetable _timetable = new(schedule);
    private readonly ILogger _logger = loggers.CreateLogger<BackupScheduler>();
    private string? _state;
    private DateTimeOffset _notBefore = DateTimeOffset.MinValue;

    /// <summary>Called after each backup and drill.</summary>
    public Action? Changed { get; set; }

    /// <summary>Runs until it is cancelled.</summary>
    public Task RunAsync(ILeaderElection election, CancellationToken cancellationToken) => election.RunAsLeaderAsync(LeadAsync, cancellationToken);

    private async Task LeadAsync(ILeaderTerm term)
    {
        while (true)
        {
            var status = await ReadOwnAsync(term).ConfigureAwait(false);
            var now = clock.GetUtcNow();
            var (backup, drill) = (Later(_timetable.NextBackup(status, now)), Later(_timetable.NextDrill(status, now)));
            var isReadable = status.Findings.All(finding => finding.Code != BackupFindingCodes.Unreachable);
            if (isReadable && backup <= now) await TryAsync("backup", () => BackUpAsync(term), term).ConfigureAwait(false);
            else if (isReadable && drill <= now) await TryAsync("restore drill", () => DrillAsync(status, term), term).ConfigureAwait(false);
            else
            {
                if (!isReadable) LogUnreachable(_logger, status.Target);
                var next = (backup < drill ? backup : drill) - now;
                await Task.Delay(isReadable && next < LookEvery ? next : LookEvery, clock, term.Lost).ConfigureAwait(false);
            }
        }

        DateTimeOffset Later(DateTimeOffset due) => due > _notBefore ? due : _notBefore;
    }

    /// <summary>The backups of this database: those of another in the same target do not say when its next one is due.</summary>
    private async Task<BackupStatus> ReadOwnAsync(ILeaderTerm term)
    {
        var status = await _manager.ReadStatusAsync(expectations: null, term.Lost).ConfigureAwait(false);
        if (status.Backups.All(backup => backup.Manifest?.State is null)) return status;
        _state ??= await _manager.ReadStateAsync(term.Lost).ConfigureAwait(false);
        return _state is null ? status : status with
        {
            Backups = [.. status.Backups.Where(backup => backup.Manifest?.State is not { } state || state == _state)],
        };
    }

    private async Task BackUpAsync(ILeaderTerm term)
    {
        await term.EnsureHeldAsync(term.Lost).ConfigureAwait(false);
        var report = await _manager.CreateAsync(progress: null, term.Lost).ConfigureAwait(false);
        LogMade(_logger, report.Name, report.Rows, report.StoredBytes, report.Duration);
        if (schedule.ReadRetention() is not { } policy) return;
        // A former leader that was suspended must not delete what its successor counts on.
        await term.EnsureHeldAsync(term.Lost).ConfigureAwait(false);
        var pruned = await _manager.PruneAsync(policy, isDryRun: false, term.Lost).ConfigureAwait(false);
        foreach (var name in pruned.Deleted) LogDeleted(_logger, name);
    }

    private async Task DrillAsync(BackupStatus status, ILeaderTerm term)
    {
        await term.EnsureHeldAsync(term.Lost).ConfigureAwait(false);
        var (name, proof) = await _manager.VerifyAsync(
            status.Newest?.Name ?? BackupManager.Latest, new VerifyOptions { Scratch = schedule.Scratch && nexus.UsesPostgres }, progress: null,
            term.Lost).ConfigureAwait(false);
        if (proof.Ok) LogProven(_logger, name, proof.Rows, proof.Duration);
        else LogNotProven(_logger, name, proof.Failure?.Name, proof.Failure?.Detail);
    }

    private async Task TryAsync(string job, Func<Task> run, ILeaderTerm term)
    {
        try
        {
            await run().ConfigureAwait(false);
            _notBefore = DateTimeOffset.MinValue;
        }
        catch (Exception error) when (error is BackupException or NexusException or IOException or UnauthorizedAccessException)
        {
            term.Lost.ThrowIfCancellationRequested();
            _notBefore = clock.GetUtcNow() + RetryAfter;
            LogFailed(_logger, job, OperatorTerms.Translate(error.Message), RetryAfter);
        }
        Changed?.Invoke();
    }

    [LoggerMessage(2200, LogLevel.Information, "Backup {Name}: {Rows} rows, {Bytes} bytes, in {Duration}")]
    private static partial void LogMade(ILogger logger, string name, long rows, long bytes, TimeSpan duration);

    [LoggerMessage(2201, LogLevel.Information, "The backup {Name} was restored and compared: {Rows} rows, in {Duration}")]
    private static partial void LogProven(ILogger logger, string name, long rows, TimeSpan duration);

    [LoggerMessage(2202, LogLevel.Error, "The backup {Name} is not usable: {Step}: {Reason}")]
    private static partial void LogNotProven(ILogger logger, string name, string? step, string? reason);

    [LoggerMessage(2203, LogLevel.Error, "The scheduled {Job} failed and is tried again after {RetryAfter}: {Reason}")]
    private static partial void LogFailed(ILogger logger, string job, string reason, TimeSpan retryAfter);

    [LoggerMessage(2204, LogLevel.Information, "The backup {Name} was deleted by the retention")]
    private static partial void LogDeleted(ILogger logger, string name);

    [LoggerMessage(2205, LogLevel.Error, "The backups in {Target} cannot be read; scheduled backups wait")]
    private static partial void LogUnreachable(ILogger logger, string target);
}
