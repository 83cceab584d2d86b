using Nexus.Operations.Alerts;

namespace Nexus.Operations.Tests.Alerts;

/// <summary>For every rule a scenario in which it fires and ends, and one in which it stays quiet.</summary>
internal static class RuleScenarios
{
    public static IReadOnlyList<RuleScenario> All { get; } = [.. Gauges(), .. Rates(), .. Idle(), .. Missing()];

    /// <summary>A bot that nobody uses, with everything as it is after an installation.</summary>
    private static Dictionary<string, double[]> Quiet => new()
    {
        ["nexus_store_up"] = [1],
        ["nexus_store_postgresql"] = [1],
        ["pg_up"] = [1],
        ["nexus_monitor_snapshot_age_seconds"] = [3],
        ["nexus_fallback_local"] = [0],
        ["nexus_outbox_size_bytes"] = [0],
        ["nexus_outbox_limit_bytes"] = [1000],
        ["nexus_outbox_conflicts"] = [0],
        ["nexus_outbox_quarantined"] = [0],
        ["nexus_store_concerns{concern=\"damaged_file\"}"] = [0],
        ["nexus_queue_pending"] = [0],
        ["nexus_tasks_overdue_seconds"] = [0],
        ["nexus_alert_notifier_failing{notifier=\"log\"}"] = [0],
        ["nexus_postgres_connections"] = [7],
        ["pg_settings_max_connections"] = [100],
        ["pg_settings_superuser_reserved_connections"] = [3],
        // A monitor of its own that connects now and then: most of the transactions of an idle database.
        ["pg_stat_database_sessions_total{datname=\"bot\"}"] = Steps(120, minute => minute * 2),
        ["pg_stat_database_xact_commit{datname=\"bot\"}"] = Steps(120, minute => minute * 3),
        ["pg_stat_database_xact_rollback{datname=\"bot\"}"] = Steps(120, minute => minute),
        ["pg_stat_database_deadlocks{datname=\"bot\"}"] = [0],
        ["nexus_postgres_idle_in_transaction_seconds"] = [0],
        ["nexus_postgres_xmin_age_seconds"] = [0],
        ["nexus_postgres_blocked_sessions"] = [0],
        // Of ten rows nine are dead: a small table.
        ["pg_stat_user_tables_n_dead_tup{relname=\"bot_state\"}"] = [9],
        ["pg_stat_user_tables_n_live_tup{relname=\"bot_state\"}"] = [1],
        ["pg_stat_user_tables_n_tup_upd{relname=\"bot_state\"}"] = Steps(120, minute => minute * 2),
        ["pg_stat_user_tables_n_tup_hot_upd{relname=\"bot_state\"}"] = [0],
        ["nexus_postgres_xid_age"] = [1000],
        // A backup asks for a checkpoint.
        ["pg_stat_bgwriter_checkpoints_req_total"] = Steps(120, minute => minute / 30),
        ["pg_stat_bgwriter_checkpoints_timed_total"] = [0],
        ["nexus_postgres_archiver_failing"] = [0],
        ["nexus_postgres_slots_inactive"] = [0],
        ["pg_replication_lag_seconds"] = [0],
        ["nexus_postgres_certificate_remaining_seconds"] = [double.PositiveInfinity],
        ["nexus_pool_timeouts_total"] = [0],
        ["nexus_pool_waiting"] = [0],
        // One slow write in ten minutes.
        ["nexus_operation_duration_seconds_bucket{le=\"0.5\"}"] = [0],
        ["nexus_operation_duration_seconds_bucket{le=\"5\"}"] = Steps(120, minute => minute / 10),
        ["nexus_operation_duration_seconds_bucket{le=\"+Inf\"}"] = Steps(120, minute => minute / 10),
        ["nexus_operation_duration_seconds_count"] = Steps(120, minute => minute / 10),
        // The first statements of a process are not prepared yet.
        ["db_client_operation_npgsql_prepared_ratio{db_client_connection_pool_name=\"nexus\"}"] = [0.1],
        ["db_client_operation_duration_seconds_count{db_client_connection_pool_name=\"nexus\"}"] = Steps(120, minute => minute),
        ["nexus_disk_free_bytes"] = [60],
        ["nexus_disk_size_bytes"] = [100],
        ["nexus_backup_age_seconds"] = [3600],
        ["nexus_backup_proof_age_seconds"] = [3600],
        ["nexus_backup_findings"] = [0],
    };

    /// <summary>Nothing fires on an idle bot, for two hours.</summary>
    private static IEnumerable<RuleScenario> Idle() => RuleCatalogue.All.Select(rule => new RuleScenario(rule.Name, Quiet, 120, null));

