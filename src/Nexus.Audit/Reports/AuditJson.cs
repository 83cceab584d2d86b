using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Nexus.Audit;

/// <summary>The reports as JSON.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    UseStringEnumConverter = true,
    RespectNullableAnnotations = true)]
[JsonSerializable(typeof(AuditReport))]
[JsonSerializable(typeof(FixReport))]
[JsonSerializable(typeof(FixRecord))]
internal sealed partial class AuditJson : JsonSerializerContext
{
    /// <summary>The one that this program writes.</summary>
    public const int CurrentSchema = 1;

    // A class of its own: static fields of a partial class have no order between its parts.
    private static class Readable
    {
        public static readonly AuditJson Json =
            new(new JsonSerializerOptions(Default.Options!) { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
    }

    public static string Write(AuditReport report) => Printable.Json(JsonSerializer.Serialize(report, Readable.Json.AuditReport));

    public static string Write(FixReport report) => Printable.Json(JsonSerializer.Serialize(report, Readable.Json.FixReport));

    /// <exception cref="AuditException">It is not a report, or a newer version wrote it.</exception>
    public static AuditReport Read(string json)
    {
        try
        {
            if (JsonSerializer.Deserialize(json, Default.AuditReport) is { SchemaVersion: > 0 } report && AreKnown(report))
                return report.SchemaVersion <= CurrentSchema
                    ? report : throw new AuditException(AuditErrorKind.InvalidReport, "was written by a newer version");
        }
        catch (JsonException)
        {
            // Reported below.
        }
        throw new AuditException(AuditErrorKind.InvalidReport, "is not what AuditReport.ToJson writes");
    }

    /// <summary>An enumeration is read from a number too, which may be any.</summary>
    private static bool AreKnown(AuditReport report) => Enum.IsDefined(report.Language)
        && report.Findings.All(finding => Enum.IsDefined(finding.Severity)) && report.Checks.All(check => Enum.IsDefined(check.Status));
}
