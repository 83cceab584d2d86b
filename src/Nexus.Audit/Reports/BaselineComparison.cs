using System.Text.Json;
using Nexus.Audit.Text;
using Nexus.Errors;

namespace Nexus.Audit.Reports;

/// <summary>What changed between two reports. Findings are the same when check and object are.</summary>
internal static class BaselineComparison
{
    /// <exception cref="NexusValidationException">The file is no report of an audit, or of a newer program.</exception>
    public static AuditReport Read(string json)
    {
        try
        {
            if (JsonSerializer.Deserialize(json, AuditJson.Default.AuditReport) is { Findings: not null, Checks: not null } report)
                return report.SchemaVersion <= AuditReport.CurrentSchema ? report : throw new NexusValidationException("--baseline", "was written by a newer nexus");
        }
        catch (JsonException)
        {
            // Says below what it is not.
        }
        throw new NexusValidationException("--baseline", "is not what nexus audit --json writes");
    }

    public static BaselineReport Compare(AuditReport before, AuditReport now)
    {
        var old = Severities(before);
        var current = Severities(now);
        var skipped = now.Checks.Where(check => check.NotSeen.Count > 0).Select(check => check.Id).ToHashSet();
        var made = now.Checks.Select(check => check.Id).ToHashSet();
        return new BaselineReport(
            before.StartedAt,
            before.Score,
            [.. current.Where(finding => !old.ContainsKey(finding.Key)).Select(finding => new ChangeReport(finding.Key.Id, finding.Key.Object, null, finding.Value))],
            [.. old.Where(finding => !current.ContainsKey(finding.Key) && made.Contains(finding.Key.Id) && !skipped.Contains(finding.Key.Id))
                .Select(finding => new ChangeReport(finding.Key.Id, finding.Key.Object, finding.Value, null))],
            [.. current.Where(finding => old.TryGetValue(finding.Key, out var severity) && severity != finding.Value)
                .Select(finding => new ChangeReport(finding.Key.Id, finding.Key.Object, old[finding.Key], finding.Value))]);
    }

    private static Dictionary<(string Id, string Object), string> Severities(AuditReport report)
    {
        var severities = new Dictionary<(string, string), string>();
        // Worst first: the first of several for one object counts.
        foreach (var finding in report.Findings) severities.TryAdd((finding.Id, Printable.Line(finding.Object)), finding.Severity);
        return severities;
    }
}
