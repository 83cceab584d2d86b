using System.Text;
using Nexus.Audit;
using Npgsql;
using NpgsqlTypes;

namespace Nexus.Operations.Monitoring;

/// <summary>Reads pg_stat_statements, if its function is the extension's own: docs/audit.md, "No code of a user is executed".</summary>
internal static class StatementsReader
{
    /// <summary>Statements that are read, by their total time.</summary>
    public const int Most = 100;

    private const int LongestText = 20_000;

    private static readonly string FindSql = $"""
        SELECT {MonitorConnection.Mark} pg_catalog.quote_ident(x.space) || '.' || pg_catalog.quote_ident(x.name), x.safe,
            (SELECT e.extversion FROM pg_catalog.pg_extension e WHERE e.extname = $1)
        FROM ({ExtensionFunctionSql.Find}) AS x (space, name, owner, safe)
        """;

    private const string InstalledSql = $"""
        SELECT {MonitorConnection.Mark} EXISTS (SELECT FROM pg_catalog.pg_extension e WHERE e.extname = 'pg_stat_statements')
        """;

    /// <summary>Reads once.</summary>
    /// <returns>The rows, or the reason why there are none and the statement that changes it.</returns>
    public static async Task<(List<StatementRow> Rows, double AllMilliseconds, DateTimeOffset? Since, string? Unavailable, string? Remedy)> ReadAsync(
        NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        var statements = await FindAsync(connection, "pg_stat_statements", "boolean", cancellationToken).ConfigureAwait(false);
        var info = await FindAsync(connection, "pg_stat_statements_info", "", cancellationToken).ConfigureAwait(false);
        if (statements is null || info is null)
        {
            return await IsInstalledAsync(connection, cancellationToken).ConfigureAwait(false)
                ? ([], 0, null, "pg_stat_statements is older than version 1.9", "ALTER EXTENSION pg_stat_statements UPDATE")
                : ([], 0, null, "pg_stat_statements is not installed in this database", "CREATE EXTENSION pg_stat_statements");
        }
        if (statements is { IsSafe: false } || info is { IsSafe: false })
        {
            return ([], 0, null, "pg_stat_statements is in a schema whose owner could replace it",
                "ALTER EXTENSION pg_stat_statements SET SCHEMA …");
        }
        try
        {
            return await ReadRowsAsync(connection, statements.Value.Name, info.Value.Name, cancellationToken).ConfigureAwait(false);
        }
        catch (PostgresException error) when (error.SqlState == PostgresErrorCodes.ObjectNotInPrerequisiteState)
        {
            return ([], 0, null, "the server did not load pg_stat_statements at its start",
                "ALTER SYSTEM SET shared_preload_libraries = 'pg_stat_statements', and restart PostgreSQL");
        }
        catch (PostgresException error) when (error.SqlState is PostgresErrorCodes.CharacterNotInRepertoire
            or PostgresErrorCodes.UntranslatableCharacter)
        {
            // It converts the texts of every database, and refuses all of them for one that is no text in the encoding of this one.
            return ([], 0, null, "a statement of another database of the server has bytes that are invalid in the encoding of this one",
                "SELECT pg_stat_statements_reset(0, oid, 0) FROM pg_database WHERE pg_encoding_to_char(encoding) = 'SQL_ASCII'");
        }
    }

    private static async Task<(List<StatementRow> Rows, double AllMilliseconds, DateTimeOffset? Since, string? Unavailable, string? Remedy)>
        ReadRowsAsync(NpgsqlConnection connection, string function, string info, CancellationToken cancellationToken)
    {
        var sql = $"""
            SELECT {MonitorConnection.Mark} s.userid::int8, s.queryid, coalesce(r.rolname::text, ''), r.rolname IS NOT DISTINCT FROM current_user,
                pg_catalog.left(coalesce(s.query, ''), {LongestText}), s.calls, s.rows, s.total_plan_time + s.total_exec_time,
                pg_catalog.sum(s.total_plan_time + s.total_exec_time) OVER (), i.stats_reset
            FROM (SELECT f.userid, f.queryid, pg_catalog.max(f.query) AS query, pg_catalog.sum(f.calls)::int8 AS calls,
                pg_catalog.sum(f.rows)::int8 AS rows, pg_catalog.sum(f.total_plan_time) AS total_plan_time,
                pg_catalog.sum(f.total_exec_time) AS total_exec_time
                FROM {function}(true) f
                WHERE f.queryid IS NOT NULL AND pg_catalog.strpos(f.query, '{MonitorConnection.Mark}') = 0
                    AND f.dbid = (SELECT d.oid FROM pg_catalog.pg_database d WHERE d.datname = pg_catalog.current_database())
                GROUP BY f.userid, f.queryid) s
            CROSS JOIN {info}() i
            LEFT JOIN pg_catalog.pg_roles r ON r.oid = s.userid
            ORDER BY s.total_plan_time + s.total_exec_time DESC LIMIT {Most}
            """;
#pragma warning disable CA2100 // A constant with names that the server quoted.
        var command = new NpgsqlCommand(sql, connection);
#pragma warning restore CA2100
        await using var end = command.ConfigureAwait(false);
        var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        await using var endOfReader = reader.ConfigureAwait(false);
        var (rows, all, since) = (new List<StatementRow>(), 0.0, (DateTimeOffset?)null);
        while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
        {
            rows.Add(new StatementRow(
                string.Create(null, $"{reader.GetInt64(0):x}-{reader.GetInt64(1):x}"), Printable.Line(Role(reader), 63), reader.GetBoolean(3),
                reader.GetString(4), new StatementCounters(reader.GetInt64(5), reader.GetInt64(6), reader.GetDouble(7))));
            all = reader.GetDouble(8);
            since = await reader.IsDBNullAsync(9, cancellationToken).ConfigureAwait(false) ? null
                : await reader.GetFieldValueAsync<DateTimeOffset>(9, cancellationToken).ConfigureAwait(false);
        }
        return (rows, all, since, null, null);
    }

    /// <summary>Roles belong to the whole server: a name may have been given in a database of another encoding.</summary>
    private static string Role(NpgsqlDataReader reader) => Encoding.UTF8.GetString(reader.GetFieldValue<byte[]>(2));

    private static async Task<(string Name, bool IsSafe)?> FindAsync(
        NpgsqlConnection connection, string name, string argument, CancellationToken cancellationToken)
    {
#pragma warning disable CA2100 // A constant that is made of two.
        var command = new NpgsqlCommand(FindSql, connection);
#pragma warning restore CA2100
        await using var end = command.ConfigureAwait(false);
        foreach (var value in new[] { "pg_stat_statements", name, argument })
            command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = value, NpgsqlDbType = NpgsqlDbType.Text });
        var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        await using var endOfReader = reader.ConfigureAwait(false);
        if (!await reader.ReadAsync(cancellationToken).ConfigureAwait(false)) return null;
        return (reader.GetString(0), reader.GetBoolean(1));
    }

    private static async Task<bool> IsInstalledAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        var command = new NpgsqlCommand(InstalledSql, connection);
        await using (command.ConfigureAwait(false)) return await command.ExecuteScalarAsync(cancellationToken).ConfigureAwait(false) is true;
    }
}
