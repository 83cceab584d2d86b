using System.Text;
using Nexus.Audit;
using Nexus.Errors;
using Nexus.Postgres;
using Nexus.Server.Settings;
using Npgsql;

namespace Nexus.Server.Dashboard;

/// <summary>
/// Reads figures of the database for a page, with a connection of its own that is closed again. Only <c>pg_catalog</c> is on its search path, and no
/// query takes longer than two seconds.
/// </summary>
internal sealed class DatabaseReader(ServerOptions options)
{
    private const int MaxRows = 200;

    private const string Prepare =
        "SELECT pg_catalog.set_config('search_path', 'pg_catalog', false), pg_catalog.set_config('statement_timeout', '2s', false), "
        + "pg_catalog.set_config('lock_timeout', '500ms', false), pg_catalog.set_config('application_name', 'nexus dashboard', false)";

    // Sizes are those of the last vacuum or analyze: pg_relation_size waits for a table that is locked, and this page is needed just then.
    private const string TablesSql = """
        SELECT s.schemaname || '.' || s.relname, s.n_live_tup, s.n_dead_tup,
            (SELECT sum(greatest(p.relpages, 0)) FROM pg_catalog.pg_class p WHERE p.oid IN (c.oid, c.reltoastrelid)
                OR p.oid IN (SELECT i.indexrelid FROM pg_catalog.pg_index i WHERE i.indrelid = c.oid))::bigint
                * pg_catalog.current_setting('block_size')::bigint,
            s.seq_scan, s.idx_scan, CASE WHEN s.n_tup_upd > 0 THEN s.n_tup_hot_upd::float8 / s.n_tup_upd END,
            greatest(s.last_vacuum, s.last_autovacuum)
        FROM pg_catalog.pg_stat_user_tables s JOIN pg_catalog.pg_class c ON c.oid = s.relid
        ORDER BY 4 DESC NULLS LAST LIMIT 200
        """;

    private const string IndexesSql = """
        SELECT s.indexrelname::text, s.schemaname || '.' || s.relname, s.idx_scan,
            greatest(c.relpages, 0)::bigint * pg_catalog.current_setting('block_size')::bigint, i.indisunique, i.indisvalid
        FROM pg_catalog.pg_stat_user_indexes s JOIN pg_catalog.pg_index i ON i.indexrelid = s.indexrelid
        JOIN pg_catalog.pg_class c ON c.oid = s.indexrelid
        ORDER BY 4 DESC NULLS LAST LIMIT 200
        """;

    private const string WaitsSql = """
        SELECT w.pid, coalesce(w.usename::text, ''), coalesce(w.application_name, ''),
            extract(epoch FROM pg_catalog.clock_timestamp() - coalesce(w.state_change, w.query_start))::float8,
            pg_catalog.array_to_string(b.pids, ', '), o.usename::text, o.state
        FROM pg_catalog.pg_stat_activity w
        CROSS JOIN LATERAL (SELECT pg_catalog.pg_blocking_pids(w.pid) AS pids) b
        LEFT JOIN pg_catalog.pg_stat_activity o ON o.pid = b.pids[1]
        WHERE w.datname = pg_catalog.current_database() AND w.wait_event_type = 'Lock' AND pg_catalog.cardinality(b.pids) > 0
        ORDER BY 4 DESC NULLS LAST LIMIT 200
        """;

    /// <exception cref="StoreUnavailableException">PostgreSQL does not respond.</exception>
    public async Task<DatabaseFigures> ReadAsync(CancellationToken cancellationToken)
    {
        try
        {
            await using var source = PostgresDataSource.Create(
                options.Nexus.ForPostgres() with { MinPoolSize = 0 }, name: $"{PostgresDataSource.Name}-dashboard", use: ConnectionUse.One);
            await using var connection = await source.OpenConnectionAsync(cancellationToken);
            await using (var prepare = new NpgsqlCommand(Prepare, connection)) await prepare.ExecuteNonQueryAsync(cancellationToken);
            await using var tables = new NpgsqlCommand(TablesSql, connection);
            await using var indexes = new NpgsqlCommand(IndexesSql, connection);
            await using var waits = new NpgsqlCommand(WaitsSql, connection);
            return new DatabaseFigures(
                await ListAsync(tables, ToTable, cancellationToken),
                await ListAsync(indexes, ToIndex, cancellationToken),
                await ListAsync(waits, ToWait, cancellationToken));
        }
        catch (NpgsqlException error)
        {
            throw new StoreUnavailableException(StoreUnavailableReason.Unreachable, $"the figures of the database cannot be read: {error.Message}");
        }
    }

    private static async Task<IReadOnlyList<T>> ListAsync<T>(
        NpgsqlCommand command, Func<NpgsqlDataReader, T> read, CancellationToken cancellationToken)
    {
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var rows = new List<T>();
        while (rows.Count < MaxRows && await reader.ReadAsync(cancellationToken)) rows.Add(read(reader));
        return rows;
    }

    private static DatabaseFigures.Table ToTable(NpgsqlDataReader row) => new(
        Text(row, 0)!, row.GetInt64(1), row.GetInt64(2), Long(row, 3) ?? 0, Long(row, 4) ?? 0, Long(row, 5),
        row.IsDBNull(6) ? null : row.GetDouble(6), row.IsDBNull(7) ? null : row.GetFieldValue<DateTimeOffset>(7));

    private static DatabaseFigures.Index ToIndex(NpgsqlDataReader row) => new(
        Text(row, 0)!, Text(row, 1)!, Long(row, 2) ?? 0, Long(row, 3) ?? 0, row.GetBoolean(4), row.GetBoolean(5));

    private static DatabaseFigures.Wait ToWait(NpgsqlDataReader row) => new(
        row.GetInt32(0), Text(row, 1)!, Text(row, 2)!, TimeSpan.FromSeconds(row.IsDBNull(3) ? 0 : row.GetDouble(3)), row.GetString(4),
        Text(row, 5), row.IsDBNull(6) ? null : row.GetString(6));

    /// <summary>
    /// A name as a text that shows what it is: control and bidirectional characters could make it look like another. Roles belong to the whole
    /// server: a name may have been given in a database of another encoding, and is no valid UTF-8 then.
    /// </summary>
    private static string? Text(NpgsqlDataReader row, int column) =>
        row.IsDBNull(column) ? null : Printable.Line(Encoding.UTF8.GetString(row.GetFieldValue<byte[]>(column)));

    private static long? Long(NpgsqlDataReader row, int column) => row.IsDBNull(column) ? null : row.GetInt64(column);
}
