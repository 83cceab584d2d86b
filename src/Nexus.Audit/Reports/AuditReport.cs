using System.Text.Json.Serialization;

namespace Nexus.Audit.Reports;

/// <summary>
/// An audit as JSON, with camelCase names; docs/audit.md describes it. Texts are in the report's language; names, ids and words such as <c>high</c> are the same in every language. Within one
/// <see cref="SchemaVersion"/> members are only added.
/// </summary>
/// <param name="SchemaVersion">1.</param>
/// <param name="StartedAt">When the window began.</param>
/// <param name="WindowSeconds">How long the traffic was watched.</param>
/// <param name="Language"><c>en</c> or <c>es</c>.</param>
/// <param name="Server">What was audited, and as whom.</param>
/// <param name="Score">0 to 100.</param>
/// <param name="Summary">One line.</param>
/// <param name="Counts">How many findings of each severity, and checks of each status.</param>
/// <param name="Findings">Worst first.</param>
/// <param name="Checks">Every check that was made.</param>
/// <param name="Metrics">What was measured over the window.</param>
/// <param name="Baseline">What changed since the earlier report; absent without one.</param>
internal sealed record AuditReport(
    int SchemaVersion,
    DateTimeOffset StartedAt,
    double WindowSeconds,
    string Language,
    ServerReport Server,
    int Score,
    string Summary,
    CountsReport Counts,
    IReadOnlyList<FindingReport> Findings,
    IReadOnlyList<CheckReport> Checks,
    IReadOnlyList<EvidenceReport> Metrics,
    BaselineReport? Baseline)
{
    /// <summary>The one that this program writes.</summary>
    public const int CurrentSchema = 1;
}

/// <summary>The audited server.</summary>
/// <param name="Version">As the server says it.</param>
/// <param name="VersionNumber">Such as 150018.</param>
/// <param name="Database">The database.</param>
/// <param name="User">The role that audited.</param>
/// <param name="Rights"><c>superuser</c>, <c>pg_monitor</c> or <c>user</c>.</param>
/// <param name="IsReplica">A standby.</param>
/// <param name="BehindPooler">Whether a pooler stands between.</param>
/// <param name="DatabaseBytes">Size.</param>
/// <param name="StatisticsSince">When the counters were last reset; absent when never.</param>
/// <param name="Statements">Whether pg_stat_statements could be read.</param>
internal sealed record ServerReport(
    string Version, int VersionNumber, string Database, string User, string Rights, bool IsReplica, bool BehindPooler, long DatabaseBytes, DateTimeOffset? StatisticsSince, bool Statements);

/// <summary>How many.</summary>
internal sealed record CountsReport(int Critical, int High, int Medium, int Low, int Info, int ChecksOk, int ChecksWithFindings, int ChecksSkipped);

/// <summary>A finding.</summary>
/// <param name="Id">The check's, such as C1.</param>
/// <param name="Title">The check's.</param>
/// <param name="Severity"><c>critical</c>, <c>high</c>, <c>medium</c>, <c>low</c> or <c>info</c>.</param>
/// <param name="Confidence"><c>measured</c>, <c>inferred</c> or <c>unknown</c>.</param>
/// <param name="Object">What it is about; with the id it identifies the finding from one audit to the next.</param>
/// <param name="Found">One sentence.</param>
/// <param name="Evidence">The numbers that it rests on, the telling one first.</param>
/// <param name="Fix">What to do.</param>
/// <param name="FalsePositives">What looks like this and is fine.</param>
/// <param name="Docs">The command that prints the page about the check.</param>
/// <param name="Related">Findings of other checks with the same cause, for which this one stands; absent without any.</param>
internal sealed record FindingReport(
    string Id, string Title, string Severity, string Confidence, string Object, string Found, IReadOnlyList<EvidenceReport> Evidence, FixAdvice Fix, string FalsePositives, string Docs,
    IReadOnlyList<RelatedReport>? Related);

/// <summary>A finding that another one stands for.</summary>
/// <param name="Id">The check's.</param>
/// <param name="Object">What it is about.</param>
/// <param name="Found">One sentence.</param>
internal sealed record RelatedReport(string Id, string Object, string Found);

/// <summary>A named number, or words.</summary>
/// <param name="Name">Stable.</param>
/// <param name="Label">For people.</param>
/// <param name="Value">The number; absent for words.</param>
/// <param name="Text">The words; absent for a number.</param>
/// <param name="Unit">Of the number; empty for a plain one.</param>
internal sealed record EvidenceReport(string Name, string Label, double? Value, string? Text, string Unit);

/// <summary>What to do.</summary>
/// <param name="Advice">In words.</param>
/// <param name="Sql">Statements in order; empty where the application has to change.</param>
/// <param name="Rollback">What undoes them.</param>
/// <param name="CanApply">Whether <c>nexus audit fix --apply</c> would run them.</param>
internal sealed record FixAdvice(string Advice, IReadOnlyList<string> Sql, IReadOnlyList<string> Rollback, bool CanApply)
{
    /// <summary>As of <see cref="Fix.Evaluates"/>.</summary>
    [JsonIgnore]
    public IReadOnlyList<uint> Evaluates { get; init; } = [];
}

/// <summary>A check that was made.</summary>
/// <param name="Id">Such as C1.</param>
/// <param name="Group">Its group's name.</param>
/// <param name="Title">Its title.</param>
/// <param name="Status"><c>ok</c>, <c>findings</c> or <c>skipped</c>.</param>
/// <param name="Severity">The worst finding's; absent without one.</param>
/// <param name="FindingCount">How many.</param>
/// <param name="NotSeen">What could not be looked at; may be there beside findings.</param>
/// <param name="SeverityRule">Which numbers make which severity.</param>
/// <param name="Docs">The command that prints the page about it.</param>
/// <param name="Positive">What is good; absent where something was found or could not be looked at.</param>
/// <param name="FoundIn">Checks whose findings stand for some of this one's; absent without any.</param>
internal sealed record CheckReport(
    string Id, string Group, string Title, string Status, string? Severity, int FindingCount, IReadOnlyList<NotSeenReport> NotSeen, string SeverityRule, string Docs, string? Positive,
    IReadOnlyList<string>? FoundIn);

/// <summary>What a check could not look at.</summary>
/// <param name="Reason">Why.</param>
/// <param name="Grant">The statement that lifts it; absent where none does.</param>
internal sealed record NotSeenReport(string Reason, string? Grant);

/// <summary>What changed since an earlier report.</summary>
/// <param name="StartedAt">When that was made.</param>
/// <param name="Score">Its score.</param>
/// <param name="New">Findings that it did not have.</param>
/// <param name="Gone">Findings that it had and that are no more; not those whose check could not look this time.</param>
/// <param name="Changed">Findings of another severity now.</param>
internal sealed record BaselineReport(DateTimeOffset StartedAt, int Score, IReadOnlyList<ChangeReport> New, IReadOnlyList<ChangeReport> Gone, IReadOnlyList<ChangeReport> Changed);

/// <summary>One finding that changed.</summary>
/// <param name="Id">The check's.</param>
/// <param name="Object">What it is about.</param>
/// <param name="Before">Severity before; absent for a new one.</param>
/// <param name="Now">Severity now; absent for one that is gone.</param>
internal sealed record ChangeReport(string Id, string Object, string? Before, string? Now);

/// <summary>The report as JSON.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(AuditReport))]
internal sealed partial class AuditJson : JsonSerializerContext;
