using Microsoft.Extensions.Logging.Abstractions;
using Nexus.Json;
using Nexus.KeyedState;
using Nexus.Operations.Leadership;
using Nexus.Operations.Maintenance;
using Nexus.Operations.Status;
using Nexus.Sqlite;
using Nexus.StoreContract;
using Nexus.TestKit;

namespace Nexus.Operations.Tests.Maintenance;

/// <summary>The jobs on the embedded store, the scheduler, and when it yields.</summary>
public sealed class EmbeddedMaintenanceTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Free_space_is_given_back_while_the_store_is_open_and_a_dry_run_only_measures()
    {
        await using var home = new SqliteHome();
        await using var db = await NexusDb.OpenAsync(home.CreateOptions(), cancellationToken: Token);
        var large = StateJson.Parse($"\"{new string('x', 200_000)}\"");
        for (var n = 0; n < 60; n++) await db.State.SaveAsync("n", $"{n}", large, cancellationToken: Token);
        for (var n = 0; n < 60; n++) await db.State.DeleteAsync("n", $"{n}", cancellationToken: Token);
        var file = Path.Combine(home.Folder, "nexus.db");

        var measured = await LocalFileUpkeep.CompactAsync(file, isDryRun: true, Token);
        Assert.True(measured > 8_000_000, $"{measured}");
        Assert.True(await LocalFileUpkeep.CompactAsync(file, cancellationToken: Token) > 8_000_000);
        Assert.Equal(0, await LocalFileUpkeep.CompactAsync(file, cancellationToken: Token));
        Assert.Null(await LocalFileUpkeep.CheckAsync(file, Token));
        await LocalFileUpkeep.OptimizeAsync(file, Token);
        await db.State.SaveAsync("n", "after", large, cancellationToken: Token);
        Assert.NotNull(await db.State.GetAsync("n", "after", Token));
    }

    [Fact]
    public async Task Every_job_runs_and_leaves_a_record()
    {
        await using var home = new SqliteHome();
        var report = await MaintenanceRuns.RunAsync(
            home.CreateOptions(), null, isDryRun: false, NullLoggerFactory.Instance, TimeProvider.System, Token);

        Assert.True(report.Ok, string.Join('\n', report.Runs.Select(run => $"{run.Job}: {run.Gained}")));
        Assert.Equal(["expired-state", "subscriptions", "history", "optimize", "compact-files", "check-file"], report.Runs.Select(run => run.Job));
        await using var db = await NexusDb.OpenAsync(home.CreateOptions(), cancellationToken: Token);
        Assert.Single(await new MaintenanceHistory(db).ReadAsync("optimize", Token));
    }

    [Fact]
    public async Task The_scheduler_runs_what_is_due_and_goes_on_with_the_history_after_a_restart()
    {
        await using var home = new SqliteHome();
        await using var db = await NexusDb.OpenAsync(home.CreateOptions(), cancellationToken: Token);
        await db.State.SaveAsync("n", "old", StateJson.Parse("1"), StateExpiry.At(DateTimeOffset.UnixEpoch), cancellationToken: Token);
        var history = new MaintenanceHistory(db);
        // Every hour is quiet.
        var settings = new MaintenanceOptions { QuietFrom = 0, QuietUntil = 24 };

        await ScheduleAsync(async () => await history.ReadAsync("check-file", Token) is [_, ..]);
        var first = (await history.ReadAsync("expired-state", Token))[0];
        Assert.Equal((JobOutcome.Done, "1 values"), (first.Outcome, first.Gained));
        // A run in the future is that of a wrong clock, and does not stop the job for ever.
        await history.AddAsync(first with { Job = "optimize", StartedAt = first.StartedAt.AddYears(1), Outcome = JobOutcome.Done }, Token);
        await ScheduleAsync(async () => (await history.ReadAsync("optimize", Token))[0].StartedAt.Year == first.StartedAt.Year);
        Assert.Single(await history.ReadAsync("expired-state", Token));
        // Something was in the way of a nightly job half an hour ago: it does not wait for the next night, when the same may be in its way.
        await history.AddAsync(
            first with { Job = "check-file", StartedAt = (await db.GetTimeAsync(Token)).AddMinutes(-31), Outcome = JobOutcome.Skipped }, Token);
        await ScheduleAsync(async () => (await history.ReadAsync("check-file", Token))[0].Outcome != JobOutcome.Skipped);

        async Task ScheduleAsync(Func<Task<bool>> until)
        {
            using var stop = CancellationTokenSource.CreateLinkedTokenSource(Token);
            using var scheduler = new MaintenanceScheduler(db, home.CreateOptions(), settings, NullLoggerFactory.Instance, TimeProvider.System);
            var running = scheduler.RunAsync(AlwaysLeader.Instance, stop.Token);
            await Eventually.TrueAsync(until);
            await stop.CancelAsync();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
        }
    }

    [Fact]
    public async Task A_history_that_is_damaged_is_empty_and_a_long_one_is_cut()
    {
        await using var home = new SqliteHome();
        await using var db = await NexusDb.OpenAsync(home.CreateOptions(), cancellationToken: Token);
        var history = new MaintenanceHistory(db);
        await db.State.SaveAsync(JobRunReader.Namespace, "vacuum", StateJson.Parse("""{"not":"a list"}"""), cancellationToken: Token);
        Assert.Empty(await history.ReadAsync("vacuum", Token));
        var run = new JobRun("vacuum", DateTimeOffset.UnixEpoch, 1, JobOutcome.Done, new string('x', 5000), [new string('y', 5000)]);

        for (var n = 0; n < 30; n++) await history.AddAsync(run with { Seconds = n }, Token);
        var runs = await history.ReadAsync("vacuum", Token);
        Assert.Equal((20, 29.0, 500, 500), (runs.Count, runs[0].Seconds, runs[0].Gained!.Length, runs[0].Steps[0].Length));
        for (var n = 0; n < 5; n++) await history.AddAsync(run with { Outcome = JobOutcome.Nothing, Gained = null, Seconds = n }, Token);
        Assert.Equal([JobOutcome.Nothing, JobOutcome.Done], (await history.ReadAsync("vacuum", Token)).Take(2).Select(one => one.Outcome));
    }

    [Fact]
    public void A_job_yields_when_the_slowest_hundredth_takes_twice_as_long()
    {
        using var watch = new LoadWatch();
        for (var n = 0; n < 1000; n++) watch.Add(n % 50 == 0 ? 0.030 : 0.002);
        using (var same = watch.Begin())
        {
            for (var n = 0; n < 1000; n++) watch.Add(n % 50 == 0 ? 0.050 : 0.002);
            Assert.False(same.IsSlow);
        }
        using (var slow = watch.Begin())
        {
            for (var n = 0; n < 90; n++) watch.Add(0.1);
            Assert.False(slow.IsSlow, "too few writes to tell");
            for (var n = 0; n < 90; n++) watch.Add(0.1);
            Assert.True(slow.IsSlow);
        }
        // Twice a very short time is no load.
        using var fast = new LoadWatch();
        for (var n = 0; n < 1000; n++) fast.Add(0.001);
        using var doubled = fast.Begin();
        for (var n = 0; n < 1000; n++) fast.Add(0.004);
        Assert.False(doubled.IsSlow);
    }

    [Fact]
    public void Quiet_hours_may_pass_midnight()
    {
        var night = new MaintenanceOptions { QuietFrom = 22, QuietUntil = 3 };
        bool At(int hour) => night.IsQuiet(new DateTimeOffset(2026, 1, 1, hour, 30, 0, TimeSpan.Zero));
        Assert.Equal([true, true, true, true, false, false, false], new[] { 22, 23, 0, 2, 3, 12, 21 }.Select(At));
    }
}
