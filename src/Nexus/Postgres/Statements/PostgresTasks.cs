using Nexus.Engine;
using Nexus.Tasks;
using Npgsql;

namespace Nexus.Postgres;

/// <summary>The SQL that reads and changes scheduled tasks.</summary>
internal static class PostgresTasks
{
    public const string Columns = """
        t.id, t.chat_id, t.action, t.params, t.schedule_type, t.schedule_value, t.timezone, t.missed, t.description, t.job_id, t.is_active,
        t.next_run, t.created_at, t.fence, t.completed_fence, t.attempts, t.last_run, t.last_error, t.leased_until, t.leased_by, t.leased_for,
        t.version, t.updated_at
        """;

    private const string Given = """
        id, chat_id, action, params, schedule_type, schedule_value, timezone, missed, description, job_id, is_active, next_run, created_at, fence,
        completed_fence, attempts, last_run, last_error, write_id
        """;

    private const string GivenValues = """
        i.id, i.chat_id, i.action, i.params, i.schedule_type, i.schedule_value, i.timezone, i.missed, i.description, i.job_id, i.is_active,
        i.next_run, i.created_at, i.fence, i.completed_fence, i.attempts, i.last_run, i.last_error, i.write_id
        """;

    /// <summary>
    /// A lease stays. What became of the runs stays too, unless the save knows a later claim, as that of a restored task does. Another time for the
    /// next run ends the wait after a released attempt.
    /// </summary>
    private const string Replaces = """
        chat_id = excluded.chat_id, action = excluded.action, params = excluded.params, schedule_type = excluded.schedule_type,
        schedule_value = excluded.schedule_value, timezone = excluded.timezone, missed = excluded.missed, description = excluded.description,
        job_id = excluded.job_id, is_active = excluded.is_active, next_run = excluded.next_run, created_at = excluded.created_at,
        completed_fence = greatest(t.completed_fence, excluded.completed_fence),
        attempts = CASE WHEN excluded.fence > t.fence THEN excluded.attempts ELSE t.attempts END,
        last_run = CASE WHEN excluded.fence > t.fence THEN excluded.last_run ELSE t.last_run END,
        last_error = CASE WHEN excluded.fence > t.fence THEN excluded.last_error ELSE t.last_error END,
        leased_until = CASE WHEN t.leased_by IS NULL AND t.next_run IS DISTINCT FROM excluded.next_run THEN NULL ELSE t.leased_until END,
        fence = greatest(t.fence, excluded.fence), updated_at = excluded.updated_at, write_id = excluded.write_id
        """;

    /// <summary>A replay of the write that the row holds already matches no row.</summary>
    private static readonly Statement Replace = Input(new Statement<SaveTask>(TaskRow.Table, rank: 0, StatementKind.Creates, $$"""
        INSERT INTO tasks AS t ({{Given}})
        SELECT {{GivenValues}} FROM {input} ORDER BY i.id
        ON CONFLICT (id) DO UPDATE SET {{Replaces}}, version = t.version + 1
        WHERE t.write_id IS DISTINCT FROM excluded.write_id
        RETURNING t.id::text, t.version, t.updated_at
        """));

    /// <summary>As the conditional save of a session.</summary>
    private static readonly Statement Save = Input(new Statement<SaveTask>(TaskRow.Table, rank: 1, StatementKind.Creates, $$"""
        WITH held AS (SELECT t.id, t.version, t.write_id FROM tasks t WHERE t.id {keys} ORDER BY t.id FOR UPDATE)
        INSERT INTO tasks AS t ({{Given}}, version)
        SELECT {{GivenValues}}, coalesce(h.version, 0) + 1
        FROM {input} LEFT JOIN held h ON h.id = i.id
        WHERE i.expected = coalesce(h.version, 0) AND h.write_id IS DISTINCT FROM i.write_id
        ORDER BY i.id
        ON CONFLICT (id) DO UPDATE SET {{Replaces}}, version = excluded.version
        WHERE t.version = excluded.version - 1
        RETURNING t.id::text, t.version, t.updated_at
        """, write => write.ExpectedVersion))
        .LongOrNull("expected", write => write.ExpectedVersion);

