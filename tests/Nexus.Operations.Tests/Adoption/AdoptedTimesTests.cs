using Nexus.Errors;
using Nexus.Operations.Adoption;

namespace Nexus.Operations.Tests.Adoption;

public class AdoptedTimesTests
{
    private const string Utc = "SELECT to_char(updated_at AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS.US') FROM sessions ORDER BY chat_id";

    [Theory]
    [InlineData("Europe/Madrid", null, "2026-01-02 02:04:05.000006", "2026-07-02 01:04:05.000006")]
    [InlineData("UTC", null, "2026-01-02 03:04:05.000006", "2026-07-02 03:04:05.000006")]
    [InlineData("UTC", "America/New_York", "2026-01-02 08:04:05.000006", "2026-07-02 07:04:05.000006")]
    public async Task Naive_times_are_read_in_the_databases_zone_or_the_one_given(string zone, string? given, string winter, string summer)
    {
        await using var database = await LegacyDatabase.CreateAsync(LegacyDatabase.Sessions,
            "INSERT INTO sessions (chat_id, updated_at) VALUES ('1', '2026-01-02 03:04:05.000006'), ('2', '2026-07-02 03:04:05.000006')");
        await database.Database.ExecuteAsync($"ALTER DATABASE {database.Database.Name} SET timezone = '{zone}'");

        var report = await database.AdoptAsync(new AdoptionOptions { LegacyTimeZone = given });

        Assert.Equal([winter, summer], await database.QueryAsync(Utc));
        Assert.Equal(given ?? zone, report.TimeZone);
    }

    [Fact]
    public async Task An_unknown_zone_is_refused()
    {
        await using var database = await LegacyDatabase.CreateAsync(LegacyDatabase.Sessions);

        var error = await Assert.ThrowsAsync<NexusConfigurationException>(
            () => database.AdoptAsync(new AdoptionOptions { LegacyTimeZone = "Atlantis/Deep" }));

        Assert.Equal(nameof(AdoptionOptions.LegacyTimeZone), error.Setting);
    }

    [Fact]
    public async Task Dates_in_texts_are_converted_and_broken_ones_kept_and_reported()
    {
        await using var database = await LegacyDatabase.CreateAsync(LegacyDatabase.Sessions, LegacyDatabase.Users,
            """
            ALTER TABLE users ALTER expires_at TYPE varchar(50);
            ALTER TABLE sessions ALTER updated_at DROP DEFAULT, ALTER updated_at TYPE text;
            INSERT INTO users (chat_id, expires_at) VALUES ('1', '2030-01-02T03:04:05'), ('2', '2030-01-02 03:04:05+02'), ('3', 'soon'), ('4',
                '2030-13-45'), ('5', ''), ('6', NULL), ('7', 'now');
            INSERT INTO sessions (chat_id, updated_at) VALUES ('1', '2026-01-02'), ('2', 'yesterday');
            """);

        var report = await database.AdoptAsync(new AdoptionOptions { LegacyTimeZone = "Europe/Madrid" });

        Assert.Equal(
            ["sessions 2 updated_at", "users 3 expires_at", "users 4 expires_at", "users 7 expires_at"],
            report.Rejects.Select(reject => $"{reject.Table} {reject.Key} {reject.Column}").Order(StringComparer.Ordinal));
        Assert.Equal(
            ["1 2030-01-02 02:04:05", "2 2030-01-02 01:04:05", "3 -infinity", "4 -infinity", "5 none", "6 none", "7 -infinity"],
            await database.QueryAsync(
                "SELECT chat_id || ' ' || coalesce((expires_at AT TIME ZONE 'UTC')::text, 'none') FROM users ORDER BY chat_id"));
        Assert.Equal(
            ["soon", "2030-13-45", "now"],
            await database.QueryAsync("SELECT expires_at_legacy::text FROM users WHERE chat_id IN ('3', '4', '7') ORDER BY chat_id"));
        Assert.Equal(["yesterday"], await database.QueryAsync("SELECT updated_at_legacy FROM sessions WHERE chat_id = '2'"));
        await using var nexus = await database.OpenAsync();
        Assert.True((await nexus.Users.CheckAccessAsync(1)).Allowed);
        // A subscription whose end nobody can read is not one without end.
        Assert.False((await nexus.Users.CheckAccessAsync(3)).Allowed);
        Assert.True((await nexus.Users.CheckAccessAsync(6)).Allowed);
        Assert.Empty((await database.AdoptAsync()).Changes);
    }

    [Fact]
    public async Task Infinite_and_far_times_stay_are_reported_and_can_be_read()
    {
        await using var database = await LegacyDatabase.CreateAsync(LegacyDatabase.Sessions, LegacyDatabase.Users,
            """
            INSERT INTO users (chat_id, expires_at) VALUES ('1', 'infinity'), ('2', '-infinity'), ('3', '20000-01-01'), ('4', '0100-01-01 BC'), ('5',
                '9999-12-31');
            INSERT INTO sessions (chat_id, updated_at) VALUES ('1', 'infinity');
            """);

        var report = await database.AdoptAsync(new AdoptionOptions { LegacyTimeZone = "UTC" });

        Assert.Equal(
            ["sessions 1", "users 1", "users 2", "users 3", "users 4"],
            report.Rejects.Select(reject => $"{reject.Table} {reject.Key}").Order(StringComparer.Ordinal));
        Assert.Equal(
            ["infinity", "-infinity"], await database.QueryAsync("SELECT expires_at::text FROM users WHERE chat_id IN ('1', '2') ORDER BY chat_id"));
        await using var nexus = await database.OpenAsync();
        var allowed = await Task.WhenAll(Enumerable.Range(1, 5).Select(async chat => (await nexus.Users.CheckAccessAsync(chat)).Allowed));
        Assert.Equal([true, false, true, false, true], allowed);
        Assert.Equal(5, (await nexus.Users.ListAsync().ToListAsync()).Count);
        Assert.NotNull(await nexus.Sessions.GetAsync(1));
    }
}
