using Nexus.Operations.Monitoring;

namespace Nexus.Server.Dashboard;

/// <summary>The statements that take most of the database's time.</summary>
public sealed class QueryModel
{
    /// <summary>The last report.</summary>
    public required QueryReport Report { get; init; }

    /// <summary>The statement whose plan is shown; null for none.</summary>
    public QueryStatistic? Planned { get; init; }

    /// <summary>Its plan.</summary>
    public QueryPlan? Plan { get; init; }

    /// <summary>Why there is no plan; null if there is, or none was asked for.</summary>
    public string? Error { get; init; }
}