    /// <summary>A next run that is another than the one that was claimed was set by a caller meanwhile, and stays.</summary>
    public static readonly Statement Complete = new Statement<CompleteTask>(TaskRow.Table, rank: 2, StatementKind.Completes, """
        WITH held AS (
            SELECT t.id, i.fence, i.due, i.next_run, i.error, coalesce(i.completed_at, clock.at) AS completed_at, i.write_id
            FROM {input} CROSS JOIN (SELECT now() AS at) AS clock JOIN tasks t ON t.id = i.id ORDER BY t.id FOR UPDATE OF t)
        UPDATE tasks t SET
            next_run = CASE WHEN t.next_run IS DISTINCT FROM i.due THEN t.next_run ELSE i.next_run END,
            is_active = t.is_active AND (t.next_run IS DISTINCT FROM i.due OR i.next_run IS NOT NULL),
            last_run = i.completed_at, last_error = i.error, attempts = 0, completed_fence = i.fence,
            leased_until = NULL, leased_by = NULL, leased_for = NULL, updated_at = now(), version = t.version + 1, write_id = i.write_id
        FROM held i
        WHERE t.id = i.id AND t.fence = i.fence AND t.leased_by IS NOT NULL AND t.write_id IS DISTINCT FROM i.write_id
        RETURNING t.id::text, t.version, t.updated_at
        """)
        .Uuid("id", write => write.Id)
        .LongOrNull("fence", write => write.Fence)
        .Time("due", write => write.Due)
        .TimeOrNull("next_run", write => write.NextRun)
        .Text("error", write => write.Error)
        .TimeOrNull("completed_at", write => write.CompletedAt)
        .Uuid("write_id", write => write.WriteId);

    public static readonly Statement Reseal = new Statement<ResealTask>(TaskRow.Table, rank: 3, StatementKind.Reseals, """
        WITH held AS (
            SELECT t.id, i.params, i.description, i.last_error, i.expected
            FROM {input} JOIN tasks t ON t.id = i.id ORDER BY t.id FOR UPDATE OF t)
        UPDATE tasks t SET params = i.params, description = i.description, last_error = i.last_error
        FROM held i
        WHERE t.id = i.id AND t.version = i.expected
        RETURNING t.id::text, t.version, t.updated_at
        """, write => write.SeenVersion)
        .Uuid("id", write => write.Id)
        .Json("params", write => write.Parameters)
        .Text("description", write => write.Description)
        .Text("last_error", write => write.LastError)
        .LongOrNull("expected", write => write.SeenVersion);

    public static readonly Statement Remove = new Statement<RemoveTask>(TaskRow.Table, rank: 4, StatementKind.Removes, """
        WITH held AS (SELECT t.id, i.expected FROM {input} JOIN tasks t ON t.id = i.id ORDER BY t.id FOR UPDATE OF t),
        gone AS (
            DELETE FROM tasks t USING held i
            WHERE t.id = i.id AND (i.expected IS NULL OR i.expected = t.version)
            RETURNING t.id::text, t.version)
        SELECT g.id, g.version, now() FROM gone g
        """, write => write.ExpectedVersion)
        .Uuid("id", write => write.Id)
        .LongOrNull("expected", write => write.ExpectedVersion);

    private const string LockRows =
        "SELECT count(*) FROM (SELECT 1 FROM tasks WHERE id = ANY ($1::uuid[]) ORDER BY id FOR UPDATE) AS held";

    private const string LookUp = "SELECT id::text, version, updated_at, write_id FROM tasks WHERE id = ANY ($1::uuid[])";

    private const string RaiseVersion = "UPDATE tasks t SET version = i.version FROM unnest($1::text[], $2::bigint[]) AS i (id, version) "
        + "WHERE t.id = i.id::uuid AND t.version < i.version";

    public static readonly PostgresTable Table = new PostgresTable<TaskRow>(TaskRow.Table, LookUp, LockRows, RaiseVersion)
    {
        Placement = TablePlacement.Home,
        Ranges = new PostgresKeyRanges(TaskRow.Table, isUuid: true),
        Get = static ids => new Query<TaskRow>(GetByText, Read).Texts(ids),
        Page = static (after, limit) => new Query<TaskRow>(ListAll, Read)
            .Uuid(after is null ? Guid.Empty : Guid.Parse(after)).Limit(limit).Bool(null).Bool(false).Text(null),
    };

