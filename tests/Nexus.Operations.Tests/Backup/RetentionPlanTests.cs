using CsCheck;
using Nexus.Operations.Backup;

namespace Nexus.Operations.Tests.Backup;

public sealed class RetentionPlanTests
{
    private static readonly DateTimeOffset Start = new(2026, 12, 31, 22, 0, 0, TimeSpan.Zero);

    [Fact]
    public void A_year_of_daily_backups_keeps_seven_days_four_weeks_and_six_months()
    {
        var backups = Enumerable.Range(0, 365).Select(day => Item(Start.AddDays(-day))).ToList();
        var kept = RetentionPlan.Keep(backups, new RetentionPolicy());
        Assert.Equal(7, kept.Count(backup => backup.Reasons.Contains("daily")));
        Assert.Equal(4, kept.Count(backup => backup.Reasons.Contains("weekly")));
        Assert.Equal(6, kept.Count(backup => backup.Reasons.Contains("monthly")));
        Assert.InRange(kept.Count, 10, 17);
    }

    [Fact]
    public void Days_without_a_backup_do_not_count()
    {
        var backups = new[] { 0, 40, 80, 120, 160, 200, 240 }.Select(day => Item(Start.AddDays(-day))).ToList();
        Assert.Equal(7, RetentionPlan.Keep(backups, new RetentionPolicy(Daily: 7, Weekly: 0, Monthly: 0)).Count);
    }

    [Fact]
    public void The_newest_proven_backup_is_kept_whatever_its_age()
    {
        var proven = Item(Start.AddYears(-3), proven: true);
        var backups = Enumerable.Range(0, 50).Select(day => Item(Start.AddDays(-day))).Append(proven)
            .Append(Item(Start.AddYears(-4), proven: true)).ToList();
        var kept = RetentionPlan.Keep(backups, new RetentionPolicy(1, 0, 0));
        Assert.Equal([backups[0].Name, proven.Name], kept.Select(backup => backup.Name));
        Assert.Contains("newest proven", kept[1].Reasons);
    }

    [Fact]
    public void Whatever_there_is_the_newest_and_the_newest_proven_stay_and_more_days_never_keep_less() =>
        Gen.Select(Gen.Int[0, 900].Array[0, 40], Gen.Bool.Array[40], Gen.Int[1, 9], Gen.Int[0, 5], Gen.Int[0, 7])
            .Sample((hours, proofs, daily, weekly, monthly) =>
        {
            var backups = hours.Distinct().Select((hour, i) => Item(Start.AddHours(-hour * 5), proofs[i])).ToList();
            var policy = new RetentionPolicy(daily, weekly, monthly);
            var kept = RetentionPlan.Keep(backups, policy).Select(backup => backup.Name).ToHashSet(StringComparer.Ordinal);
            var byTime = backups.OrderByDescending(backup => backup.Manifest!.CreatedAt).ToList();
            if (byTime.Count > 0) Assert.Contains(byTime[0].Name, kept);
            if (byTime.Find(backup => backup.IsProven) is { } proven) Assert.Contains(proven.Name, kept);
            var days = byTime.Select(backup => backup.Manifest!.CreatedAt.UtcDateTime.Date).Distinct().Take(daily);
            foreach (var day in days) Assert.Contains(
                byTime, backup => backup.Manifest!.CreatedAt.UtcDateTime.Date == day && kept.Contains(backup.Name));
            Assert.True(kept.Count <= daily + weekly + monthly + 2);
            Assert.Superset(kept, RetentionPlan.Keep(backups, policy with { Daily = daily + 1 }).Select(backup => backup.Name)
                .ToHashSet(StringComparer.Ordinal));
        });

    [Theory]
    [InlineData("Europe/Madrid", 2026, 3, 29)]
    [InlineData("Europe/Madrid", 2026, 10, 25)]
    [InlineData("America/New_York", 2026, 3, 8)]
    [InlineData("America/New_York", 2026, 11, 1)]
    [InlineData("Australia/Lord_Howe", 2026, 4, 5)]
    public void Each_night_of_the_schedule_is_a_day_also_when_its_clocks_change(string zone, int year, int month, int day)
    {
        var local = TimeZoneInfo.FindSystemTimeZoneById(zone);
        foreach (var minute in new[] { 30, 90, 23 * 60 + 30, 20 * 60 })
        {
            // One backup at the same time of each day, around the change.
            var backups = Enumerable.Range(-3, 8).Select(offset =>
            {
                var at = new DateTime(year, month, day, 0, 0, 0).AddDays(offset).AddMinutes(minute);
                return Item(new DateTimeOffset(at, local.GetUtcOffset(at)).ToUniversalTime());
            }).ToList();
            var newest = backups.OrderByDescending(backup => backup.Manifest!.CreatedAt).Take(7).Select(backup => backup.Name);
            Assert.Equal(newest, RetentionPlan.Keep(backups, new RetentionPolicy(7, 0, 0), local).Select(backup => backup.Name));
        }
    }

