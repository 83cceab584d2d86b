using Nexus.Operations.Monitoring;
using static Nexus.Operations.Monitoring.MetricSelector;

namespace Nexus.Operations.Alerts;

/// <summary>How fast one instance works.</summary>
internal static class ThroughputRules
{
    private static readonly TimeSpan Minutes5 = TimeSpan.FromMinutes(5), Minutes15 = TimeSpan.FromMinutes(15);
    private static readonly (string, string) Pool = ("db_client_connection_pool_name", "nexus");

    public static IReadOnlyList<AlertRule> All { get; } =
    [
        new()
        {
            Name = "NexusPoolTimeouts",
            Severity = AlertSeverity.Critical,
            Value = Of("nexus_pool_timeouts_total").Increase(Minutes5).Sum(),
            Comparison = MetricComparison.Above,
            Threshold = 0,
            For = TimeSpan.Zero,
            Scope = AlertScope.Instance,
            NeedsPostgres = true,
            Summary = "Operations failed because no connection of the pool became free.",
            Remedy = "Raise --max-pool-size, or find what makes statements slow: nexus queries.",
        },
        new()
        {
            Name = "NexusPoolPending",
            Severity = AlertSeverity.Warning,
            Value = Of("nexus_pool_waiting").Max(),
            Comparison = MetricComparison.Above,
            Threshold = 0,
            For = TimeSpan.FromMinutes(1),
            Scope = AlertScope.Instance,
            NeedsPostgres = true,
            Summary = "Operations wait for a connection of the pool.",
            Remedy = "Raise --max-pool-size, or find what makes statements slow: nexus queries.",
        },
        new()
        {
            Name = "NexusSlowOperations",
            Severity = AlertSeverity.Warning,
            // A single slow write of an idle bot is no pattern.
            Value = Of("nexus_operation_duration_seconds_bucket").Rate(Minutes5).Sum("le").Quantile(0.99)
                .And(Of("nexus_operation_duration_seconds_count").Increase(Minutes5).Sum().Above(50)),
            Comparison = MetricComparison.Above,
            Threshold = 0.25,
            ClearThreshold = 0.2,
            For = Minutes5,
            Scope = AlertScope.Instance,
            Unit = "s",
            Summary = "One write in a hundred takes longer than 250 ms.",
            Remedy = "Check the duration of commits, the disk of PostgreSQL, locks (nexus audit, check C5) and nexus queries.",
        },
        new()
        {
            Name = "NexusUnpreparedStatements",
            Severity = AlertSeverity.Warning,
            Value = Of("db_client_operation_npgsql_prepared_ratio", Pool).Min()
                .And(Of("db_client_operation_duration_seconds_count", Pool).Rate(Minutes15).Sum().Above(10)),
            Comparison = MetricComparison.Below,
            Threshold = 0.8,
            ClearThreshold = 0.85,
            For = Minutes15,
            Scope = AlertScope.Instance,
            NeedsPostgres = true,
            Unit = "ratio",
            Summary = "Many statements are not prepared, so PostgreSQL plans them again each time.",
            Remedy = "Check Max Auto Prepare in DATABASE_URL, and whether a pooler in transaction mode is in between.",
        },
    ];
}
