using System.Text.Json;
using Nexus.Postgres;
using Nexus.Secrets;
using Nexus.Tasks;
using Npgsql;

namespace Nexus.Operations.Adoption;

/// <summary>
/// Moves scheduled_tasks into tasks: each batch is inserted there and deleted here in one transaction. Rows that cannot be converted stay and are
/// reported, and a later run retries them.
/// </summary>
internal sealed class TaskMove(
    NpgsqlConnection connection, Sealer sealer, string timeZone, AdoptionReport report, IProgress<MigrateProgress>? progress,
    CancellationToken cancellationToken)
{
    public const string Table = "scheduled_tasks";

    /// <summary>Whether the table is there and has rows.</summary>
    public const string IsThere = "SELECT to_regclass('scheduled_tasks') IS NOT NULL";

    private const int BatchSize = 500;

    private const string InsertSql = """
        INSERT INTO tasks (id, chat_id, action, params, schedule_type, schedule_value, timezone, description, job_id, is_active, next_run, created_at)
        SELECT id, chat_id, action, params::jsonb, schedule_type, schedule_value, timezone, description, job_id, is_active, next_run, created_at
        FROM unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[], $9::text[], $10::boolean[],
            $11::timestamptz[], $12::timestamptz[])
            AS v (id, chat_id, action, params, schedule_type, schedule_value, timezone, description, job_id, is_active, next_run, created_at)
        ON CONFLICT (id) DO NOTHING
        """;

    private readonly DocumentSealer _documents = new(sealer);

    public async Task RunAsync(string schema)
    {
        var shapes = await TableShape.ReadAsync(connection, schema, cancellationToken).ConfigureAwait(false);
        if (!shapes.TryGetValue(Table, out var shape)) return;
        if (shape.Find("id") is null)
        {
            report.Reject(new AdoptionReject(Table, "", "id", "the table has no column id; it stays unchanged"));
            return;
        }
        var total = await connection.ScalarAsync<long>($"SELECT count(*) FROM {Table}", [], cancellationToken).ConfigureAwait(false);
        var (done, moved) = (0L, 0L);
        for (string? last = null; ;)
        {
            var transaction = await connection.BeginTransactionAsync(cancellationToken).ConfigureAwait(false);
            await using var _ = transaction.ConfigureAwait(false);
            var now = new DateTimeOffset(
                await connection.ScalarAsync<DateTime>("SELECT now()", [], cancellationToken).ConfigureAwait(false), TimeSpan.Zero);
            var rows = await connection.RowsAsync(
                $"SELECT ctid::text, coalesce(id::text, ''), to_jsonb(s)::text FROM {Table} s WHERE $1::text IS NULL OR ctid > $1::text::tid "
                    + $"ORDER BY ctid LIMIT $2{(report.DryRun ? "" : " FOR UPDATE")}",
                [last, BatchSize], Read, cancellationToken).ConfigureAwait(false);
            if (rows.Count == 0) break;
            moved += await MoveAsync(rows, now).ConfigureAwait(false);
            await transaction.CommitAsync(cancellationToken).ConfigureAwait(false);
            last = rows[^1].Place;
            done += rows.Count;
            progress?.Report(new MigrateProgress(Table, "tasks moved", done, total));
            if (rows.Count < BatchSize) break;
        }
        report.Add(Table, "rows moved into tasks", moved);
    }

    private async Task<long> MoveAsync(List<LegacyTask> rows, DateTimeOffset now)
    {
        List<(string Place, TaskRow Task)> tasks = [];
        foreach (var row in rows)
        {
            if (row.TryConvert(_documents, timeZone, now, out var task) is var (column, reason))
                report.Reject(new AdoptionReject(Table, row.Id, column, $"{reason}; the row stays in {Table}"));
            else tasks.Add((row.Place, task));
        }
        if (tasks.Count == 0 || report.DryRun) return tasks.Count;
        await connection.ExecuteAsync(
            InsertSql,
            [
                All(task => task.Id), All(task => task.ChatId), All(task => task.Action),
                All(task => System.Text.Encoding.UTF8.GetString(task.Parameters.Span)), All(task => TaskNames.Of(task.Schedule.Kind)),
                All(task => task.Schedule.Text), All(task => task.Schedule.TimeZone), All(task => task.Description), All(task => task.JobId),
                All(task => task.IsActive), All(task => task.NextRun?.UtcDateTime), All(task => task.CreatedAt.UtcDateTime),
            ], cancellationToken).ConfigureAwait(false);
        return await connection.ExecuteAsync(
            $"DELETE FROM {Table} WHERE ctid = ANY ($1::text[]::tid[])", [tasks.Select(task => task.Place).ToArray()], cancellationToken)
            .ConfigureAwait(false);

        T[] All<T>(Func<TaskRow, T> value) => [.. tasks.Select(task => value(task.Task))];
    }

    private static LegacyTask Read(NpgsqlDataReader row)
    {
        using var json = JsonDocument.Parse(row.GetString(2), new JsonDocumentOptions { MaxDepth = 1000 });
        return new LegacyTask(row.GetString(0), row.GetString(1), json.RootElement.Clone());
    }
}
