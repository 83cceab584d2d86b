using Microsoft.Extensions.Logging.Abstractions;
using Nexus.Json;
using Nexus.Operations.ImportExport;
using Nexus.Operations.Keys;
using Nexus.Secrets;
using Nexus.StoreContract;
using Nexus.Tasks;
using Nexus.TestKit;

namespace Nexus.Operations.Tests.ImportExport;

/// <summary>Scheduled tasks in exports, imports and key rotations.</summary>
public sealed class TaskExchangeTests
{
    private const string Secret = "plain-secret-of-a-task-7731";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_export_restores_tasks_and_what_became_of_their_runs()
    {
        await using var from = new SqliteHome();
        await using var to = new SqliteHome();
        var keys = KeyRing.GenerateKey();
        Guid id;
        long fence;
        ScheduledTask before;
        await using (var db = await NexusDb.OpenAsync(OptionsOf(from, keys), cancellationToken: Token))
        {
            var now = await db.GetTimeAsync(Token);
            id = (await db.Tasks.CreateAsync(Draft("Europe/Madrid") with { NextRun = now.AddMinutes(-1) }, Token)).Id;
            await db.Tasks.CreateAsync(Draft("America/New_York") with { IsActive = false, Missed = MissedRuns.All, Description = "d" }, Token);
            var claim = Assert.Single(await db.Tasks.ClaimDueAsync(5, TimeSpan.FromMinutes(1), cancellationToken: Token));
            fence = claim.Lease.Fence;
            await db.Tasks.CompleteAsync(claim, "it failed", Token);
            before = (await db.Tasks.GetAsync(id, Token))!;
        }
        using var folder = new TempFolder("task-export");
        var report = await ExportFile.WriteAsync(
            OptionsOf(from, keys), folder["x.ndjson"], NullLoggerFactory.Instance, TimeProvider.System, null, Token);

        Assert.Equal(2, report.Tasks);
        var text = await File.ReadAllTextAsync(folder["x.ndjson"], Token);
        Assert.DoesNotContain(Secret, text, StringComparison.Ordinal);
        Assert.Equal((2L, 0L, 0L), Counts(await ImportAsync(OptionsOf(to, keys), folder["x.ndjson"])));
        Assert.Equal((0L, 2L, 0L), Counts(await ImportAsync(OptionsOf(to, keys), folder["x.ndjson"])));
        await using (var db = await NexusDb.OpenAsync(OptionsOf(to, keys), cancellationToken: Token))
        {
            var after = (await db.Tasks.GetAsync(id, Token))!;
            Assert.Contains(Secret, after.Parameters.Reveal(), StringComparison.Ordinal);
            Assert.Equal(
                (before.NextRun, before.LastRun, "it failed", before.Schedule, before.CreatedAt),
                (after.NextRun, after.LastRun, after.LastError, after.Schedule, after.CreatedAt));
            // A worker of the old place cannot complete a run here, and a claim here has a greater number.
            await db.Tasks.RunNowAsync(id, Token);
            Assert.True(Assert.Single(await db.Tasks.ClaimDueAsync(5, TimeSpan.FromMinutes(1), cancellationToken: Token)).Lease.Fence > fence);
        }

        foreach (var (part, other) in new[]
        {
            ("\"scheduleValue\":\"30 9 * * MON-FRI\"", "\"scheduleValue\":\"0 0 30 2 *\""), ("Europe/Madrid", "Europe/Nowhere"),
            ("\"fence\":", "\"fence\":-"),
        })
        {
            await File.WriteAllTextAsync(folder["bad.ndjson"], text.Replace(part, other, StringComparison.Ordinal), Token);
            await using var fresh = new SqliteHome();
            Assert.InRange(Counts(await ImportAsync(OptionsOf(fresh, keys), folder["bad.ndjson"])).Refused, 1, 2);
        }
    }

    [Fact]
    public async Task A_rotation_reseals_the_secrets_of_tasks()
    {
        await using var home = new SqliteHome();
        var (old, next) = (KeyRing.GenerateKey(), KeyRing.GenerateKey());
        Guid id;
        await using (var db = await NexusDb.OpenAsync(OptionsOf(home, old), cancellationToken: Token))
            id = (await db.Tasks.CreateAsync(Draft("UTC"), Token)).Id;

        var report = await KeyMaintenance.RotateAsync(OptionsOf(home, $"{next},{old}"), NullLoggerFactory.Instance, TimeProvider.System, null, Token);

        Assert.Equal(1, report.Resealed);
        await using (var db = await NexusDb.OpenAsync(OptionsOf(home, next), cancellationToken: Token))
        {
            var task = (await db.Tasks.GetAsync(id, Token))!;
            Assert.Contains(Secret, task.Parameters.Reveal(), StringComparison.Ordinal);
            Assert.Equal(1, task.Version);
        }
    }

    private static NewTask Draft(string zone) => new()
    {
        ChatId = 1001,
        Action = "report",
        Schedule = TaskSchedule.Cron("30 9 * * MON-FRI", zone),
        Parameters = StateJson.Parse($$"""{"api_secret":"{{Secret}}"}"""),
    };

    private static NexusOptions OptionsOf(SqliteHome home, string keys)
    {
        var options = home.CreateOptions();
        options.Keys = keys;
        return options;
    }

    private static Task<ImportReport> ImportAsync(NexusOptions options, string file) => Import.RunAsync(
        options, [("x", () => File.OpenRead(file))], new ImportOptions(), NullLoggerFactory.Instance, TimeProvider.System, null, Token);

    private static (long Imported, long Unchanged, long Refused) Counts(ImportReport report) =>
        (report.Counts[ImportKind.Tasks].Imported, report.Counts[ImportKind.Tasks].Unchanged, report.Counts[ImportKind.Tasks].Refused);
}
