namespace Nexus.Audit;

/// <summary>Counters of a table: https://www.postgresql.org/docs/current/monitoring-stats.html#MONITORING-PG-STAT-ALL-TABLES-VIEW.</summary>
internal sealed record TableCounters
{
    private const string Columns = """
        SELECT t.relid, t.schemaname::text, t.relname::text, coalesce(t.seq_scan, 0), coalesce(t.seq_tup_read, 0), coalesce(t.idx_scan, 0),
            coalesce(t.n_tup_ins, 0), coalesce(t.n_tup_upd, 0),
            coalesce(t.n_tup_del, 0), coalesce(t.n_tup_hot_upd, 0), coalesce(t.n_live_tup, 0), coalesce(t.n_dead_tup, 0),
                coalesce(t.n_mod_since_analyze, 0),
            greatest(t.last_vacuum, t.last_autovacuum), greatest(t.last_analyze, t.last_autoanalyze), c.reltuples::float8, c.relpages::bigint * 8192,
        """;

    private const string From = """
         FROM pg_catalog.pg_stat_user_tables t JOIN pg_catalog.pg_class c ON c.oid = t.relid WHERE t.schemaname !~ '^pg_temp_'
        """;

    private const string Sql = $"{Columns} NULL::bigint {From}";

    private const string Sql16 = $"{Columns} t.n_tup_newpage_upd {From}";

    public required uint Oid { get; init; }

    public required string Schema { get; init; }

    public required string Name { get; init; }

    public required long SequentialScans { get; init; }

    public required long SequentialRows { get; init; }

    public required long IndexScans { get; init; }

    public required long Inserted { get; init; }

    public required long Updated { get; init; }

    public required long Deleted { get; init; }

    public required long HotUpdated { get; init; }

    public required long Live { get; init; }

    public required long Dead { get; init; }

    public required long ModifiedSinceAnalyze { get; init; }

    public required DateTimeOffset? LastVacuum { get; init; }

    public required DateTimeOffset? LastAnalyze { get; init; }

    /// <summary>The planner's estimate, -1 when it was never vacuumed or analysed.</summary>
    public required double EstimatedRows { get; init; }

    /// <summary>As of the last VACUUM or ANALYZE, without indexes and TOAST.</summary>
    public required long HeapBytes { get; init; }

    /// <summary>Updates whose new version went to another page; since PostgreSQL 16.</summary>
    public required long? NewPageUpdated { get; init; }

    public static async Task<Dictionary<uint,
        TableCounters>> ReadAsync(AuditConnection connection, int version, CancellationToken cancellationToken) => (await connection.QueryAsync(
        version >= 160_000 ? Sql16 : Sql,
        row => new TableCounters
        {
            Oid = row.Oid(0),
            Schema = row.GetText(1),
            Name = row.GetText(2),
            SequentialScans = row.GetInt64(3),
            SequentialRows = row.GetInt64(4),
            IndexScans = row.GetInt64(5),
            Inserted = row.GetInt64(6),
            Updated = row.GetInt64(7),
            Deleted = row.GetInt64(8),
            HotUpdated = row.GetInt64(9),
            Live = row.GetInt64(10),
            Dead = row.GetInt64(11),
            ModifiedSinceAnalyze = row.GetInt64(12),
            LastVacuum = row.Time(13),
            LastAnalyze = row.Time(14),
            EstimatedRows = row.GetDouble(15),
            HeapBytes = row.GetInt64(16),
            NewPageUpdated = row.Long(17),
        },
        [],
        cancellationToken).ConfigureAwait(false)).ToDictionary(table => table.Oid);
}

/// <summary>A table over the window.</summary>
/// <param name="Before">At its beginning; equal to <paramref name="After"/> with zero counters for a table that is new.</param>
/// <param name="After">At its end; counters since the last reset.</param>
internal sealed record TableActivity(TableCounters? Before, TableCounters After)
{
    public string Schema => After.Schema;

    public string Name => After.Name;

    /// <summary>As a finding names it.</summary>
    public string FullName => $"{After.Schema}.{After.Name}";

    /// <summary>Rows, by the counters or the planner's estimate: whichever knows of more.</summary>
    public long Rows => Math.Max(After.Live, (long)After.EstimatedRows);

    public long Inserted => After.Inserted - (Before?.Inserted ?? 0);

    public long Updated => After.Updated - (Before?.Updated ?? 0);

    public long Deleted => After.Deleted - (Before?.Deleted ?? 0);

    public long HotUpdated => After.HotUpdated - (Before?.HotUpdated ?? 0);

    /// <summary>Rows inserted, updated and deleted.</summary>
    public long Written => Inserted + Updated + Deleted;

    public long SequentialScans => After.SequentialScans - (Before?.SequentialScans ?? 0);

    public long SequentialRows => After.SequentialRows - (Before?.SequentialRows ?? 0);

    public long IndexScans => After.IndexScans - (Before?.IndexScans ?? 0);
}
