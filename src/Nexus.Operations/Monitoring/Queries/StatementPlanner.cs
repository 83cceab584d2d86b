using System.Globalization;
using Nexus.Audit;
using Nexus.Errors;
using Npgsql;

namespace Nexus.Operations.Monitoring;

/// <summary>
/// Plans a statement without executing it. Planning calls functions, for example of index expressions, so only statements of the session's own role
/// are planned, which runs them with the same rights anyway, and never in a session that can act as a superuser.
/// </summary>
internal static class StatementPlanner
{
    private static readonly string[] Verbs = ["SELECT", "INSERT", "UPDATE", "DELETE", "MERGE", "WITH"];

    private const int MostLines = 1000;

    private const string Prepared = "nexus_planned";

    private const string CountSql = $"""
        SELECT {MonitorConnection.Mark} pg_catalog.cardinality(s.parameter_types)::text FROM pg_catalog.pg_prepared_statements s
        WHERE s.name = '{Prepared}'
        """;

    /// <exception cref="NexusValidationException">It cannot be planned.</exception>
    public static async Task<QueryPlan> PlanAsync(NpgsqlConnection connection, StatementRow statement, CancellationToken cancellationToken)
    {
        if (!statement.IsOwn) throw Refused("it was run by another role, and planning calls functions of its authors; run EXPLAIN with that role");
        var text = statement.Text.TrimStart();
        if (!Array.Exists(Verbs, verb => text.StartsWith(verb, StringComparison.OrdinalIgnoreCase)))
            throw Refused("only SELECT, INSERT, UPDATE, DELETE and MERGE have a plan");
        if (await IsPrivilegedAsync(connection, cancellationToken).ConfigureAwait(false))
            throw Refused("the role of Nexus can act as a superuser; use an ordinary role");
        try
        {
            return new QueryPlan(await ExplainAsync(connection, text, cancellationToken).ConfigureAwait(false));
        }
        catch (PostgresException error) when (error.SqlState is PostgresErrorCodes.UndefinedTable or PostgresErrorCodes.UndefinedFunction
            or PostgresErrorCodes.UndefinedObject)
        {
            // With a schema on the path in which others may create, planning could call what they planted.
            throw Refused($"a name in it has no schema, and plans are made with pg_catalog alone on the search path (SQLSTATE {error.SqlState})");
        }
        catch (PostgresException error)
        {
            throw Refused($"PostgreSQL cannot plan its stored text (SQLSTATE {error.SqlState}); long texts are stored shortened");
        }
    }

    /// <summary>
    /// By a prepared statement with a forced generic plan, which every version has. EXPLAIN (GENERIC_PLAN) of PostgreSQL 16 wants a value for each
    /// parameter in the extended protocol, the only one that the driver speaks.
    /// </summary>
    private static async Task<List<string>> ExplainAsync(NpgsqlConnection connection, string text, CancellationToken cancellationToken)
    {
        // The extended protocol takes one statement, so nothing can follow the text.
        await ReadAsync(connection, $"PREPARE {Prepared} AS {text}", cancellationToken).ConfigureAwait(false);
        await ReadAsync(connection, "SET LOCAL plan_cache_mode = force_generic_plan", cancellationToken).ConfigureAwait(false);
        var count = await ReadAsync(connection, CountSql, cancellationToken).ConfigureAwait(false);
        var values = string.Join(", ", Enumerable.Repeat("NULL", int.Parse(count[0], CultureInfo.InvariantCulture)));
        var lines = await ReadAsync(connection, $"EXPLAIN EXECUTE {Prepared}{(values.Length > 0 ? $" ({values})" : "")}", cancellationToken)
            .ConfigureAwait(false);
        await ReadAsync(connection, $"DEALLOCATE {Prepared}", cancellationToken).ConfigureAwait(false);
        return lines;
    }

    private static async Task<List<string>> ReadAsync(NpgsqlConnection connection, string sql, CancellationToken cancellationToken)
    {
#pragma warning disable CA2100 // Constants of this class, and after PREPARE the statement to plan, which is not executed.
        var command = new NpgsqlCommand(sql, connection) { AllResultTypesAreUnknown = true };
#pragma warning restore CA2100
        await using var end = command.ConfigureAwait(false);
        var reader = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
        await using var endOfReader = reader.ConfigureAwait(false);
        var lines = new List<string>();
        while (lines.Count < MostLines && await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
            lines.Add(Printable.Line(reader.GetString(0), 1000));
        return lines;
    }

    private static async Task<bool> IsPrivilegedAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        const string Sql = $"""
            SELECT {MonitorConnection.Mark} EXISTS (SELECT FROM pg_catalog.pg_roles r
            WHERE (r.rolsuper OR r.rolname IN ('pg_execute_server_program', 'pg_read_server_files', 'pg_write_server_files'))
                AND (pg_catalog.pg_has_role(session_user, r.oid, 'MEMBER') OR pg_catalog.pg_has_role(current_user, r.oid, 'MEMBER')))
            """;
        var command = new NpgsqlCommand(Sql, connection);
        await using (command.ConfigureAwait(false)) return await command.ExecuteScalarAsync(cancellationToken).ConfigureAwait(false) is not false;
    }

    private static NexusValidationException Refused(string reason) => new("statement", $"cannot be planned: {reason}");
}
