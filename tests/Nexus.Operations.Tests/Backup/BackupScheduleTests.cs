using Nexus.Operations.Backup;
using Nexus.Operations.Keys;
using Nexus.Operations.Leadership;
using Nexus.TestKit;

namespace Nexus.Operations.Tests.Backup;

public sealed class BackupScheduleTests
{
    private static readonly DateTimeOffset Night = new(2026, 3, 28, 3, 15, 0, TimeSpan.Zero);

    [Fact]
    public void A_missed_run_is_made_up_once()
    {
        var timetable = new BackupTimetable(new BackupScheduleOptions { Backup = "15 3 * * *" });
        var now = Night.AddDays(9).AddHours(1);
        Assert.Equal(now, timetable.NextBackup(Status(), now));
        Assert.True(timetable.NextBackup(Status((Night, null)), now) <= now);
        Assert.Equal(Night.AddDays(10), timetable.NextBackup(Status((now, null), (Night, null)), now.AddMinutes(1)));
        // From a clock that was wrong.
        Assert.Equal(Night.AddDays(10), timetable.NextBackup(Status((now.AddYears(1), null)), now));
    }

    [Fact]
    public void A_backup_of_a_clock_that_was_ahead_does_not_put_the_next_one_off()
    {
        var schedule = new BackupScheduleOptions { Backup = "15 3 * * *" };
        // A year ahead, beside the right one of the night before.
        var now = Night.AddDays(1).AddSeconds(1);
        Assert.Equal(Night.AddDays(1), new BackupTimetable(schedule).NextBackup(Status((now.AddYears(1), null), (Night, null)), now));
        // Alone: the next time of the schedule is waited for, and comes.
        var timetable = new BackupTimetable(schedule);
        Assert.Equal(Night.AddDays(2), timetable.NextBackup(Status((now.AddYears(1), true)), now));
        Assert.Equal(Night.AddDays(2), timetable.NextBackup(Status((now.AddYears(1), true)), Night.AddDays(2).AddSeconds(1)));
        var sunday = timetable.NextDrill(Status((now.AddYears(1), true)), now);
        Assert.Equal(sunday, timetable.NextDrill(Status((now.AddYears(1), true)), sunday.AddSeconds(1)));
        // Another instance whose clock is seconds ahead is not a wrong clock.
        Assert.True(timetable.NextBackup(Status((now.AddSeconds(20), null)), now) > now);
    }

    [Fact]
    public async Task A_backup_of_a_clock_that_was_ahead_hides_no_finding_and_is_not_restored_as_the_newest()
    {
        await using var home = await BackupHome.CreateAsync(postgres: false, encrypted: true, sessions: 1);
        BackupManager At(TimeSpan ahead) => new(
            home.Nexus(), home.Options(), Microsoft.Extensions.Logging.Abstractions.NullLoggerFactory.Instance, new Ahead(ahead));
        var right = await At(TimeSpan.FromDays(-2)).CreateAsync(null, TestContext.Current.CancellationToken);
        var wrong = await At(TimeSpan.FromDays(300)).CreateAsync(null, TestContext.Current.CancellationToken);
        await At(TimeSpan.FromDays(300)).VerifyAsync(wrong.Name, new(), null, TestContext.Current.CancellationToken);

        var status = await home.Manager().ReadStatusAsync(null, TestContext.Current.CancellationToken);
        Assert.Equal(
            [BackupFindingCodes.Future, BackupFindingCodes.Late, BackupFindingCodes.Unproven], status.Findings.Select(finding => finding.Code));
        // What the metrics and the dashboard show.
        Assert.Equal((right.Name, null), (status.Newest?.Name, status.NewestProven?.Name));
        var refused = await Assert.ThrowsAsync<BackupException>(() => home.Manager().RestoreAsync(
            "latest", new() { Replace = true, DryRun = true }, null, TestContext.Current.CancellationToken));
        Assert.Contains(wrong.Name, refused.Message, StringComparison.Ordinal);
        var (verified, _) = await home.Manager().VerifyAsync("latest", new(), null, TestContext.Current.CancellationToken);
        Assert.Equal(right.Name, verified);
    }

