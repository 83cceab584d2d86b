using Nexus.Errors;
using Nexus.Postgres;

namespace Nexus.Operations.Adoption;

/// <summary>PostgreSQL cannot change the type of a column that a view, a policy or a trigger depends on.</summary>
internal static class DependentObjects
{
    private const string Sql = """
        SELECT DISTINCT coalesce('view ' || v.oid::regclass, pg_describe_object(d.classid, d.objid, d.objsubid))
        FROM pg_catalog.pg_depend d
        JOIN pg_catalog.pg_attribute a ON a.attrelid = d.refobjid AND a.attnum = d.refobjsubid
        LEFT JOIN pg_catalog.pg_rewrite r ON d.classid = 'pg_catalog.pg_rewrite'::regclass AND r.oid = d.objid
        LEFT JOIN pg_catalog.pg_class v ON v.oid = r.ev_class
        WHERE d.refclassid = 'pg_catalog.pg_class'::regclass AND d.refobjid = $1::regclass AND a.attname = $2
          AND d.classid IN ('pg_catalog.pg_rewrite'::regclass, 'pg_catalog.pg_policy'::regclass, 'pg_catalog.pg_trigger'::regclass)
        ORDER BY 1
        """;

    /// <exception cref="StoreIncompatibleException">Another object depends on the column; the message names it and the remedy.</exception>
    public static async Task RefuseAsync(PlanContext context, string table, string column)
    {
        var dependents = await context.Connection.RowsAsync(
            Sql, [SqlIdentifier.Quote(table), column], row => row.GetString(0), context.CancellationToken).ConfigureAwait(false);
        if (dependents.Count == 0) return;
        throw new StoreIncompatibleException(
            $"the type of column {table}.{column} must change, but {string.Join(", ", dependents)} depends on it: drop it, run nexus migrate, and "
                + "create it again. Nothing was changed");
    }
}