    private const string GetByText = $"SELECT {Columns} FROM tasks t WHERE t.id = ANY ($1::uuid[])";
    private const string GetMany = $"SELECT {Columns} FROM tasks t WHERE t.id = ANY ($1)";

    private const string Filter =
        "($3 IS NULL OR t.is_active = $3) AND (NOT $4 OR t.last_error IS NOT NULL) AND ($5 IS NULL OR t.action = $5)";

    private const string ListAll = $"SELECT {Columns} FROM tasks t WHERE t.id > $1 AND {Filter} ORDER BY t.id LIMIT $2";
    private const string ListChat =
        $"SELECT {Columns} FROM tasks t WHERE t.id > $1 AND {Filter} AND t.chat_id = $6 ORDER BY t.chat_id, t.id LIMIT $2";

    public static Statement For(SaveTask write) => write.ExpectedVersion is null ? Replace : Save;

    public static Query<TaskRow> Get(IReadOnlyCollection<Guid> ids) => new Query<TaskRow>(GetMany, Read).Uuids(ids);

    public static Query<TaskRow> List(TaskQuery query)
    {
        var list = new Query<TaskRow>(query.ChatId is null ? ListAll : ListChat, Read)
            .Uuid(query.After ?? Guid.Empty).Limit(query.Limit).Bool(query.IsActive).Bool(query.HasFailed).Text(query.Action);
        return query.ChatId is { } chatId ? list.Text(chatId) : list;
    }

    public static TaskRow Read(NpgsqlDataReader row) => new()
    {
        Id = row.GetGuid(0),
        ChatId = row.GetString(1),
        Action = row.GetString(2),
        Parameters = row.GetFieldValue<byte[]>(3),
        Schedule = TaskSchedule.FromStore(row.GetString(4), row.GetString(5), row.GetString(6)),
        Missed = TaskNames.StoredMissed(row.GetString(7)),
        Description = row.GetStringOrNull(8),
        JobId = row.GetStringOrNull(9),
        IsActive = row.GetBoolean(10),
        NextRun = row.GetInstantOrNull(11),
        CreatedAt = row.GetInstant(12),
        Runs = new TaskRuns(row.GetInt64(13), row.GetInt64(14), row.GetInt32(15), row.GetInstantOrNull(16), row.GetStringOrNull(17)),
        LeasedUntil = row.GetInstantOrNull(18),
        LeasedBy = row.GetStringOrNull(19),
        LeasedFor = row.GetInstantOrNull(20),
        Version = row.GetInt64(21),
        UpdatedAt = row.GetInstant(22),
    };

    private static Statement<SaveTask> Input(Statement<SaveTask> statement) => statement
        .Uuid("id", write => write.Task.Id)
        .Text("chat_id", write => write.Task.ChatId)
        .Text("action", write => write.Task.Action)
        .Json("params", write => write.Task.Parameters)
        .Text("schedule_type", write => TaskNames.Of(write.Task.Schedule.Kind))
        .Text("schedule_value", write => write.Task.Schedule.Text)
        .Text("timezone", write => write.Task.Schedule.TimeZone)
        .Text("missed", write => TaskNames.Of(write.Task.Missed))
        .Text("description", write => write.Task.Description)
        .Text("job_id", write => write.Task.JobId)
        .Bool("is_active", write => write.Task.IsActive)
        .TimeOrNull("next_run", write => write.Task.NextRun)
        .Time("created_at", write => write.Task.CreatedAt)
        .LongOrNull("fence", write => write.Task.Runs.Fence)
        .LongOrNull("completed_fence", write => write.Task.Runs.CompletedFence)
        .Int("attempts", write => write.Task.Runs.Attempts)
        .TimeOrNull("last_run", write => write.Task.Runs.LastRun)
        .Text("last_error", write => write.Task.Runs.LastError)
        .Uuid("write_id", write => write.WriteId);
}
