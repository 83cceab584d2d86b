namespace Nexus.Audit;

/// <summary>What changed between two reports. Findings are the same when check and object are.</summary>
internal static class BaselineComparison
{
    public static BaselineReport Compare(AuditReport before, AuditReport now)
    {
        var old = Severities(before);
        var current = Severities(now);
        var skipped = now.Checks.Where(check => check.NotSeen.Count > 0).Select(check => check.Id).ToHashSet();
        var made = now.Checks.Select(check => check.Id).ToHashSet();
        return new BaselineReport
        {
            StartedAt = before.StartedAt,
            Score = before.Score,
            New = [.. current.Where(finding => !old.ContainsKey(finding.Key)).Select(finding => Change(finding.Key, null, finding.Value))],
            Gone = [.. old.Where(finding => !current.ContainsKey(finding.Key) && made.Contains(finding.Key.Id) && !skipped.Contains(finding.Key.Id))
                .Select(finding => Change(finding.Key, finding.Value, null))],
            Changed = [.. current.Where(finding => old.TryGetValue(finding.Key, out var severity) && severity != finding.Value)
                .Select(finding => Change(finding.Key, old[finding.Key], finding.Value))],
        };
    }

    private static ChangeReport Change((string Id, string Object) finding, AuditSeverity? before, AuditSeverity? now) =>
        new() { Id = finding.Id, Object = finding.Object, Before = before, Now = now };

    private static Dictionary<(string Id, string Object), AuditSeverity> Severities(AuditReport report)
    {
        var severities = new Dictionary<(string, string), AuditSeverity>();
        // Worst first: the first of several for one object counts.
        foreach (var finding in report.Findings) severities.TryAdd((finding.Id, Printable.Line(finding.Object)), finding.Severity);
        return severities;
    }
}
