using Nexus.Operations.Adoption;

namespace Nexus.Operations.Tests.Adoption;

/// <summary>Legacy tasks become scheduled tasks; what cannot be converted stays where it is.</summary>
public sealed class TaskMoveTests
{
    private const string Rows = """
        INSERT INTO scheduled_tasks (id, user_id, job_id, action, params, schedule_type, schedule_value, description, next_run, is_active) VALUES
            (20, 100, 'a', 'close_all', '{"api_secret": "plain-secret-of-a-legacy-task"}', 'cron', '0 9 * * *', 'every morning',
                now()::timestamp + interval '3 days', true),
            (21, 100, 'b', 'report', NULL, 'interval', '3600', NULL, now()::timestamp - interval '9 days', true),
            (22, 100, 'c', 'once', '{}', 'date', '2090-05-01T10:00:00', NULL, NULL, true),
            (23, 100, 'd', 'gone', '{}', 'date', '2020-05-01T10:00:00', NULL, '2020-05-01T10:00:00', true),
            (24, 100, 'e', 'off', '{}', 'interval', '15m', NULL, NULL, false),
            (30, NULL, 'x', 'report', '{}', 'cron', '0 9 * * *', NULL, NULL, true),
            (31, 100, 'x', 'report', '{}', 'cron', '0 0 30 2 *', NULL, NULL, true),
            (32, 100, 'x', 'report', '[1]', 'interval', '60', NULL, NULL, true),
            (33, 100, 'x', NULL, '{}', 'interval', '60', NULL, NULL, true),
            (34, 100, 'x', 'report', '{}', 'weekly', '1', NULL, NULL, true),
            (35, 100, 'x', 'report', '{}', 'interval', '999999999h', NULL, NULL, true);
        """;

    [Fact]
    public async Task Tasks_are_moved_once_with_their_schedule_and_the_others_stay_and_are_reported()
    {
        await using var database = await LegacyDatabase.CreateAsync(
            LegacyDatabase.Sessions, LegacyDatabase.BotState, LegacyDatabase.Users, LegacyDatabase.Unknown, Rows);

        var planned = await database.AdoptAsync(new AdoptionOptions { DryRun = true, LegacyTimeZone = "Europe/Madrid" });
        Assert.Equal(6, Assert.Single(planned.Changes, change => change.Table == "scheduled_tasks").Rows);
        Assert.Equal(12L, await database.Database.ScalarAsync<long>("SELECT count(*) FROM scheduled_tasks"));

        var report = await database.AdoptAsync(new AdoptionOptions { LegacyTimeZone = "Europe/Madrid" });

        Assert.Equal(6, Assert.Single(report.Changes, change => change.Table == "scheduled_tasks").Rows);
        Assert.Equal(
            ["30 user_id", "31 schedule_value", "32 params", "33 action", "34 schedule_value", "35 schedule_value"],
            report.Rejects.Where(reject => reject.Table == "scheduled_tasks").Select(reject => $"{reject.Key} {reject.Column}")
                .Order(StringComparer.Ordinal));
        Assert.Equal(
            ["30", "31", "32", "33", "34", "35"], await database.QueryAsync("SELECT id::text FROM scheduled_tasks ORDER BY id"));
        Assert.Equal(0L, await database.Database.ScalarAsync<long>("SELECT count(*) FROM tasks WHERE params::text LIKE '%plain-secret%'"));

        await using (var nexus = await database.OpenAsync())
        {
            var cron = (await nexus.Tasks.GetAsync(IdOf(20)))!;
            Assert.Equal(
                ("100", "close_all", "a", "every morning", "cron 0 9 * * * (Europe/Madrid)", true),
                (cron.ChatId.Value, cron.Action, cron.JobId, cron.Description, cron.Schedule.ToString(), cron.IsActive));
            Assert.Contains("plain-secret-of-a-legacy-task", cron.Parameters.Reveal(), StringComparison.Ordinal);
            var now = await nexus.GetTimeAsync();
            // What was due while the bot did not run is not run now.
            Assert.True((await nexus.Tasks.GetAsync(IdOf(21)))!.NextRun > now);
            Assert.Equal("interval 3600", (await nexus.Tasks.GetAsync(IdOf(21)))!.Schedule.ToString());
            Assert.Equal(new DateTimeOffset(2090, 5, 1, 8, 0, 0, TimeSpan.Zero), (await nexus.Tasks.GetAsync(IdOf(22)))!.NextRun);
            Assert.False((await nexus.Tasks.GetAsync(IdOf(23)))!.IsActive);
            Assert.Equal((false, "interval 900"), ((await nexus.Tasks.GetAsync(IdOf(24)))!.IsActive,
                (await nexus.Tasks.GetAsync(IdOf(24)))!.Schedule.ToString()));
        }

        // A row that is mended is moved by the next run, and no task twice.
        await database.Database.ExecuteAsync("UPDATE scheduled_tasks SET user_id = 100 WHERE id = 30");
        var again = await database.AdoptAsync(new AdoptionOptions { LegacyTimeZone = "Europe/Madrid" });
        Assert.Equal(1, Assert.Single(again.Changes, change => change.Table == "scheduled_tasks").Rows);
        Assert.Equal(7L, await database.Database.ScalarAsync<long>("SELECT count(*) FROM tasks"));
    }

    private static Guid IdOf(int number) => Guid.Parse($"00000000-0000-8000-8000-{number:x12}");
}
