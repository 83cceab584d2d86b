using System.Text.RegularExpressions;

namespace Nexus.Audit;

/// <summary>
/// An index that a failed concurrent build left behind: writes maintain it, no query uses it, and a unique one forbids nothing for certain.
/// </summary>
internal sealed partial class I7InvalidIndex : AuditCheck
{
    // pg_locks is visible to everybody; a concurrent build holds this lock on its table until it ends. VACUUM holds it too.
    private const string RunningSql = """
        SELECT l.relation, EXISTS (SELECT FROM pg_catalog.pg_stat_progress_create_index p WHERE p.pid = l.pid)
        FROM pg_catalog.pg_locks l
        WHERE l.locktype = 'relation' AND l.mode = 'ShareUpdateExclusiveLock' AND l.granted
            AND l.database = (SELECT d.oid FROM pg_catalog.pg_database d WHERE d.datname = pg_catalog.current_database())
        """;

    public override string Id => "I7";

    public override Bilingual Title { get; } = new("Invalid index", "Índice no válido");

    public override Bilingual Positive { get; } = new("Every index is valid", "Todos los índices son válidos");

    public override Bilingual SeverityRule { get; } = new(
        "critical for a unique index if no valid index enforces its keys, otherwise high",
        "crítica si es único y ningún índice válido garantiza sus claves, si no alta");

    public override Bilingual FalsePositives { get; } = new(
        "an index that is being built now, and the index of a partitioned table before those of its partitions are attached, are not reported",
        "no se señala un índice que se está creando ahora, ni el de una tabla particionada antes de adjuntar los de sus particiones");

    public override async Task<IReadOnlyList<Finding>> FindAsync(CheckContext context)
    {
        var indexes = await IndexDefinition.ReadAsync(context).ConfigureAwait(false);
        var invalid = indexes.Where(index => index is { IsValid: false, IsPartitioned: false }).ToList();
        if (invalid.Count == 0) return [];
        var running = (await context.QueryAsync(RunningSql, row => (Table: row.Oid(0), Builds: row.GetBoolean(1))).ConfigureAwait(false))
            .ToLookup(row => row.Table, row => row.Builds);
        var findings = new List<Finding>();
        foreach (var index in invalid)
        {
            if (running[index.TableOid].Any(builds => builds)) continue;
            findings.Add(MakeFinding(index, indexes));
        }
        return findings;
    }

    private static Finding MakeFinding(IndexDefinition index, IReadOnlyList<IndexDefinition> all)
    {
        var beside = all.Where(other => other.TableOid == index.TableOid && other.IsValid).ToList();
        var guard = beside.FirstOrDefault(other => Enforces(other, index));
        // REINDEX CONCURRENTLY leaves a copy beside the index when it fails. Anybody can choose such a name.
        var isCopy = Copy().IsMatch(index.Name) && beside.Exists(other => IsTwin(other, index));
        var isOpen = index.IsUnique && guard is null;
        return new Finding
        {
            Severity = isOpen ? AuditSeverity.Critical : AuditSeverity.High,
            Confidence = AuditConfidence.Measured,
            Object = index.FullName,
            Relation = index.Oid,
            Found = isOpen
                ? new(
                    $"{index.FullName} should keep ({index.KeyList}) of {index.FullTable} unique, but its build failed: there may be duplicates",
                    $"{index.FullName} debería mantener única la clave ({index.KeyList}) de {index.FullTable}, pero su creación falló: puede haber "
                    + "duplicados")
                : new(
                    $"{index.FullName} on {index.FullTable} is not valid: writes maintain it and no query uses it",
                    $"{index.FullName} de {index.FullTable} no es válido: las escrituras lo mantienen y ninguna consulta lo usa"),
            Evidence =
            [
                Evidence.Of("bytes", index.Bytes, "size of the index", "tamaño del índice", "bytes"),
                Evidence.Of("keys", index.KeyList, "keys", "claves"),
            ],
            Fix = new Fix
            {
                Advice = isCopy
                    ? new("A failed REINDEX CONCURRENTLY left it behind: drop it.", "Quedó de un REINDEX CONCURRENTLY fallido: elimínelo.")
                    : index.IsUnique
                        ? new("Find and resolve duplicates first, then rebuild it without blocking traffic.",
                            "Busque y resuelva primero los duplicados y después vuelva a crearlo sin parar el tráfico.")
                        : new("Rebuild it without blocking traffic, or drop it if nothing needs it.",
                            "Vuelva a crearlo sin parar el tráfico, o elimínelo si nada lo necesita."),
                Sql = isCopy ? SafeSql.DropIndex(index.Schema, index.Name)
                    : [SafeSql.LockTimeout, $"REINDEX INDEX CONCURRENTLY {SafeSql.Name(index.Schema, index.Name)}"],
                // Nothing uses what is there now: there is nothing to go back to.
                Rollback = [],
                CanApply = isCopy || !index.IsUnique,
                Evaluates = isCopy ? [] : [index.TableOid],
            },
        };
    }

    /// <summary>Whether no two rows that the index forbids can exist: what is unique by some of its keys is so by all.</summary>
    private static bool Enforces(IndexDefinition other, IndexDefinition index) =>
        other.IsUnique && (other.Predicate is null || other.Predicate == index.Predicate) && (other.NullsNotDistinct || !index.NullsNotDistinct)
            && other.Keys.All(key => index.Keys.Any(own => IsSame(own, key)));

    private static bool IsTwin(IndexDefinition other, IndexDefinition index) =>
        other.Method == index.Method && other.IsUnique == index.IsUnique && other.Predicate == index.Predicate
            && other.Keys.Count == index.Keys.Count && other.Keys.Zip(index.Keys).All(pair => IsSame(pair.First, pair.Second));

    private static bool IsSame(IndexKey one, IndexKey other) =>
        one.Column == other.Column && one.Collation == other.Collation && (one.Column != 0 || one.Name == other.Name);

    [GeneratedRegex("_cc(?:new|old)[0-9]*$", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex Copy();
}
