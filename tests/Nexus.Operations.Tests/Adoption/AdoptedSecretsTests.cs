using Nexus.Errors;
using Nexus.Secrets;

namespace Nexus.Operations.Tests.Adoption;

public class AdoptedSecretsTests
{
    private const string Plain = "Pl4inBinanceSecretOfChatOne";
    private const string InToken = "T0kenedSecretOfChatTwo";
    private const string InConfig = "C0nfigBybitSecretOfChatThree";
    private const string ProxyPassword = "pr0xyPassw0rd";
    private const string Foreign = "F0reignSecret";

    private static string Token(string text) => FernetWriter.Encrypt(LegacyDatabase.EncryptionKey, text);

    private static async Task<LegacyDatabase> CreateAsync()
    {
        var database = await LegacyDatabase.CreateAsync(LegacyDatabase.Sessions, LegacyDatabase.BotState, LegacyDatabase.Users);
        await database.Database.ExecuteAsync(
            """
            INSERT INTO sessions (chat_id, api_key, api_secret, config) VALUES
                ('1', $1, '', jsonb_build_object('mode', 'PILOT', 'bybit_api_secret', $2::text, 'https_proxy',
                    'http://user:' || $3::text || '@proxy.example:8080', 'binance_api_key', '')),
                ('2', $4, $5, jsonb_build_object('alpaca_secret', $6::text)),
                ('3', $7, $8, '{"mode": "WATCHER"}'),
                ('4', $9, $10, jsonb_build_object('alpaca_key', $11::text))
            """,
            Plain, InConfig, ProxyPassword, Token(InToken), Token(""), Token(InConfig + "2"),
            database.Sealer.Seal(new SealContext("sessions", "3", "api_key"), "sealed before"), null,
            FernetWriter.Encrypt(KeyRing.GenerateKey(), Foreign),
            database.Sealer.Seal(new SealContext("sessions", "5", "api_secret"), "of another row"),
            FernetWriter.Encrypt(KeyRing.GenerateKey(), Foreign));
        return database;
    }

    [Fact]
    public async Task Every_secret_is_sealed_in_its_place_whatever_it_was()
    {
        await using var database = await CreateAsync();

        var report = await database.AdoptAsync();

        await using var nexus = await database.OpenAsync();
        var (one, two, three) = ((await nexus.Sessions.GetAsync(1))!, (await nexus.Sessions.GetAsync(2))!, (await nexus.Sessions.GetAsync(3))!);
        Assert.Equal((Plain, null), (one.ApiKey!.Reveal(), one.ApiSecret));
        Assert.Contains(InConfig, one.Config.Reveal(), StringComparison.Ordinal);
        Assert.Contains($"http://user:{ProxyPassword}@proxy.example:8080", one.Config.Reveal(), StringComparison.Ordinal);
        Assert.Contains(
            "\"mode\": \"PILOT\"",
            await database.Database.ScalarAsync<string>("SELECT config::text FROM sessions WHERE chat_id = '1'"),
            StringComparison.Ordinal);
        Assert.Equal((InToken, null), (two.ApiKey!.Reveal(), two.ApiSecret));
        Assert.Contains(InConfig + "2", two.Config.Reveal(), StringComparison.Ordinal);
        Assert.Equal(("sealed before", null), (three.ApiKey!.Reveal(), three.ApiSecret));
        Assert.Contains(new Nexus.Operations.Adoption.AdoptionChange("sessions", "secrets sealed in api_key", 2), report.Changes);
        Assert.Contains(new Nexus.Operations.Adoption.AdoptionChange("sessions", "secrets sealed in config", 2), report.Changes);
    }

    [Fact]
    public async Task No_plain_secret_is_left_anywhere()
    {
        await using var database = await CreateAsync();
        await database.Database.ExecuteAsync($"""
            ALTER TABLE sessions DROP CONSTRAINT sessions_pkey, ALTER chat_id DROP NOT NULL;
            INSERT INTO sessions (chat_id, api_key, config, updated_at)
            VALUES ('1', '{Plain}' || 'Old', '{"{}"}', '2001-01-01'), (NULL, '{Plain}' || 'Nobody', '{"{}"}', now())
            """);

        var report = await database.AdoptAsync();

        var dump = await database.DumpAsync();
        Assert.All([Plain, InToken, InConfig, ProxyPassword, Foreign], secret => Assert.DoesNotContain(secret, dump, StringComparison.Ordinal));
        Assert.All(
            report.Rejects,
            reject =>
                Assert.All(
                    [Plain, InToken, InConfig, ProxyPassword, Foreign],
                    secret => Assert.DoesNotContain(secret, reject.ToString(), StringComparison.Ordinal)));
        Assert.Equal(2L, await database.Database.ScalarAsync<long>("SELECT count(*) FROM nexus_rejected"));
    }

