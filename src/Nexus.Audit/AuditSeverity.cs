using System.Text.Json.Serialization;

namespace Nexus.Audit;

/// <summary>How serious a finding is, in ascending order. JSON writes the name in lower case.</summary>
public enum AuditSeverity
{
    /// <summary>Worth knowing; not a defect.</summary>
    [JsonStringEnumMemberName("info")]
    Info,

    /// <summary>A small gain.</summary>
    [JsonStringEnumMemberName("low")]
    Low,

    /// <summary>Costs time or space, now or soon.</summary>
    [JsonStringEnumMemberName("medium")]
    Medium,

    /// <summary>Costs a lot, or puts data at risk.</summary>
    [JsonStringEnumMemberName("high")]
    High,

    /// <summary>Act today.</summary>
    [JsonStringEnumMemberName("critical")]
    Critical,
}
