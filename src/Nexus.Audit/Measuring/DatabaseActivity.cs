namespace Nexus.Audit;

/// <summary>
/// Counters of the database: https://www.postgresql.org/docs/current/monitoring-stats.html#MONITORING-PG-STAT-DATABASE-VIEW. Everybody may read them.
/// </summary>
internal sealed record DatabaseCounters
{
    private const string Sql = """
        SELECT d.numbackends, d.xact_commit, d.xact_rollback, d.blks_read, d.blks_hit, d.tup_returned, d.tup_fetched, d.tup_inserted, d.tup_updated,
            d.tup_deleted,
            d.temp_files, d.temp_bytes, d.deadlocks, d.sessions, d.session_time, d.active_time, d.idle_in_transaction_time, d.sessions_abandoned,
            d.sessions_fatal, d.sessions_killed, d.stats_reset,
            pg_catalog.clock_timestamp()
        FROM pg_catalog.pg_stat_database d WHERE d.datname = pg_catalog.current_database()
        """;

    /// <summary>Connected now.</summary>
    public required int Backends { get; init; }

    public required long Commits { get; init; }

    public required long Rollbacks { get; init; }

    public required long BlocksRead { get; init; }

    public required long BlocksHit { get; init; }

    public required long RowsReturned { get; init; }

    public required long RowsFetched { get; init; }

    public required long RowsInserted { get; init; }

    public required long RowsUpdated { get; init; }

    public required long RowsDeleted { get; init; }

    public required long TempFiles { get; init; }

    public required long TempBytes { get; init; }

    public required long Deadlocks { get; init; }

    /// <summary>Sessions opened.</summary>
    public required long Sessions { get; init; }

    /// <summary>Milliseconds that sessions existed.</summary>
    public required double SessionTime { get; init; }

    /// <summary>Milliseconds that statements ran.</summary>
    public required double ActiveTime { get; init; }

    /// <summary>Milliseconds idle in transactions.</summary>
    public required double IdleInTransactionTime { get; init; }

    /// <summary>Ended because the client vanished.</summary>
    public required long SessionsAbandoned { get; init; }

    public required long SessionsFatal { get; init; }

    public required long SessionsKilled { get; init; }

    public required DateTimeOffset? Since { get; init; }

    /// <summary>When they were read, by the server's clock.</summary>
    public required DateTimeOffset At { get; init; }

    public static async Task<DatabaseCounters> ReadAsync(AuditConnection connection, CancellationToken cancellationToken) =>
        (await connection.QueryAsync(
        Sql,
        row => new DatabaseCounters
        {
            Backends = row.GetInt32(0),
            Commits = row.GetInt64(1),
            Rollbacks = row.GetInt64(2),
            BlocksRead = row.GetInt64(3),
            BlocksHit = row.GetInt64(4),
            RowsReturned = row.GetInt64(5),
            RowsFetched = row.GetInt64(6),
            RowsInserted = row.GetInt64(7),
            RowsUpdated = row.GetInt64(8),
            RowsDeleted = row.GetInt64(9),
            TempFiles = row.GetInt64(10),
            TempBytes = row.GetInt64(11),
            Deadlocks = row.GetInt64(12),
            Sessions = row.GetInt64(13),
            SessionTime = row.GetDouble(14),
            ActiveTime = row.GetDouble(15),
            IdleInTransactionTime = row.GetDouble(16),
            SessionsAbandoned = row.GetInt64(17),
            SessionsFatal = row.GetInt64(18),
            SessionsKilled = row.GetInt64(19),
            Since = row.Time(20),
            At = row.GetFieldValue<DateTimeOffset>(21),
        },
        [],
        cancellationToken).ConfigureAwait(false))[0];
}

/// <summary>The database's counters before and after the window, and what lies between.</summary>
/// <param name="Before">At its beginning.</param>
/// <param name="After">At its end.</param>
/// <param name="OwnTransactions">The audit's own between them.</param>
/// <param name="Seconds">Between them; a little longer than a short window, so that its last counts have arrived.</param>
internal sealed record DatabaseActivity(DatabaseCounters Before, DatabaseCounters After, int OwnTransactions, double Seconds)
{
    /// <summary>A difference of these counters, or of those of tables and indexes, as a rate.</summary>
    public double PerSecond(double count) => count / Seconds;

    /// <summary>Sessions opened; the audit's own was open before.</summary>
    public long Sessions => After.Sessions - Before.Sessions;

    /// <summary>Sessions that were opened and are gone again: what a pool that fills up is not.</summary>
    public long ShortSessions => Math.Max(0, Sessions - Math.Max(0, After.Backends - Before.Backends));

    /// <summary>Commits and rollbacks of others.</summary>
    public long Transactions => Math.Max(0, After.Commits - Before.Commits + After.Rollbacks - Before.Rollbacks - OwnTransactions);

    /// <summary>Commits of others. (The audit rolls back.)</summary>
    public long Commits => After.Commits - Before.Commits;

    public long Rollbacks => Math.Max(0, After.Rollbacks - Before.Rollbacks - OwnTransactions);

    /// <summary>Rows inserted, updated and deleted.</summary>
    public long RowsWritten => After.RowsInserted - Before.RowsInserted + After.RowsUpdated - Before.RowsUpdated
        + After.RowsDeleted - Before.RowsDeleted;

    /// <summary>Milliseconds that statements ran.</summary>
    public double ActiveTime => After.ActiveTime - Before.ActiveTime;

    /// <summary>Milliseconds that transactions waited for their client's next statement.</summary>
    public double IdleInTransactionTime => After.IdleInTransactionTime - Before.IdleInTransactionTime;

    /// <summary>Milliseconds that sessions existed, as far as they have reported.</summary>
    public double SessionTime => After.SessionTime - Before.SessionTime;
}