    [Fact]
    public void What_was_proven_with_a_key_that_is_not_set_is_not_given_up()
    {
        var withKey = Item(Start.AddDays(-20)) with { HasSealedProof = true };
        var backups = Enumerable.Range(0, 10).Select(day => Item(Start.AddDays(-day))).Append(withKey)
            .Append(Item(Start.AddDays(-30)) with { HasSealedProof = true }).ToList();
        Assert.Equal(
            [backups[0].Name, withKey.Name], RetentionPlan.Keep(backups, new RetentionPolicy(1, 0, 0)).Select(backup => backup.Name));
        // A newer proof that can be checked is worth more.
        backups[5] = Item(Start.AddDays(-5), proven: true);
        Assert.Equal(
            [backups[0].Name, backups[5].Name], RetentionPlan.Keep(backups, new RetentionPolicy(1, 0, 0)).Select(backup => backup.Name));
    }

    /// <summary>Otherwise those of a clock that was ahead fill the days, weeks and months, and the next backup is deleted at once.</summary>
    [Fact]
    public void Backups_of_a_time_in_the_future_stay_and_take_no_other_s_place()
    {
        var backups = Enumerable.Range(0, 40).Select(day => Item(Start.AddDays(-day), proven: day == 30)).ToList();
        var alone = RetentionPlan.Keep(backups, new RetentionPolicy(), now: Start);
        // Seven days, weeks and months of clocks that were wrong, proven too.
        var future = Enumerable.Range(1, 20).Select(month => Item(Start.AddMonths(month), proven: month == 9)).ToList();
        var kept = RetentionPlan.Keep([.. future, .. backups], new RetentionPolicy(), now: Start);
        Assert.Equal(alone.Select(one => one.Name), kept.Where(one => !one.Reasons.Contains("of a time in the future")).Select(one => one.Name));
        Assert.Equal(future.Count, kept.Count(one => one.Reasons is ["of a time in the future"]));
        Assert.Contains(kept, one => one.Name == backups[0].Name && one.Reasons.Contains("newest"));
        Assert.Contains(kept, one => one.Name == backups[30].Name && one.Reasons.Contains("newest proven"));
    }

    [Fact]
    public async Task A_prune_is_a_dry_run_unless_told_and_keeps_what_cannot_be_read()
    {
        await using var home = await BackupHome.CreateAsync(postgres: false, encrypted: false, sessions: 1);
        var names = new List<string>();
        for (var i = 0; i < 3; i++) names.Add((await home.BackUpAsync()).Name);
        await home.VerifyAsync(names[0]);
        await File.WriteAllTextAsync(Path.Combine(home.Target, names[2], ManifestFile.FileName), "not a manifest",
            TestContext.Current.CancellationToken);

        var planned = await home.Manager().PruneAsync(new RetentionPolicy(1, 0, 0), isDryRun: true, TestContext.Current.CancellationToken);
        Assert.Empty(planned.Deleted);
        Assert.Equal(3, planned.Kept.Count);
        var fourth = await home.BackUpAsync();
        planned = await home.Manager().PruneAsync(new RetentionPolicy(1, 0, 0), isDryRun: true, TestContext.Current.CancellationToken);
        Assert.Equal([names[1]], planned.Deleted);
        Assert.Equal(4, Directory.GetDirectories(home.Target).Length);
        var done = await home.Manager().PruneAsync(new RetentionPolicy(1, 0, 0), isDryRun: false, TestContext.Current.CancellationToken);
        Assert.Equal(planned.Deleted, done.Deleted);
        Assert.Equal(
            new[] { names[0], names[2], fourth.Name }.Order(StringComparer.Ordinal),
            Directory.GetDirectories(home.Target).Select(path => Path.GetFileName(path)!).Order(StringComparer.Ordinal));
    }

    private static BackupItem Item(DateTimeOffset at, bool proven = false)
    {
        var id = Guid.NewGuid();
        var manifest = new BackupManifest
        {
            Id = id,
            Name = BackupName.Create(at, id),
            Store = "postgresql",
            Source = "",
            CreatedAt = at,
            CompletedAt = at,
            Program = "",
            ServerVersion = "15",
            Files = [],
        };
        var proof = new BackupProof
        {
            BackupId = id,
            VerifiedAt = at,
            Duration = default,
            Ok = true,
            IsRestored = true,
            Program = "",
            Steps = [],
        };
        return new BackupItem(manifest.Name, manifest, proven ? proof : null);
    }
}
