namespace Nexus.Operations.Monitoring;

/// <summary>
/// The figures of the server that need no label but the database, read by one statement. Every role may read them, but without <c>pg_monitor</c> the
/// sessions of other roles have no state.
/// </summary>
internal static class PostgresFigures
{
    /// <summary>In the order of the columns.</summary>
    public static IReadOnlyList<PostgresFigure> All { get; } =
    [
        OfDatabase("numbackends", "Sessions of the database."),
        OfDatabase("xact_commit", "Committed transactions.", isCounter: true),
        OfDatabase("xact_rollback", "Rolled back transactions.", isCounter: true),
        OfDatabase("blks_read", "Blocks read from disk.", isCounter: true),
        OfDatabase("blks_hit", "Blocks found in the buffer cache.", isCounter: true),
        OfDatabase("tup_returned", "Rows returned by scans.", isCounter: true),
        OfDatabase("tup_fetched", "Rows fetched by queries.", isCounter: true),
        OfDatabase("tup_inserted", "Rows inserted.", isCounter: true),
        OfDatabase("tup_updated", "Rows updated.", isCounter: true),
        OfDatabase("tup_deleted", "Rows deleted.", isCounter: true),
        OfDatabase("conflicts", "Queries cancelled because of recovery.", isCounter: true),
        OfDatabase("temp_files", "Temporary files written by queries.", isCounter: true),
        OfDatabase("temp_bytes", "Bytes written to temporary files.", isCounter: true),
        OfDatabase("deadlocks", "Deadlocks.", isCounter: true),
        new("pg_stat_database_sessions", null, "Sessions opened.", "d.sessions", IsCounter: true, IsOfDatabase: true),
        new("pg_stat_database_active_time_seconds", null, "Seconds that statements ran.", "d.active_time / 1000.0", IsCounter: true,
            IsOfDatabase: true),
        new("pg_settings_max_connections", null, "The setting max_connections.", Setting("max_connections")),
        new("pg_settings_superuser_reserved_connections", null, "The setting superuser_reserved_connections.",
            Setting("superuser_reserved_connections")),
        new("nexus.postgres.connections", "{connection}", "Client connections of the whole server.",
            "(SELECT pg_catalog.count(*) FROM pg_catalog.pg_stat_activity a WHERE a.backend_type = 'client backend')"),
        new("nexus.postgres.idle_in_transaction", "s", "Longest time that a session has been idle in a transaction.", $"""
            (SELECT coalesce(pg_catalog.max({Age("a.state_change")}), 0) FROM pg_catalog.pg_stat_activity a
            WHERE a.state IN ('idle in transaction', 'idle in transaction (aborted)'))
            """),
        new("nexus.postgres.xmin.age", "s", "Age of the oldest snapshot or prepared transaction that keeps dead rows from being removed.", $"""
            greatest((SELECT coalesce(pg_catalog.max({Age("a.xact_start")}), 0) FROM pg_catalog.pg_stat_activity a
            WHERE a.backend_xmin IS NOT NULL AND a.pid <> pg_catalog.pg_backend_pid()),
            (SELECT coalesce(pg_catalog.max({Age("p.prepared")}), 0) FROM pg_catalog.pg_prepared_xacts p))
            """),
        new("nexus.postgres.blocked_sessions", "{session}", "Sessions that wait for a lock.",
            "(SELECT pg_catalog.count(DISTINCT l.pid) FROM pg_catalog.pg_locks l WHERE NOT l.granted)"),
        new("nexus.postgres.xid.age", "{transaction}", "Age of the oldest transaction id of any database; wraparound threatens at 2.1 billion.",
            "(SELECT pg_catalog.max(pg_catalog.age(b.datfrozenxid)) FROM pg_catalog.pg_database b)"),
        new("nexus.postgres.multixact.age", "{transaction}", "Age of the oldest multixact id of any database.",
            "(SELECT pg_catalog.max(pg_catalog.mxid_age(b.datminmxid)) FROM pg_catalog.pg_database b)"),
        new("pg_stat_archiver_archived_count", null, "WAL files archived.", "r.archived_count", IsCounter: true),
        new("pg_stat_archiver_failed_count", null, "Failed attempts to archive.", "r.failed_count", IsCounter: true),
        new("pg_stat_archiver_last_archive_age", null, "Seconds since a WAL file was archived; 0 if none was.", Age("r.last_archived_time")),
        new("nexus.postgres.archiver.failing", null, "1 if archiving is on and the last attempt failed, otherwise 0.", """
            (pg_catalog.current_setting('archive_mode') <> 'off' AND r.last_failed_time IS NOT NULL
            AND r.last_failed_time > coalesce(r.last_archived_time, '-infinity'))::int
            """),
        new("nexus.postgres.slots", "{slot}", "Replication slots.", "(SELECT pg_catalog.count(*) FROM pg_catalog.pg_replication_slots)"),
        new("nexus.postgres.slots.inactive", "{slot}", "Replication slots that nobody uses.",
            "(SELECT pg_catalog.count(*) FROM pg_catalog.pg_replication_slots s WHERE NOT s.active)"),
        new("nexus.postgres.slots.retained", "By", "WAL that replication slots keep, of the slot that keeps the most.", """
            CASE WHEN pg_catalog.pg_is_in_recovery() THEN 0 ELSE (SELECT coalesce(pg_catalog.max(
            pg_catalog.pg_wal_lsn_diff(pg_catalog.pg_current_wal_lsn(), s.restart_lsn)), 0) FROM pg_catalog.pg_replication_slots s) END
            """),
        new("nexus.postgres.replicas", "{replica}", "Connected replicas.", "(SELECT pg_catalog.count(*) FROM pg_catalog.pg_stat_replication)"),
        new("pg_replication_lag_seconds", null, "Largest replay lag of a replica; 0 without replicas.", $"""
            (SELECT coalesce(pg_catalog.max({Seconds("p.replay_lag")}), 0) FROM pg_catalog.pg_stat_replication p)
            """),
    ];

