using System.Text.Json.Serialization;

namespace Nexus.Audit;

/// <summary>The language of a report. JSON writes its code: <c>en</c> or <c>es</c>.</summary>
public enum AuditLanguage
{
    /// <summary>English (<c>en</c>).</summary>
    [JsonStringEnumMemberName("en")]
    English,

    /// <summary>Spanish (<c>es</c>).</summary>
    [JsonStringEnumMemberName("es")]
    Spanish,
}
