using System.Text.Json;
using Microsoft.Data.Sqlite;
using Nexus.Engine;
using Nexus.Tasks;

namespace Nexus.Sqlite;

/// <summary>Scheduled tasks: a document each, and the lease beside it.</summary>
internal static class SqliteTasks
{
    public static readonly DocumentTable Table = new(TaskRow.Table);

    private const string Columns = "SELECT doc, id, version, updated_at, leased_until, leased_by, leased_for FROM tasks";

    /// <summary>As the statement of PostgreSQL: a lease stays, and so does what became of the runs unless the save knows a later claim.</summary>
    public static WriteOutcome Save(SqliteWriteTransaction transaction, SaveTask write)
    {
        var stored = Table.Find(transaction, write);
        if (DocumentTable.Judge(write, stored, write.ExpectedVersion) is { } outcome) return outcome;
        var task = write.Task;
        if (stored is not null)
        {
            var before = Parse(write.Task.Id, stored.Document);
            var (kept, given) = (before.Runs, task.Runs);
            task = task with
            {
                Runs = (given.Fence > kept.Fence ? given : kept) with { CompletedFence = Math.Max(kept.CompletedFence, given.CompletedFence) },
            };
            if (before.NextRun != task.NextRun)
                transaction.Connection.Execute("UPDATE tasks SET leased_until = NULL WHERE rowid = ?1 AND leased_by IS NULL", stored.RowId);
        }
        return Table.Put(transaction, write, stored, ToUtf8(task));
    }

    public static WriteOutcome Complete(SqliteWriteTransaction transaction, CompleteTask write)
    {
        var stored = Table.Find(transaction, write);
        if (DocumentTable.Judge(write, stored, expectedVersion: null) is { } outcome) return outcome;
        var task = Parse(write.Id, stored!.Document);
        if (!IsHeld(transaction.Connection, stored.RowId, task, write)) return WriteOutcome.InvalidState;
        var isSetMeanwhile = task.NextRun != write.Due;
        var nextRun = isSetMeanwhile ? task.NextRun : write.NextRun;
        transaction.Connection.Execute(
            "UPDATE tasks SET leased_until = NULL, leased_by = NULL, leased_for = NULL WHERE rowid = ?1", stored.RowId);
        return Table.Put(transaction, write, stored, ToUtf8(task with
        {
            NextRun = nextRun,
            IsActive = task.IsActive && nextRun is not null,
            Runs = new TaskRuns(write.Fence, write.Fence, 0, write.CompletedAt ?? transaction.Now, write.Error),
        }));
    }

    public static WriteOutcome Remove(SqliteWriteTransaction transaction, RemoveTask write)
    {
        var stored = Table.Find(transaction, write);
        return DocumentTable.Judge(write, stored, write.ExpectedVersion) ?? Table.Delete(transaction, stored!);
    }

    public static WriteOutcome Reseal(SqliteWriteTransaction transaction, ResealTask write) => Table.Reseal(
        transaction, Table.Find(transaction, write), write.SeenVersion, stored =>
        {
            var task = Parse(write.Id, stored.Document);
            return ToUtf8(task with
            {
                Parameters = write.Parameters,
                Description = write.Description,
                Runs = task.Runs with { LastError = write.LastError },
            });
        });

    public static IReadOnlyList<TaskRow> Get(SqliteSession connection, IReadOnlyCollection<Guid> ids)
    {
        using var reader = connection.Query(
            $"{Columns} WHERE id IN (SELECT value FROM json_each(?1))", SqliteJson.Array(ids.Select(id => id.ToString())));
        List<TaskRow> rows = new(ids.Count);
        while (reader.Read()) rows.Add(Map(reader, reader.GetFieldValue<byte[]>(0)));
        return rows;
    }

    public static SqliteDataReader List(SqliteSession connection, TaskQuery query)
    {
        const string Filter = """
            id > ?1 AND (?2 < 0 OR is_active = ?2) AND (?3 = 0 OR json_extract(doc, '$.last_error') IS NOT NULL)
                AND (?4 = '' OR json_extract(doc, '$.action') = ?4)
            """;
        var (after, isActive) = (query.After?.ToString() ?? "", query.IsActive is { } active ? (active ? 1L : 0L) : -1L);
        var (failed, action) = (query.HasFailed ? 1L : 0L, query.Action ?? "");
        return query.ChatId is { } chatId
            ? connection.Query($"{Columns} WHERE chat_id = ?5 AND {Filter} ORDER BY id", after, isActive, failed, action, chatId)
            : connection.Query($"{Columns} WHERE {Filter} ORDER BY id", after, isActive, failed, action);
    }

    public static TaskRow Map(SqliteDataReader reader, byte[] document) => Parse(Guid.Parse(reader.GetString(1)), document) with
    {
        Version = reader.GetInt64(2),
        UpdatedAt = SqliteTime.FromMicroseconds(reader.GetInt64(3)),
        LeasedUntil = TimeOf(reader, 4),
        LeasedBy = reader.IsDBNull(5) ? null : reader.GetString(5),
        LeasedFor = TimeOf(reader, 6),
    };

    public static TaskRow Parse(Guid id, byte[] document)
    {
        using var json = SqliteJson.Parse(document);
        return TaskJson.Read(id, json.RootElement);
    }

    /// <summary>The next run is a number as well, which the generated column compares with the clock.</summary>
    public static byte[] ToUtf8(TaskRow task) => SqliteJson.Write(task, static (json, row) =>
    {
        TaskJson.Write(json, row);
        if (row.NextRun is { } at) json.WriteNumber("next_run_us"u8, SqliteTime.ToMicroseconds(at));
    });

    /// <summary>The local replica may lack the claim of a spooled completion, but it never has a later one than PostgreSQL.</summary>
    private static bool IsHeld(SqliteSession connection, long rowId, TaskRow task, CompleteTask write)
    {
        if (write.CompletedAt is not null) return write.Fence >= task.Runs.Fence && write.Fence > task.Runs.CompletedFence;
        return write.Fence == task.Runs.Fence
            && connection.ReadNumber($"SELECT leased_by IS NOT NULL FROM tasks WHERE rowid = {rowId}") == 1;
    }

    private static DateTimeOffset? TimeOf(SqliteDataReader reader, int ordinal) =>
        reader.IsDBNull(ordinal) ? null : SqliteTime.FromMicroseconds(reader.GetInt64(ordinal));
}
