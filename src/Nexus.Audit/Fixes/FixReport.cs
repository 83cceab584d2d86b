using System.Text.Json.Serialization;

namespace Nexus.Audit;

/// <summary>The fixes that were listed or applied.</summary>
public sealed record FixReport
{
    /// <summary>The name of the database.</summary>
    public string Database { get; init; } = "";

    /// <summary>Whether fixes were to be applied.</summary>
    public bool Applied { get; init; }

    /// <summary>One item for each finding of the chosen checks.</summary>
    public IReadOnlyList<FixItem> Fixes { get; init; } = [];

    /// <summary>The file in which the fixes were recorded; null when nothing was applied.</summary>
    public string? Log { get; init; }

    /// <summary>Whether no fix failed.</summary>
    [JsonIgnore]
    public bool Ok => Fixes.All(fix => fix.Status != FixStatus.Failed);

    /// <summary>The report as indented JSON.</summary>
    public string ToJson() => AuditJson.Write(this);
}
