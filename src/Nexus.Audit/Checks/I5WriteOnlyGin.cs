namespace Nexus.Audit;

/// <summary>
/// A GIN index that writes maintain and no query has read: the dearest index to keep, and one that makes updates of its column leave the HOT path.
/// </summary>
internal sealed class I5WriteOnlyGin : AuditCheck
{
    private const double ManyWritesPerSecond = 100, WritesPerSecond = 1;

    /// <summary>So young an index may not have been asked yet.</summary>
    private const long NewTransactions = 20;

    private const double SeldomTouched = 0.2;

    // pgstatginindex needs pg_stat_scan_tables; the extension is seldom there.
    private static string PendingSql(string function) => $"SELECT p.pending_pages::bigint FROM {function}($1::oid::regclass) AS p";

    // By what each depends on, not by its keys: those of an expression name no column.
    private const string OnGeneratedSql = """
        SELECT d.objid FROM pg_catalog.pg_depend d
        JOIN pg_catalog.pg_attribute a ON a.attrelid = d.refobjid AND a.attnum = d.refobjsubid
        WHERE d.classid = 'pg_catalog.pg_class'::regclass AND d.refclassid = 'pg_catalog.pg_class'::regclass AND d.objid = ANY ($1::bigint[]::oid[])
        GROUP BY d.objid HAVING bool_and(a.attgenerated <> '')
        """;

    public override string Id => "I5";

    public override Bilingual Title { get; } = new("Write-only GIN index", "Índice GIN que solo se escribe");

    public override Bilingual Positive { get; } =
        new("Every GIN index that is written is also read", "Todo índice GIN que se escribe también se lee");

    public override Bilingual SeverityRule { get; } = new(
        "never read: high from 100 writes a second that touch it, medium from 1, otherwise low; low on generated columns or if fewer than a fifth "
        + "of the writes touch it",
        "nunca leído: alta desde 100 escrituras por segundo que lo tocan, media desde 1, si no baja; baja sobre columnas generadas y donde lo "
        + "toca menos de un quinto de las escrituras");

    public override Bilingual FalsePositives { get; } = new(
        "an index that is new (created during the window or fewer than 20 transactions ago) or used by a rare report",
        "un índice nuevo (creado en la ventana o hace menos de 20 transacciones) o que sirve a un informe poco frecuente");

    public override AuditNeeds Needs => AuditNeeds.Window;

    public override async Task<IReadOnlyList<Finding>> FindAsync(CheckContext context)
    {
        if (context.Server.IsReplica)
        {
            context.CannotSee(new("a standby does not count the writes", "una réplica no cuenta las escrituras"));
            return [];
        }
        var indexes = (await IndexDefinition.ReadAsync(context).ConfigureAwait(false))
            .Where(index => index is { Method: "gin", IsValid: true, IsPartitioned: false } && IsWriteOnly(index, context.Window)).ToList();
        if (indexes.Count == 0) return [];
        var onGenerated = (await context.QueryAsync(OnGeneratedSql, row => row.Oid(0), indexes.Select(index => (long)index.Oid).ToArray())
            .ConfigureAwait(false)).ToHashSet();
        var findings = new List<Finding>();
        foreach (var index in indexes) findings.Add(await MakeFindingAsync(context, index, onGenerated.Contains(index.Oid)).ConfigureAwait(false));
        return findings;
    }

    private static bool IsWriteOnly(IndexDefinition index, WindowData window)
    {
        if (window.Indexes.GetValueOrDefault(index.Oid) is not { Before: not null, After.Scans: 0 }
            || window.Tables.GetValueOrDefault(index.TableOid) is not { } table) return false;
        return index.Age >= NewTransactions && table.After.Inserted + table.After.Updated - table.After.HotUpdated > 0;
    }

    private static async Task<Finding> MakeFindingAsync(CheckContext context, IndexDefinition index, bool isOnGenerated)
    {
        var table = context.Window.Tables[index.TableOid];
        var touched = Math.Max(0, table.Inserted + table.Updated - table.HotUpdated);
        var share = (double)touched / Math.Max(1, table.Inserted + table.Updated);
        var perSecond = context.Window.Database.PerSecond(touched);
        var updates = table.Updated > 0 ? (table.Updated, table.HotUpdated) : (table.After.Updated, table.After.HotUpdated);
        var evidence = new List<Evidence>
        {
            Evidence.Of("writesPerSecond", perSecond, "writes that touch it", "escrituras que lo tocan", "/s"),
            Evidence.Of("scans", 0, "scans since the statistics were reset", "lecturas desde que hay estadísticas"),
            Evidence.Of("bytes", index.Bytes, "size of the index", "tamaño del índice", "bytes"),
            Evidence.Of("hotShare", 100.0 * updates.Item2 / Math.Max(1, updates.Item1), "updates of the table that stay HOT",
                "actualizaciones de la tabla que siguen siendo HOT", "%"),
        };
        if (await PendingAsync(context, index)
            .ConfigureAwait(false) is { } pending) evidence.Add(Evidence.Of("pendingPages", pending, "pages waiting to be merged",
                "páginas pendientes de incorporar", "pages"));
        if (context.Server.StatisticsSince is { } since) evidence.Add(Evidence.Of("statisticsSince", since.ToString("u"), "statistics since",
            "estadísticas desde"));
        var severity = isOnGenerated || (table.Updated > 0 && share < SeldomTouched) ? AuditSeverity.Low
            : perSecond >= ManyWritesPerSecond ? AuditSeverity.High : perSecond >= WritesPerSecond ? AuditSeverity.Medium : AuditSeverity.Low;
        return new Finding
        {
            Severity = severity,
            Confidence = AuditConfidence.Measured,
            Object = index.FullName,
            Relation = index.Oid,
            Found = new(
                $"{index.FullName}, a GIN index on ({index.KeyList}), has not been read since the statistics were reset, while {perSecond:0.#} "
                + "writes a second maintain it",
                $"{index.FullName}, un índice GIN sobre ({index.KeyList}), no se ha leído desde que hay estadísticas, mientras {perSecond:0.#} "
                + "escrituras por segundo lo mantienen"),
            Evidence = evidence,
            Fix = new Fix
            {
                Advice = new(
                    "Drop it if no rare query needs it. To filter on a value, a generated column with its own index keeps updates HOT; GIN does "
                    + "not support ->>.",
                    "Elimínelo si ninguna consulta poco frecuente lo necesita. Para filtrar por un valor, una columna generada con su propio "
                    + "índice mantiene las actualizaciones HOT; GIN no admite ->>."),
                Sql = index.Root is null ? SafeSql.DropIndex(index.Schema, index.Name) : [],
                Rollback = index.Root is null ? await IndexRestoration.PlanAsync(context, index.Oid).ConfigureAwait(false) : [],
                CanApply = index is { Root: null, IsNeeded: false },
            },
        };
    }

    private static async Task<long?> PendingAsync(CheckContext context, IndexDefinition index)
    {
        if (await context.FindFunctionAsync("pgstattuple", "pgstatginindex", "regclass").ConfigureAwait(false) is not { } function) return null;
        long? pages = null;
        await context.TryAsync(async () => pages = (await context.QueryAsync(
            PendingSql(function), row => row.GetInt64(0), (long)index.Oid).ConfigureAwait(false))[0]).ConfigureAwait(false);
        return pages;
    }
}
