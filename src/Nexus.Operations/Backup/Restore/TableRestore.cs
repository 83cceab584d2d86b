using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.Logging;
using Nexus.Postgres;
using Npgsql;

namespace Nexus.Operations.Backup;

/// <summary>
/// Puts the rows of single tables back: the backup is restored into a temporary database and compared, and the rows are copied from there in one
/// transaction, all tables or none.
/// </summary>
[SuppressMessage("Security", "CA2100", Justification = "SQL is made of constants and of quoted names.")]
internal sealed class TableRestore(NexusOptions nexus, BackupOptions options, ILoggerFactory loggers, TimeProvider clock)
{
    private const string Columns = """
        SELECT a.attname::text FROM pg_catalog.pg_attribute a
        WHERE a.attrelid = pg_catalog.to_regclass($1) AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = '' ORDER BY a.attnum
        """;

    private const string ReferencedBy = """
        SELECT CASE WHEN c.relkind IN ('r', 'p') THEN coalesce((
            SELECT pg_catalog.string_agg(k.conrelid::pg_catalog.regclass::text, ', ' ORDER BY k.conrelid::pg_catalog.regclass::text)
            FROM pg_catalog.pg_constraint k
            WHERE k.confrelid = c.oid AND k.contype = 'f' AND k.conrelid <> c.oid AND k.conparentid = 0), '') END
        FROM pg_catalog.pg_class c WHERE c.oid = pg_catalog.to_regclass($1)
        """;

    private const string OwnedSequences = """
        SELECT pg_catalog.format('SELECT pg_catalog.setval(
            %L, greatest((SELECT last_value FROM %s), coalesce((SELECT pg_catalog.max(%I) FROM %s), 1)))',
            s.sequence, s.sequence, s.attname, $1)
        FROM (SELECT a.attname, pg_catalog.pg_get_serial_sequence($1, a.attname) AS sequence FROM pg_catalog.pg_attribute a
            WHERE a.attrelid = pg_catalog.to_regclass($1) AND a.attnum > 0 AND NOT a.attisdropped) s
        WHERE s.sequence IS NOT NULL
        """;

    private const string TradeMonths = "SELECT DISTINCT pg_catalog.date_trunc('month', entry_timestamp, 'UTC') FROM {0}";

    /// <exception cref="BackupException">It was refused or failed; nothing was changed.</exception>
    public async Task<BackupRestoreReport> RunAsync(
        BackupReader reader, RestoreOptions restore, string work, IProgress<(long Done, long Total)>? progress, CancellationToken cancellationToken)
    {
        // Sums beside other trades, or without their marks, would be wrong and not known to be.
        if (restore.Tables.FirstOrDefault(table => table is "nexus_summed_chats" or "nexus_trade_sums" or "nexus_trade_marks") is { } derived)
            throw new BackupException(BackupErrorKind.Refused, $"the table {derived} follows from trades: restore trades");
        var contents = await reader.ReadContentsAsync(cancellationToken).ConfigureAwait(false);
        var address = options.Database ?? nexus.Database!;
        await reader.CheckFilesAsync(cancellationToken).ConfigureAwait(false);
        await reader.ExtractAsync(work, accepts: null, progress: null, cancellationToken).ConfigureAwait(false);
        var copy = await ScratchDatabase.CreateAsync(
            nexus, address, maintenance: null, name: null, contents.Database, loggers, clock, cancellationToken).ConfigureAwait(false);
        await using var endOfCopy = copy.ConfigureAwait(false);
        await new PgRestore(new PostgresPrograms(options.Programs), BackupVerification.MajorOf(reader.Manifest.DumpProgram)).RunAsync(
            work, copy.Environment, new PgRestoreMode(options.Jobs, WithoutRoles: true, IsScratch: true), progress, cancellationToken)
                .ConfigureAwait(false);
        await new BackupVerification(nexus, options, loggers, clock).CompareAsync(
            copy, contents, new VerificationRun(clock), new BackupVerification.Findings(), cancellationToken).ConfigureAwait(false);

        var direct = DirectConnection.Create(nexus, address, database: null, loggers);
        await using var endOfDirect = direct.ConfigureAwait(false);
        var target = await direct.OpenAsync(cancellationToken).ConfigureAwait(false);
        await using var endOfTarget = target.ConfigureAwait(false);
        var rows = await copy.UseAsync(
            nexus, loggers, source => CopyAsync(source, target, contents.Schema, restore, cancellationToken), cancellationToken)
                .ConfigureAwait(false);
        return new BackupRestoreReport(
            reader.Manifest.Name, reader.Manifest.CreatedAt, $"{target.Database} ({string.Join(", ", restore.Tables)})", "occupied", restore.DryRun,
            restore.Tables.Distinct(StringComparer.Ordinal).Count(), rows, null, ["servers may still have earlier rows in memory: restart them"]);
    }

