using Nexus.Operations.Monitoring;
using static Nexus.Operations.Monitoring.MetricSelector;

namespace Nexus.Operations.Alerts;

/// <summary>The state of the server.</summary>
internal static class PostgresRules
{
    private static readonly TimeSpan Minutes5 = TimeSpan.FromMinutes(5), Minutes10 = TimeSpan.FromMinutes(10), Minutes15 = TimeSpan.FromMinutes(15),
        Minutes30 = TimeSpan.FromMinutes(30), Hour = TimeSpan.FromHours(1);

    private static MetricExpression UsedConnections { get; } = Of("nexus_postgres_connections").Max()
        .Over(Of("pg_settings_max_connections").Max().Minus(Of("pg_settings_superuser_reserved_connections").Max()));

    private static MetricExpression Sessions { get; } = Of("pg_stat_database_sessions_total").Rate(Minutes10).Sum();

    private static MetricExpression Transactions { get; } = Of("pg_stat_database_xact_commit").Rate(Minutes10).Sum()
        .Plus(Of("pg_stat_database_xact_rollback").Rate(Minutes10).Sum());

    private static MetricExpression DeadRows { get; } = Of("pg_stat_user_tables_n_dead_tup").Max("relname");

    private static MetricExpression Updates { get; } = Of("pg_stat_user_tables_n_tup_upd").Rate(Minutes30).Sum("relname");

    private static MetricExpression Rollbacks { get; } = Of("pg_stat_database_xact_rollback").Rate(Minutes5).Sum();

    private static MetricExpression Requested { get; } = Of("pg_stat_bgwriter_checkpoints_req_total").Increase(Minutes30).Sum();

