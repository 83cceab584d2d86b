using System.Diagnostics;
using Nexus.Tasks;
using Npgsql;

namespace Nexus.Bench;

/// <summary>
/// Workers claim and complete due tasks, against the naive way: select one due task, then update it. The naive way needs the condition in its UPDATE
/// to be right at all, and loses a round trip whenever another worker was first.
/// </summary>
internal static class TaskBenchmark
{
    private const int Claim = 50;

    private const string SelectOne = "SELECT id FROM tasks WHERE due_at <= now() ORDER BY due_at LIMIT 1";

    private const string TakeOne = """
        UPDATE tasks SET fence = fence + 1, attempts = attempts + 1, leased_until = now() + interval '1 minute', leased_by = 'naive',
            leased_for = next_run
        WHERE id = $1 AND due_at <= now()
        """;

    private const string CompleteOne = """
        UPDATE tasks SET next_run = now() + interval '1 day', completed_fence = fence, attempts = 0, last_run = now(), leased_until = NULL,
            leased_by = NULL, leased_for = NULL, updated_at = now(), version = version + 1
        WHERE id = $1
        """;

    public static async Task RunAsync(string? url, bool isSlow, int tasks, int workers)
    {
        await using var database = await BenchDatabase.OpenAsync(url, isSlow);
        await using var nexus = await database.OpenNexusAsync();
        Console.WriteLine($"tasks: {workers} workers, Nexus claims {Claim} at once");

        // The naive way is measured on a part, since it takes as long as the whole of the others together.
        await FillAsync(database.Raw, tasks / 10);
        var naive = await TimeAsync(workers, () => NaiveAsync(database.Raw));
        await CheckAsync(database.Raw, tasks / 10);
        await FillAsync(database.Raw, tasks);
        var single = await TimeAsync(workers, () => WorkAsync(nexus.Tasks, limit: 1));
        await CheckAsync(database.Raw, tasks);
        await FillAsync(database.Raw, tasks);
        var batched = await TimeAsync(workers, () => WorkAsync(nexus.Tasks, Claim));
        await CheckAsync(database.Raw, tasks);

        Show("select, then update, one by one", tasks / 10, naive, naive, tasks / 10);
        Show("nexus, one task a claim", tasks, single, naive, tasks / 10);
        Show($"nexus, {Claim} tasks a claim", tasks, batched, naive, tasks / 10);
    }

    private static void Show(string way, int tasks, TimeSpan time, TimeSpan naive, int naiveTasks)
    {
        var rate = tasks / time.TotalSeconds;
        Console.WriteLine($"  {way,-36} {rate,10:N0} tasks/s   {rate / (naiveTasks / naive.TotalSeconds),6:0.0} x");
    }

    private static async Task<TimeSpan> TimeAsync(int workers, Func<Task> work)
    {
        var started = Stopwatch.GetTimestamp();
        await Task.WhenAll(Enumerable.Range(0, workers).Select(_ => Task.Run(work)));
        return Stopwatch.GetElapsedTime(started);
    }

    private static async Task WorkAsync(NexusTasks tasks, int limit)
    {
        while (await tasks.ClaimDueAsync(limit, TimeSpan.FromMinutes(1)) is { Count: > 0 } claimed)
            await Task.WhenAll(claimed.Select(claim => tasks.CompleteAsync(claim)));
    }

    private static async Task NaiveAsync(NpgsqlDataSource source)
    {
        while (true)
        {
            await using var select = source.CreateCommand(SelectOne);
            if (await select.ExecuteScalarAsync() is not Guid id) return;
            if (await ChangeAsync(source, TakeOne, id) == 1) await ChangeAsync(source, CompleteOne, id);
        }
    }

    private static async Task<int> ChangeAsync(NpgsqlDataSource source, string sql, Guid id)
    {
#pragma warning disable CA2100 // Constant texts; the id is a parameter.
        await using var command = source.CreateCommand(sql);
#pragma warning restore CA2100
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = id });
        return await command.ExecuteNonQueryAsync();
    }

    private static async Task FillAsync(NpgsqlDataSource source, int tasks)
    {
        await using var command = source.CreateCommand("TRUNCATE tasks");
        await command.ExecuteNonQueryAsync();
        await using var fill = source.CreateCommand("""
            INSERT INTO tasks (id, chat_id, action, schedule_type, schedule_value, next_run)
            SELECT gen_random_uuid(), (n % 1000)::text, 'report', 'interval', '86400', now() - interval '1 hour' FROM generate_series(1, $1) AS n
            """);
        fill.Parameters.Add(new NpgsqlParameter<int> { TypedValue = tasks });
        await fill.ExecuteNonQueryAsync();
        await using var analyze = source.CreateCommand("ANALYZE tasks");
        await analyze.ExecuteNonQueryAsync();
    }

    /// <summary>Each task was completed exactly once.</summary>
    private static async Task CheckAsync(NpgsqlDataSource source, int tasks)
    {
        await using var command = source.CreateCommand("SELECT count(*) FROM tasks WHERE version = 2 AND completed_fence = fence");
        if (await command.ExecuteScalarAsync() is not long right || right != tasks)
            throw new InvalidOperationException("a task was completed twice or not at all");
    }
}