    private static async Task<long> CopyAsync(
        NpgsqlConnection source, NpgsqlConnection target, string schema, RestoreOptions restore, CancellationToken cancellationToken)
    {
        var transaction = await target.BeginTransactionAsync(cancellationToken).ConfigureAwait(false);
        await using var end = transaction.ConfigureAwait(false);
        await DirectConnection.ExecuteAsync(target, "SET LOCAL lock_timeout = '30s'", cancellationToken).ConfigureAwait(false);
        var guard = $"{SqlIdentifier.Quote(schema)}.nexus_legacy_guard";
        var isGuarded = await DirectConnection.ScalarAsync<bool>(
            target, $"SELECT EXISTS (SELECT FROM pg_catalog.pg_trigger WHERE tgname LIKE 'nexus\\_legacy\\_%')", cancellationToken)
                .ConfigureAwait(false);
        // The guard of an adopted database takes rows that the legacy bot wrote for its writes.
        if (isGuarded) await DirectConnection.ExecuteAsync(target, $"SELECT {guard}(false)", cancellationToken).ConfigureAwait(false);
        var rows = 0L;
        foreach (var table in restore.Tables.Distinct(StringComparer.Ordinal))
            rows += await CopyTableAsync(source, target, schema, table, restore.Replace, cancellationToken).ConfigureAwait(false);
        if (isGuarded) await DirectConnection.ExecuteAsync(target, $"SELECT {guard}(true)", cancellationToken).ConfigureAwait(false);
        if (!restore.DryRun) await transaction.CommitAsync(cancellationToken).ConfigureAwait(false);
        return rows;
    }

