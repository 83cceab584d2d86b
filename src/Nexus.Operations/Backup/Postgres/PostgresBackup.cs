using Microsoft.Extensions.Logging;
using Nexus.Errors;
using Nexus.Postgres;
using Npgsql;

namespace Nexus.Operations.Backup;

/// <summary>Puts a PostgreSQL database into a draft: the dump, the roles, and what the tables contained in the same snapshot.</summary>
internal sealed class PostgresBackup(NexusOptions nexus, BackupOptions options, ILoggerFactory loggers, TimeProvider clock)
{
    /// <summary>The folder of the dump in a backup.</summary>
    public const string DumpFolder = "dump";

    /// <summary>The roles, as SQL.</summary>
    public const string GlobalsFile = "globals.sql";

    /// <summary>Parts of the bar for each byte of a table: a dump compresses, a digest only reads.</summary>
    private const int DumpWeight = 3;

    private const string HasState = """
        SELECT pg_catalog.to_regclass($1 || '.nexus_meta') IS NOT NULL AND pg_catalog.to_regclass($1 || '.sessions') IS NOT NULL
        """;

    /// <summary>Checks, dumps and digests.</summary>
    /// <exception cref="BackupException">A condition is not met, or the dump failed.</exception>
    public async Task<DraftSource> RunAsync(
        IBackupTarget target, Func<DateTimeOffset, Task<IBackupDraft>> begin, bool isEncrypted, WorkProgress progress,
        CancellationToken cancellationToken)
    {
        var direct = DirectConnection.Create(nexus, options.Database, database: null, loggers);
        await using var endOfDirect = direct.ConfigureAwait(false);
        var session = await SnapshotSession.BeginAsync(direct, cancellationToken).ConfigureAwait(false);
        await using var endOfSession = session.ConfigureAwait(false);
        try
        {
            return await RunAsync(direct, session, target, begin, isEncrypted, progress, cancellationToken).ConfigureAwait(false);
        }
        catch (StoreUnavailableException error) when (error.Reason == StoreUnavailableReason.TooManyConnections)
        {
            throw PgDump.TooFewConnections(options.Jobs, error);
        }
        catch (Exception error) when (error is not OperationCanceledException && DirectConnection.IsServerError(error) && error is not IOException)
        {
            throw PostgresErrors.Translate(error);
        }
    }

    private async Task<DraftSource> RunAsync(
        DirectConnection direct, SnapshotSession session, IBackupTarget target, Func<DateTimeOffset, Task<IBackupDraft>> begin, bool isEncrypted,
        WorkProgress progress, CancellationToken cancellationToken)
    {
        var connection = session.Connection;
        var major = connection.PostgreSqlVersion.Major;
        var programs = new PostgresPrograms(options.Programs);
        var dump = await programs.FindAsync("pg_dump", major, "the server", cancellationToken).ConfigureAwait(false);
        await RequireStateAsync(connection, cancellationToken).ConfigureAwait(false);
        var tables = await TableCatalog.ReadTablesAsync(connection, cancellationToken).ConfigureAwait(false);
        await TableCatalog.LockAsync(connection, tables, cancellationToken).ConfigureAwait(false);
        var bytes = tables.Sum(table => table.Bytes);
        SpaceEstimate.Require(target, bytes, tables.Max(table => table.Bytes), isEncrypted, options.Compression != 0, FallbackFiles.Size(nexus));

        var createdAt = clock.GetUtcNow();
        var draft = await begin(createdAt).ConfigureAwait(false);
        var environment = LibpqConnection.Variables(direct.Settings, connection.Host!, connection.Port, connection.Database);
        var folder = Path.Combine(isEncrypted ? draft.WorkFolder : draft.Folder, DumpFolder);
        using var failed = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        // The first failure ends the other, and is the one that is reported.
        var dumping = StopOnFailureAsync(
            new PgDump(dump, session, environment, options).RunAsync(
                folder, tables, done => progress.Report("dump", done * DumpWeight, bytes * DumpWeight), clock, failed.Token), failed);
        var digesting = StopOnFailureAsync(DigestAsync(session, tables, bytes, progress, failed.Token), failed);
        await AllAsync(dumping, digesting, cancellationToken).ConfigureAwait(false);
        progress.Report("dump", bytes * DumpWeight, bytes * DumpWeight);
        await RequireWholeAsync(programs, dump.Major, folder, tables, cancellationToken).ConfigureAwait(false);

        var notes = new List<string>();
        var globals = await DumpGlobalsAsync(programs, major, environment, notes, cancellationToken).ConfigureAwait(false);
        if (globals is not null) await PrivateFolder.WriteAsync(Path.Combine(draft.WorkFolder, GlobalsFile), globals, cancellationToken)
            .ConfigureAwait(false);
        var contents = new BackupContents
        {
            Schema = nexus.Schema,
            Tables = await digesting.ConfigureAwait(false),
            Sequences = session.Sequences,
            Roles = await TableCatalog.ReadRolesAsync(connection, cancellationToken).ConfigureAwait(false),
            Database = await TableCatalog.ReadPropertiesAsync(connection, cancellationToken).ConfigureAwait(false),
            State = await StateId.ReadAsync(connection, nexus.Schema, cancellationToken).ConfigureAwait(false),
            SealKeyId = await CanaryKey.ReadAsync(connection, nexus.Schema, cancellationToken).ConfigureAwait(false),
        };
        var source = $"{connection.Host}:{connection.Port}/{connection.Database}";
        return new DraftSource(draft, createdAt, "postgresql", source, connection.ServerVersion, dump.Version, contents, folder, notes);
    }