    /// <summary>One row with the columns of <see cref="All"/> and the two counters of checkpoints: timed and requested.</summary>
    /// <param name="serverVersion">Version 17 moved the counters: https://www.postgresql.org/docs/17/monitoring-stats.html.</param>
    public static string Sql(int serverVersion) => $"""
        SELECT {MonitorConnection.Mark} {string.Join(",\n", All.Select(figure => $"({figure.Sql})::float8"))},
        {(serverVersion >= 17 ? "c.num_timed::float8, c.num_requested::float8" : "c.checkpoints_timed::float8, c.checkpoints_req::float8")}
        FROM pg_catalog.pg_stat_database d, pg_catalog.pg_stat_archiver r,
        {(serverVersion >= 17 ? "pg_catalog.pg_stat_checkpointer" : "pg_catalog.pg_stat_bgwriter")} c
        WHERE d.datname = pg_catalog.current_database()
        """;

    /// <summary>Client connections by state; <c>unknown</c> where the role may not see it.</summary>
    public const string StatesSql = $"""
        SELECT {MonitorConnection.Mark} coalesce(a.state, 'unknown'), pg_catalog.count(*)::float8
        FROM pg_catalog.pg_stat_activity a WHERE a.backend_type = 'client backend' GROUP BY 1
        """;

    /// <summary>Locks of the database by mode.</summary>
    public const string LocksSql = $"""
        SELECT {MonitorConnection.Mark} l.mode, pg_catalog.count(*)::float8 FROM pg_catalog.pg_locks l
        WHERE l.database = (SELECT b.oid FROM pg_catalog.pg_database b WHERE b.datname = pg_catalog.current_database()) GROUP BY 1
        """;

    /// <summary>The states of <c>pg_stat_activity</c>.</summary>
    public static IReadOnlyList<string> States { get; } =
        ["active", "idle", "idle in transaction", "idle in transaction (aborted)", "fastpath function call", "disabled", "unknown"];

    /// <summary>The modes of <c>pg_locks</c>.</summary>
    public static IReadOnlyList<string> LockModes { get; } =
    [
        "AccessShareLock", "RowShareLock", "RowExclusiveLock", "ShareUpdateExclusiveLock", "ShareLock", "ShareRowExclusiveLock", "ExclusiveLock",
        "AccessExclusiveLock", "SIReadLock",
    ];

    private static PostgresFigure OfDatabase(string column, string description, bool isCounter = false) =>
        new($"pg_stat_database_{column}", null, description, $"d.{column}", isCounter, IsOfDatabase: true);

    private static string Setting(string name) => $"pg_catalog.current_setting('{name}')";

    private static string Age(string instant) => Seconds($"pg_catalog.clock_timestamp() - {instant}");

    private static string Seconds(string interval) => $"coalesce(pg_catalog.date_part('epoch', {interval}), 0)";
}
