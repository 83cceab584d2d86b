using Nexus.Operations.Monitoring;
using static Nexus.Operations.Monitoring.MetricSelector;

namespace Nexus.Operations.Alerts;

/// <summary>Whether the state can be read and written.</summary>
internal static class StoreRules
{
    public static IReadOnlyList<AlertRule> All { get; } =
    [
        new()
        {
            Name = "NexusStoreDown",
            Severity = AlertSeverity.Critical,
            Value = Of("nexus_store_up").Min(),
            Comparison = MetricComparison.Below,
            Threshold = 1,
            For = TimeSpan.FromMinutes(1),
            Scope = AlertScope.Instance,
            Summary = "The store does not respond, so the bot cannot read or write its state.",
            Remedy = "Run nexus status. With PostgreSQL: check the server and the network. Embedded: check the disk of the data folder.",
        },
        new()
        {
            Name = "NexusPostgresDown",
            Severity = AlertSeverity.Critical,
            Value = Of("pg_up").Min(),
            Comparison = MetricComparison.Below,
            Threshold = 1,
            For = TimeSpan.FromMinutes(1),
            Scope = AlertScope.Instance,
            NeedsPostgres = true,
            Summary = "PostgreSQL does not respond to the monitoring.",
            Remedy = "Check that the server runs, accepts connections of the role, and is reachable from this machine.",
        },
        new()
        {
            Name = "NexusSnapshotStale",
            Severity = AlertSeverity.Critical,
            Value = Of("nexus_monitor_snapshot_age_seconds").Max(),
            Comparison = MetricComparison.Above,
            Threshold = 120,
            For = TimeSpan.FromMinutes(5),
            Scope = AlertScope.Instance,
            NeedsPostgres = true,
            Unit = "s",
            Summary = "The figures of PostgreSQL are old, so the other rules judge the past.",
            Remedy = "Look in the log of nexus serve for the reason: a refused connection, a missing privilege or a statement that takes too long.",
        },
        new()
        {
            Name = "NexusFallbackActive",
            IsOptional = true,
            Severity = AlertSeverity.Critical,
            Value = Of("nexus_fallback_local").Max(),
            Comparison = MetricComparison.Above,
            Threshold = 0,
            For = TimeSpan.FromMinutes(1),
            Scope = AlertScope.Instance,
            Summary = "PostgreSQL is unavailable and the local replica serves.",
            Remedy = "Restore PostgreSQL. Writes wait in the outbox and are replayed afterwards: docs/reliability.md.",
        },
        new()
        {
            Name = "NexusTasksOverdue",
            Severity = AlertSeverity.Warning,
            Value = Of("nexus_tasks_overdue_seconds").Max(),
            Comparison = MetricComparison.Above,
            Threshold = 300,
            For = TimeSpan.FromMinutes(5),
            Scope = AlertScope.Shared,
            Unit = "s",
            Summary = "Scheduled tasks are due and no worker takes them.",
            Remedy = "Check that the workers run and claim tasks; GET /v1/tasks?failed=true and the page Tasks show what failed: docs/tasks.md.",
        },
        new()
        {
            Name = "NexusOutboxConflicts",
            IsOptional = true,
            Severity = AlertSeverity.Warning,
            Value = Of("nexus_outbox_conflicts").Max(),
            Comparison = MetricComparison.Above,
            Threshold = 0,
            For = TimeSpan.FromMinutes(5),
            Scope = AlertScope.Instance,
            Summary = "Writes of an outage conflict with what PostgreSQL has.",
            Remedy = "Run nexus outbox list and decide with nexus outbox resolve.",
        },
        new()
        {
            Name = "NexusOutboxQuarantined",
            IsOptional = true,
            Severity = AlertSeverity.Critical,
            Value = Of("nexus_outbox_quarantined").Max(),
            Comparison = MetricComparison.Above,
            Threshold = 0,
            For = TimeSpan.Zero,
            Scope = AlertScope.Instance,
            Summary = "PostgreSQL refused writes that were acknowledged during an outage.",
            Remedy = "Run nexus outbox list, remove the cause, and run nexus outbox retry.",
        },
        new()
        {
            Name = "NexusOutboxFilling",
            IsOptional = true,
            Severity = AlertSeverity.Critical,
            Value = Of("nexus_outbox_size_bytes").Max().Over(Of("nexus_outbox_limit_bytes").Max()),
            Comparison = MetricComparison.Above,
            Threshold = 0.8,
            For = TimeSpan.Zero,
            Scope = AlertScope.Instance,
            Unit = "ratio",
            Summary = "The outbox is nearly full, and then writes are refused until PostgreSQL is available.",
            Remedy = "Restore PostgreSQL, or raise NEXUS_OUTBOX_BYTES and restart if the disk has room.",
        },
        new()
        {
            Name = "NexusStoreConcern",
            Severity = AlertSeverity.Warning,
            Value = Of("nexus_store_concerns").Max("concern"),
            Comparison = MetricComparison.Above,
            Threshold = 0,
            For = TimeSpan.FromMinutes(5),
            Scope = AlertScope.Instance,
            Summary = "The store responds but has a problem.",
            Remedy = "Run nexus status, which describes it.",
        },
        new()
        {
            Name = "NexusQueueFull",
            Severity = AlertSeverity.Warning,
            Value = Of("nexus_queue_pending").Max(),
            Comparison = MetricComparison.Above,
            Threshold = 8000,
            ClearThreshold = 4000,
            For = TimeSpan.FromMinutes(1),
            Scope = AlertScope.Instance,
            Summary = "The write queue is nearly full (10,000 by default), and callers are about to wait.",
            Remedy = "Check the duration of commits and the disk of PostgreSQL.",
        },
        new()
        {
            Name = "NexusMetricOverflow",
            Severity = AlertSeverity.Warning,
            Value = Of("", ("otel_metric_overflow", "true")).Count(),
            Comparison = MetricComparison.Above,
            Threshold = 0,
            For = TimeSpan.FromMinutes(5),
            Scope = AlertScope.Instance,
            Summary = "A metric has more label values than are kept, so some of them are counted together.",
            Remedy = "Find the series with the label otel_metric_overflow at /metrics and report it: no metric of Nexus should have so many.",
        },
        new()
        {
            Name = "NexusNotifierFailing",
            IsOptional = true,
            Severity = AlertSeverity.Critical,
            Value = Of("nexus_alert_notifier_failing").Max("notifier"),
            Comparison = MetricComparison.Above,
            Threshold = 0,
            For = TimeSpan.FromMinutes(5),
            Scope = AlertScope.Instance,
            Summary = "Alerts do not arrive: a notifier fails or is disabled.",
            Remedy = "Run nexus alerts list for the reason and nexus alerts test NAME after the repair.",
        },
    ];
}
