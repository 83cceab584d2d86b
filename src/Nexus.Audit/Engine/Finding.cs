namespace Nexus.Audit;

/// <summary>What a check found wrong with one object.</summary>
internal sealed record Finding
{
    /// <summary>By the check's severity rule.</summary>
    public required AuditSeverity Severity { get; init; }

    /// <summary>How sure it is.</summary>
    public required AuditConfidence Confidence { get; init; }

    /// <summary>
    /// What it is about, stable from one audit to the next since baselines and <c>audit fix</c> match by it: <c>schema.table</c>,
    /// <c>schema.index</c>, <c>role app</c>,
    /// <c>statement 8f3a…</c>, <c>database shop</c>, <c>setting fsync</c>. Never a stored value.
    /// </summary>
    public required string Object { get; init; }

    /// <summary>
    /// The table, index or sequence that it is about, 0 for anything else. Findings about relations that <see cref="AuditedRelations"/> leaves out
    /// are dropped, and a fix that the auditing role could not run is not applicable.
    /// </summary>
    public uint Relation { get; init; }

    /// <summary>The role whose settings the fix changes, null for anything else.</summary>
    public string? Role { get; init; }

    /// <summary>The statements that it is about, as pg_stat_statements numbers them.</summary>
    public IReadOnlyList<long> Statements { get; init; } = [];

    /// <summary>What was found, as one sentence with its numbers.</summary>
    public required Bilingual Found { get; init; }

    /// <summary>The numbers that it rests on; the first is the one to compare before and after a fix.</summary>
    public IReadOnlyList<Evidence> Evidence { get; init; } = [];

    /// <summary>What to do.</summary>
    public required Fix Fix { get; init; }

    /// <summary>Findings of other checks that have the same cause: see <see cref="Causes"/>.</summary>
    public IReadOnlyList<RelatedFinding> Related { get; init; } = [];
}

/// <summary>A finding that another one represents.</summary>
/// <param name="Id">The check's.</param>
/// <param name="Object">What it is about.</param>
/// <param name="Found">What was found.</param>
internal sealed record RelatedFinding(string Id, string Object, Bilingual Found);

/// <summary>A named number or word that a finding rests on. Never a stored value of the audited tables.</summary>
/// <param name="Name">For programs: camelCase, stable.</param>
/// <param name="Label">For people.</param>
/// <param name="Number">The value, null for words.</param>
/// <param name="Words">The value, null for a number.</param>
/// <param name="Unit">Such as <c>ms</c>, <c>/s</c>, <c>bytes</c>, <c>%</c>; empty for a plain count or ratio.</param>
internal sealed record Evidence(string Name, Bilingual Label, double? Number, string? Words, string Unit)
{
    /// <summary>A number, which is kept to four significant decimals.</summary>
    public static Evidence Of(string name, double number, string en, string es, string unit = "") =>
        new(name, new Bilingual(en, es), Math.Round(number, 4), null, unit);

    /// <summary>Words, such as a statement's normalised text or a list of columns.</summary>
    public static Evidence Of(string name, string words, string en, string es) => new(name, new Bilingual(en, es), null, words, "");
}

/// <summary>What to do about a finding.</summary>
internal sealed record Fix
{
    /// <summary>What to do and why that helps.</summary>
    public required Bilingual Advice { get; init; }

    /// <summary>
    /// Statements in order, each complete without its semicolon; empty where the application has to change. See <see cref="SafeSql"/>.
    /// </summary>
    public IReadOnlyList<string> Sql { get; init; } = [];

    /// <summary>Statements that undo <see cref="Sql"/>.</summary>
    public IReadOnlyList<string> Rollback { get; init; } = [];

    /// <summary>
    /// Whether <c>nexus audit fix --apply</c> may run <see cref="Sql"/>: an index built or dropped concurrently, storage options, timeouts, VACUUM or
    /// ANALYZE. Never where data, columns, rights or what a statement returns would change.
    /// </summary>
    public bool CanApply { get; init; }

    /// <summary>
    /// Tables whose expressions <see cref="Sql"/> makes the server evaluate (ANALYZE, REINDEX, CREATE INDEX). Where code of a user is among them it
    /// is not applied.
    /// </summary>
    public IReadOnlyList<uint> Evaluates { get; init; } = [];
}
