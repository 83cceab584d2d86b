using Nexus.Tasks;

namespace Nexus.Sqlite;

/// <summary>Claims in the embedded store, whose one writer serialises them. They follow the same rules as those of PostgreSQL.</summary>
internal static class SqliteTaskClaims
{
    /// <summary>A backlog is counted up to here, as in PostgreSQL.</summary>
    private const int MaxCounted = 10_000;

    public static IReadOnlyList<TaskRow> Claim(SqliteWriteTransaction transaction, int limit, TimeSpan lease, string holder)
    {
        var (connection, now) = (transaction.Connection, SqliteTime.ToMicroseconds(transaction.Now));
        List<Guid> due = [];
        using (var reader = connection.Query("SELECT id FROM tasks WHERE due_at <= ?1 ORDER BY due_at LIMIT ?2", now, (long)limit))
        {
            while (reader.Read()) due.Add(Guid.Parse(reader.GetString(0)));
        }
        var until = now + (lease.Ticks / TimeSpan.TicksPerMicrosecond);
        var claimed = SqliteTasks.Get(connection, due).OrderBy(task => task.NextRun).Select(task => task with
        {
            Runs = task.Runs with { Fence = Math.Max(task.Runs.Fence + 1, now), Attempts = task.Runs.Attempts + 1 },
            LeasedUntil = SqliteTime.FromMicroseconds(until),
            LeasedBy = holder,
            LeasedFor = task.NextRun,
        }).ToList();
        foreach (var task in claimed)
        {
            connection.Execute(
                "UPDATE tasks SET doc = CAST(?2 AS TEXT), leased_until = ?3, leased_by = ?4, leased_for = ?5 WHERE id = ?1", task.Id.ToString(),
                SqliteTasks.ToUtf8(task), until, holder, SqliteTime.ToMicroseconds(task.LeasedFor!.Value));
        }
        return claimed;
    }

    public static DateTimeOffset? Renew(SqliteWriteTransaction transaction, Guid id, long fence, TimeSpan lease)
    {
        if (Find(transaction, id, fence) is null) return null;
        var until = SqliteTime.Truncate(transaction.Now + lease);
        transaction.Connection.Execute("UPDATE tasks SET leased_until = ?2 WHERE id = ?1", id.ToString(), SqliteTime.ToMicroseconds(until));
        return until;
    }

    public static bool Release(SqliteWriteTransaction transaction, Guid id, long fence, TimeSpan delay, string? error)
    {
        if (Find(transaction, id, fence) is not { } task) return false;
        var runs = task.Runs with
        {
            Attempts = error is null ? Math.Max(task.Runs.Attempts - 1, 0) : task.Runs.Attempts,
            LastError = error ?? task.Runs.LastError,
        };
        transaction.Connection.Execute(
            "UPDATE tasks SET doc = CAST(?2 AS TEXT), leased_until = CASE WHEN ?3 > 0 THEN ?3 END, leased_by = NULL, leased_for = NULL WHERE id = ?1",
            id.ToString(), SqliteTasks.ToUtf8(task with { Runs = runs }),
            delay > TimeSpan.Zero ? SqliteTime.ToMicroseconds(transaction.Now + delay) : 0L);
        return true;
    }

    public static TaskBacklog Backlog(SqliteSession connection, TimeProvider clock)
    {
        var now = SqliteTime.Read(clock);
        using var reader = connection.Query(
            $"SELECT count(*), min(due_at) FROM (SELECT due_at FROM tasks WHERE due_at <= ?1 ORDER BY due_at LIMIT {MaxCounted})",
            SqliteTime.ToMicroseconds(now));
        reader.Read();
        return new TaskBacklog(reader.GetInt64(0), reader.IsDBNull(1) ? null : SqliteTime.FromMicroseconds(reader.GetInt64(1)), now);
    }

    private static TaskRow? Find(SqliteWriteTransaction transaction, Guid id, long fence) =>
        SqliteTasks.Get(transaction.Connection, [id]) is [{ LeasedBy: not null } task] && task.Runs.Fence == fence ? task : null;
}