    /// <summary>Rules over one value: bad from minute 10 to 140.</summary>
    private static IEnumerable<RuleScenario> Gauges()
    {
        (string Rule, string Series, double Bad)[] gauges =
        [
            ("NexusStoreDown", "nexus_store_up", 0), ("NexusPostgresDown", "pg_up", 0),
            ("NexusSnapshotStale", "nexus_monitor_snapshot_age_seconds", 121),
            ("NexusFallbackActive", "nexus_fallback_local", 1), ("NexusOutboxConflicts", "nexus_outbox_conflicts", 1),
            ("NexusOutboxFilling", "nexus_outbox_size_bytes", 801),
            ("NexusOutboxQuarantined", "nexus_outbox_quarantined", 1), ("NexusStoreConcern", "nexus_store_concerns{concern=\"damaged_file\"}", 1),
            ("NexusTasksOverdue", "nexus_tasks_overdue_seconds", 301),
            ("NexusQueueFull", "nexus_queue_pending", 9000), ("NexusMetricOverflow", "x_total{otel_metric_overflow=\"true\"}", 5),
            ("NexusNotifierFailing", "nexus_alert_notifier_failing{notifier=\"log\"}", 1),
            ("NexusConnectionsHigh", "nexus_postgres_connections", 79), ("NexusConnectionsExhausted", "nexus_postgres_connections", 96),
            ("NexusIdleInTransaction", "nexus_postgres_idle_in_transaction_seconds", 301),
            ("NexusOldSnapshot", "nexus_postgres_xmin_age_seconds", 901),
            ("NexusBlockedSessions", "nexus_postgres_blocked_sessions", 1), ("NexusTransactionIdAge", "nexus_postgres_xid_age", 500_000_001),
            ("NexusTransactionIdWraparound", "nexus_postgres_xid_age", 1_200_000_001), ("NexusArchiverFailing", "nexus_postgres_archiver_failing", 1),
            ("NexusReplicationSlotInactive", "nexus_postgres_slots_inactive", 1), ("NexusReplicationLag", "pg_replication_lag_seconds", 31),
            ("NexusCertificateExpiring", "nexus_postgres_certificate_remaining_seconds", 86_400 * 29),
            ("NexusCertificateEnds", "nexus_postgres_certificate_remaining_seconds", 86_400 * 2),
            ("NexusPoolPending", "nexus_pool_waiting", 1), ("NexusDiskLow", "nexus_disk_free_bytes", 14),
            ("NexusDiskFull", "nexus_disk_free_bytes", 4),
            ("NexusBackupOld", "nexus_backup_age_seconds", (26 * 3600) + 1),
            ("NexusBackupUnproven", "nexus_backup_proof_age_seconds", (8 * 86_400) + 1),
            ("NexusBackupFindings", "nexus_backup_findings", 1),
        ];
        foreach (var (name, series, bad) in gauges)
        {
            var rule = Rule(name);
            var good = Quiet.TryGetValue(series, out var usual) ? usual[0] : double.NaN;
            // A missing sample stays in sight of Prometheus for five minutes, which no rule about a value is about.
            var end = double.IsNaN(good) ? (int?)null : 140 + (int)rule.KeepFiring.TotalMinutes;
            yield return new RuleScenario(
                name, With(series, Steps(150, minute => minute >= 10 && (minute < 140 || end is null) ? bad : good)), 150,
                (10 + (int)rule.For.TotalMinutes, end));
        }
        // Between the two thresholds a firing alert goes on and none begins.
        yield return new RuleScenario(
            "NexusConnectionsHigh", With("nexus_postgres_connections", Steps(60, minute => minute < 20 ? 79 : minute < 40 ? 75 : 50)), 60, (10, 41));
        yield return new RuleScenario("NexusConnectionsHigh", With("nexus_postgres_connections", [75]), 60, null);
        yield return new RuleScenario("NexusDiskLow", With("nexus_disk_free_bytes", Steps(40, minute => minute < 10 ? 14 : minute < 20 ? 17 : 30)),
            40, (5, 21));
        // A new installation: no backup yet, which its findings say too.
        yield return new RuleScenario("NexusBackupMissing", With("nexus_backup_age_seconds", [-1]), 365, (360, null));
        yield return new RuleScenario(
            "NexusBackupFindings", With("nexus_backup_age_seconds", [-1]).With("nexus_backup_findings", [1]), 120, null);
        // A short peak is not told.
        yield return new RuleScenario("NexusConnectionsHigh", With("nexus_postgres_connections", Steps(60, minute => minute % 10 < 5 ? 90 : 50)), 60,
            null);
    }

