namespace Nexus.Audit;

/// <summary>How a statement reads one table, as far as its text, the table's indexes and the planner's statistics say.</summary>
/// <param name="Table">The table, or a partition of it.</param>
/// <param name="Equal">Columns that it compares with given values, the most selective first.</param>
/// <param name="Ranges">Columns that it bounds.</param>
/// <param name="Rows">Rows that meet its conditions, by the number of different values.</param>
/// <param name="IsServed">An index finds them, or few more.</param>
/// <param name="IsAlone">The statement reads no other table there.</param>
/// <param name="Scans">Times that the table was read from end to end: during the window where the statement ran in it, otherwise since the statistics
/// began.</param>
internal sealed record TableScan(TableActivity Table, IReadOnlyList<string> Equal, IReadOnlyList<string> Ranges, double Rows, bool IsServed,
    bool IsAlone, long Scans)
{
    /// <summary>An index that finds so small a part replaces reading all.</summary>
    public const double Selective = 0.05;
}

/// <summary>
/// Finds out what statements read without asking the planner, who would run functions of users in the audit's name. Whether a table is really read
/// from end to end the server's counters tell.
/// </summary>
internal sealed class TableScans
{
    /// <summary>The planner's assumptions about a column that was never analysed, and about a range of unknown bounds.</summary>
    private const double DefaultDistinct = 200, DefaultRange = 1.0 / 3;

    /// <summary>Of the statement's runs in the window, so many must be seen as reads of the whole table; the server's counters lag behind.</summary>
    private const double ScansPerCall = 0.5;

    private const string ColumnsSql = """
        SELECT a.attrelid, a.attnum, a.attname::text, coalesce(s.n_distinct, 0)::float8, t.typname IN ('json', 'jsonb', 'xml', 'bool', 'bytea'),
            pg_catalog.has_column_privilege(c.oid, a.attnum, 'SELECT') AND NOT pg_catalog.row_security_active(c.oid)
        FROM pg_catalog.pg_attribute a
        JOIN pg_catalog.pg_class c ON c.oid = a.attrelid
        JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
        JOIN pg_catalog.pg_type t ON t.oid = a.atttypid
        LEFT JOIN pg_catalog.pg_stats s ON s.schemaname = n.nspname AND s.tablename = c.relname AND s.attname = a.attname AND NOT s.inherited
        WHERE a.attrelid = ANY ($1::bigint[]::oid[]) AND a.attnum > 0 AND NOT a.attisdropped
        """;

    private const string PartitionsSql = """
        SELECT n.nspname::text, c.relname::text, p.relid::oid FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
        CROSS JOIN LATERAL pg_catalog.pg_partition_tree(c.oid) p WHERE c.relkind = 'p' AND NOT c.relispartition AND p.isleaf
        """;

    private sealed record Column(uint Table, short Number, string Name, double Distinct, bool IsUnfit, bool IsVisible);

    private readonly ILookup<string, TableActivity> _byName;
    private readonly ILookup<uint, Column> _columns;
    private readonly ILookup<uint, IndexDefinition> _indexes;

    private TableScans(ILookup<string, TableActivity> byName, ILookup<uint, Column> columns, ILookup<uint, IndexDefinition> indexes) =>
        (_byName, _columns, _indexes) = (byName, columns, indexes);

    /// <summary>Tables of which something that was needed may not be seen.</summary>
    public HashSet<TableActivity> Unseen { get; } = [];

    /// <param name="context">The check's.</param>
    /// <param name="fewestRows">Smaller tables are passed over.</param>
    public static async Task<TableScans> PrepareAsync(CheckContext context, long fewestRows)
    {
        var large = context.Window.Tables.Values.Where(table => table.Rows >= fewestRows).ToList();
        var partitions = await context.QueryAsync(PartitionsSql, row => (Schema: row.GetText(0), Name: row.GetText(1), Oid: row.Oid(2)))
            .ConfigureAwait(false);
        var names = large.SelectMany(table => (IEnumerable<(string, TableActivity)>)[(table.Name, table), ($"{table.Schema}.{table.Name}", table)])
            .Concat(partitions.Select(partition => (partition, Table: large.Find(table => table.After.Oid == partition.Oid)))
                .Where(pair => pair.Table is not null)
                .SelectMany(pair => (IEnumerable<(string, TableActivity)>)[(pair.partition.Name, pair.Table!),
                    ($"{pair.partition.Schema}.{pair.partition.Name}", pair.Table!)]));
        var columns = large.Count == 0 ? [] : await context.QueryAsync(
            ColumnsSql, row => new Column(row.Oid(0), row.GetInt16(1), row.GetText(2), row.GetDouble(3), row.GetBoolean(4), row.GetBoolean(5)),
                large.Select(table => (long)table.After.Oid).ToArray()).ConfigureAwait(false);
        var indexes = await IndexDefinition.ReadAsync(context).ConfigureAwait(false);
        return new TableScans(
            names.ToLookup(pair => pair.Item1, pair => pair.Item2, StringComparer.Ordinal), columns.ToLookup(column => column.Table),
                indexes.Where(index => index.IsValid).ToLookup(index => index.TableOid));
    }

