using System.Text.Json;
using System.Text.Json.Serialization;

namespace Nexus.Operations.Alerts;

/// <summary>
/// What the leader knows and the next one takes over: the alerts about what is shared, what was told, and the deliveries that are due. One document,
/// so that a transition and its delivery are stored together.
/// </summary>
internal sealed record LeaderBook
{
    public List<TrackedAlert> Shared { get; init; } = [];

    /// <summary>By fingerprint.</summary>
    public Dictionary<string, ToldAlert> Told { get; init; } = [];

    public List<Delivery> Deliveries { get; init; } = [];

    /// <summary>Documents of <see cref="INoticeQueue"/> that are among the deliveries, until they are removed.</summary>
    public List<string> TakenNotices { get; init; } = [];

    public Dictionary<string, NotifierHealth> Notifiers { get; init; } = [];
}

/// <summary>The alerts of one instance, for the leader.</summary>
internal sealed record InstanceReport
{
    public List<TrackedAlert> Alerts { get; init; } = [];
}

/// <summary>The silences made at run time.</summary>
internal sealed record SilenceList
{
    public List<Silence> Silences { get; init; } = [];
}

/// <summary>JSON of the stored documents.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UseStringEnumConverter = true,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(LeaderBook))]
[JsonSerializable(typeof(InstanceReport))]
[JsonSerializable(typeof(SilenceList))]
[JsonSerializable(typeof(List<SubscriptionEntry>))]
internal sealed partial class AlertStateJson : JsonSerializerContext;
