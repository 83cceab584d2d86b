using static Nexus.Operations.Monitoring.MetricSelector;

namespace Nexus.Operations.Monitoring;

/// <summary>The series that are kept for charts. The Grafana dashboard shows the same expressions.</summary>
public static class Charts
{
    private static readonly TimeSpan Short = TimeSpan.FromMinutes(1);

    /// <summary>Every series.</summary>
    public static IReadOnlyList<ChartSeries> All { get; } =
    [
        new("operation_rate", "1/s", Of("nexus_operation_duration_seconds_count").Rate(Short).Sum()),
        new("operation_errors", "1/s", Of("nexus_operation_duration_seconds_count").Rate(Short).Sum()
            .Minus(Of("nexus_operation_duration_seconds_count", ("error_type", "")).Rate(Short).Sum())),
        new("operation_p50", "s", Of("nexus_operation_duration_seconds_bucket").Rate(Short).Sum("le").Quantile(0.5)),
        new("operation_p99", "s", Of("nexus_operation_duration_seconds_bucket").Rate(Short).Sum("le").Quantile(0.99)),
        new("request_rate", "1/s", Of("http_server_request_duration_seconds_count").Rate(Short).Sum()),
        new("commit_rate", "1/s", Of("nexus_commit_duration_seconds_count").Rate(Short).Sum()),
        new("batch_size", "", Of("nexus_commit_batch_size_sum").Rate(Short).Sum().Over(Of("nexus_commit_batch_size_count").Rate(Short).Sum())),
        new("queue_pending", "", Of("nexus_queue_pending").Sum()),
        new("cache_hit_ratio", "ratio", Of("nexus_cache_reads_total", ("nexus_cache_result", "hit")).Rate(Short).Sum()
            .Over(Of("nexus_cache_reads_total").Rate(Short).Sum())),
        new("pool_used", "", Of("nexus_pool_used").Sum()),
        new("pool_size", "", Of("nexus_pool_size").Sum()),
        new("pool_waiting", "", Of("nexus_pool_waiting").Sum()),
        new("outbox_pending", "", Of("nexus_outbox_pending").Sum()),
        new("fallback_local", "", Of("nexus_fallback_local").Max()),
        new("fallback_staleness", "s", Of("nexus_fallback_staleness_seconds").Max()),
        new("postgres_connections", "", Of("nexus_postgres_connections").Max()),
        new("postgres_commits", "1/s", Of("pg_stat_database_xact_commit").Rate(Short).Sum()),
        new("postgres_blocked", "", Of("nexus_postgres_blocked_sessions").Max()),
        new("postgres_replica_lag", "s", Of("pg_replication_lag_seconds").Max()),
        new("database_size", "bytes", Of("pg_database_size_bytes").Max()),
        new("disk_free_ratio", "ratio", Of("nexus_disk_free_bytes").Max().Over(Of("nexus_disk_size_bytes").Max())),
        new("memory", "bytes", Of("dotnet_process_memory_working_set_bytes").Max()),
        new("cpu", "ratio", Of("dotnet_process_cpu_time_seconds_total").Rate(Short).Sum()),
    ];
}
