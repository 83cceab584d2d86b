using System.Text.Json.Serialization;

namespace Nexus.Audit;

/// <summary>What became of the fix of a finding.</summary>
public enum FixStatus
{
    /// <summary>It could be applied, and was only listed (<c>printed</c>).</summary>
    [JsonStringEnumMemberName("printed")]
    Printed,

    /// <summary>It was applied (<c>applied</c>).</summary>
    [JsonStringEnumMemberName("applied")]
    Applied,

    /// <summary>It was started and failed (<c>failed</c>).</summary>
    [JsonStringEnumMemberName("failed")]
    Failed,

    /// <summary>It needs a person and is never applied automatically (<c>by hand</c>).</summary>
    [JsonStringEnumMemberName("by hand")]
    Manual,
}
