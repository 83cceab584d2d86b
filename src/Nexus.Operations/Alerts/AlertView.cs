namespace Nexus.Operations.Alerts;

/// <summary>An alert as it is shown.</summary>
/// <param name="Rule">The name of its rule.</param>
/// <param name="Severity">How urgent it is.</param>
/// <param name="State">Pending, firing or resolved.</param>
/// <param name="Labels">What it is about, such as a table; from the database, so escape it where it is shown.</param>
/// <param name="Value">The value that was measured last.</param>
/// <param name="Unit">The unit of the value: <c>s</c>, <c>ratio</c>, <c>1/s</c> or empty.</param>
/// <param name="Threshold">What the value is compared with.</param>
/// <param name="Since">When the condition began.</param>
/// <param name="FiredAt">When it began to fire; null while it is pending.</param>
/// <param name="ResolvedAt">When it ended; null before.</param>
/// <param name="SilencedUntil">The end of its silence; null if it is not silenced.</param>
/// <param name="Summary">What is wrong.</param>
/// <param name="Remedy">What to do.</param>
public sealed record AlertView(
    string Rule, AlertSeverity Severity, AlertState State, IReadOnlyDictionary<string, string> Labels, double Value, string Unit, double Threshold,
        DateTimeOffset Since, DateTimeOffset? FiredAt, DateTimeOffset? ResolvedAt, DateTimeOffset? SilencedUntil, string Summary, string Remedy);