    [Fact]
    public async Task What_no_key_opens_stays_and_is_reported_and_never_passed_off_as_the_secret()
    {
        await using var database = await CreateAsync();
        var before = await database.QueryAsync("SELECT concat(api_key, ' ', api_secret, ' ', config) FROM sessions WHERE chat_id = '4'");

        var report = await database.AdoptAsync();

        Assert.Equal(["4 api_key", "4 api_secret", "4 config/alpaca_key"], report.Rejects.Select(reject => $"{reject.Key} {reject.Column}"));
        Assert.Equal(before, await database.QueryAsync("SELECT concat(api_key, ' ', api_secret, ' ', config) FROM sessions WHERE chat_id = '4'"));
        await using var nexus = await database.OpenAsync();
        var session = (await nexus.Sessions.GetAsync(4))!;
        Assert.Contains("api_key", Assert.Throws<SecretUnreadableException>(() => session.ApiKey!.Reveal()).Message, StringComparison.Ordinal);
        Assert.Throws<SecretUnreadableException>(() => session.ApiSecret!.Reveal());
        Assert.Throws<SecretUnreadableException>(() => session.Config.Reveal());
        Assert.Equal(Plain, (await nexus.Sessions.GetAsync(1))!.ApiKey!.Reveal());
    }

    [Fact]
    public async Task A_rejected_secret_is_sealed_by_a_later_run_that_has_its_key()
    {
        var lost = KeyRing.GenerateKey();
        await using var database = await LegacyDatabase.CreateAsync(LegacyDatabase.Sessions);
        await database.Database.ExecuteAsync("INSERT INTO sessions (chat_id, api_key) VALUES ('1', $1)", FernetWriter.Encrypt(lost, InToken));
        Assert.Single((await database.AdoptAsync(new() { KeepUnreadable = true })).Rejects);
        Assert.Single((await database.AdoptAsync()).Rejects);

        var report = await database.AdoptAsync(sealer: new Sealer(KeyRing.Parse(LegacyDatabase.EncryptionKey, lost)));

        Assert.Empty(report.Rejects);
        Assert.Equal("secrets sealed in api_key", Assert.Single(report.Changes).What);
        Assert.Equal(InToken, database.Open("sessions", "1", "api_key", await database.Database.ScalarAsync<string>("SELECT api_key FROM sessions")));
    }

    [Fact]
    public async Task Keys_that_did_not_seal_the_database_are_refused()
    {
        await using var database = await CreateAsync();
        await database.AdoptAsync();
        var before = await database.DumpAsync();

        var error = await Assert.ThrowsAsync<NexusConfigurationException>(
            () => database.AdoptAsync(sealer: new Sealer(KeyRing.Parse(null, KeyRing.GenerateKey()))));

        Assert.Equal("Keys", error.Setting);
        Assert.Equal(before, await database.DumpAsync());
    }

    [Fact]
    public async Task A_config_that_is_no_document_is_kept_sealed_as_a_whole()
    {
        await using var database = await LegacyDatabase.CreateAsync(
            LegacyDatabase.Sessions + "ALTER TABLE sessions ALTER config DROP DEFAULT, ALTER config TYPE text;",
            $$"""INSERT INTO sessions (chat_id, config) VALUES ('1', '{"mode": "PILOT"}'), ('2', '{"binance_api_secret": "{{Plain}}", oops')""");

        var report = await database.AdoptAsync();

        Assert.Equal(("2", "config"), (Assert.Single(report.Rejects).Key, report.Rejects[0].Column));
        Assert.DoesNotContain(Plain, await database.DumpAsync(), StringComparison.Ordinal);
        Assert.Contains(
            Plain,
            database.Open(
                "sessions",
                "2",
                "config_legacy",
                await database.Database.ScalarAsync<string>("SELECT config_legacy FROM sessions WHERE chat_id = '2'")),
            StringComparison.Ordinal);
        Assert.Equal(["PILOT", ""], await database.QueryAsync("SELECT coalesce(mode, '') FROM sessions ORDER BY chat_id"));
    }

    [Fact]
    public async Task Sealing_changes_neither_version_nor_time()
    {
        await using var database = await LegacyDatabase.CreateAsync(
            LegacyDatabase.Sessions, $"INSERT INTO sessions (chat_id, api_key, updated_at) VALUES ('1', '{Plain}', '2026-01-02 03:04:05')");

        await database.AdoptAsync(new Nexus.Operations.Adoption.AdoptionOptions { LegacyTimeZone = "UTC" });

        Assert.Equal(["1 2026-01-02 03:04:05"], await database.QueryAsync("SELECT version || ' ' || (updated_at AT TIME ZONE 'UTC') FROM sessions"));
    }
}
