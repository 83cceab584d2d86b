using System.Text.Json.Serialization;

namespace Nexus.Operations.Status;

/// <summary>How a run of a job ended.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<JobOutcome>))]
public enum JobOutcome
{
    /// <summary>It changed something.</summary>
    [JsonStringEnumMemberName("done")]
    Done,

    /// <summary>There was nothing to do.</summary>
    [JsonStringEnumMemberName("nothing")]
    Nothing,

    /// <summary>It did not start, for the reason given: a backup, a failing replica, another instance.</summary>
    [JsonStringEnumMemberName("skipped")]
    Skipped,

    /// <summary>It stopped because the store became slow. The next run continues.</summary>
    [JsonStringEnumMemberName("yielded")]
    Yielded,

    /// <summary>It failed.</summary>
    [JsonStringEnumMemberName("failed")]
    Failed,
}
