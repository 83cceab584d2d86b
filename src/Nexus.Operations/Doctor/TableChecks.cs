using Nexus.Postgres;
using Npgsql;

namespace Nexus.Operations.Doctor;

/// <summary>
/// Whether the tables of an up-to-date schema are there, and whether the role may use them: the list of applied migrations tells neither a table that
/// was dropped since nor a right that was not granted.
/// </summary>
internal sealed class TableChecks(DoctorRun run, string schema)
{
    private const string Rights = "SELECT, INSERT, UPDATE, DELETE";

    /// <summary>The tables of the newest schema, whether each is there, and which rights the role lacks.</summary>
    private const string Look = """
        SELECT t.name, c.oid IS NOT NULL,
            coalesce(pg_catalog.string_agg(r.name, ', ' ORDER BY r.place) FILTER (WHERE NOT pg_catalog.has_table_privilege(c.oid, r.name)), '')
        FROM pg_catalog.unnest('{sessions,users,bot_state,system_config,trades,keyed_state,tasks,calibrations,nexus_meta,nexus_commits}'::text[]
                || '{nexus_leases,nexus_history,nexus_shard,nexus_shards,nexus_moves,nexus_leaving,nexus_leaving_rows,nexus_decisions}'::text[]
                || '{nexus_summed_chats,nexus_trade_sums,nexus_trade_marks}'::text[]) AS t(name)
            CROSS JOIN (VALUES ('SELECT', 1), ('INSERT', 2), ('UPDATE', 3), ('DELETE', 4)) AS r(name, place)
            LEFT JOIN pg_catalog.pg_class c ON c.relname = t.name::name AND c.relkind IN ('r', 'p')
                AND c.relnamespace = (SELECT n.oid FROM pg_catalog.pg_namespace n WHERE n.nspname = $1)
        GROUP BY t.name, c.oid
        ORDER BY t.name
        """;

    public async Task CheckAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        var tables = await connection.RowsAsync(
            Look, [schema], row => (Name: row.GetString(0), Exists: row.GetBoolean(1), Lacks: row.GetString(2)), cancellationToken)
            .ConfigureAwait(false);
        var missing = tables.Where(table => !table.Exists).Select(table => table.Name).ToList();
        if (missing.Count > 0)
        {
            run.Problem(
                DoctorChecks.Store, $"the schema {schema} lacks {string.Join(", ", missing)}, which its migrations have made: something dropped them",
                "Put them back from the newest backup (nexus backup restore NAME --table TABLE, or the whole of it: docs/recovery.md).");
        }
        var some = tables.Where(table => table.Exists && table.Lacks.Length > 0).ToList();
        var lacks = some.SelectMany(table => table.Lacks.Split(", ")).Distinct(StringComparer.Ordinal);
        if (some.Count > 0)
        {
            run.Problem(
                DoctorChecks.Store,
                $"the role lacks {string.Join(", ", lacks)} on {string.Join(", ", some.Take(3).Select(table => table.Name))}"
                    + $"{(some.Count > 3 ? $" and {some.Count - 3} more tables" : "")} of the schema {schema}, so Nexus cannot work with them",
                $"Connect as their owner, or let it grant the rights: GRANT {Rights} ON ALL TABLES IN SCHEMA {SqlIdentifier.Quote(schema)} TO "
                    + "the role.");
        }
    }
}
