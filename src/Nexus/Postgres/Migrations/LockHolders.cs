using System.Text;
using Npgsql;

namespace Nexus.Postgres;

/// <summary>Names the sessions that may be in the way, for errors and progress.</summary>
internal static class LockHolders
{
    private const string Describe = """
        'process ' || a.pid || ' (' || concat_ws(', ', nullif(a.application_name, ''), 'user ' || a.usename, host(a.client_addr), a.state
            || coalesce(' for ' || date_trunc('second', clock_timestamp() - coalesce(a.xact_start, a.state_change)), '')) || ')'
        """;

    /// <summary>The oldest open transactions of this database: the session that holds a table's lock or a snapshot is among them.</summary>
    private const string TransactionsSql = $"""
        SELECT {Describe} FROM pg_catalog.pg_stat_activity a
        WHERE a.datname = current_database() AND a.xact_start IS NOT NULL AND a.pid <> pg_backend_pid() AND a.backend_type = 'client backend'
        ORDER BY a.xact_start LIMIT 3
        """;

    // An advisory lock with a 64-bit key shows its halves: https://www.postgresql.org/docs/current/view-pg-locks.html
    private const string AdvisorySql = $"""
        SELECT {Describe} FROM pg_catalog.pg_locks l JOIN pg_catalog.pg_stat_activity a USING (pid)
        WHERE l.locktype = 'advisory' AND l.granted AND l.objsubid = 1 AND a.datname = current_database()
          AND ((l.classid::bigint << 32) | l.objid::bigint) = $1
        """;

    public static Task<string> OfTablesAsync(NpgsqlConnection connection, CancellationToken cancellationToken) =>
        ReadAsync(connection, TransactionsSql, [], cancellationToken);

    public static Task<string> OfAdvisoryAsync(NpgsqlConnection connection, long key, CancellationToken cancellationToken) =>
        ReadAsync(connection, AdvisorySql, [key], cancellationToken);

    private static async Task<string> ReadAsync(NpgsqlConnection connection, string sql, object?[] parameters, CancellationToken cancellationToken)
    {
        // As bytes: a role that was named in a database of another encoding may be no valid UTF-8.
        var holders = await connection.RowsAsync(sql, parameters, row => Encoding.UTF8.GetString(row.GetFieldValue<byte[]>(0)), cancellationToken)
            .ConfigureAwait(false);
        return holders.Count == 0 ? "no visible session" : string.Join("; ", holders);
    }
}
