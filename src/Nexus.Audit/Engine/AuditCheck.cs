namespace Nexus.Audit;

/// <summary>What a check needs to see; without it the check is skipped, or what it did not see is reported beside its findings.</summary>
[Flags]
internal enum AuditNeeds
{
    /// <summary>Only the catalogue and counters that everybody may read.</summary>
    None = 0,

    /// <summary>pg_stat_statements in this database; other roles' statements need pg_read_all_stats.</summary>
    Statements = 1,

    /// <summary>Other sessions in pg_stat_activity, which need pg_read_all_stats.</summary>
    Activity = 2,

    /// <summary>Deltas over the window: not judged when the statistics were reset meanwhile.</summary>
    Window = 4,
}

/// <summary>
/// One check: a class with its SQL, in its own file in <c>Checks/</c>. <see cref="CheckCatalogue"/> finds it by itself. How
/// to add one: docs/audit/adding-a-check.md.
/// </summary>
internal abstract class AuditCheck
{
    /// <summary>Letter of the group and number, such as C1; it names the page and never changes its meaning.</summary>
    public abstract string Id { get; }

    /// <summary>A few words.</summary>
    public abstract Bilingual Title { get; }

    /// <summary>What is good where nothing is found, as a statement.</summary>
    public abstract Bilingual Positive { get; }

    /// <summary>Which numbers make which severity, as one line.</summary>
    public abstract Bilingual SeverityRule { get; }

    /// <summary>What looks like this and is fine, and what the check does about it.</summary>
    public abstract Bilingual FalsePositives { get; }

    /// <summary>As <c>server_version_num</c>; older servers skip it.</summary>
    public virtual int MinimumServerVersion => 140_000;

    /// <summary>What it needs to see.</summary>
    public virtual AuditNeeds Needs => AuditNeeds.None;

    /// <summary>Whether it judges the whole server rather than how this database is used: <c>--scope database</c> leaves it out.</summary>
    public virtual bool IsAboutServer => false;

    /// <summary>How to read the page about it, which every installed program has: see <see cref="Explanations"/>.</summary>
    public string Page => $"nexus audit explain {Id}";

    /// <summary>
    /// Runs the check in a read-only transaction of its own with hard time limits: after an error of the server, the check is skipped, and the audit
    /// continues. The check reports what it may not see to <see cref="CheckContext.CannotSee"/>; finding nothing then counts as skipped, not as fine.
    /// </summary>
    public abstract Task<IReadOnlyList<Finding>> FindAsync(CheckContext context);
}