    [Fact]
    public void Times_are_those_of_the_zone_also_when_the_clock_changes()
    {
        // 02:30 does not exist on 29 March 2026 in Madrid, and exists twice on 25 October.
        var timetable = new BackupTimetable(new BackupScheduleOptions { Backup = "30 2 * * *", TimeZone = "Europe/Madrid" });
        var spring = new DateTimeOffset(2026, 3, 28, 1, 30, 0, TimeSpan.Zero);
        var next = timetable.NextBackup(Status((spring, null)), spring.AddHours(2));
        Assert.Equal(new DateTimeOffset(2026, 3, 29, 1, 0, 0, TimeSpan.Zero), next.ToUniversalTime());
        var autumn = new DateTimeOffset(2026, 10, 25, 0, 30, 0, TimeSpan.Zero);
        Assert.Equal(
            new DateTimeOffset(2026, 10, 26, 1, 30, 0, TimeSpan.Zero),
                timetable.NextBackup(Status((autumn, null)), autumn.AddHours(3)).ToUniversalTime());
    }

    [Fact]
    public void The_first_backup_is_proven_at_once_and_later_ones_weekly()
    {
        var timetable = new BackupTimetable(new BackupScheduleOptions { Backup = "15 3 * * *" });
        Assert.Equal(DateTimeOffset.MaxValue, timetable.NextDrill(Status(), Night));
        Assert.Equal(Night, timetable.NextDrill(Status((Night, null)), Night));
        var saturday = Night;
        Assert.Equal(DayOfWeek.Saturday, saturday.DayOfWeek);
        Assert.Equal(saturday.Date.AddDays(1).AddHours(5), timetable.NextDrill(Status((saturday, true)), saturday).UtcDateTime);
        // A failed proof is not repeated at once: it would fail again.
        Assert.True(timetable.NextDrill(Status((saturday, false)), saturday) > saturday);
        var off = new BackupTimetable(new BackupScheduleOptions { Backup = "15 3 * * *", Drill = "off" });
        Assert.Equal(DateTimeOffset.MaxValue, off.NextDrill(Status((saturday, null)), saturday.AddYears(1)));
    }

    [Theory]
    [InlineData("15 3 * *", null, "UTC", "NEXUS_BACKUP_SCHEDULE")]
    [InlineData("15 3 * * *", "never", "UTC", "NEXUS_BACKUP_DRILL")]
    [InlineData("15 3 * * *", null, "Mars/Base", "NEXUS_BACKUP_TIMEZONE")]
    public void Invalid_settings_are_named(string backup, string? drill, string zone, string setting)
    {
        var schedule = new BackupScheduleOptions { Backup = backup, TimeZone = zone };
        if (drill is not null) schedule.Drill = drill;
        Assert.StartsWith(setting, Assert.Throws<BackupException>(schedule.Validate).Message, StringComparison.Ordinal);
        schedule.Backup = "off";
        schedule.Validate();
    }

