using Nexus.Tasks;

namespace Nexus.Postgres;

/// <summary>
/// The SQL of claims. Each is one statement of its own, judged by the database's clock. A claim waits for nobody: what another claim, a completion or
/// a change holds is skipped. Its number grows also if the table is restored from a backup, because it is not below the time in microseconds.
/// </summary>
internal static class PostgresTaskClaims
{
    // A plan for all values takes the limit for a tenth of what is due: a join with it reads the whole table, and an order by sorting may be chosen.
    private const string ClaimDue = $"""
        WITH due AS MATERIALIZED (
            SELECT d.id FROM tasks d WHERE d.due_at <= now() ORDER BY d.due_at LIMIT $1 FOR UPDATE SKIP LOCKED)
        UPDATE tasks t SET
            fence = greatest(t.fence + 1, (extract(epoch FROM clock_timestamp()) * 1000000)::bigint), attempts = t.attempts + 1,
            leased_until = clock_timestamp() + $2 * interval '1 microsecond', leased_by = $3, leased_for = t.next_run
        WHERE t.id = ANY (ARRAY(SELECT due.id FROM due))
        RETURNING {PostgresTasks.Columns}
        """;

    private const string RenewOne = """
        UPDATE tasks t SET leased_until = clock_timestamp() + $3 * interval '1 microsecond'
        WHERE t.id = $1 AND t.fence = $2 AND t.leased_by IS NOT NULL
        RETURNING t.leased_until
        """;

    private const string ReleaseOne = """
        UPDATE tasks t SET
            leased_until = d.until, leased_by = NULL, leased_for = NULL,
            attempts = CASE WHEN $4 IS NULL THEN greatest(t.attempts - 1, 0) ELSE t.attempts END, last_error = coalesce($4, t.last_error)
        FROM (SELECT clock_timestamp() + nullif(greatest($3, 0), 0) * interval '1 microsecond' AS until) AS d
        WHERE t.id = $1 AND t.fence = $2 AND t.leased_by IS NOT NULL
        RETURNING 1::bigint
        """;

    private const string Count = """
        SELECT (SELECT count(*) FROM (SELECT 1 FROM tasks WHERE due_at <= now() LIMIT 10000) AS due),
            (SELECT min(due_at) FROM tasks WHERE due_at <= now()), now()
        """;

    public static Query<TaskRow> Claim(int limit, TimeSpan lease, string holder) =>
        new Query<TaskRow>(ClaimDue, PostgresTasks.Read).PlannedForValues().Limit(limit).Long(Microseconds(lease)).Text(holder);

    public static Query<DateTimeOffset> Renew(Guid id, long fence, TimeSpan lease) =>
        new Query<DateTimeOffset>(RenewOne, static row => row.GetInstant(0)).Uuid(id).Long(fence).Long(Microseconds(lease));

    public static Query<long> Release(Guid id, long fence, TimeSpan delay, string? error) =>
        new Query<long>(ReleaseOne, static row => row.GetInt64(0)).Uuid(id).Long(fence).Long(Microseconds(delay)).Text(error);

    public static Query<TaskBacklog> Backlog() =>
        new(Count, static row => new TaskBacklog(row.GetInt64(0), row.GetInstantOrNull(1), row.GetInstant(2)));

    private static long Microseconds(TimeSpan time) => time.Ticks / TimeSpan.TicksPerMicrosecond;
}
