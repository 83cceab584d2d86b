using System.Globalization;

namespace Nexus.Audit;

/// <summary>
/// The statements that make an index again after it was dropped, as it was: with its tablespace, comment, statistics targets and, of a partitioned
/// table, the indexes of all partitions. The one place for every fix that drops an index.
/// </summary>
internal static class IndexRestoration
{
    /// <summary>Of more parts the parent's definition has to do: the server then chooses the names of the parts.</summary>
    private const int MostParts = 200;

    // pg_get_indexdef names no tablespace, and of a partitioned index only itself (ON ONLY). Parts come before what they are attached to.
    private const string Sql = """
        SELECT c.oid, n.nspname::text, c.relname::text, c.relkind = 'I', pn.nspname::text, p.relname::text, pg_catalog.pg_get_indexdef(c.oid),
            pg_catalog.pg_get_expr(i.indpred, i.indrelid), s.spcname::text, pg_catalog.obj_description(c.oid, 'pg_class'),
            array(SELECT a.attnum::text || ' ' || a.attstattarget::text FROM pg_catalog.pg_attribute a
                WHERE a.attrelid = c.oid AND a.attstattarget >= 0 ORDER BY a.attnum),
            array(SELECT e.extname::text FROM pg_catalog.pg_depend d JOIN pg_catalog.pg_extension e ON e.oid = d.refobjid
                WHERE d.classid = 'pg_catalog.pg_class'::regclass AND d.objid = c.oid AND d.refclassid = 'pg_catalog.pg_extension'::regclass
                    AND d.deptype = 'x' ORDER BY e.extname)
        FROM (SELECT $1::oid AS relid, NULL::oid AS parentrelid, 0 AS level
            UNION SELECT t.relid::oid, t.parentrelid::oid, t.level FROM pg_catalog.pg_partition_tree($1::oid::regclass) t WHERE t.level > 0) t
        JOIN pg_catalog.pg_class c ON c.oid = t.relid
        JOIN pg_catalog.pg_index i ON i.indexrelid = c.oid
        JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
        LEFT JOIN pg_catalog.pg_tablespace s ON s.oid = c.reltablespace
        LEFT JOIN pg_catalog.pg_class p ON p.oid = t.parentrelid
        LEFT JOIN pg_catalog.pg_namespace pn ON pn.oid = p.relnamespace
        ORDER BY t.level DESC, c.oid
        """;

    private sealed record Part(uint Oid, string Schema, string Name, bool IsPartitioned, string? ParentSchema, string? Parent, string Definition,
        string? Predicate, string? Tablespace, string? Comment, string[] Targets, string[] Extensions)
    {
        public string FullName => SafeSql.Name(Schema, Name);
    }

    /// <summary>The statements, in order, the lock's time limit first.</summary>
    /// <param name="context">The check's.</param>
    /// <param name="index">Its oid, while it is still there.</param>
    public static async Task<IReadOnlyList<string>> PlanAsync(CheckContext context, uint index)
    {
        var parts = await context.QueryAsync(
            Sql,
            row => new Part(row.Oid(0), row.GetText(1), row.GetText(2), row.GetBoolean(3), row.Text(4), row.Text(5), row.Text(6) ?? "", row.Text(7),
                row.Text(8), row.Text(9), row.GetTexts(10), row.GetTexts(11)),
            (long)index).ConfigureAwait(false);
        if (parts.Count > MostParts)
        {
            var root = parts.Single(part => part.Oid == index);
            return [SafeSql.LockTimeout, Create(root).Replace(" ON ONLY ", " ON ", StringComparison.Ordinal), .. Properties(root)];
        }
        return [SafeSql.LockTimeout, .. parts.SelectMany(part => (string[])[Create(part), .. Properties(part), .. parts
            .Where(child => child.Parent == part.Name && child.ParentSchema == part.Schema)
            .Select(child => $"ALTER INDEX {part.FullName} ATTACH PARTITION {child.FullName}")])];
    }

    /// <summary>
    /// What a rollback has to add to DROP INDEX of a partitioned table's new index: the server attached to it the first matching index of each
    /// partition that it found there, and drops those with it.
    /// </summary>
    /// <param name="context">The check's.</param>
    /// <param name="indexes">Of the partitions, as they are before.</param>
    /// <param name="isSame">Whether an index is as the new one will be.</param>
    public static async Task<IReadOnlyList<string>> TakenOverAsync(CheckContext context, IEnumerable<IndexDefinition> indexes,
        Func<IndexDefinition, bool> isSame)
    {
        var statements = new List<string>();
        // https://www.postgresql.org/docs/current/sql-createindex.html: equal in all but the order of NULLs and the storage options.
        var taken = indexes.Where(index => index is { Root: null, IsUnique: false, Predicate: null, IsValid: true } && index.Included.Count == 0
            && isSame(index)).GroupBy(index => index.TableOid).Select(group => group.MinBy(index => index.Oid)!).Take(MostParts);
        foreach (var index in taken) statements.AddRange((await PlanAsync(context, index.Oid).ConfigureAwait(false)).Skip(1));
        return statements;
    }

    private static string Create(Part part)
    {
        var sql = part.Definition;
        if (part.Tablespace is { } tablespace)
        {
            var where = part.Predicate is { } predicate ? $" WHERE {predicate}" : "";
            var end = sql.EndsWith(where, StringComparison.Ordinal) ? sql.Length - where.Length : sql.Length;
            sql = sql.Insert(end, $" TABLESPACE {SafeSql.Name(tablespace)}");
        }
        const string index = " INDEX ";
        // The parent's alone stores nothing, and the server builds none of a partitioned table concurrently.
        return part.IsPartitioned || sql.IndexOf(index, StringComparison.Ordinal) is var at && at < 0 ? sql
            : sql.Insert(at + index.Length, "CONCURRENTLY ");
    }

    private static IEnumerable<string> Properties(Part part) =>
    [
        .. part.Targets.Select(target => target.Split(' '))
            .Select(target => string.Create(CultureInfo.InvariantCulture,
                $"ALTER INDEX {part.FullName} ALTER COLUMN {target[0]} SET STATISTICS {target[1]}")),
        .. part.Extensions.Select(extension => $"ALTER INDEX {part.FullName} DEPENDS ON EXTENSION {SafeSql.Name(extension)}"),
        .. part.Comment is { } comment ? new[] { $"COMMENT ON INDEX {part.FullName} IS {SafeSql.Literal(comment)}" } : [],
    ];
}