    [Theory]
    [InlineData("0,4,6")]
    [InlineData("7")]
    [InlineData("7,-1,6")]
    [InlineData("a,b,c")]
    public void A_retention_that_keeps_nothing_is_refused(string retention)
    {
        var schedule = new BackupScheduleOptions { Backup = "15 3 * * *", Retention = retention };
        Assert.StartsWith("NEXUS_BACKUP_RETENTION", Assert.Throws<BackupException>(schedule.Validate).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_leader_makes_a_backup_and_proves_it_and_others_do_nothing()
    {
        await using var home = await BackupHome.CreateAsync(postgres: true, encrypted: true, sessions: 5);
        var schedule = new BackupScheduleOptions { Backup = "15 3 * * *", Retention = "7,4,6" };
        using var logs = new RecordedLogs();
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        var nexus = home.Nexus();
        var follower = Scheduler().RunAsync(new NeverLeader(), stop.Token);
        var leading = Scheduler().RunAsync(AlwaysLeader.Instance, stop.Token);
        await Eventually.TrueAsync(() => logs.Lines.Any(line => line.Id.Id is 2201 or 2202 or 2203), TimeSpan.FromMinutes(5));
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => leading);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => follower);
        var status = await home.Manager().ReadStatusAsync(null, TestContext.Current.CancellationToken);
        Assert.True(status.Ok, string.Join('\n', logs.Lines.Select(line => line.Message)));
        Assert.Single(status.Backups);
        Assert.Equal([2200, 2201], logs.Lines.Where(line => line.Id.Id is >= 2200 and < 2300).Select(line => line.Id.Id));

        BackupScheduler Scheduler() => new(nexus, home.Options(), schedule, logs, TimeProvider.System);
    }

    [Fact]
    public async Task The_server_makes_and_proves_backups_and_shows_them()
    {
        using var nexus = new NexusProgram();
        nexus.Environment["NEXUS_BACKUP_KEY"] = KeyMaintenance.Generate();
        var usage = (await nexus.RunAsync("serve", "--backup-schedule", "every day")).Expect(2);
        Assert.Contains("--backup-schedule must be a cron expression", usage.Error, StringComparison.Ordinal);
        var (process, url) = await nexus.ServeAsync("--backup-schedule", "15 3 * * *");
        await using (process)
        {
            await Eventually.TrueAsync(async () => (await nexus.RunAsync("backup", "status")).ExitCode == 0);
            var backups = (await nexus.RunAsync("status", "--json")).Expect(0).Json.GetProperty("backups");
            Assert.NotEqual(System.Text.Json.JsonValueKind.Null, backups.GetProperty("proven").ValueKind);
            Assert.Contains("last proven", (await nexus.RunAsync("status")).Expect(0).Output, StringComparison.Ordinal);
            using var http = new HttpClient();
            http.DefaultRequestHeaders.Authorization = new("Bearer", (await File.ReadAllTextAsync(Path.Combine(nexus.Data, "admin.key"))).Trim());
            await Eventually.TrueAsync(async () => (await http.GetStringAsync(new Uri($"{url}/metrics")))
                .Contains("nexus_backup_size", StringComparison.Ordinal));
        }
    }

    private static BackupStatus Status(params (DateTimeOffset At, bool? Proven)[] backups) => new("", Night, [.. backups.Select(backup =>
    {
        var id = Guid.NewGuid();
        var manifest = new BackupManifest
        {
            Id = id,
            Name = BackupName.Create(backup.At, id),
            Store = "postgresql",
            Source = "",
            CreatedAt = backup.At,
            CompletedAt = backup.At,
            Program = "",
            ServerVersion = "15",
            Files = [],
        };
        var proof = backup.Proven is not { } ok ? null : new BackupProof
        {
            BackupId = id,
            VerifiedAt = backup.At,
            Duration = default,
            Ok = ok,
            IsRestored = true,
            Program = "",
            Steps = [],
        };
        return new BackupItem(manifest.Name, manifest, proof);
    })], []);

    /// <summary>An instance beside the leader.</summary>
    private sealed class NeverLeader : ILeaderElection
    {
        public string Name => "test";

        public bool IsLeader => false;

        public long Epoch => 0;

        public Task RunAsLeaderAsync(Func<ILeaderTerm, Task> work, CancellationToken cancellationToken) =>
            Task.Delay(Timeout.Infinite, cancellationToken);

        public Task<bool> TryRunAsLeaderAsync(Func<ILeaderTerm, Task> work, CancellationToken cancellationToken) => Task.FromResult(false);
    }

    private sealed class Ahead(TimeSpan by) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + by;
    }
}
