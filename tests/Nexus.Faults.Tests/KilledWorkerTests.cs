using System.Globalization;
using Nexus.Failover;
using Nexus.Secrets;
using Nexus.TestKit;

namespace Nexus.Faults.Tests;

/// <summary>
/// Processes of workers claim due tasks and are killed or frozen at any point. Each task is completed exactly once: none twice, none lost.
/// </summary>
/// <remarks><c>NEXUS_TASKS_SCALE=full</c> runs 1,000 workers on 100,000 tasks.</remarks>
public sealed class KilledWorkerTests
{
    private const int Processes = 4;

    private static readonly bool IsFull = Environment.GetEnvironmentVariable("NEXUS_TASKS_SCALE") == "full";

    private static readonly int Tasks = IsFull ? 100_000 : 3000;

    private static readonly int WorkersEach = IsFull ? 250 : 8;

    private static readonly int LeaseMilliseconds = IsFull ? 30_000 : 2500;

    [Fact]
    public async Task Each_task_is_completed_once_although_workers_are_killed_and_frozen()
    {
        await using var database = await TestDatabase.CreateAsync();
        using var folder = new TempFolder("workers");
        var keys = KeyRing.GenerateKey();
        await (await NexusDb.OpenAsync(new NexusOptions { Database = database.Url, Keys = keys, Fallback = FallbackMode.Off })).DisposeAsync();
        await database.ExecuteAsync(string.Create(CultureInfo.InvariantCulture, $"""
            INSERT INTO tasks (id, chat_id, action, schedule_type, schedule_value, next_run)
            SELECT gen_random_uuid(), (n % 100)::text, 'report', 'interval', '316224000', now() - interval '1 hour'
            FROM generate_series(1, {Tasks}) AS n
            """));
        List<ChildProcess> all = [];
        try
        {
            for (var n = 0; n < Processes; n++) all.Add(Start(database, folder[$"{n}"], keys));
            await DoneAsync(database, Tasks / 10);

            var frozen = all[0];
            frozen.Signal(ChildProcess.SigStop);
            await all[1].KillAsync();
            all.Add(Start(database, folder["4"], keys));
            await DoneAsync(database, Tasks / 2);
            await all[2].KillAsync();
            await DoneAsync(database, Tasks * 9 / 10);
            // What the frozen process had claimed is taken over once its lease has ended.
            await DoneAsync(database, Tasks);
            frozen.Signal(ChildProcess.SigCont);

            // Everything that the frozen process still believed in is refused; it may have had nothing in hand.
            frozen.Input.Close();
            Assert.Equal(0, await frozen.WaitForExitAsync());
            // The first completion of each task made version 2; a second one would have made version 3.
            Assert.Equal(0L, await database.ScalarAsync<long>("SELECT count(*) FROM tasks WHERE version <> 2 OR fence <> completed_fence"));
            Assert.Equal(0L, await database.ScalarAsync<long>("SELECT count(*) FROM tasks WHERE leased_by IS NOT NULL OR next_run < now()"));
            var done = all.SelectMany(process => process.Output.Split('\n')).Where(line => line.StartsWith("done ", StringComparison.Ordinal))
                .Select(line => line.Split(' ')).ToList();
            Assert.Equal(done.Count, done.Select(run => run[1]).Distinct().Count());
            var runs = await database.QueryAsync<string>("SELECT concat(id, ' ', completed_fence) FROM tasks");
            var completed = runs.ToHashSet(StringComparer.Ordinal);
            Assert.All(done, run => Assert.Contains($"{run[1]} {run[2].Trim()}", completed));
        }
        finally
        {
            foreach (var process in all) await process.DisposeAsync();
        }
    }

    [Fact]
    public async Task A_worker_that_was_frozen_past_its_lease_completes_nothing()
    {
        await using var database = await TestDatabase.CreateAsync();
        using var folder = new TempFolder("workers");
        var keys = KeyRing.GenerateKey();
        await using var db = await NexusDb.OpenAsync(new NexusOptions { Database = database.Url, Keys = keys, Fallback = FallbackMode.Off });
        await database.ExecuteAsync("""
            INSERT INTO tasks (id, chat_id, action, schedule_type, schedule_value, next_run)
            SELECT gen_random_uuid(), '1', 'report', 'interval', '316224000', now() FROM generate_series(1, 500) AS n
            """);
        await using var worker = Start(database, folder["0"], keys, limit: 100);
        await DoneAsync(database, 1);
        worker.Signal(ChildProcess.SigStop);
        // Whatever the process has in hand is taken over here, and completed here.
        for (var left = 1; left > 0;)
        {
            foreach (var claim in await db.Tasks.ClaimDueAsync(1000, TimeSpan.FromMinutes(5), "here")) await db.Tasks.CompleteAsync(claim);
            left = (int)await database.ScalarAsync<long>("SELECT count(*) FROM tasks WHERE completed_fence = 0");
            if (left > 0) await Task.Delay(100);
        }
        worker.Signal(ChildProcess.SigCont);
        worker.Input.Close();
        Assert.Equal(0, await worker.WaitForExitAsync());

        Assert.Equal(0L, await database.ScalarAsync<long>("SELECT count(*) FROM tasks WHERE version <> 2"));
        var stale = worker.Output.Split('\n').Where(line => line.StartsWith("stale ", StringComparison.Ordinal)).ToList();
        foreach (var run in stale.Select(line => line.Split(' ')))
        {
            var (task, fence) = (Guid.Parse(run[1]), long.Parse(run[2], CultureInfo.InvariantCulture));
            Assert.True(await database.ScalarAsync<long>("SELECT completed_fence FROM tasks WHERE id = $1", task) > fence);
        }
    }

    private static ChildProcess Start(TestDatabase database, string folder, string keys, int limit = 10) => ChildProcess.Start(
        "dotnet",
        ["exec", Path.Combine(AppContext.BaseDirectory, "Nexus.Faults.dll"), "tasks", database.Url, folder, keys,
            WorkersEach.ToString(CultureInfo.InvariantCulture), LeaseMilliseconds.ToString(CultureInfo.InvariantCulture),
            limit.ToString(CultureInfo.InvariantCulture)]);

    private static Task DoneAsync(TestDatabase database, int count) => Eventually.TrueAsync(async () =>
        await database.ScalarAsync<long>("SELECT count(*) FROM tasks WHERE completed_fence > 0") >= count, IsFull ? TimeSpan.FromMinutes(10) : null);
}
