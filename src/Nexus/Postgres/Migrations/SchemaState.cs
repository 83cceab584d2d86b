using System.Data;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using Nexus.Infrastructure;
using Npgsql;

namespace Nexus.Postgres;

/// <summary>The content of a schema at one moment.</summary>
/// <param name="Applied">Number, name and checksum of each recorded migration.</param>
/// <param name="MinimumReader">The number of migrations that a program must know at least.</param>
/// <param name="HasSchema">Whether the schema itself is there.</param>
/// <param name="HasLedger">Whether nexus_meta is there.</param>
/// <param name="StateTables">Tables there that 0001 or the legacy makes.</param>
[Experimental(InfrastructureApi.Id, UrlFormat = InfrastructureApi.Url)]
public sealed record SchemaState(
    IReadOnlyDictionary<int, AppliedMigration> Applied, int MinimumReader, bool HasSchema, bool HasLedger, IReadOnlyList<string> StateTables)
{
    /// <summary>Names in nexus_meta: <c>migration.0001</c> holds <c>state sha256:…</c>.</summary>
    internal const string RecordPrefix = "migration.";

    internal const string MinimumReaderName = "minimum_reader";

    /// <summary>
    /// The newest applied number of the schema that the connection's search path names, 0 for none; fails where there is no nexus_meta.
    /// </summary>
    internal const string NewestAppliedSql = "SELECT coalesce(max(substr(name, 11)::int), 0) FROM nexus_meta WHERE name ~ '^migration[.][0-9]{4}$'";

    private const string CatalogSql = """
        SELECT EXISTS (SELECT FROM pg_catalog.pg_namespace WHERE nspname = $1),
               coalesce(array_agg(c.relname::text ORDER BY c.relname) FILTER (WHERE c.relname <> 'nexus_meta'), '{}'),
               coalesce(bool_or(c.relname = 'nexus_meta'), false)
        FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
        WHERE n.nspname = $1 AND c.relkind IN ('r', 'p')
          AND c.relname IN ('nexus_meta', 'sessions', 'users', 'bot_state', 'system_config', 'trades', 'trade_journal')
        """;

    /// <summary>Tables of the state without a record that Nexus made them: the legacy's, or those of another program.</summary>
    public bool IsLegacy => StateTables.Count > 0 && !Applied.ContainsKey(1);

    /// <summary>
    /// Reads catalog and records in one snapshot. In two, a process that commits 0001 between them would look like a legacy database: tables,
    /// but no record of them.
    /// </summary>
    public static async Task<SchemaState> ReadAsync(NpgsqlConnection connection, string schema, CancellationToken cancellationToken)
    {
        var transaction = await connection.BeginTransactionAsync(IsolationLevel.RepeatableRead, cancellationToken).ConfigureAwait(false);
        await using var _ = transaction.ConfigureAwait(false);
        await SetTransaction.ApplyAsync(connection, cancellationToken).ConfigureAwait(false);
        var (hasSchema, tables, hasLedger) = (await connection.RowsAsync(
            CatalogSql, [schema], row =>
                (row.GetBoolean(0), row.GetFieldValue<string[]>(1), row.GetBoolean(2)), cancellationToken).ConfigureAwait(false))[0];
        var records = hasLedger
            ? await connection.RowsAsync(
                $"SELECT name, value FROM {SqlIdentifier.Quote(schema)}.nexus_meta WHERE name = '{MinimumReaderName}' OR name ~ "
                    + $"'^migration[.][0-9]{{4}}$'",
                [],
                row => (Name: row.GetString(0), Value: row.GetString(1)),
                cancellationToken).ConfigureAwait(false)
            : [];
        var applied = records.Where(record => record.Name != MinimumReaderName).ToDictionary(
            record => int.Parse(record.Name.AsSpan(RecordPrefix.Length), NumberStyles.None, CultureInfo.InvariantCulture),
            record => AppliedMigration.Parse(record.Value));
        var minimumReader = records.Where(record => record.Name == MinimumReaderName)
            .Select(record => int.Parse(record.Value, CultureInfo.InvariantCulture)).SingleOrDefault();
        return new SchemaState(applied, minimumReader, hasSchema, hasLedger, tables);
    }
}