    private static IEnumerable<RuleScenario> Rates()
    {
        yield return Fires("NexusConnectionChurn", Quiet.With("pg_stat_database_sessions_total{datname=\"bot\"}", Steps(120, m => m * 120))
            .With("pg_stat_database_xact_commit{datname=\"bot\"}", Steps(120, m => m * 600)));
        yield return Fires("NexusConnectionChurnSevere", Quiet.With("pg_stat_database_sessions_total{datname=\"bot\"}", Steps(120, m => m * 600))
            .With("pg_stat_database_xact_commit{datname=\"bot\"}", Steps(120, m => m * 1200)));
        yield return Fires("NexusDeadlocks", Quiet.With("pg_stat_database_deadlocks{datname=\"bot\"}", Steps(120, m => m < 50 ? 0 : (m - 49) * 2)));
        yield return Fires("NexusRollbacks", Quiet.With("pg_stat_database_xact_rollback{datname=\"bot\"}", Steps(120, m => m * 120))
            .With("pg_stat_database_xact_commit{datname=\"bot\"}", Steps(120, m => m * 600)));
        yield return Fires("NexusLowHotUpdates", Quiet.With("pg_stat_user_tables_n_tup_upd{relname=\"sessions\"}", Steps(120, m => m * 6000))
            .With("pg_stat_user_tables_n_tup_hot_upd{relname=\"sessions\"}", Steps(120, m => m * 600)));
        yield return Fires("NexusDeadRows", Quiet.With("pg_stat_user_tables_n_dead_tup{relname=\"sessions\"}", [30_000])
            .With("pg_stat_user_tables_n_live_tup{relname=\"sessions\"}", [70_000]));
        yield return Fires("NexusRequestedCheckpoints", Quiet.With("pg_stat_bgwriter_checkpoints_req_total", Steps(120, m => m)));
        yield return Fires("NexusPoolTimeouts", Quiet.With("nexus_pool_timeouts_total", Steps(120, m => m < 50 ? 0 : 3)));
        yield return Fires("NexusSlowOperations", Quiet.With("nexus_operation_duration_seconds_bucket{le=\"0.5\"}", Steps(120, m => m * 600))
            .With("nexus_operation_duration_seconds_bucket{le=\"5\"}", Steps(120, m => m * 1000))
            .With("nexus_operation_duration_seconds_bucket{le=\"+Inf\"}", Steps(120, m => m * 1000))
            .With("nexus_operation_duration_seconds_count", Steps(120, m => m * 1000)));
        yield return Fires("NexusUnpreparedStatements",
            Quiet.With("db_client_operation_duration_seconds_count{db_client_connection_pool_name=\"nexus\"}", Steps(120, m => m * 1200)));
        // Counters that are reset are no increase.
        yield return new RuleScenario("NexusDeadlocks", With("pg_stat_database_deadlocks{datname=\"bot\"}", Steps(120, m => m < 50 ? 1000 : 0)), 120,
            null);
    }

    /// <summary>The metric of each critical rule disappears.</summary>
    private static IEnumerable<RuleScenario> Missing()
    {
        const string Prefix = "NexusMetricMissing_";
        foreach (var rule in RuleCatalogue.All.Where(rule => rule.Name.StartsWith(Prefix, StringComparison.Ordinal)))
        {
            var metric = rule.Name[Prefix.Length..];
            var series = Quiet.Where(series => series.Key.Split('{')[0] != metric).ToDictionary();
            yield return Fires(rule.Name, series);
            // The embedded store has no metrics of PostgreSQL.
            if (metric is not "nexus_store_up" and not "nexus_disk_free_bytes" and not "nexus_disk_size_bytes")
                yield return new RuleScenario(rule.Name, series.With("nexus_store_postgresql", [0]), 60, null);
        }
    }

    private static RuleScenario Fires(string rule, Dictionary<string, double[]> series) => new(rule, series, 120, (-1, null));

    private static AlertRule Rule(string name) => RuleCatalogue.All.Single(rule => rule.Name == name);

    private static Dictionary<string, double[]> With(string series, double[] values) => Quiet.With(series, values);

    private static Dictionary<string, double[]> With(this Dictionary<string, double[]> all, string series, double[] values) =>
        new(all) { [series] = values };

    private static double[] Steps(int minutes, Func<int, double> value) => [.. Enumerable.Range(0, minutes + 1).Select(value)];
}
