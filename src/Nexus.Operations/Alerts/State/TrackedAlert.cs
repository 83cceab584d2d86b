using System.Text.Json.Serialization;
using Nexus.Operations.Monitoring;

namespace Nexus.Operations.Alerts;

/// <summary>An alert and its state, as it is stored.</summary>
internal sealed record TrackedAlert
{
    public required string Rule { get; init; }

    public required AlertSeverity Severity { get; init; }

    public required Dictionary<string, string> Labels { get; init; }

    public required AlertState State { get; init; }

    public required double Value { get; init; }

    /// <summary>When the condition began.</summary>
    public required DateTimeOffset ActiveAt { get; init; }

    public DateTimeOffset? FiredAt { get; init; }

    /// <summary>When the condition of a firing alert ended.</summary>
    public DateTimeOffset? QuietSince { get; init; }

    public DateTimeOffset? ResolvedAt { get; init; }

    [JsonIgnore]
    public MetricLabels LabelSet => MetricLabels.Of(Labels);

    /// <summary>Identifies the alert over its states.</summary>
    [JsonIgnore]
    public string Fingerprint => $"{Rule}{LabelSet}";

    public string Label(string name) => Labels.GetValueOrDefault(name, "");
}
