using System.Globalization;
using Microsoft.Extensions.Logging;
using Nexus.Errors;
using Nexus.Postgres;
using Npgsql;

namespace Nexus.Operations.Backup;

/// <summary>
/// Restores a whole database. The copy is compared with the backup's contents before it gets its name, so a restore that fails changes nothing.
/// </summary>
internal sealed class PostgresRestore(NexusOptions nexus, BackupOptions options, ILoggerFactory loggers, TimeProvider clock)
{
    private const string Nothing = "nothing";
    private const string Empty = "empty";
    private const string Occupied = "occupied";

    private const string TimeFormat = "yyyyMMddHHmmss";

    /// <summary>In the name of a copy that is not compared yet.</summary>
    private const string Copy = "restore";

    private readonly BackupVerification _verification = new(nexus, options, loggers, clock);

    /// <exception cref="BackupException">It was refused or failed; nothing was changed.</exception>
    public async Task<BackupRestoreReport> RunAsync(
        BackupReader reader, RestoreOptions restore, string work, IProgress<(long Done, long Total)>? progress, CancellationToken cancellationToken)
    {
        var address = options.Database ?? nexus.Database!;
        var name = DatabaseUrl.Parse(address).Database ?? throw new BackupException(
            BackupErrorKind.Configuration, "DATABASE_URL names no database: name the one to restore into");
        var contents = await reader.ReadContentsAsync(cancellationToken).ConfigureAwait(false);
        var found = await LookAsync(address, name, restore, cancellationToken).ConfigureAwait(false);
        var maintenance = await MaintenanceDatabase.FindAsync(nexus, address, name, loggers, cancellationToken).ConfigureAwait(false);
        await using var endOfMaintenance = maintenance.ConfigureAwait(false);
        if (found != Empty) await maintenance.RequireRightsAsync(found == Occupied ? name : null, cancellationToken).ConfigureAwait(false);
        if (!restore.NoOwner) await RequireRolesAsync(maintenance, contents, cancellationToken).ConfigureAwait(false);
        var notes = new List<string>(reader.Manifest.Notes);
        if (!restore.DryRun)
        {
            var dropped = await maintenance.LockAsync(name, BesidePrefix(name, Copy), cancellationToken).ConfigureAwait(false);
            notes.AddRange(dropped.Select(database => $"dropped the database {database}, which a restore that was killed had left"));
            // A restore that has just ended may have filled it.
            found = await LookAsync(address, name, restore, cancellationToken).ConfigureAwait(false);
        }
        var report = new BackupRestoreReport(
            reader.Manifest.Name, reader.Manifest.CreatedAt, name, found, restore.DryRun, contents.Tables.Count,
                contents.Tables.Sum(table => table.Rows), null,
            notes);
        await reader.CheckFilesAsync(cancellationToken).ConfigureAwait(false);
        await reader.ExtractAsync(restore.DryRun ? null : work, accepts: null, progress: null, cancellationToken).ConfigureAwait(false);
        if (restore.DryRun) return report;

        var (programs, major) = (new PostgresPrograms(options.Programs), BackupVerification.MajorOf(reader.Manifest.DumpProgram));
        var archive = await DumpArchive.ReadAsync(programs, major, PgRestore.DumpIn(work), cancellationToken).ConfigureAwait(false);
        if (archive.Replications is > 0 and var replications)
            notes.Add($"{replications:N0} publications or subscriptions of the backup are not restored: make them again where they are needed");
        var pgRestore = new PgRestore(programs, major);
        var mode = new PgRestoreMode(options.Jobs, SingleTransaction: found == Empty, WithoutRoles: restore.NoOwner);
        if (found == Empty)
        {
            var copy = await ScratchDatabase.AttachAsync(nexus, address, loggers, cancellationToken).ConfigureAwait(false);
            await using var endOfEmpty = copy.ConfigureAwait(false);
            await RestoreAsync(pgRestore, copy, mode, contents, restore, work, notes, progress, cancellationToken).ConfigureAwait(false);
            return report;
        }
        // Under its own name only when it is whole: a server that starts meanwhile must not take a part of the state for the state.
        var beside = BesideName(name, Copy);
        var made = await ScratchDatabase.CreateAsync(
            nexus, address, maintenance.Name, beside, contents.Database, loggers, clock, cancellationToken).ConfigureAwait(false);
        await using var endOfCopy = made.ConfigureAwait(false);
        await maintenance.MarkAsync(beside, cancellationToken).ConfigureAwait(false);
        if (made.Note is { } note) notes.Add(note);
        await RestoreAsync(pgRestore, made, mode, contents, restore, work, notes, progress, cancellationToken).ConfigureAwait(false);
        var previous = found == Nothing ? null : BesideName(name, "replaced");
        await maintenance.GiveNameAsync(beside, name, previous, cancellationToken).ConfigureAwait(false);
        made.Keep();
        if (previous is not null) notes.Add($"the earlier state is the database {previous}: drop it when it is no longer needed");
        return report with { Previous = previous };
    }

