namespace Nexus.Operations.Monitoring;

/// <summary>A statement of the database.</summary>
/// <param name="Id">Identifies it, with its role, until the statistics are reset.</param>
/// <param name="Role">The role that ran it; from the database, so escape it where it is shown.</param>
/// <param name="Text">Its shape in one line, without constants and with invisible characters escaped, at most 300 characters.</param>
/// <param name="Total">Since the statistics were reset.</param>
/// <param name="LastHour">Within the last hour; null without a snapshot from then.</param>
/// <param name="LastDay">Within the last day; null without a snapshot from then.</param>
/// <param name="Trend">Mean time within the last hour divided by that within the last day; null if one of them is unknown.</param>
/// <param name="IsOwn">Whether the role is the one that Nexus uses, so that a plan can be shown.</param>
public sealed record QueryStatistic(
    string Id, string Role, string Text, QueryWindow Total, QueryWindow? LastHour, QueryWindow? LastDay, double? Trend, bool IsOwn);
