using System.Runtime.CompilerServices;
using Npgsql;

namespace Nexus.Audit;

/// <summary>One column or expression that an index is sorted or searched by.</summary>
/// <param name="Name">The column's name or the expression's text.</param>
/// <param name="Column">The column's number, 0 for an expression.</param>
/// <param name="OperatorClass">Its oid.</param>
/// <param name="OperatorClassName">Such as <c>jsonb_path_ops</c>.</param>
/// <param name="Collation">Its oid.</param>
/// <param name="Option">Bit 0 DESC, bit 1 NULLS FIRST.</param>
internal sealed record IndexKey(string Name, short Column, uint OperatorClass, string OperatorClassName, uint Collation, short Option);

/// <summary>
/// An index as the catalogue describes it: https://www.postgresql.org/docs/current/catalog-pg-index.html. Only those of <see
/// cref="AuditedRelations"/>.
/// </summary>
internal sealed record IndexDefinition
{
    private const string Select = """
        SELECT i.indexrelid, i.indrelid, n.nspname::text, t.relname::text, c.relname::text, m.amname::text, i.indisunique, i.indisprimary,
            i.indisvalid AND i.indisready AND i.indislive,
            i.indisclustered, i.indisreplident, i.indimmediate, c.relkind = 'I', CASE WHEN c.relispartition
                THEN pg_catalog.pg_partition_root(c.oid)::oid END,
            (SELECT k.conname::text FROM pg_catalog.pg_constraint k WHERE k.conrelid = i.indrelid AND k.conindid = i.indexrelid
                AND k.contype IN ('p', 'u', 'x')),
            i.indisunique AND EXISTS (SELECT FROM pg_catalog.pg_constraint k WHERE k.confrelid = i.indrelid AND k.conindid = i.indexrelid
                AND k.contype = 'f'),
            i.indnkeyatts::int, i.indkey::int2[], i.indclass::oid[], i.indcollation::oid[], i.indoption::int2[],
            array(SELECT coalesce(a.attname::text, pg_catalog.pg_get_indexdef(i.indexrelid, u.place::int, true))
                FROM pg_catalog.unnest(i.indkey::int2[]) WITH ORDINALITY AS u(number, place)
                LEFT JOIN pg_catalog.pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = u.number ORDER BY u.place),
            array(SELECT o.opcname::text FROM pg_catalog.unnest(i.indclass::oid[]) WITH ORDINALITY AS u(oid, place)
                JOIN pg_catalog.pg_opclass o ON o.oid = u.oid ORDER BY u.place),
            pg_catalog.pg_get_expr(i.indpred, i.indrelid), c.relpages::bigint * pg_catalog.current_setting('block_size')::bigint,
                pg_catalog.age(i.xmin)::bigint,
        """;

    private const string From = """
         FROM pg_catalog.pg_index i
        JOIN pg_catalog.pg_class c ON c.oid = i.indexrelid
        JOIN pg_catalog.pg_class t ON t.oid = i.indrelid
        JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
        JOIN pg_catalog.pg_am m ON m.oid = c.relam
        WHERE n.nspname <> 'information_schema' AND n.nspname !~ '^pg_'
        ORDER BY i.indexrelid
        """;

    private const string Sql14 = $"{Select} false {From}";

    private const string Sql = $"{Select} i.indnullsnotdistinct {From}";

    private static readonly ConditionalWeakTable<WindowData, IReadOnlyList<IndexDefinition>> OfAudits = [];

    public required uint Oid { get; init; }

    public required uint TableOid { get; init; }

    public required string Schema { get; init; }

    public required string Table { get; init; }

    public required string Name { get; init; }

    /// <summary>btree, gin, …</summary>
    public required string Method { get; init; }

    public required bool IsUnique { get; init; }

    public required bool IsPrimary { get; init; }

    /// <summary>Usable by queries, not left behind by a build that failed or being built.</summary>
    public required bool IsValid { get; init; }

    /// <summary>The table was clustered by it.</summary>
    public required bool IsClustered { get; init; }

    /// <summary>Logical replication finds rows by it.</summary>
    public required bool IsReplicaIdentity { get; init; }

    /// <summary>Not deferrable.</summary>
    public required bool IsImmediate { get; init; }

    /// <summary>The index of a partitioned table, which stores nothing itself.</summary>
    public required bool IsPartitioned { get; init; }

    /// <summary>The partitioned index that it is a part of and cannot be dropped without; null when there is none.</summary>
    public required uint? Root { get; init; }

    /// <summary>The primary key, unique or exclusion constraint that it enforces.</summary>
    public required string? Constraint { get; init; }

