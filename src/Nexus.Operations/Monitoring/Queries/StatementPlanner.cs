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

    /// <exception cref="NexusValidationException">It cannot be planned.</exception>
    public static async Task<QueryPlan> PlanAsync(
        NpgsqlConnection connection, int serverVersion, StatementRow statement, CancellationToken cancellationToken)
    {
        if (serverVersion < 16) throw Refused("PostgreSQL 16 is the first version that plans a statement without its values (GENERIC_PLAN)");
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
        catch (PostgresException error)
        {
            throw Refused($"PostgreSQL cannot plan its stored text (SQLSTATE {error.SqlState}); long texts are stored shortened");
        }
    }

    private static async Task<List<string>> ExplainAsync(NpgsqlConnection connection, string text, CancellationToken cancellationToken)
    {
#pragma warning disable CA2100 // The extended protocol takes one statement, and EXPLAIN with this option never executes it.
        var command = new NpgsqlCommand($"EXPLAIN (GENERIC_PLAN, VERBOSE OFF) {text}", connection) { AllResultTypesAreUnknown = true };
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
