using Nexus.Errors;

namespace Nexus.Operations.Backup;

/// <summary>Reads the base backups and the WAL archive of pgBackRest, and judges them.</summary>
internal sealed class PointInTimeCheck(NexusOptions nexus, BackupOptions options, TimeProvider clock, BackupExpectations expectations)
{
    private const int NoBackups = 2;

    /// <summary>Folders of an archive that are read: each has 256 segments, so this is 16,384 segments.</summary>
    private const int MaxFolders = 64;

    private const int FolderNameLength = 16;

    private readonly List<BackupFinding> _findings = [];

    /// <returns>The state, and what is wrong with it.</returns>
    public async Task<(PointInTimeStatus Status, IReadOnlyList<BackupFinding> Findings)> RunAsync(CancellationToken cancellationToken)
    {
        var stanza = options.PgBackRestStanza!;
        var (archive, segmentSize) = ((WalArchive?)null, WalSegment.DefaultSize);
        var backups = new List<BaseBackup>();
        try
        {
            var backRest = new PgBackRest(options, clock);
            // The server first: what it counts as archived is in the repository when that is read.
            (archive, segmentSize) = await WalArchiveReader.ReadAsync(nexus, options, clock, cancellationToken).ConfigureAwait(false);
            JudgeArchive(archive);
            var info = await backRest.ReadInfoAsync(cancellationToken).ConfigureAwait(false);
            backups = await JudgeRepositoryAsync(backRest, info, archive, segmentSize, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception error) when (error is BackupException or NexusException)
        {
            Add(BackupFindingCodes.ArchiveUnreadable, isCritical: true, $"point in time recovery cannot be checked: {error.Message}");
        }
        return (new PointInTimeStatus(stanza, backups, archive), _findings);
    }

    private void JudgeArchive(WalArchive archive)
    {
        if (!archive.IsOn)
        {
            Add(BackupFindingCodes.ArchiveOff, isCritical: true,
                "the server archives no WAL: set archive_mode and archive_command as in deploy/pgbackrest/archive.conf");
            return;
        }
        if (archive.IsFailing)
            Add(BackupFindingCodes.ArchiveFailing, isCritical: true,
                $"the server cannot archive its WAL ({archive.Failures:N0} failed attempts, the last at {archive.LastFailureAt:u}): see its log. It "
                    + "stops when the disk of the WAL is full");
        if (archive is { WaitingSegments: > 0, LastAt: { } last } && clock.GetUtcNow() - last is var lag && lag > expectations.MaxArchiveLag)
            Add(BackupFindingCodes.ArchiveLate, isCritical: true,
                $"{archive.WaitingSegments:N0} WAL segments wait, and the last was archived {BackupCatalog.Age(lag)} ago: check the archive_command");
        if (archive.Timeout == TimeSpan.Zero)
            Add(BackupFindingCodes.ArchiveLate, isCritical: false,
                "archive_timeout is 0: the writes of a whole WAL segment are lost with the machine, however old they are. Set it to 60");
    }

    private async Task<List<BaseBackup>> JudgeRepositoryAsync(
        PgBackRest backRest, PgBackRestInfo info, WalArchive archive, long segmentSize, CancellationToken cancellationToken)
    {
        if (info.Code is not (0 or NoBackups))
        {
            Add(BackupFindingCodes.ArchiveUnreadable, isCritical: true, $"the stanza {options.PgBackRestStanza} cannot be used: {info.Message}");
            if (info.Databases.Count == 0) return [];
        }
        var current = info.Databases.Where(database => database.SystemId == archive.SystemId)
            .Select(database => (database.Id, database.Repository)).ToHashSet();
        if (current.Count == 0)
        {
            Add(BackupFindingCodes.ArchiveForeign, isCritical: true,
                $"the stanza {options.PgBackRestStanza} is of another cluster than this database: name the right one, or run "
                    + "pgbackrest stanza-upgrade");
            return [];
        }
        var backups = info.Backups.Where(entry => current.Contains((entry.DatabaseId, entry.Backup.Repository))).Select(entry => entry.Backup)
            .OrderByDescending(backup => backup.CompletedAt).ToList();
        var now = clock.GetUtcNow();
        if (backups.Find(backup => BackupClock.IsFuture(backup.CompletedAt, now)) is { } future)
        {
            Add(BackupFindingCodes.Future, isCritical: false,
                $"the base backup {future.Label} is of {future.CompletedAt:u}, which is in the future: the clock was wrong when it was made, or is "
                    + "now");
        }
        JudgeBackups([.. backups.Where(backup => !BackupClock.IsFuture(backup.CompletedAt, now))]);
        foreach (var stored in info.Archives.Where(stored => current.Contains((stored.DatabaseId, stored.Repository))))
        {
            JudgeLast(archive, stored, segmentSize);
            if (backups.Find(backup => backup.Repository == stored.Repository) is { } newest)
                await JudgeGapsAsync(backRest, stored, newest, segmentSize, cancellationToken).ConfigureAwait(false);
        }
        return backups;
    }

    private void JudgeBackups(List<BaseBackup> backups)
    {
        if (backups is not [var newest, ..])
        {
            Add(BackupFindingCodes.BaseMissing, isCritical: true, "there is no base backup: run pgbackrest --type=full backup");
            return;
        }
        if (clock.GetUtcNow() - newest.CompletedAt is var age && age > expectations.MaxAge)
            Add(BackupFindingCodes.BaseLate, isCritical: true,
                $"the newest base backup is {BackupCatalog.Age(age)} old, and {BackupCatalog.Age(expectations.MaxAge)} are allowed: check its timer");
        if (newest.HasErrors)
            Add(BackupFindingCodes.BaseDamaged, isCritical: true,
                $"the base backup {newest.Label} has pages with wrong checksums: see the log of pgBackRest, and check the disk of the database");
    }

    /// <summary>What the server counts as archived must be there; otherwise another archive_command took it, or the repository lost it.</summary>
    private void JudgeLast(WalArchive archive, PgBackRestArchive stored, long segmentSize)
    {
        if (WalSegment.Parse(archive.LastWal, segmentSize) is not { } last) return;
        if (WalSegment.Parse(stored.LastWal, segmentSize) is { } kept && kept.Number >= last.Number) return;
        Add(BackupFindingCodes.ArchiveGap, isCritical: true,
            $"the server archived {archive.LastWal}, and repository {stored.Repository} ends at {stored.LastWal ?? "nothing"}: check that "
                + "archive_command runs pgbackrest with this stanza");
    }

    private async Task JudgeGapsAsync(
        PgBackRest backRest, PgBackRestArchive stored, BaseBackup newest, long segmentSize, CancellationToken cancellationToken)
    {
        if (WalSegment.Parse(newest.FirstWal, segmentSize) is not { } first) return;
        var root = backRest.FolderOf(stored);
        var folders = (await backRest.ListAsync(root, stored.Repository, cancellationToken).ConfigureAwait(false))
            .Where(name => name.Length == FolderNameLength && name.All(char.IsAsciiHexDigit)
                && string.CompareOrdinal(name, newest.FirstWal[..FolderNameLength]) >= 0)
            .Order(StringComparer.Ordinal).Take(MaxFolders).ToList();
        // Segments of all timelines since the backup's: a restore to a point in time begins a new one.
        var numbers = new SortedSet<ulong>();
        foreach (var folder in folders)
        {
            foreach (var name in await backRest.ListAsync($"{root}/{folder}", stored.Repository, cancellationToken).ConfigureAwait(false))
            {
                // A segment's name is followed by its checksum, that of other files by a point.
                if (name.Length > WalSegment.NameLength && name[WalSegment.NameLength] == '-'
                    && WalSegment.Parse(name, segmentSize) is { } segment && segment.Number >= first.Number) numbers.Add(segment.Number);
            }
        }
        var expected = first.Number;
        foreach (var number in numbers)
        {
            if (number != expected)
            {
                Add(BackupFindingCodes.ArchiveGap, isCritical: true,
                    $"{number - expected:N0} WAL segments are missing in repository {stored.Repository} since the base backup {newest.Label}: a "
                        + "restore ends before them. Run pgbackrest --type=full backup");
                return;
            }
            expected++;
        }
        if (numbers.Count == 0)
            Add(BackupFindingCodes.ArchiveGap, isCritical: true,
                $"repository {stored.Repository} has no WAL of the base backup {newest.Label}: run pgbackrest --type=full backup");
    }

    private void Add(string code, bool isCritical, string message) => _findings.Add(new BackupFinding(code, isCritical, message));
}