    /// <summary>Every large table that the statement reads.</summary>
    public IEnumerable<TableScan> Of(StatementActivity statement) => StatementShape.Read(statement.Text)
        .SelectMany(shape => shape.Tables.SelectMany(use => Resolve(use).Select(table => Judge(shape, use, table, statement)))).OfType<TableScan>();

    /// <summary>Whether the counters bear out that these scans, of one statement, read whole tables.</summary>
    public static bool AreCounted(IEnumerable<TableScan> scans, StatementActivity statement) => statement.Window.Calls > 0
        ? scans.Sum(scan => scan.Scans) >= ScansPerCall * statement.Window.Calls
        : scans.Any(scan => scan.Scans > 0);

    private IEnumerable<TableActivity> Resolve(TableUse use) => _byName[use.Schema is null ? use.Name : $"{use.Schema}.{use.Name}"];

    private TableScan? Judge(StatementShape shape, TableUse use, TableActivity table, StatementActivity statement)
    {
        var columns = _columns[table.After.Oid].DistinctBy(column => column.Name).ToDictionary(column => column.Name);
        // A column without a table's name belongs to the only table, or to the one that has it.
        var own = shape.Conditions.Where(condition => (condition.Qualifier is null
            ? shape.Tables.Count == 1 || !shape.Tables.Any(other => other != use && Has(other, condition.Column)) : condition.Qualifier == use.Alias
                || condition.Qualifier == use.Name)
            && columns.ContainsKey(condition.Column)).Distinct().ToList();
        if (own.Exists(condition => !columns[condition.Column].IsVisible))
        {
            Unseen.Add(table);
            return null;
        }
        var shares = own.Where(condition => condition.Values is not null && !columns[condition.Column].IsUnfit).GroupBy(condition => condition.Column)
            .ToDictionary(group => group.Key, group =>
                group.Min(condition => Math.Min(1, condition.Values!.Value / Distinct(columns[group.Key], table.Rows))));
        var ranges = own.Where(condition => condition.Values is null && !shares.ContainsKey(condition.Column)).Select(condition => condition.Column)
            .Distinct().ToList();
        var share = shares.Values.Aggregate(1.0, (product, one) => product * one) * Math.Pow(DefaultRange, ranges.Count);
        return new TableScan(
            table,
            [.. shares.OrderBy(pair => pair.Value).Select(pair => pair.Key)],
            ranges,
            Math.Max(1, share * table.Rows),
            _indexes[table.After.Oid].Any(index => Serves(index, columns, shares)),
            shape.Tables.Count == 1,
            statement.Window.Calls > 0 ? table.SequentialScans : table.After.SequentialScans);
    }

    private bool Has(TableUse other, string column) => Resolve(other).Any(table => _columns[table.After.Oid].Any(known => known.Name == column));

    /// <summary>Whether the index's leading columns are compared and leave few rows. A partial one may serve.</summary>
    private static bool Serves(IndexDefinition index, Dictionary<string, Column> columns, Dictionary<string, double> shares)
    {
        var share = 1.0;
        var names = columns.Values.ToDictionary(column => column.Number, column => column.Name);
        foreach (var key in index.Keys)
        {
            if (!names.TryGetValue(key.Column, out var name) || !shares.TryGetValue(name, out var one)) break;
            share *= one;
        }
        return share <= TableScan.Selective;
    }

    /// <summary>pg_stats counts different values, or gives their share of the rows as a negative number.</summary>
    private static double Distinct(Column column, long rows) => column.Distinct switch
    {
        < 0 => Math.Max(1, -column.Distinct * rows),
        0 => DefaultDistinct,
        var known => known,
    };
}
