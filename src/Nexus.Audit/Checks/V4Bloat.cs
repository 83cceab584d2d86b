namespace Nexus.Audit;

/// <summary>
/// Tables and btree indexes of which much is empty: estimated for all that are large, confirmed by pgstattuple where it is installed.
/// </summary>
internal sealed class V4Bloat(long fewestBytes) : AuditCheck
{
    private const double LargeShare = 0.5;

    private const long ManyBytes = 1L << 30;

    // What the rows should take: a header of 24 and a pointer of 4 bytes each, their columns' mean widths, to 8 bytes.
    // https://www.postgresql.org/docs/current/storage-page-layout.html
    private const string TablesSql = """
        SELECT n.nspname::text, c.relname::text, c.relpages::bigint * 8192, c.reltuples::float8, c.oid, w.width, w.columns_known, w.columns_all, c.oid
        FROM pg_catalog.pg_class c
        JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
        CROSS JOIN LATERAL (
            SELECT sum((1 - s.null_frac) * s.avg_width)::float8 AS width, count(s.attname) AS columns_known, count(*) AS columns_all
            FROM pg_catalog.pg_attribute a LEFT JOIN pg_catalog.pg_stats s ON s.schemaname = n.nspname AND s.tablename = c.relname
                AND s.attname = a.attname AND NOT s.inherited
            WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped) AS w
        WHERE c.relkind IN ('r', 'm') AND c.relpages::bigint * 8192 >= $1 AND c.reltuples >= 0
        """;

    // A btree entry: a header of 8 and a pointer of 4 bytes, the keys' mean widths, to 8 bytes; pages are filled to 90 % and split to about 70 %,
    // which is no bloat.
    private const string IndexesSql = """
        SELECT n.nspname::text, c.relname::text, c.relpages::bigint * 8192, c.reltuples::float8, c.oid, w.width, w.columns_known, w.columns_all, t.oid
        FROM pg_catalog.pg_class c
        JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
        JOIN pg_catalog.pg_am m ON m.oid = c.relam AND m.amname = 'btree'
        JOIN pg_catalog.pg_index i ON i.indexrelid = c.oid AND i.indisvalid
        JOIN pg_catalog.pg_class t ON t.oid = i.indrelid
        CROSS JOIN LATERAL (
            SELECT sum((1 - s.null_frac) * s.avg_width)::float8 AS width, count(s.attname) AS columns_known, count(*) AS columns_all
            FROM unnest(i.indkey::int2[]) AS k(number)
            LEFT JOIN pg_catalog.pg_attribute a ON a.attrelid = t.oid AND a.attnum = k.number
            LEFT JOIN pg_catalog.pg_stats s ON s.schemaname = n.nspname AND s.tablename = t.relname AND s.attname = a.attname
                AND NOT s.inherited) AS w
        WHERE c.relkind = 'i' AND c.relpages::bigint * 8192 >= $1 AND c.reltuples >= 0
        """;

    private sealed record Relation(string Schema, string Name, long Bytes, double Rows, uint Oid, double Width, bool IsKnown, uint TableOid)
    {
        public string FullName => $"{Schema}.{Name}";
    }

    public V4Bloat()
        : this(100L << 20)
    {
    }

    public override string Id => "V4";

    public override Bilingual Title { get; } = new("Much of a table or index is empty", "Gran parte de una tabla o índice está vacía");

    public override Bilingual Positive { get; } =
        new("Large tables and indexes are well filled", "Las tablas y los índices grandes están bien aprovechados");

    public override Bilingual SeverityRule { get; } = new(
        "half empty: medium from 1 GB of empty space, low from a size of 100 MB",
            "medio vacío: media desde 1 GB de espacio vacío, baja desde 100 MB de tamaño");

    public override Bilingual FalsePositives { get; } = new(
        "the estimate allows for fillfactor, but is wrong with old statistics (V2) and rows of very different sizes; pgstattuple measures it "
        + "exactly; space that will be filled again is not lost",
        "la estimación tiene en cuenta fillfactor, pero falla con estadísticas antiguas (V2) y filas de tamaños muy distintos; pgstattuple lo "
        + "mide con exactitud; el espacio que volverá a llenarse no es una pérdida");

    public override async Task<IReadOnlyList<Finding>> FindAsync(CheckContext context)
    {
        var options = await TableOptions.ReadAsync(context).ConfigureAwait(false);
        var findings = new List<Finding>();
        foreach (var table in await ReadAsync(context, TablesSql).ConfigureAwait(false))
        {
            if (!IsSeen(context, table)) continue;
            var perRow = 28 + Align(table.Width);
            var fill = TableOptions.Of(options, table.Oid, context.Server).FillFactor / 100;
            if (await JudgeAsync(context, table, perRow / (8168 * fill) * 8192, "pgstattuple_approx", "f.approx_free_percent + f.dead_tuple_percent")
                .ConfigureAwait(false) is { } finding)
                findings.Add(finding with { Fix = TableFix });
        }
        foreach (var index in await ReadAsync(context, IndexesSql).ConfigureAwait(false))
        {
            if (!IsSeen(context, index)) continue;
            if (await JudgeAsync(context, index, (12 + Align(index.Width)) / (8152 * 0.7) * 8192, "pgstatindex", "100 - f.avg_leaf_density")
                .ConfigureAwait(false) is { } finding)
                findings.Add(finding with { Fix = IndexFix(index) });
        }
        return findings;
    }

