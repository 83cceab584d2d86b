using System.Reflection;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Nexus.Audit;

/// <summary>The report for CI: SARIF 2.1.0 (https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html).</summary>
internal static class SarifReport
{
    private const string Schema = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";

    private static readonly JsonSerializerOptions Readable = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static string Write(AuditReport report) => Build(report).ToJsonString(Readable);

    private static JsonObject Build(AuditReport report)
    {
        var indexes = report.Checks.Select((check, i) => (check.Id, i)).ToDictionary(pair => pair.Id, pair => pair.i);
        return new JsonObject
        {
            ["$schema"] = Schema,
            ["version"] = "2.1.0",
            ["runs"] = new JsonArray(new JsonObject
            {
                ["tool"] = new JsonObject
                {
                    ["driver"] = new JsonObject
                    {
                        ["name"] = "nexus audit",
                        ["version"] =
                            typeof(SarifReport).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split(
                                '+')[0] ?? "0.0.0",
                        ["language"] = Code(report.Language),
                        ["rules"] = new JsonArray([.. report.Checks.Select(JsonNode (check) => Rule(report, check))]),
                    },
                },
                ["invocations"] = new JsonArray(new JsonObject
                {
                    ["executionSuccessful"] = true,
                    ["startTimeUtc"] = report.StartedAt.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'"),
                    ["toolExecutionNotifications"] = new JsonArray([.. report.Checks
                        .SelectMany(check => check.NotSeen.Select(JsonNode (notSeen) => Notification(check, notSeen)))]),
                }),
                ["results"] = new JsonArray([.. report.Findings.Select(JsonNode (finding) => Result(report, finding, indexes[finding.Id]))]),
                ["properties"] = new JsonObject { ["score"] = report.Score, ["summary"] = Plain(report.Summary) },
            }),
        };
    }

    private static JsonObject Rule(AuditReport report, CheckReport check) => new JsonObject
    {
        ["id"] = check.Id,
        ["name"] = check.Title,
        ["shortDescription"] = Text(check.Title),
        ["fullDescription"] = Text(check.SeverityRule),
        ["help"] = Help(check, report.Language),
        ["properties"] = new JsonObject { ["tags"] = new JsonArray("postgresql", check.Group) },
    };

    private static JsonObject Notification(CheckReport check, NotSeenReport notSeen) => new JsonObject
    {
        ["level"] = "note",
        ["message"] = Text(notSeen.Grant is null ? $"{check.Id}: {notSeen.Reason}" : $"{check.Id}: {notSeen.Reason} ({notSeen.Grant})"),
        ["associatedRule"] = new JsonObject { ["id"] = check.Id },
    };

    private static JsonObject Result(AuditReport report, FindingReport finding, int rule) => new JsonObject
    {
        ["ruleId"] = finding.Id,
        ["ruleIndex"] = rule,
        ["level"] = Level(finding.Severity),
        ["message"] = Text($"{finding.Object}: {finding.Found}. {finding.Fix.Advice}"),
        ["locations"] = new JsonArray(new JsonObject
        {
            // Consumers that show files need one; a database has none, so the object takes its place.
            ["physicalLocation"] = new JsonObject
            {
                ["artifactLocation"] = new JsonObject
                {
                    ["uri"] = $"postgresql/{Uri.EscapeDataString(report.Server.Database)}/{Uri.EscapeDataString(finding.Object)}",
                },
                ["region"] = new JsonObject { ["startLine"] = 1 },
            },
            ["logicalLocations"] = new JsonArray(new JsonObject
            {
                ["name"] = Plain(finding.Object),
                ["fullyQualifiedName"] = Plain($"{report.Server.Database}.{finding.Object}"),
            }),
        }),
        ["partialFingerprints"] = new JsonObject { ["checkAndObject/v1"] = $"{finding.Id}:{finding.Object}" },
        ["properties"] = new JsonObject
        {
            ["severity"] = finding.Severity.ToString().ToLowerInvariant(),
            ["confidence"] = finding.Confidence.ToString().ToLowerInvariant(),
            ["sql"] = new JsonArray([.. finding.Fix.Sql.Select(sql => (JsonNode)sql)]),
            ["rollback"] = new JsonArray([.. finding.Fix.Rollback.Select(sql => (JsonNode)sql)]),
        },
    };

    /// <summary>The page itself: a consumer has no repository to look into.</summary>
    private static JsonObject Help(CheckReport check, AuditLanguage language)
    {
        var page = CheckCatalogue.Find(check.Id) is { } known ? Explanations.Of(known, language) : check.SeverityRule;
        return new JsonObject { ["text"] = page, ["markdown"] = page };
    }

    /// <summary>
    /// A message: viewers resolve [links](…) and {placeholders} in it (sections 3.11.5 and 3.11.6), and some take it for HTML. Brackets are escaped
    /// as the format says, tags and entities as HTML says.
    /// </summary>
    private static JsonObject Text(string text) => new()
    {
        ["text"] = Plain(text).Replace("\\", @"\\", StringComparison.Ordinal).Replace("[", @"\[", StringComparison.Ordinal)
            .Replace("]", @"\]", StringComparison.Ordinal)
            .Replace("{", "{{", StringComparison.Ordinal).Replace("}", "}}", StringComparison.Ordinal),
    };

    private static string Level(AuditSeverity severity) => severity switch
    {
        AuditSeverity.Critical or AuditSeverity.High => "error",
        AuditSeverity.Medium => "warning",
        _ => "note",
    };

    private static string Code(AuditLanguage language) => language == AuditLanguage.Spanish ? "es" : "en";

    private static string Plain(string text) =>
        text.Replace("&", "&amp;", StringComparison.Ordinal).Replace("<", "&lt;", StringComparison.Ordinal)
            .Replace(">", "&gt;", StringComparison.Ordinal);
}
