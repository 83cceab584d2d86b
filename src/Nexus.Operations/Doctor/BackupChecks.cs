using System.Globalization;
using Nexus.Operations.Backup;

namespace Nexus.Operations.Doctor;

/// <summary>Whether there are recent and proven backups, and the programs that make them.</summary>
internal sealed class BackupChecks(DoctorRun run, NexusOptions nexus, BackupOptions options, TimeProvider clock)
{
    /// <param name="serverMajor">The major version of the server; null if it is unknown or the store is the embedded one.</param>
    /// <param name="isOnSeveralServers">Whether the shards of the store are on several servers, which nexus backup does not back up.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    public async Task CheckAsync(int? serverMajor, bool isOnSeveralServers, CancellationToken cancellationToken)
    {
        if (isOnSeveralServers)
        {
            run.Unknown(
                DoctorChecks.Backups, "not checked: the shards are on several servers, each of which needs a backup of its own, as by pgBackRest");
            return;
        }
        await CheckBackupsAsync(cancellationToken).ConfigureAwait(false);
        if (nexus.UsesPostgres) await CheckProgramsAsync(serverMajor, cancellationToken).ConfigureAwait(false);
    }

    private async Task CheckBackupsAsync(CancellationToken cancellationToken)
    {
        var status = await new BackupCatalog(nexus, options, clock).ReadAsync(cancellationToken).ConfigureAwait(false);
        foreach (var finding in status.Findings)
            run.Add(DoctorChecks.Backups, LevelOf(finding, status), finding.Message, FixOf(finding.Code));
        if (status is { Ok: true, Newest.Manifest: { } newest })
            run.Ok(DoctorChecks.Backups, $"{newest.Name} of {newest.CreatedAt:u} in {status.Target} is recent and proven");
    }

    /// <summary>A new installation has no backup yet: that is a warning, while a lost or damaged one is a problem.</summary>
    private static DoctorLevel LevelOf(BackupFinding finding, BackupStatus status) =>
        finding.IsCritical && !(finding.Code == BackupFindingCodes.Missing && status.Backups.Count == 0) ? DoctorLevel.Problem : DoctorLevel.Warning;

    private static string FixOf(string code) => code switch
    {
        BackupFindingCodes.Missing or BackupFindingCodes.Late =>
            "Run nexus backup create, and let nexus serve make them: backup.schedule (NEXUS_BACKUP_SCHEDULE).",
        BackupFindingCodes.Unproven => "Run nexus backup verify, which restores the newest backup and compares it.",
        BackupFindingCodes.Unreachable =>
            "Correct backup.target (NEXUS_BACKUP_TARGET): the folder, its rights, or the address and the keys of the store.",
        _ => "nexus backup status has the details; docs/recovery.md says what to do.",
    };

    private async Task CheckProgramsAsync(int? serverMajor, CancellationToken cancellationToken)
    {
        try
        {
            var dump = await new PostgresPrograms(options.Programs)
                .FindAsync("pg_dump", serverMajor ?? 0, "the server", cancellationToken).ConfigureAwait(false);
            run.Ok(DoctorChecks.Versions, $"pg_dump {dump.Version} ({dump.Path})");
        }
        catch (BackupException error)
        {
            var package = serverMajor is { } major ? string.Create(CultureInfo.InvariantCulture, $"postgresql-client-{major}") : "postgresql-client";
            run.Warning(
                DoctorChecks.Versions, $"backups cannot be made on this machine: {error.Message}",
                $"Install {package}, or name the folder of its programs in backup.programs (NEXUS_PG_BIN).");
        }
    }
}
