using System.Text.Json.Serialization;

namespace Nexus.Audit;

/// <summary>How certain a finding is. JSON writes the name in lower case.</summary>
public enum AuditConfidence
{
    /// <summary>The facts that would decide are not available.</summary>
    [JsonStringEnumMemberName("unknown")]
    Unknown,

    /// <summary>Concluded from indications; the database cannot see the cause itself.</summary>
    [JsonStringEnumMemberName("inferred")]
    Inferred,

    /// <summary>Read or counted in this database.</summary>
    [JsonStringEnumMemberName("measured")]
    Measured,
}
