namespace Nexus.Audit;

/// <summary>A large index that nothing has read for a month.</summary>
internal sealed class I4UnusedIndex : AuditCheck
{
    // Sizes are those of now; partitions count for the index of the partitioned table, which alone can be dropped.
    private const string SizesSql = """
        SELECT u.oid, pg_catalog.pg_relation_size(u.oid::oid::regclass) FROM pg_catalog.unnest($1::bigint[]) AS u(oid)
        """;

    public override string Id => "I4";

    public override Bilingual Title { get; } = new("Unused index", "Índice sin uso");

    public override Bilingual Positive { get; } = new("Every large index is used", "Todo índice grande se usa");

    public override Bilingual SeverityRule { get; } = new(
        "medium from 10 MB without a scan in 30 days of statistics; info while the statistics are more recent",
        "media con 10 MB o más sin lecturas en 30 días de estadísticas; informativa si las estadísticas son más recientes");

    public override Bilingual FalsePositives { get; } = new(
        "unique indexes, those of constraints and the only index for a foreign key are never reported; standbys count their own scans, and some "
        + "jobs run once a quarter",
        "nunca se señalan índices únicos, de restricciones ni el único que sirve a una clave foránea; las réplicas cuentan sus "
        + "propias lecturas, y puede haber trabajos trimestrales");

    /// <summary>Below this, nothing is known.</summary>
    internal TimeSpan LeastAge { get; init; } = TimeSpan.FromDays(30);

    /// <summary>Smaller ones cost too little to talk about.</summary>
    internal long LeastBytes { get; init; } = 10 * 1024 * 1024;

    public override async Task<IReadOnlyList<Finding>> FindAsync(CheckContext context)
    {
        if (context.Server.IsReplica)
        {
            context.CannotSee(new("a standby counts only its own reads", "una réplica solo cuenta sus propias lecturas"));
            return [];
        }
        var (age, now) = await StatisticsAge.ReadAsync(context).ConfigureAwait(false);
        var all = (await IndexDefinition.ReadAsync(context).ConfigureAwait(false)).Where(index => index.IsValid).ToList();
        var parts = all.Where(index => index.Root is not null).ToLookup(index => index.Root!.Value);
        var unused = all.Where(index => index is { Root: null, IsUnique: false, IsNeeded: false })
            .Select(index => (Index: index, Parts: index.IsPartitioned
                ? [.. parts[index.Oid].Where(part => !part.IsPartitioned)] : new List<IndexDefinition> { index }))
            .Where(pair => pair.Parts.TrueForAll(part => IsUnused(part, context.Window, now))).ToList();
        // Without it deletes of the parent would read the whole table: I1 would ask for it again.
        var keys = await ForeignKeyDefinition.ReadAsync(context).ConfigureAwait(false);
        var byTable = all.ToLookup(index => index.TableOid);
        unused.RemoveAll(pair => keys.Any(key => key.Child == pair.Index.TableOid && key.IsServed(byTable) && !key.IsServed(byTable, pair.Index)));
        if (unused.Count == 0) return [];
        var sizes = (await context.QueryAsync(SizesSql, row => (row.GetInt64(0), row.Long(1) ?? 0), unused.SelectMany(pair => pair.Parts)
            .Select(part => (long)part.Oid).ToArray()).ConfigureAwait(false)).ToDictionary(row => (uint)row.Item1, row => row.Item2);
        var findings = new List<Finding>();
        foreach (var (index, members) in unused)
        {
            var bytes = members.Sum(member => sizes.GetValueOrDefault(member.Oid));
            if (bytes >= LeastBytes) findings.Add(await MakeFindingAsync(context, index, bytes, age).ConfigureAwait(false));
        }
        return findings;
    }

    private bool IsUnused(IndexDefinition index, WindowData window, DateTimeOffset now) =>
        window.Indexes.GetValueOrDefault(index.Oid) is { Before: not null } activity
        && (activity.After.Scans == 0 || (activity.After.LastScan is { } last && now - last >= LeastAge));

    private async Task<Finding> MakeFindingAsync(CheckContext context, IndexDefinition index, long bytes, TimeSpan age)
    {
        var isKnown = age >= LeastAge;
        var days = age.TotalDays;
        var megabytes = bytes / 1048576.0;
        return new Finding
        {
            Severity = isKnown ? AuditSeverity.Medium : AuditSeverity.Info,
            Confidence = isKnown ? AuditConfidence.Measured : AuditConfidence.Unknown,
            Object = index.FullName,
            Relation = index.Oid,
            Found = isKnown
                ? new(
                    $"{index.FullName} on ({index.KeyList}) takes {megabytes:0.#} MB and has not been read for at least {LeastAge.TotalDays:0} days",
                    $"{index.FullName} sobre ({index.KeyList}) ocupa {megabytes:0.#} MB y no se ha leído en al menos {LeastAge.TotalDays:0} días")
                : new(
                    $"{index.FullName} on ({index.KeyList}) takes {megabytes:0.#} MB and has not been read yet, but the statistics are only "
                    + $"{days:0.#} days old",
                    $"{index.FullName} sobre ({index.KeyList}) ocupa {megabytes:0.#} MB y aún no se ha leído, pero las estadísticas solo tienen "
                    + $"{days:0.#} días"),
            Evidence =
            [
                Evidence.Of("bytes", bytes, "size of the index", "tamaño del índice", "bytes"),
                Evidence.Of("statisticsDays", days, "age of the statistics", "antigüedad de las estadísticas", "days"),
                Evidence.Of("writes", context.Window.Tables.GetValueOrDefault(index.TableOid) is { } table
                    ? table.After.Inserted + table.After.Updated - table.After.HotUpdated : 0, "writes that touched it", "escrituras que lo tocaron"),
            ],
            Fix = new Fix
            {
                Advice = isKnown
                    ? new("Check the standbys and rarely run jobs, then drop it.",
                        "Compruebe las réplicas y los trabajos poco frecuentes, y elimínelo.")
                    : new("Check again when the statistics are 30 days old.", "Vuelva a comprobarlo cuando las estadísticas tengan 30 días."),
                Sql = !isKnown ? [] : SafeSql.DropIndex(index.Schema, index.Name, index.IsPartitioned),
                Rollback = !isKnown ? [] : await IndexRestoration.PlanAsync(context, index.Oid).ConfigureAwait(false),
                CanApply = isKnown && !index.IsPartitioned,
            },
        };
    }
}
