namespace Nexus.Audit.Tests;

/// <summary>What a test expects of a check, with the whole result in the message when it is not so.</summary>
internal static class CheckExpectations
{
    /// <summary>Nothing found, everything seen.</summary>
    public static void ExpectOk(this CheckResult result)
    {
        DetectionTable.Clean(result, result.Status == CheckStatus.Ok);
        Assert.True(result.Status == CheckStatus.Ok, Describe(result));
    }

    /// <summary>Skipped, and this lifts it.</summary>
    public static void ExpectSkipped(this CheckResult result, string grantPart = "")
    {
        Assert.True(result.Status == CheckStatus.Skipped, Describe(result));
        Assert.Contains(result.NotSeen, notSeen => (notSeen.Grant ?? "").Contains(grantPart, StringComparison.Ordinal));
    }

    /// <summary>
    /// One finding whose object contains the text (any, when empty), of that severity (any, when null; or a worse one, where that depends on the
    /// machine's speed).
    /// </summary>
    public static Finding ExpectFinding(this CheckResult result, AuditSeverity? severity = null, string objectPart = "", bool orWorse = false)
    {
        DetectionTable.Detected(result, result.Findings.Any(finding => finding.Object.Contains(objectPart, StringComparison.Ordinal)));
        var matching = result.Findings.Where(finding => finding.Object.Contains(objectPart, StringComparison.Ordinal)).ToList();
        Assert.True(matching.Count == 1 && (severity is null || matching[0].Severity == severity || (orWorse && matching[0].Severity > severity)),
            $"expected one finding {severity} {objectPart}\n{Describe(result)}");
        return matching[0];
    }

    /// <summary>No finding about it.</summary>
    public static void ExpectNone(this CheckResult result, string objectPart)
    {
        var isClean = !result.Findings.Any(finding => finding.Object.Contains(objectPart, StringComparison.Ordinal));
        DetectionTable.Clean(result, isClean);
        Assert.True(isClean, Describe(result));
    }

    /// <summary>The number of that name.</summary>
    public static double Number(this Finding finding, string name) =>
        Assert.Single(finding.Evidence, evidence => evidence.Name == name).Number!.Value;

    private static string Describe(CheckResult result) =>
        $"{result.Check.Id} is {result.Status}\n"
        + string.Concat(result.Findings.Select(finding => $"  {finding.Severity} {finding.Object}: {finding.Found.En}\n"
            + string.Concat(finding.Evidence.Select(item => $"    {item.Name} = {item.Number?.ToString() ?? item.Words} {item.Unit}\n"))))
        + string.Concat(result.NotSeen.Select(notSeen => $"  not seen: {notSeen.Reason.En}; {notSeen.Grant}\n"));
}
