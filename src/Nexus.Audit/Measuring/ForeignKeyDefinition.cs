using System.Globalization;

namespace Nexus.Audit;

/// <summary>
/// A foreign key of a judged table, and what an index must be like to serve its lookups:
/// https://www.postgresql.org/docs/current/catalog-pg-constraint.html.
/// </summary>
internal sealed record ForeignKeyDefinition
{
    // The lookup compares each column by the constraint's operator, turned round: an operator class serves when its family has that operator. Of a
    // partitioned table's constraint only the parent's is judged, by the indexes of its leaves, which are what a lookup uses.
    private const string Sql = """
        SELECT k.conname::text, k.conrelid, k.confrelid, n.nspname::text, c.relname::text, c.relkind = 'p', p.relname::text,
            array(SELECT a.attname::text FROM pg_catalog.unnest(k.conkey) WITH ORDINALITY AS u(number, place)
                JOIN pg_catalog.pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = u.number ORDER BY u.place),
            array(SELECT a.attcollation FROM pg_catalog.unnest(k.conkey) WITH ORDINALITY AS u(number, place)
                JOIN pg_catalog.pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = u.number ORDER BY u.place),
            array(SELECT coalesce((SELECT pg_catalog.string_agg(s.oid::text, ' ') FROM pg_catalog.pg_operator o
                JOIN pg_catalog.pg_amop f ON f.amopopr = o.oprcom JOIN pg_catalog.pg_opclass s ON s.opcfamily = f.amopfamily
                WHERE o.oid = u.operator), '') FROM pg_catalog.unnest(k.conpfeqop) WITH ORDINALITY AS u(operator, place) ORDER BY u.place),
            CASE WHEN c.relkind = 'p' THEN array(SELECT t.relid::oid FROM pg_catalog.pg_partition_tree(c.oid) t WHERE t.isleaf) ELSE '{}' END,
            CASE WHEN c.relkind = 'p' THEN (SELECT coalesce(sum(pg_catalog.pg_relation_size(t.relid)), 0)::bigint
                FROM pg_catalog.pg_partition_tree(c.oid) t WHERE t.isleaf)
                WHEN c.relpages > 0 THEN c.relpages::bigint * 8192 ELSE pg_catalog.pg_relation_size(c.oid) END
        FROM pg_catalog.pg_constraint k
        JOIN pg_catalog.pg_class c ON c.oid = k.conrelid
        JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
        JOIN pg_catalog.pg_class p ON p.oid = k.confrelid
        WHERE k.contype = 'f' AND k.conparentid = 0
        ORDER BY 4, 5, 1
        """;

    public required string Constraint { get; init; }

    /// <summary>The table that refers.</summary>
    public required uint Child { get; init; }

    /// <summary>The table that is referred to.</summary>
    public required uint Parent { get; init; }

    public required string Schema { get; init; }

    public required string Table { get; init; }

    public required bool IsPartitioned { get; init; }

    public required string ParentTable { get; init; }

    /// <summary>Columns of the child.</summary>
    public required IReadOnlyList<string> Columns { get; init; }

    /// <summary>Of a partitioned child, the partitions that store rows.</summary>
    public required IReadOnlyList<uint> Leaves { get; init; }

    /// <summary>Size of the child.</summary>
    public required long Bytes { get; init; }

    /// <summary>Collations of the columns.</summary>
    private uint[] Collations { get; init; } = [];

    /// <summary>Operator classes that serve each column.</summary>
    private HashSet<uint>[] Classes { get; init; } = [];

    public static async Task<IReadOnlyList<ForeignKeyDefinition>> ReadAsync(CheckContext context) =>
        [.. (await context.QueryAsync(Sql, row => new ForeignKeyDefinition
    {
        Constraint = row.GetText(0),
        Child = row.Oid(1),
        Parent = row.Oid(2),
        Schema = row.GetText(3),
        Table = row.GetText(4),
        IsPartitioned = row.GetBoolean(5),
        ParentTable = row.GetText(6),
        Columns = row.GetTexts(7),
        Collations = row.GetFieldValue<uint[]>(8),
        Classes = [.. row.GetTexts(9)
            .Select(list => list.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(oid => uint.Parse(oid, CultureInfo.InvariantCulture))
                .ToHashSet())],
        Leaves = row.GetFieldValue<uint[]>(10),
        Bytes = row.GetInt64(11),
    }).ConfigureAwait(false)).Where(key => context.Relations.Contains(key.Child))];

    /// <summary>Whether a key of an index compares its column as the lookup does.</summary>
    public bool Matches(IndexKey key)
    {
        var place = Columns.ToList().IndexOf(key.Name);
        return place >= 0 && Classes[place].Contains(key.OperatorClass) && (key.Collation == 0 || key.Collation == Collations[place]);
    }

    /// <summary>Whether every lookup finds an index.</summary>
    /// <param name="indexes">By table.</param>
    /// <param name="without">An index to do without.</param>
    public bool IsServed(ILookup<uint, IndexDefinition> indexes, IndexDefinition? without = null) => Leaves.Count == 0
        ? indexes[Child].Any(index => Serves(index, without))
        : Leaves.All(leaf => indexes[leaf].Any(index => Serves(index, without)));

    private bool Serves(IndexDefinition index, IndexDefinition? without) =>
        index.Serves(Columns, Matches) && (without is null || (index.Oid != without.Oid && index.Root != without.Oid));
}