    /// <summary>An empty or wrong database must not become a backup that replaces good ones.</summary>
    private async Task RequireStateAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        var command = new NpgsqlCommand(HasState, connection) { Parameters = { new() { Value = SqlIdentifier.Quote(nexus.Schema) } } };
        await using var end = command.ConfigureAwait(false);
        if (await command.ExecuteScalarAsync(cancellationToken).ConfigureAwait(false) is true)
        {
            await RefuseOtherServersAsync(connection, cancellationToken).ConfigureAwait(false);
            return;
        }
        throw new BackupException(
            BackupErrorKind.Refused,
            $"the database {connection.Database} has no state of Nexus in the schema {nexus.Schema}: name the right database, or run nexus migrate");
    }

    /// <summary>A dump holds one database: it would be a part of the state.</summary>
    private async Task RefuseOtherServersAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        var schema = SqlIdentifier.Quote(nexus.Schema);
        if (!await connection.ScalarAsync<bool>("SELECT pg_catalog.to_regclass($1) IS NOT NULL", [$"{schema}.nexus_shards"], cancellationToken)
                .ConfigureAwait(false)
            || !await connection.ScalarAsync<bool>(
                $"SELECT EXISTS (SELECT FROM {schema}.nexus_shards s WHERE s.server OPERATOR(pg_catalog.>) 0)", [], cancellationToken)
                .ConfigureAwait(false))
            return;
        throw new BackupException(
            BackupErrorKind.Refused,
            $"the database {connection.Database} has shards on other servers, and a dump holds one database: back up each server by itself, as with "
                + "pgBackRest (docs/scaling.md)");
    }

    private async Task<IReadOnlyList<TableContents>> DigestAsync(
        SnapshotSession session, List<SourceTable> tables, long total, WorkProgress progress, CancellationToken cancellationToken)
    {
        var digests = new TableContents[tables.Count];
        var (next, done) = (-1, 0L);
        await Task.WhenAll(Enumerable.Range(0, PgDump.SnapshotDigests(options.Jobs)).Select(_ => WorkAsync())).ConfigureAwait(false);
        return digests;

        async Task WorkAsync()
        {
            var connection = await session.JoinAsync(cancellationToken).ConfigureAwait(false);
            await using var end = connection.ConfigureAwait(false);
            int at;
            while ((at = Interlocked.Increment(ref next)) < tables.Count)
            {
                digests[at] = await TableDigest.ReadAsync(connection, tables[at], expected: null, cancellationToken).ConfigureAwait(false);
                progress.Report("digest", Interlocked.Add(ref done, tables[at].Bytes), total);
            }
        }
    }

    /// <summary>A dump that lacks a table which the snapshot has is not one.</summary>
    private static async Task RequireWholeAsync(
        PostgresPrograms programs, int dumpMajor, string folder, IReadOnlyList<SourceTable> tables, CancellationToken cancellationToken)
    {
        var listed = await DumpArchive.ReadAsync(programs, dumpMajor, folder, cancellationToken).ConfigureAwait(false);
        if (tables.FirstOrDefault(table => listed.Find(table.Schema, table.Name) is null) is { } missing)
            throw new BackupException(BackupErrorKind.Failed, $"pg_dump ended well, but its dump lacks the table {missing.Schema}.{missing.Name}");
    }

    private async Task<byte[]?> DumpGlobalsAsync(
        PostgresPrograms programs, int major, Dictionary<string, string> environment, List<string> notes, CancellationToken cancellationToken)
    {
        var program = await programs.FindAsync("pg_dumpall", major, "the server", cancellationToken).ConfigureAwait(false);
        List<string> arguments = ["--globals-only", "--no-password", $"--database={LibpqConnection.Named(environment["PGDATABASE"])}"];
        if (!options.RolePasswords) arguments.Add("--no-role-passwords");
        var result = await ChildProgram.RunAsync(program.Path, arguments, environment, onError: null, options.IsBackground, cancellationToken)
            .ConfigureAwait(false);
        if (result.ExitCode == 0) return System.Text.Encoding.UTF8.GetBytes(result.Output);
        if (options.RolePasswords)
            throw new BackupException(BackupErrorKind.Failed, $"the roles cannot be read with their passwords: {result.Errors}");
        notes.Add($"the roles are missing: pg_dumpall failed ({result.Errors})");
        return null;
    }

    private static async Task<T> StopOnFailureAsync<T>(Task<T> task, CancellationTokenSource other)
    {
        await StopOnFailureAsync((Task)task, other).ConfigureAwait(false);
        return await task.ConfigureAwait(false);
    }

    private static async Task StopOnFailureAsync(Task task, CancellationTokenSource other)
    {
        try
        {
            await task.ConfigureAwait(false);
        }
        catch
        {
            await other.CancelAsync().ConfigureAwait(false);
            throw;
        }
    }

    private static async Task AllAsync(Task first, Task second, CancellationToken cancellationToken)
    {
        try
        {
            await Task.WhenAll(first, second).ConfigureAwait(false);
        }
        catch
        {
            cancellationToken.ThrowIfCancellationRequested();
            var errors = new[] { first, second }.Select(task => task.Exception?.InnerException).OfType<Exception>();
            if (errors.FirstOrDefault(error => error is not OperationCanceledException) is { } reason)
                System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(reason);
            throw;
        }
    }
}