    private async Task RestoreAsync(
        PgRestore pgRestore, ScratchDatabase copy, PgRestoreMode mode, BackupContents contents, RestoreOptions restore, string work,
            List<string> notes,
        IProgress<(long Done, long Total)>? progress, CancellationToken cancellationToken)
    {
        await pgRestore.RunAsync(work, copy.Environment, mode, progress, cancellationToken).ConfigureAwait(false);
        await _verification.CompareAsync(copy, contents, new VerificationRun(clock), new BackupVerification.Findings(), cancellationToken)
            .ConfigureAwait(false);
        await copy.UseAsync(nexus, loggers, async connection =>
        {
            await DirectConnection.ExecuteAsync(connection, "ANALYZE", cancellationToken).ConfigureAwait(false);
            return true;
        }, cancellationToken).ConfigureAwait(false);
        if (contents.Database is { } properties)
        {
            await copy.UseAsync(
                nexus, loggers, async connection =>
                {
                    notes.AddRange(await RestoredSettings.ApplyAsync(
                        connection, properties, restore.NoOwner, isMade: !mode.SingleTransaction, cancellationToken)
                        .ConfigureAwait(false));
                    return true;
                }, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>What is there now.</summary>
    /// <exception cref="BackupException">It is not empty, and is not to be replaced.</exception>
    private async Task<string> LookAsync(string address, string name, RestoreOptions restore, CancellationToken cancellationToken)
    {
        var direct = DirectConnection.Create(nexus, address, database: null, loggers);
        await using var endOfDirect = direct.ConfigureAwait(false);
        try
        {
            var connection = await direct.OpenAsync(cancellationToken).ConfigureAwait(false);
            await using var end = connection.ConfigureAwait(false);
            if (await DirectConnection.ScalarAsync<bool>(connection, MaintenanceDatabase.IsEmpty, cancellationToken).ConfigureAwait(false))
                return Empty;
        }
        catch (BackupException error) when (error.Kind == BackupErrorKind.NotFound)
        {
            return Nothing;
        }
        return restore.Replace ? Occupied : throw new BackupException(
            BackupErrorKind.Refused,
            $"the database {name} is not empty: name a new one in --database, or pass --replace, which restores beside it and keeps the earlier "
                + "state under another name");
    }

    private static async Task RequireRolesAsync(MaintenanceDatabase maintenance, BackupContents contents, CancellationToken cancellationToken)
    {
        var missing = await maintenance.FindMissingRolesAsync(contents.Roles, cancellationToken).ConfigureAwait(false);
        if (missing.Count == 0) return;
        throw new BackupException(
            BackupErrorKind.Refused,
            $"the server lacks the roles {string.Join(", ", missing)}, which own objects or have privileges in the backup: create them "
                + $"({PostgresBackup.GlobalsFile} of "
                + "the backup has them), or pass --no-owner");
    }

    private string BesideName(string name, string purpose) =>
        BesidePrefix(name, purpose) + clock.GetUtcNow().UtcDateTime.ToString(TimeFormat, CultureInfo.InvariantCulture);

    internal static string BesidePrefix(string name, string purpose)
    {
        var suffix = $"_{purpose}_";
        const int longest = 63;
        // In bytes, and never through the middle of a character.
        var kept = name;
        while (System.Text.Encoding.UTF8.GetByteCount(kept) + suffix.Length + TimeFormat.Length > longest)
            kept = kept[..^(char.IsLowSurrogate(kept[^1]) ? 2 : 1)];
        return kept + suffix;
    }
}