    private static async Task<long> CopyTableAsync(
        NpgsqlConnection source, NpgsqlConnection target, string schema, string table, bool isReplaced, CancellationToken cancellationToken)
    {
        var name = TableCatalog.QualifiedName(schema, table);
        var (columns, present) = (await ReadAsync(source, Columns, name, cancellationToken).ConfigureAwait(false),
            await ReadAsync(target, Columns, name, cancellationToken).ConfigureAwait(false));
        if (columns.Count == 0) throw new BackupException(BackupErrorKind.NotFound, $"the backup has no table {schema}.{table}");
        if (columns.Except(present, StringComparer.Ordinal).FirstOrDefault() is { } missing)
        {
            throw new BackupException(
                BackupErrorKind.Refused, $"the table {schema}.{table} of the database lacks the column {missing} of the backup: bring its schema to "
                    + $"the "
                    + "backup's version, or restore the whole backup into a new database");
        }
        if (await ReferencedByAsync(target, name, cancellationToken).ConfigureAwait(false) is null)
            throw new BackupException(BackupErrorKind.Refused, $"{schema}.{table} of the database is no table");
        await DirectConnection.ExecuteAsync(target, $"LOCK TABLE {name} IN ACCESS EXCLUSIVE MODE", cancellationToken).ConfigureAwait(false);
        if (await DirectConnection.ScalarAsync<bool>(target, $"SELECT EXISTS (SELECT FROM {name})", cancellationToken).ConfigureAwait(false))
        {
            if (!isReplaced)
                throw new BackupException(BackupErrorKind.Refused, $"the table {schema}.{table} is not empty: pass --replace to replace its rows");
            // Their rows would refer to rows that are gone for a moment, which the server does not allow.
            if (await ReferencedByAsync(target, name, cancellationToken).ConfigureAwait(false) is { Length: > 0 } referring)
            {
                throw new BackupException(
                    BackupErrorKind.Refused,
                    $"rows of {referring} refer to the table {schema}.{table} by a foreign key: drop the key and make it again afterwards, or "
                        + "restore the whole backup with --replace");
            }
            await DirectConnection.ExecuteAsync(target, $"TRUNCATE {name}", cancellationToken).ConfigureAwait(false);
        }
        if (table == "trades") await MakePartitionsAsync(source, target, schema, name, cancellationToken).ConfigureAwait(false);
        var list = string.Join(", ", columns.Select(SqlIdentifier.Quote));
        var from = await source.BeginRawBinaryCopyAsync($"COPY (SELECT {list} FROM {name}) TO STDOUT (FORMAT BINARY)", cancellationToken)
            .ConfigureAwait(false);
        await using (from.ConfigureAwait(false))
        {
            var into = await target.BeginRawBinaryCopyAsync($"COPY {name} ({list}) FROM STDIN (FORMAT BINARY)", cancellationToken)
                .ConfigureAwait(false);
            await using (into.ConfigureAwait(false)) await from.CopyToAsync(into, cancellationToken).ConfigureAwait(false);
        }
        foreach (var statement in await ReadAsync(target, OwnedSequences, name, cancellationToken).ConfigureAwait(false))
            await DirectConnection.ExecuteAsync(target, statement, cancellationToken).ConfigureAwait(false);
        return await DirectConnection.ScalarAsync<long>(target, $"SELECT pg_catalog.count(*) FROM {name}", cancellationToken).ConfigureAwait(false);
    }

    /// <summary>The tables that refer to a table by a foreign key; null if it is no table.</summary>
    private static async Task<string?> ReferencedByAsync(NpgsqlConnection connection, string name, CancellationToken cancellationToken)
    {
        var command = new NpgsqlCommand(ReferencedBy, connection) { Parameters = { new() { Value = name } } };
        await using var end = command.ConfigureAwait(false);
        return await command.ExecuteScalarAsync(cancellationToken).ConfigureAwait(false) as string;
    }

    private static async Task MakePartitionsAsync(
        NpgsqlConnection source, NpgsqlConnection target, string schema, string name, CancellationToken cancellationToken)
    {
        var months = new List<DateTime>();
        var command = new NpgsqlCommand(TradeMonths.Replace("{0}", name, StringComparison.Ordinal), source);
        await using (command.ConfigureAwait(false))
        {
            var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
            await using var end = reader.ConfigureAwait(false);
            while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false)) months.Add(reader.GetDateTime(0));
        }
        foreach (var month in months)
        {
            var make = new NpgsqlCommand($"SELECT {SqlIdentifier.Quote(schema)}.nexus_ensure_trade_partition($1)", target)
            {
                Parameters = { new() { Value = month } },
            };
            await using (make.ConfigureAwait(false)) await make.ExecuteNonQueryAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    private static async Task<List<string>> ReadAsync(NpgsqlConnection connection, string sql, string table, CancellationToken cancellationToken)
    {
        var command = new NpgsqlCommand(sql, connection) { Parameters = { new() { Value = table } } };
        await using var end = command.ConfigureAwait(false);
        var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        await using var endOfReader = reader.ConfigureAwait(false);
        var rows = new List<string>();
        while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false)) rows.Add(reader.GetString(0));
        return rows;
    }
}
