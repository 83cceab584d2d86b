namespace Nexus.Audit;

/// <summary>
/// One cause is one finding: where several checks or several partitions show the same cause, the finding that names it stays, with the worst severity
/// of all and the others beside it in
/// <see cref="Finding.Related"/>. docs/audit.md has the list.
/// </summary>
internal sealed class Causes
{
    /// <summary>
    /// Checks whose fix drops or rebuilds one index, the telling one first: an invalid index is no question of use, a redundant one none of HOT.
    /// </summary>
    private static readonly string[] OfIndexes = ["I7", "I3", "I5", "I6", "I4", "V4"];

    private readonly AuditedRelations _relations;
    private readonly List<(CheckResult Check, List<Finding> Findings)> _checks;
    private readonly Dictionary<CheckResult, SortedSet<string>> _foundIn = [];

    private Causes(IReadOnlyList<CheckResult> checks, AuditedRelations relations)
    {
        _relations = relations;
        _checks = [.. checks.Select(check => (check, check.Findings.ToList()))];
    }

    public static IReadOnlyList<CheckResult> Merge(IReadOnlyList<CheckResult> checks, AuditedRelations relations)
    {
        var causes = new Causes(checks, relations);
        causes.MergePartitions();
        causes.MergeIndexes();
        causes.MergeSameStatements();
        // Who holds a transaction open holds its locks and its snapshot.
        causes.Absorb("C3", ["C4", "C5"], (open, other) => open.Object == other.Object);
        causes.Absorb("V5", ["V1", "V2", "V4"], (off, other) => off.Relation == 0 || off.Relation == other.Relation);
        causes.Absorb("C4", ["V1"], (_, _) => true);
        // A slow statement is the symptom of the index that it lacks.
        causes.Absorb("I2", ["Q3"], (index, slow) => slow.Statements.Any(index.Statements.Contains));
        causes.Absorb("J2", ["Q3"], (filter, slow) => slow.Statements.Any(filter.Statements.Contains));
        return [.. causes._checks.Select(entry =>
            CheckResult.From(entry.Check.Check, entry.Findings, entry.Check.NotSeen, [.. causes._foundIn.GetValueOrDefault(entry.Check) ?? []]))];
    }

    private void MergePartitions()
    {
        foreach (var (_, findings) in _checks)
        {
            var groups = findings.Where(finding => _relations.Find(finding.Relation) is { } relation && relation.Root != relation.Oid)
                .GroupBy(finding => _relations.Find(finding.Relation)!.Root).Where(group => group.Count() > 1).ToList();
            foreach (var group in groups)
            {
                var worst = group.MaxBy(finding => finding.Severity)!;
                var root = _relations.Find(group.Key)!;
                findings[findings.IndexOf(worst)] = OfPartitions(worst, [.. group], root);
                findings.RemoveAll(finding => finding != worst && group.Contains(finding));
            }
        }
    }

    private static Finding OfPartitions(Finding worst, List<Finding> all, AuditedRelation root) => worst with
    {
        Object = root.FullName,
        Relation = root.Oid,
        Found = new($"{worst.Found.En}; the same applies to {all.Count - 1} other partitions of {root.FullName}",
            $"{worst.Found.Es}; lo mismo ocurre en otras {all.Count - 1} particiones de {root.FullName}"),
        Evidence = [.. worst.Evidence, Evidence.Of("partitions", all.Count, "partitions", "particiones"),
            Evidence.Of("partitionNames", string.Join(", ", all.Select(finding => finding.Object).Take(10)), "which", "cuáles")],
        Fix = worst.Fix with
        {
            Sql = [.. all.SelectMany(finding => finding.Fix.Sql).Distinct()],
            Rollback = [.. all.SelectMany(finding => finding.Fix.Rollback).Distinct()],
            CanApply = all.TrueForAll(finding => finding.Fix.CanApply),
            Evaluates = [.. all.SelectMany(finding => finding.Fix.Evaluates).Distinct()],
        },
    };

    private void MergeIndexes()
    {
        for (var primary = 0; primary < OfIndexes.Length - 1;
            primary++) Absorb(OfIndexes[primary], OfIndexes[(primary + 1)..], (one, other) => one.Relation != 0 && one.Relation == other.Relation);
    }

    /// <summary>The same index is proposed twice: for a foreign key and for a statement, or for two keys on the same columns.</summary>
    private void MergeSameStatements()
    {
        static bool IsSame(Finding one, Finding other) => one.Fix.Sql.Count > 0 && one.Fix.Sql.SequenceEqual(other.Fix.Sql);
        Absorb("I7", ["I1"], IsSame);
        Absorb("I1", ["I1", "I2"], IsSame);
    }

    private void Absorb(string cause, string[] symptoms, Func<Finding, Finding, bool> isSame)
    {
        if (_checks.FirstOrDefault(entry => entry.Check.Check.Id == cause).Findings is not { } findings) return;
        for (var i = 0; i < findings.Count; i++)
        {
            foreach (var (check, others) in _checks.Where(entry => symptoms.Contains(entry.Check.Check.Id)))
            {
                foreach (var other in others.Where(other => other != findings[i] && isSame(findings[i], other)).ToList())
                {
                    others.Remove(other);
                    if (check.Check.Id != cause) (_foundIn.TryGetValue(check, out var ids)
                        ? ids : _foundIn[check] = new SortedSet<string>(StringComparer.Ordinal)).Add(cause);
                    findings[i] = findings[i] with
                    {
                        Severity = findings[i].Severity > other.Severity ? findings[i].Severity : other.Severity,
                        Related = [.. findings[i].Related, new RelatedFinding(check.Check.Id, other.Object, other.Found), .. other.Related],
                    };
                }
            }
        }
    }
}
