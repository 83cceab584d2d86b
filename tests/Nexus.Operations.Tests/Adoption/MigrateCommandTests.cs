using System.Text.Json;
using Nexus.Postgres;
using Nexus.TestKit;

namespace Nexus.Operations.Tests.Adoption;

public class MigrateCommandTests
{
    private static Task<(int ExitCode, string Output, string Error)> RunAsync(string database, params string[] arguments) => ChildProcess.RunAsync(
        "dotnet",
        [Path.Combine(AppContext.BaseDirectory, "Nexus.Cli.dll"), "migrate", .. arguments],
        new Dictionary<string, string?> { ["DATABASE_URL"] = database, ["ENCRYPTION_KEY"] = LegacyDatabase.EncryptionKey, ["NEXUS_KEYS"] = null });

    [Fact]
    public async Task An_empty_database_gets_the_schema_and_the_audits_indexes_once()
    {
        await using var database = await TestDatabase.CreateAsync();

        var plan = await RunAsync(database.Url, "--dry-run");
        Assert.Equal(
            (0, 0L), (plan.ExitCode, await database.ScalarAsync<long>("SELECT count(*) FROM pg_class WHERE relnamespace = 'public'::regnamespace")));
        Assert.Contains("would apply 0001_state", plan.Output, StringComparison.Ordinal);
        Assert.Contains("CREATE TABLE sessions", plan.Output, StringComparison.Ordinal);

        var first = await RunAsync(database.Url, "--audit-indexes");
        Assert.Equal(0, first.ExitCode);
        Assert.Contains("applied 0002_indexes", first.Output, StringComparison.Ordinal);
        Assert.Equal(10L, await database.ScalarAsync<long>("SELECT count(*) FROM pg_indexes WHERE indexname ~ '^idx_'"));

        var second = await RunAsync(database.Url, "--audit-indexes");
        Assert.Equal((0, "Nothing to do.\n"), (second.ExitCode, second.Output));
    }

    [Fact]
    public async Task A_legacy_is_adopted_by_one_command_and_what_could_not_be_converted_fails_it()
    {
        await using var legacy = await LegacyDatabase.CreateAsync(
            LegacyDatabase.Sessions,
            LegacyDatabase.Users,
            LegacyDatabase.Journal,
            "INSERT INTO sessions (chat_id, api_key) VALUES ('1', 'Pl4inSecret'), ('2', "
                + $"'{FernetWriter.Encrypt(Secrets.KeyRing.GenerateKey(), "F0reign")}')");

        var (exitCode, output, _) = await RunAsync(legacy.Database.Url, "--json", "--keep-unreadable", "--legacy-timezone", "Europe/Madrid");

        Assert.Equal(1, exitCode);
        var report = JsonDocument.Parse(output).RootElement;
        Assert.Equal("Europe/Madrid", report.GetProperty("adoption").GetProperty("timeZone").GetString());
        Assert.Equal("2", Assert.Single(report.GetProperty("adoption").GetProperty("rejects").EnumerateArray()).GetProperty("key").GetString());
        Assert.Equal(
            MigrationSet.Embedded.All.Select(migration => migration.ToString()),
            report.GetProperty("migrations").EnumerateArray().Select(migration => migration.GetProperty("name").GetString()));
        Assert.DoesNotContain("Pl4inSecret", output, StringComparison.Ordinal);

        var again = await RunAsync(legacy.Database.Url);
        Assert.Equal((1, "Nothing to do.\n"), (again.ExitCode, again.Output));
        Assert.Contains("sessions 2 api_key", again.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_a_database_there_is_nothing_to_migrate()
    {
        var (exitCode, _, error) = await RunAsync("");

        Assert.Equal(1, exitCode);
        Assert.Contains("DATABASE_URL", error, StringComparison.Ordinal);
    }
}
