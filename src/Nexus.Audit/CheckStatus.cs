using System.Text.Json.Serialization;

namespace Nexus.Audit;

/// <summary>The outcome of a check. JSON writes the name in lower case.</summary>
public enum CheckStatus
{
    /// <summary>Everything was examined and nothing was found.</summary>
    [JsonStringEnumMemberName("ok")]
    Ok,

    /// <summary>Something was found. It may be reported under another check that names its cause (<see cref="CheckReport.FoundIn"/>).</summary>
    [JsonStringEnumMemberName("findings")]
    Findings,

    /// <summary>Some or all of it could not be examined, and nothing was found in the rest.</summary>
    [JsonStringEnumMemberName("skipped")]
    Skipped,
}