    /// <summary>A foreign key refers to it.</summary>
    public required bool IsReferenced { get; init; }

    public required IReadOnlyList<IndexKey> Keys { get; init; }

    /// <summary>INCLUDE: numbers of the columns that it carries along.</summary>
    public required IReadOnlyList<short> Included { get; init; }

    public required string? Predicate { get; init; }

    /// <summary>As of the last VACUUM, ANALYZE or build.</summary>
    public required long Bytes { get; init; }

    /// <summary>Transactions of the server since it was made or last changed.</summary>
    public required long Age { get; init; }

    public required bool NullsNotDistinct { get; init; }

    public string FullName => $"{Schema}.{Name}";

    public string FullTable => $"{Schema}.{Table}";

    /// <summary>Whether something besides queries needs it: a constraint, a foreign key, replication or CLUSTER.</summary>
    public bool IsNeeded => Constraint is not null || IsPrimary || IsReferenced || IsReplicaIdentity || IsClustered;

    /// <summary>As SQL would name its keys.</summary>
    public string KeyList => string.Join(", ", Keys.Select(key => key.Name));

    /// <summary>Read once an audit: five checks ask for them, and on thousands of indexes it is the longest query of all.</summary>
    public static async Task<IReadOnlyList<IndexDefinition>> ReadAsync(CheckContext context)
    {
        if (OfAudits.TryGetValue(context.Window, out var known)) return known;
        var all = await context.QueryAsync(context.Server.Version >= 150_000 ? Sql : Sql14, Read).ConfigureAwait(false);
        var indexes = all.Where(index => context.Relations.Contains(index.Oid)).ToList();
        OfAudits.AddOrUpdate(context.Window, indexes);
        return indexes;
    }

    /// <summary>
    /// Whether a lookup that compares all of these columns for equality can use the index: a btree, GiST or SP-GiST index by its first keys in any
    /// order, a hash index by its only one, a GIN index by any; a unique one also if its keys are only some of them; a partial one where the lookup
    /// implies its predicate. INCLUDE columns and expressions are no keys.
    /// </summary>
    /// <param name="columns">The columns.</param>
    /// <param name="matches">Whether a key is sorted or hashed as the lookup compares: operator class and collation; null for any.</param>
    public bool Serves(IReadOnlyCollection<string> columns, Func<IndexKey, bool>? matches = null) => IsValid && CouldServe(columns, matches);

    /// <summary>As <see cref="Serves"/>, for an index that may have to be rebuilt first.</summary>
    public bool CouldServe(IReadOnlyCollection<string> columns, Func<IndexKey, bool>? matches = null)
    {
        if (!IndexPredicate.IsImpliedBy(Predicate, columns)) return false;
        var served = (Method == "gin" ? Keys : Method == "brin" ? [] : Keys.Take(columns.Count))
            .Where(key => key.Column != 0 && columns.Contains(key.Name) && matches?.Invoke(key) != false).Select(key => key.Name).ToHashSet();
        // A unique index on some of the columns leaves one row at most.
        return served.IsSupersetOf(columns) || (IsUnique && served.Count == Keys.Count);
    }

    private static IndexDefinition Read(NpgsqlDataReader row)
    {
        var keys = row.GetInt32(16);
        var numbers = row.GetFieldValue<short[]>(17);
        var classes = row.GetFieldValue<uint[]>(18);
        var collations = row.GetFieldValue<uint[]>(19);
        var options = row.GetFieldValue<short[]>(20);
        var names = row.GetTexts(21);
        var classNames = row.GetTexts(22);
        return new IndexDefinition
        {
            Oid = row.Oid(0),
            TableOid = row.Oid(1),
            Schema = row.GetText(2),
            Table = row.GetText(3),
            Name = row.GetText(4),
            Method = row.GetText(5),
            IsUnique = row.GetBoolean(6),
            IsPrimary = row.GetBoolean(7),
            IsValid = row.GetBoolean(8),
            IsClustered = row.GetBoolean(9),
            IsReplicaIdentity = row.GetBoolean(10),
            IsImmediate = row.GetBoolean(11),
            IsPartitioned = row.GetBoolean(12),
            Root = row.IsDBNull(13) ? null : row.Oid(13),
            Constraint = row.Text(14),
            IsReferenced = row.GetBoolean(15),
            Keys = [.. Enumerable.Range(0, keys)
                .Select(i => new IndexKey(names[i], numbers[i], classes[i], classNames[i], collations[i], options[i]))],
            Included = numbers[keys..],
            Predicate = row.Text(23),
            Bytes = row.GetInt64(24),
            Age = row.GetInt64(25),
            NullsNotDistinct = row.GetBoolean(26),
        };
    }
}
