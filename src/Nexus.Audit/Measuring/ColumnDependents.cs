namespace Nexus.Audit;

/// <summary>
/// What keeps the server from changing a column's type: https://www.postgresql.org/docs/current/sql-altertable.html. The one place for every fix that
/// does so; children and partitions of the table have the column, too.
/// </summary>
internal sealed class ColumnDependents
{
    private const int MostNamed = 10;

    // strict: what the server refuses whatever the types. The others are evaluated again with the new type, and may have no meaning for it.
    private const string Sql = """
        WITH RECURSIVE c (root, number, oid, name) AS (
            SELECT u.root::oid, u.number, u.root::oid, a.attname
            FROM ROWS FROM (pg_catalog.unnest($1::bigint[]), pg_catalog.unnest($2::int2[])) AS u(root, number)
            JOIN pg_catalog.pg_attribute a ON a.attrelid = u.root::oid AND a.attnum = u.number
            UNION
            SELECT c.root, c.number, h.inhrelid, c.name FROM c JOIN pg_catalog.pg_inherits h ON h.inhparent = c.oid),
        d AS (
            SELECT c.root, c.number, c.oid AS relation, a.attnum, d.classid, d.objid, d.objsubid
            FROM c JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attname = c.name
            JOIN pg_catalog.pg_depend d ON d.refclassid = 'pg_catalog.pg_class'::regclass AND d.refobjid = c.oid AND d.refobjsubid = a.attnum)
        SELECT d.root, d.number, true, r.ev_class::regclass::text FROM d JOIN pg_catalog.pg_rewrite r
            ON d.classid = 'pg_catalog.pg_rewrite'::regclass AND r.oid = d.objid
        UNION SELECT d.root, d.number, true, p.polname::text FROM d JOIN pg_catalog.pg_policy p
            ON d.classid = 'pg_catalog.pg_policy'::regclass AND p.oid = d.objid
        UNION SELECT d.root, d.number, true, t.tgname::text FROM d JOIN pg_catalog.pg_trigger t
            ON d.classid = 'pg_catalog.pg_trigger'::regclass AND t.oid = d.objid
        UNION SELECT d.root, d.number, true, d.objid::regprocedure::text FROM d WHERE d.classid = 'pg_catalog.pg_proc'::regclass
        UNION SELECT d.root, d.number, true, p.pubname::text FROM d JOIN pg_catalog.pg_publication_rel r
            ON d.classid = 'pg_catalog.pg_publication_rel'::regclass AND r.oid = d.objid JOIN pg_catalog.pg_publication p ON p.oid = r.prpubid
        UNION SELECT d.root, d.number, true, a.attname::text FROM d JOIN pg_catalog.pg_attribute a ON a.attrelid = d.relation
            AND a.attgenerated <> '' AND a.attnum <> d.attnum
            AND ((d.classid = 'pg_catalog.pg_class'::regclass AND d.objid = d.relation AND d.objsubid = a.attnum)
                OR (d.classid = 'pg_catalog.pg_attrdef'::regclass AND EXISTS (SELECT FROM pg_catalog.pg_attrdef f
                    WHERE f.oid = d.objid AND f.adrelid = a.attrelid AND f.adnum = a.attnum)))
        -- A column of the partition key depends on its table.
        UNION SELECT c.root, c.number, true, 'PARTITION BY ' || c.name FROM c JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid
            AND a.attname = c.name JOIN pg_catalog.pg_depend k ON k.classid = 'pg_catalog.pg_class'::regclass AND k.objid = c.oid
            AND k.objsubid = a.attnum AND k.refclassid = k.classid AND k.refobjid = c.oid AND k.refobjsubid = 0 AND k.deptype = 'i'
        UNION SELECT c.root, c.number, true, 'OF ' || y.reloftype::regtype::text FROM c JOIN pg_catalog.pg_class y ON y.oid = c.oid
            AND y.reloftype <> 0
        UNION SELECT d.root, d.number, false, i.indexrelid::regclass::text FROM d JOIN pg_catalog.pg_index i
            ON d.classid = 'pg_catalog.pg_class'::regclass AND i.indexrelid = d.objid AND (i.indexprs IS NOT NULL OR i.indpred IS NOT NULL)
        UNION SELECT d.root, d.number, false, k.conname::text FROM d JOIN pg_catalog.pg_constraint k
            ON d.classid = 'pg_catalog.pg_constraint'::regclass AND k.oid = d.objid AND k.contype IN ('c', 'x')
        ORDER BY 1, 2, 3 DESC, 4
        """;

    private readonly ILookup<(uint Table, short Column), (bool IsStrict, string Name)> _dependents;

    private ColumnDependents(IEnumerable<(uint Table, short Column, bool IsStrict, string Name)> rows) =>
        _dependents = rows.ToLookup(row => (row.Table, row.Column), row => (row.IsStrict, row.Name));

    /// <param name="context">The check's.</param>
    /// <param name="columns">Tables and numbers of columns.</param>
    public static async Task<ColumnDependents> ReadAsync(CheckContext context, IEnumerable<(uint Table, short Column)> columns)
    {
        var asked = columns.Distinct().ToList();
        return new ColumnDependents(asked.Count == 0 ? [] : await context.QueryAsync(
            Sql, row => (row.Oid(0), row.GetInt16(1), row.GetBoolean(2), row.GetText(3)), asked.Select(column => (long)column.Table).ToArray(),
            asked.Select(column => column.Column).ToArray()).ConfigureAwait(false));
    }

    /// <summary>The statements where the type can be changed; none, with the reason in the advice, where something has to go first.</summary>
    /// <param name="fix">The fix without them.</param>
    /// <param name="table">The column's table.</param>
    /// <param name="column">Its number.</param>
    /// <param name="evaluated">Whether expressions that use the column may have no meaning for the new type.</param>
    public Fix Apply(Fix fix, uint table, short column, bool evaluated)
    {
        var names = _dependents[(table, column)].Where(dependent => dependent.IsStrict || evaluated).Select(dependent => dependent.Name).Distinct()
            .ToList();
        if (names.Count == 0 || fix.Sql.Count == 0) return fix;
        var list = string.Join(", ", names.Take(MostNamed)) + (names.Count > MostNamed ? ", …" : "");
        return fix with
        {
            Sql = [],
            Rollback = [],
            Advice = new(
                $"{fix.Advice.En} These depend on the column, and have to be dropped before and made again afterwards: {list}.",
                $"{fix.Advice.Es} De la columna dependen, y hay que eliminar antes y volver a crear después: {list}."),
        };
    }
}