    public static IReadOnlyList<AlertRule> All { get; } =
    [
        Rule("NexusConnectionsHigh", AlertSeverity.Warning, UsedConnections, 0.8, Minutes10, "Most connections of PostgreSQL are in use.",
            "Find the client with many connections in pg_stat_activity; lower its pool size.") with { ClearThreshold = 0.7, Unit = "ratio" },
        Rule("NexusConnectionsExhausted", AlertSeverity.Critical, UsedConnections, 0.95, TimeSpan.FromMinutes(2),
            "PostgreSQL has almost no free connection.",
            "End idle sessions of other clients, lower pool sizes, or raise max_connections.") with { ClearThreshold = 0.85, Unit = "ratio" },
        // The guards keep an idle database quiet: there a few sessions of a monitor are most of the transactions.
        Rule("NexusConnectionChurn", AlertSeverity.Warning, Sessions.Over(Transactions).And(Sessions.Above(1)), 0.1, Minutes10,
            "A client opens a new connection for many of its operations.", "Use one pool for each process: nexus audit, check C1.")
            with { ClearThreshold = 0.05, Unit = "ratio" },
        Rule("NexusConnectionChurnSevere", AlertSeverity.Critical, Sessions.Over(Transactions).And(Sessions.Above(5)), 0.3, Minutes10,
            "A client opens a new connection for nearly every operation.", "Use one pool for each process: nexus audit, check C1.")
            with { ClearThreshold = 0.2, Unit = "ratio" },
        Rule("NexusIdleInTransaction", AlertSeverity.Warning, Of("nexus_postgres_idle_in_transaction_seconds").Max(), 300, TimeSpan.FromMinutes(2),
            "A session is idle in a transaction and keeps its locks and snapshot.",
            "Find it in pg_stat_activity and end it with pg_terminate_backend; set idle_in_transaction_session_timeout.") with { Unit = "s" },
        Rule("NexusOldSnapshot", AlertSeverity.Warning, Of("nexus_postgres_xmin_age_seconds").Max(), 900, Minutes5,
            "An old snapshot or prepared transaction keeps dead rows from being removed.",
            "End the session, or ROLLBACK PREPARED: nexus audit, check C4.") with { Unit = "s" },
        Rule("NexusBlockedSessions", AlertSeverity.Warning, Of("nexus_postgres_blocked_sessions").Max(), 0, TimeSpan.FromMinutes(1),
            "Sessions wait for locks.", "Find the blocker with pg_blocking_pids: nexus audit, check C5."),
        Rule("NexusDeadlocks", AlertSeverity.Warning, Of("pg_stat_database_deadlocks").Increase(Minutes5).Sum(), 1, TimeSpan.Zero,
            "Transactions deadlock.", "Look for 'deadlock detected' in the log of PostgreSQL; lock rows in one order."),
        Rule("NexusRollbacks", AlertSeverity.Warning,
            Rollbacks.Over(Rollbacks.Plus(Of("pg_stat_database_xact_commit").Rate(Minutes5).Sum())).And(Rollbacks.Above(1)), 0.1, Minutes5,
            "Many transactions are rolled back.", "Look for errors in the log of PostgreSQL.") with { ClearThreshold = 0.05, Unit = "ratio" },
        Rule("NexusLowHotUpdates", AlertSeverity.Warning,
            Of("pg_stat_user_tables_n_tup_hot_upd").Rate(Minutes30).Sum("relname").Over(Updates).And(Updates.Above(10)), 0.5, Minutes30,
            "Updates of a busy table change indexes, which makes them slow and the indexes large.",
            "Lower the table's fillfactor, or drop the index on the changed column: nexus audit, check I6.")
            with { Comparison = MetricComparison.Below, ClearThreshold = 0.6, Unit = "ratio" },
        Rule("NexusDeadRows", AlertSeverity.Warning,
            DeadRows.Over(DeadRows.Plus(Of("pg_stat_user_tables_n_live_tup").Max("relname"))).And(DeadRows.Above(10_000)), 0.2, Minutes30,
            "A table has many dead rows.", "Check autovacuum and old snapshots: nexus audit, checks V1 and C4.")
            with { ClearThreshold = 0.15, Unit = "ratio" },
        Rule("NexusTransactionIdAge", AlertSeverity.Warning, Of("nexus_postgres_xid_age").Max(), 500_000_000, Hour,
            "Old transaction ids are not being frozen.", "Check autovacuum; run VACUUM (FREEZE) on the oldest tables: nexus audit, check V3."),
        Rule("NexusTransactionIdWraparound", AlertSeverity.Critical, Of("nexus_postgres_xid_age").Max(), 1_200_000_000, Hour,
            "Transaction ids are about to run out; PostgreSQL will then refuse writes.",
            "End what holds old snapshots and run VACUUM (FREEZE) now: nexus audit, check V3."),
        Rule("NexusRequestedCheckpoints", AlertSeverity.Warning,
            Requested.Over(Requested.Plus(Of("pg_stat_bgwriter_checkpoints_timed_total").Increase(Minutes30).Sum())).And(Requested.Above(3)), 0.5,
            Minutes15, "Checkpoints are forced by the volume of WAL.", "Raise max_wal_size: nexus audit, check K3.") with { Unit = "ratio" },
        Rule("NexusArchiverFailing", AlertSeverity.Critical, Of("nexus_postgres_archiver_failing").Max(), 0, Minutes5,
            "WAL files are not archived: point-in-time recovery has a gap and the disk fills.",
            "Look in the log of PostgreSQL for the error of archive_command."),
        Rule("NexusReplicationSlotInactive", AlertSeverity.Critical, Of("nexus_postgres_slots_inactive").Max(), 0, Minutes30,
            "A replication slot that nobody uses keeps WAL until the disk is full.",
            "Restart its consumer, or drop it with pg_drop_replication_slot; set max_slot_wal_keep_size."),
        Rule("NexusReplicationLag", AlertSeverity.Warning, Of("pg_replication_lag_seconds").Max(), 30, Minutes5,
            "A replica is far behind.", "Check its load, its disk and the network.") with { ClearThreshold = 10, Unit = "s" },
        Rule("NexusCertificateExpiring", AlertSeverity.Warning, Of("nexus_postgres_certificate_remaining_seconds").Min(), 30 * 86_400, Hour,
            "The TLS certificate of PostgreSQL ends within 30 days.", "Renew it and reload PostgreSQL.")
            with { Comparison = MetricComparison.Below, Unit = "s" },
        Rule("NexusCertificateEnds", AlertSeverity.Critical, Of("nexus_postgres_certificate_remaining_seconds").Min(), 3 * 86_400, Minutes5,
            "The TLS certificate of PostgreSQL ends within 3 days; then no connection can be opened.", "Renew it and reload PostgreSQL.")
            with { Comparison = MetricComparison.Below, Unit = "s" },
    ];

    private static AlertRule Rule(
        string name, AlertSeverity severity, MetricExpression value, double threshold, TimeSpan time, string summary, string remedy) => new()
        {
            Name = name,
            Severity = severity,
            Value = value,
            Comparison = MetricComparison.Above,
            Threshold = threshold,
            For = time,
            Scope = AlertScope.Shared,
            NeedsPostgres = true,
            Summary = summary,
            Remedy = remedy,
        };
}