    private async Task<IEnumerable<Relation>> ReadAsync(CheckContext context, string sql) => (await context.QueryAsync(
        sql,
        row => new Relation(row.GetText(0), row.GetText(1), row.GetInt64(2), row.GetDouble(3), row.Oid(4), row.Double(5) ?? 0,
            row.GetInt64(6) == row.GetInt64(7), row.Oid(8)),
        fewestBytes).ConfigureAwait(false)).Where(relation => context.Relations.Contains(relation.Oid));

    /// <summary>
    /// pg_stats shows only columns that the role may read. An index on an expression has its statistics elsewhere: it is passed over.
    /// </summary>
    private static bool IsSeen(CheckContext context, Relation relation)
    {
        if (!relation.IsKnown && relation.Width == 0 && !context.Server.IsSuperuser) context.CannotRead(relation.Schema, relation.Name);
        return relation.IsKnown;
    }

    private static async Task<Finding?> JudgeAsync(CheckContext context, Relation relation, double bytesPerRow, string function, string percentEmpty)
    {
        var empty = 1 - relation.Rows * bytesPerRow / relation.Bytes;
        if (empty < LargeShare) return null;
        var confirmed = await ConfirmAsync(context, relation, function, percentEmpty).ConfigureAwait(false);
        var share = confirmed ?? empty;
        if (share < LargeShare) return null;
        var bytes = (long)(share * relation.Bytes);
        return new Finding
        {
            Severity = bytes >= ManyBytes ? AuditSeverity.Medium : AuditSeverity.Low,
            Confidence = confirmed is null ? AuditConfidence.Inferred : AuditConfidence.Measured,
            Object = relation.FullName,
            Relation = relation.Oid,
            Found = new(
                $"about {share:0%} of the {relation.Bytes >> 20} MB of {relation.FullName} are empty",
                    $"cerca del {share:0%} de los {relation.Bytes >> 20} MB de {relation.FullName} están vacíos"),
            Evidence =
            [
                Evidence.Of("emptyBytes", bytes, "empty", "vacío", "bytes"),
                Evidence.Of("emptyShare", 100 * share, "of its size", "de su tamaño", "%"),
                Evidence.Of("bytes", relation.Bytes, "size", "tamaño", "bytes"),
                Evidence.Of("estimatedShare", 100 * empty, "by the estimate", "según la estimación", "%"),
            ],
            Fix = TableFix,
        };
    }

    /// <summary>Null where pgstattuple is not installed, may not be used, or takes too long.</summary>
    private static async Task<double?> ConfirmAsync(CheckContext context, Relation relation, string function, string percentEmpty)
    {
        if (await context.FindFunctionAsync("pgstattuple", function, "regclass").ConfigureAwait(false) is not { } name) return null;
        List<double> percent = [];
        var failed = await context.TryAsync(async () => percent = await context.QueryAsync(
            $"SELECT ({percentEmpty})::float8 FROM {name}($1::oid::regclass) AS f", row => row.GetDouble(0), (long)relation.Oid)
                .ConfigureAwait(false)).ConfigureAwait(false);
        return failed is null ? percent[0] / 100 : null;
    }

    private static double Align(double width) => 8 * Math.Ceiling(width / 8);

    private static Fix TableFix { get; } = new()
    {
        Advice = new(
            "First make sure that dead rows are removed in time (V1); otherwise it grows again. pg_repack compacts the table without blocking "
            + "traffic; VACUUM FULL locks it exclusively.",
            "Asegúrese primero de que las filas muertas se eliminan a tiempo (V1); si no, volverá a crecer. pg_repack compacta la tabla sin parar "
            + "el tráfico; VACUUM FULL la bloquea en exclusiva."),
    };

    private static Fix IndexFix(Relation index) => new()
    {
        Advice = new(
            "Rebuild the index without blocking traffic. An interrupted rebuild leaves an invalid index that ends in _ccnew: drop it (I7).",
            "Reconstruya el índice sin parar el tráfico. Una reconstrucción interrumpida deja un índice no válido terminado en _ccnew: elimínelo "
            + "(I7)."),
        Evaluates = [index.TableOid],
        Sql = [SafeSql.LockTimeout, $"REINDEX INDEX CONCURRENTLY {SafeSql.Name(index.Schema, index.Name)}"],
        CanApply = true,
    };
}
