using Nexus.Errors;
using Nexus.Secrets;

namespace Nexus.Operations.Tests.Adoption;

/// <summary>
/// Somebody can write to a database that was adopted, has no encryption key, passes the guard by its comment, and waits for the next <c>nexus
/// migrate</c> to seal what they planted.
/// </summary>
public sealed class AdoptionAttackTests
{
    private const string Mine = "Th3AttackersOwnKey";

    private static string Token(string text) => FernetWriter.Encrypt(LegacyDatabase.EncryptionKey, text);

    [Fact]
    public async Task A_later_run_seals_nothing_that_was_planted()
    {
        await using var database = await LegacyDatabase.CreateAsync(LegacyDatabase.Sessions, LegacyDatabase.BotState, LegacyDatabase.Users);
        var victim = Token("V1ctimsSecret");
        await database.Database.ExecuteAsync(
            "INSERT INTO sessions (chat_id, api_key) VALUES ('1', $1), ('2', $2), ('3', $3)",
            victim,
            "Pl4inOfTheLegacy",
            FernetWriter.Encrypt(KeyRing.GenerateKey(), "lost"));
        await database.AdoptAsync();

        await database.Database.ExecuteAsync(
            """
            /* nexus */ UPDATE sessions SET api_key = $1, api_secret = $2, config = jsonb_build_object('bybit_api_secret', $1::text, 'other_api_key',
                $2::text) WHERE chat_id = '2'
            """,
            Mine, victim);
        await database.Database.ExecuteAsync("""INSERT INTO system_config (key, value) VALUES ('nexus:caller:0123456789ab', """
            + """'{"Name":"x","Scopes":["admin"],"SecretHash":"0123456789abcdef","CreatedAt":"2026-01-01T00:00:00Z"}')""");
        // The marks of an adoption that is not done, too.
        var mark = await database.Database.ScalarAsync<string>("SELECT value FROM nexus_meta WHERE name = 'adoption'");
        await database.Database.ExecuteAsync(
            "UPDATE nexus_meta SET value = $1 WHERE name = 'adoption'", mark.Replace("\"Done\"", "\"Schema\"", StringComparison.OrdinalIgnoreCase));
        var before = await StateAsync(database);

        var report = await database.AdoptAsync();

        Assert.Equal(before, await StateAsync(database));
        Assert.Contains(
            report.Rejects, reject => reject is { Key: "2", Column: "api_key" } && reject.Reason.Contains("is not sealed", StringComparison.Ordinal));
        Assert.DoesNotContain(report.Rejects, reject => reject.ToString().Contains(Mine, StringComparison.Ordinal));
        Assert.Equal(
            "V1ctimsSecret",
            database.Open(
                "sessions", "1", "api_key", await database.Database.ScalarAsync<string>("SELECT api_key FROM sessions WHERE chat_id = '1'")));
    }

    [Fact]
    public async Task A_run_after_the_canary_was_deleted_is_refused()
    {
        await using var database = await LegacyDatabase.CreateAsync(LegacyDatabase.Sessions);
        await database.Database.ExecuteAsync("INSERT INTO sessions (chat_id, api_key) VALUES ('1', 'Pl4inOfTheLegacy')");
        await database.AdoptAsync();
        await database.Database.ExecuteAsync("DELETE FROM nexus_meta WHERE name = 'canary'");
        await database.Database.ExecuteAsync("/* nexus */ UPDATE sessions SET api_secret = 'Th3AttackersOwnKey'");
        await Assert.ThrowsAsync<NexusConfigurationException>(() => database.AdoptAsync());
        Assert.Equal(Mine, await database.Database.ScalarAsync<string>("SELECT api_secret FROM sessions"));
    }

    [Fact]
    public async Task Reserved_settings_of_a_legacy_are_not_sealed_by_the_first_run_either()
    {
        await using var database = await LegacyDatabase.CreateAsync(
            "CREATE TABLE system_config (key varchar(100) PRIMARY KEY, value jsonb NOT NULL, updated_by varchar(50), updated_at timestamp "
                + "DEFAULT now());", LegacyDatabase.Sessions,
            """INSERT INTO system_config (key, value) VALUES ('nexus:caller:0123456789ab', """
                + """'{"SecretHash":"0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"}'), ('a_token', '"Pl4inOfTheLegacy"')""");
        await database.AdoptAsync();
        Assert.Contains(
            "0123456789abcdef0123",
            await database.Database.ScalarAsync<string>("SELECT value::text FROM system_config WHERE key LIKE 'nexus:%'"),
            StringComparison.Ordinal);
        Assert.StartsWith(
            "\"nx1.",
            await database.Database.ScalarAsync<string>("SELECT value::text FROM system_config WHERE key = 'a_token'"),
            StringComparison.Ordinal);
    }

    private static async Task<string> StateAsync(LegacyDatabase database) => string.Join('\n', [
        .. await database.QueryAsync("SELECT concat(chat_id, ' ', api_key, ' ', api_secret, ' ', config) FROM sessions "
            + "ORDER BY chat_id"), .. await database.QueryAsync("SELECT concat(key, ' ', value) FROM system_config ORDER BY key")]);
}
