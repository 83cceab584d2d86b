using System.Text.Json.Serialization;
using Nexus.Audit.Reports;

namespace Nexus.Audit.Fixes;

/// <summary>What <c>nexus audit fix</c> printed or did. Serialised with camelCase names it is the command's JSON.</summary>
/// <param name="Database">The database.</param>
/// <param name="Applied">Whether it was asked to apply.</param>
/// <param name="Fixes">One for each finding of the checks.</param>
/// <param name="Log">The file that it was recorded in; absent when nothing was applied.</param>
internal sealed record FixReport(string Database, bool Applied, IReadOnlyList<FixItem> Fixes, string? Log)
{
    /// <summary>Whether nothing failed.</summary>
    [JsonIgnore]
    public bool Ok => Fixes.All(fix => fix.Status != FixItem.Failed);
}

/// <summary>The fix of one finding.</summary>
/// <param name="Id">The check.</param>
/// <param name="Object">What it is about.</param>
/// <param name="Status"><c>printed</c>, <c>applied</c>, <c>failed</c>, or <c>by hand</c> for what is never applied.</param>
/// <param name="Advice">What to do and why.</param>
/// <param name="Sql">The statements.</param>
/// <param name="Rollback">What undoes them.</param>
/// <param name="Error">Why it failed.</param>
/// <param name="Before">As it was found.</param>
/// <param name="After">As it was found again; absent when it is gone, or was not applied.</param>
internal sealed record FixItem(
    string Id, string Object, string Status, string Advice, IReadOnlyList<string> Sql, IReadOnlyList<string> Rollback, string? Error, FixState Before, FixState? After)
{
    public const string Printed = "printed", Done = "applied", Failed = "failed", ByHand = "by hand";

    /// <summary>Whether it was applied and the check no longer finds it.</summary>
    public bool IsGone => Status == Done && After is null;
}

/// <summary>A finding at one time.</summary>
/// <param name="Severity">How bad.</param>
/// <param name="Found">One sentence.</param>
/// <param name="Evidence">Its numbers.</param>
internal sealed record FixState(string Severity, string Found, IReadOnlyList<EvidenceReport> Evidence);

/// <summary>A line of the file that fixes are recorded in.</summary>
/// <param name="At">When.</param>
/// <param name="Database">Where.</param>
/// <param name="Fix">What.</param>
internal sealed record FixRecord(DateTimeOffset At, string Database, FixItem Fix);

/// <summary>The report and the record as JSON.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(FixReport))]
[JsonSerializable(typeof(FixRecord))]
internal sealed partial class FixJson : JsonSerializerContext;
