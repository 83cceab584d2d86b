namespace Nexus.Audit;

/// <summary>
/// An index whose every use another index of the table serves as well. Definitions are compared by what they mean, not by their text.
/// </summary>
internal sealed class I3RedundantIndex : AuditCheck
{
    private const double HotWritesPerSecond = 10;

    private const short Reversed = 3; // DESC and NULLS FIRST both turned round

    public override string Id => "I3";

    public override Bilingual Title { get; } = new("Redundant index", "Índice redundante");

    public override Bilingual Positive { get; } = new("No index duplicates another", "Ningún índice repite a otro");

    public override Bilingual SeverityRule { get; } = new(
        "medium if at least 10 rows a second are written to the table, otherwise low",
        "media si se escriben al menos 10 filas por segundo en la tabla, si no baja");

    public override Bilingual FalsePositives { get; } = new(
        "indexes of constraints, foreign keys, replica identity and CLUSTER, unique indexes stricter than the other, and indexes with INCLUDE "
        + "columns that the other lacks are never reported",
        "nunca se señalan los índices de restricciones, claves foráneas, identidad de réplica o CLUSTER, los únicos más estrictos que el otro ni "
        + "los que llevan columnas INCLUDE que el otro no tiene");

    public override async Task<IReadOnlyList<Finding>> FindAsync(CheckContext context)
    {
        var indexes = await IndexDefinition.ReadAsync(context).ConfigureAwait(false);
        var findings = new List<Finding>();
        foreach (var table in indexes.Where(index => index.IsValid).GroupBy(index => index.TableOid))
        {
            foreach (var index in table)
            {
                var cover = table
                    .Where(other => other.Oid != index.Oid && Covers(other, index)
                        && !(Covers(index, other) && Outranks(index, other, context.Window)))
                    .OrderByDescending(other => other.IsNeeded).ThenBy(other => other.Keys.Count).ThenBy(other => other.Oid).FirstOrDefault();
                if (cover is not null) findings.Add(await MakeFindingAsync(context, index, cover).ConfigureAwait(false));
            }
        }
        return findings;
    }

    /// <summary>Whether nothing would miss <paramref name="index"/> while <paramref name="other"/> is there.</summary>
    internal static bool Covers(IndexDefinition other, IndexDefinition index)
    {
        if (index.IsNeeded || index.Root is not null || other.Method != index.Method || other.IsPartitioned != index.IsPartitioned
            || !CoversPredicate(other, index)) return false;
        if (other.Keys.Count < index.Keys.Count || (index.Method != "btree" && other.Keys.Count != index.Keys.Count)) return false;
        // A unique index says more than a longer or a plain one.
        if (index.IsUnique && !(other.IsUnique && other.IsImmediate && other.Keys.Count == index.Keys.Count
            && (other.NullsNotDistinct || !index.NullsNotDistinct))) return false;
        var carried = other.Keys.Select(key => key.Column).Concat(other.Included).ToHashSet();
        if (index.Included.Any(column => !carried.Contains(column))) return false;
        var pairs = index.Keys.Zip(other.Keys).ToList();
        return pairs.TrueForAll(pair => IsSame(pair.First, pair.Second))
            && (pairs.TrueForAll(pair => pair.First.Option == pair.Second.Option)
                // A btree is read in both directions.
                || (index.Method == "btree" && pairs.TrueForAll(pair => (pair.First.Option ^ Reversed) == pair.Second.Option)));
    }

    /// <summary>The same predicate, or none where the other index only leaves out rows that no lookup by its keys finds.</summary>
    private static bool CoversPredicate(IndexDefinition other, IndexDefinition index) => other.Predicate == index.Predicate
        || (other.Predicate is null && index.Method == "btree"
            && IndexPredicate.IsImpliedBy(index.Predicate, [.. index.Keys.Where(key => key.Column != 0).Select(key => key.Name)]));

    private static bool IsSame(IndexKey one, IndexKey other) =>
        one.Column == other.Column && one.OperatorClass == other.OperatorClass && one.Collation == other.Collation
            && (one.Column != 0 || one.Name == other.Name);

    /// <summary>Which of two that cover each other stays: the unique one, then the used one, then the older one.</summary>
    private static bool Outranks(IndexDefinition index, IndexDefinition other, WindowData window)
    {
        if (index.IsUnique != other.IsUnique) return index.IsUnique;
        if (index.Included.Count != other.Included.Count) return index.Included.Count > other.Included.Count;
        var (scans, otherScans) = (Scans(index, window), Scans(other, window));
        return scans != otherScans ? scans > otherScans : index.Oid < other.Oid;
    }

    private static long Scans(IndexDefinition index, WindowData window) => window.Indexes.GetValueOrDefault(index.Oid)?.After.Scans ?? 0;

    private static async Task<Finding> MakeFindingAsync(CheckContext context, IndexDefinition index, IndexDefinition cover)
    {
        var table = context.Window.Tables.GetValueOrDefault(index.TableOid);
        var writes = context.Window.Database.PerSecond(table?.Written ?? 0);
        var restore = await IndexRestoration.PlanAsync(context, index.Oid).ConfigureAwait(false);
        return new Finding
        {
            Severity = writes >= HotWritesPerSecond ? AuditSeverity.Medium : AuditSeverity.Low,
            Confidence = AuditConfidence.Measured,
            Object = index.FullName,
            Relation = index.Oid,
            Found = new(
                $"{index.FullName} ({index.KeyList}) is covered by {cover.FullName} ({cover.KeyList}), and every write has to maintain both",
                $"{index.FullName} ({index.KeyList}) ya está cubierto por {cover.FullName} ({cover.KeyList}), y cada escritura tiene que mantener "
                + "ambos"),
            Evidence =
            [
                Evidence.Of("writesPerSecond", writes, "rows written to the table", "filas escritas en la tabla", "/s"),
                Evidence.Of("bytes", index.Bytes, "size of the index", "tamaño del índice", "bytes"),
                Evidence.Of("scans", Scans(index, context.Window), "scans of the index since the statistics were reset",
                    "lecturas del índice desde que hay estadísticas"),
                Evidence.Of("coveredBy", cover.FullName, "served by", "cubierto por"),
            ],
            Fix = index.IsPartitioned
                ? new Fix
                {
                    Advice = new(
                        "Drop it. The index of a partitioned table cannot be dropped concurrently: choose a quiet time.",
                        "Elimínelo. El índice de una tabla particionada no se puede eliminar de forma concurrente: elija una hora de poca "
                        + "actividad."),
                    Sql = SafeSql.DropIndex(index.Schema, index.Name, isPartitioned: true),
                    Rollback = restore,
                }
                : new Fix
                {
                    Advice = new(
                        $"Drop it without blocking traffic; queries use {cover.Name} instead.",
                        $"Elimínelo sin parar el tráfico; las consultas usarán {cover.Name}."),
                    Sql = SafeSql.DropIndex(index.Schema, index.Name),
                    Rollback = restore,
                    CanApply = true,
                },
        };
    }
}
