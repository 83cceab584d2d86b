using System.Globalization;

namespace Nexus.Audit;

/// <summary>A table, materialised view, index or sequence of the audited application.</summary>
/// <param name="Oid">Its oid.</param>
/// <param name="Table">The table that it belongs to: of an index its table, of a sequence the table of its column, otherwise itself.</param>
/// <param name="Root">Of a partition, or an index of one, the topmost partitioned table or index; otherwise itself.</param>
/// <param name="Schema">Its schema.</param>
/// <param name="Name">Its name.</param>
/// <param name="Owner">The role that owns the table: only its members and superusers may change the table and its indexes.</param>
/// <param name="MayAlter">Whether the auditing role may.</param>
/// <param name="MayCreate">Whether the auditing role may create an index beside it.</param>
/// <param name="IsChild">A partition or an inheritance child: what is declared is judged at its parent.</param>
internal sealed record AuditedRelation(uint Oid, uint Table, uint Root, string Schema, string Name, string Owner, bool MayAlter, bool MayCreate,
    bool IsChild)
{
    /// <summary>As a finding names it.</summary>
    public string FullName => $"{Schema}.{Name}";
}

/// <summary>
/// The one place that decides which relations an audit judges, for every check: not those of the system, of extensions (members, and whatever lies in
/// a schema that is one, such as TimescaleDB's chunks), temporary ones, foreign tables and views; and which of them the auditing role could change.
/// </summary>
internal sealed class AuditedRelations(IReadOnlyDictionary<uint, AuditedRelation> relations, IReadOnlySet<(string Schema, string Name)> names)
{
    /// <summary>Names that fixes of this audit have proposed, and for what.</summary>
    private readonly Dictionary<(string Schema, string Name), string> _proposed = [];

    /// <summary>A condition on <c>pg_namespace n</c>: a schema of the application.</summary>
    public const string IsAuditedSchema = """
        n.nspname <> 'information_schema' AND n.nspname !~ '^pg_'
            AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend e WHERE e.deptype = 'e' AND e.classid = 'pg_catalog.pg_namespace'::regclass
                AND e.objid = n.oid)
        """;

    private const string Sql = $"""
        SELECT c.oid, t.oid, CASE WHEN c.relispartition THEN pg_catalog.pg_partition_root(c.oid)::oid
            ELSE c.oid END, cn.nspname::text, c.relname::text, pg_catalog.pg_get_userbyid(t.relowner)::text,
            pg_catalog.pg_has_role(t.relowner, 'USAGE'), pg_catalog.has_schema_privilege(t.relnamespace, 'CREATE'),
            EXISTS (SELECT FROM pg_catalog.pg_inherits h WHERE h.inhrelid = t.oid), CASE WHEN t.relispartition
                THEN pg_catalog.pg_partition_root(t.oid)::oid ELSE t.oid END
        FROM pg_catalog.pg_class c
        JOIN pg_catalog.pg_namespace cn ON cn.oid = c.relnamespace
        LEFT JOIN pg_catalog.pg_index i ON i.indexrelid = c.oid
        LEFT JOIN LATERAL (
            SELECT d.refobjid FROM pg_catalog.pg_depend d
            WHERE c.relkind = 'S' AND d.classid = 'pg_catalog.pg_class'::regclass AND d.objid = c.oid
                AND d.refclassid = 'pg_catalog.pg_class'::regclass AND d.refobjsubid > 0 AND d.deptype IN ('a', 'i') LIMIT 1) s ON true
        JOIN pg_catalog.pg_class t ON t.oid = coalesce(i.indrelid, s.refobjid, c.oid)
        JOIN pg_catalog.pg_namespace n ON n.oid = t.relnamespace
        WHERE c.relkind IN ('r', 'p', 'm', 'i', 'I', 'S') AND t.relkind IN ('r', 'p', 'm', 'S') AND t.relpersistence <> 't' AND {IsAuditedSchema}
            AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend e WHERE e.deptype = 'e' AND e.classid = 'pg_catalog.pg_class'::regclass
                AND e.objid IN (c.oid, t.oid))
        """;

    // Of every relation there, judged or not: views and types have names of the same space.
    private const string NamesSql = $"""
        SELECT n.nspname::text, c.relname::text FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
        WHERE {IsAuditedSchema}
        """;

    /// <summary>The relation of that oid, null when it is not judged.</summary>
    public AuditedRelation? Find(uint oid) => relations.GetValueOrDefault(oid);

    /// <summary>Whether it is judged.</summary>
    public bool Contains(uint oid) => relations.ContainsKey(oid);

    /// <summary>
    /// The oids of the tables at which declarations (columns, keys, policies) are judged, as a parameter for <c>= ANY ($n::bigint[]::oid[])</c>.
    /// Partitions and inheritance children are left out: their parent stands for them.
    /// </summary>
    public long[] Declared => [.. relations.Values.Where(relation => relation is { IsChild: false } && relation.Table == relation.Oid)
        .Select(relation => (long)relation.Oid)];

    /// <summary>
    /// A name for a new index that nothing in the schema has, and no other fix of this audit proposes: CREATE INDEX IF NOT EXISTS would pass over one
    /// that is there, whatever it is on.
    /// </summary>
    public string FreeIndexName(string schema, string table, IEnumerable<string> columns) => FreeName(schema, [table, .. columns], "_idx");

    /// <summary>The same for a primary key, whose index has its name.</summary>
    public string FreeKeyName(string schema, string table) => FreeName(schema, [table], "_pkey");

    private string FreeName(string schema, string[] parts, string suffix)
    {
        var purpose = string.Join('\0', parts);
        for (var number = 0; ; number++)
        {
            var name = SafeSql.NewName(number == 0 ? parts : [.. parts, number.ToString(CultureInfo.InvariantCulture)], suffix);
            if (names.Contains((schema, name)) || (_proposed.TryGetValue((schema, name), out var other) && other != purpose)) continue;
            _proposed[(schema, name)] = purpose;
            return name;
        }
    }

    public static async Task<AuditedRelations> ReadAsync(AuditConnection connection, CancellationToken cancellationToken)
    {
        var rows = await connection.QueryAsync(
            Sql,
            row => (
                Relation: new AuditedRelation(row.Oid(0), row.Oid(1), row.Oid(2), row.GetText(3), row.GetText(4), row.GetText(5),
                    row.GetBoolean(6), row.GetBoolean(7), row.GetBoolean(8)),
                Root: row.Oid(9)),
            [],
            cancellationToken).ConfigureAwait(false);
        var known = rows.Select(row => row.Relation.Oid).ToHashSet();
        var names = await connection.QueryAsync(NamesSql, row => (row.GetText(0), row.GetText(1)), [], cancellationToken).ConfigureAwait(false);
        // A partition of an extension's table is the extension's too.
        return new AuditedRelations(rows.Where(row => known.Contains(row.Root)).ToDictionary(row => row.Relation.Oid, row => row.Relation),
            names.ToHashSet());
    }
}
