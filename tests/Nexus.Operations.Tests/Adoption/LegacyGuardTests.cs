using Nexus.Errors;
using Nexus.Failover;
using Nexus.Json;
using Nexus.Secrets;
using Nexus.Sessions;
using Npgsql;

namespace Nexus.Operations.Tests.Adoption;

/// <summary>The program that Nexus replaces, still running on the adopted database.</summary>
public class LegacyGuardTests
{
    private const string Key = "Pl4inKeyOfChatOne";

    private static async Task<LegacyDatabase> AdoptedAsync()
    {
        var database = await LegacyDatabase.CreateAsync(
            LegacyDatabase.Sessions, LegacyDatabase.BotState, LegacyDatabase.Users, LegacyDatabase.Journal, $$"""
            INSERT INTO sessions (chat_id, api_key, api_secret, config) VALUES ('1', '{{Key}}',
                '{{FernetWriter.Encrypt(LegacyDatabase.EncryptionKey, Key)}}', '{"mode": "PILOT"}');
            INSERT INTO bot_state (id) VALUES (1);
            INSERT INTO users (chat_id, name, expires_at) VALUES ('1', 'one', '2099-01-01');
            INSERT INTO trade_journal (chat_id, symbol, side, entry_price, quantity, entry_time) VALUES ('1', 'BTCUSDT', 'LONG', 1, 1, '2026-01-01');
            """);
        await database.AdoptAsync();
        return database;
    }

    private static Task<List<string>> StateAsync(LegacyDatabase database) => database.QueryAsync(
        "SELECT to_jsonb(s)::text FROM sessions s UNION ALL SELECT to_jsonb(u)::text FROM users u UNION ALL SELECT to_jsonb(b)::text FROM "
            + "bot_state b UNION ALL SELECT to_jsonb(t)::text FROM trades t UNION ALL SELECT to_jsonb(j)::text FROM trade_journal j");

    [Fact]
    public async Task Each_of_its_writes_is_refused_with_the_remedy_and_nothing_is_changed()
    {
        await using var database = await AdoptedAsync();
        var legacy = new LegacyWriter(database.Database.DataSource);
        var before = await StateAsync(database);

        foreach (var (function, sql) in LegacyWriter.Writes)
        {
            var error = await Assert.ThrowsAsync<PostgresException>(() => legacy.RunAsync(sql));
            Assert.True(error.SqlState == "NX409", $"{function}: {error.Message}");
            Assert.Contains("Nexus has adopted", error.MessageText, StringComparison.Ordinal);
            Assert.Contains("nexus_legacy_guard(false)", error.Hint, StringComparison.Ordinal);
        }

        Assert.Equal(before, await StateAsync(database));
    }

    [Fact]
    public async Task Nexus_itself_writes_as_before()
    {
        await using var database = await AdoptedAsync();
        await using (var nexus = await database.OpenAsync())
        {
            var session = (await nexus.Sessions.GetAsync(1))!;
            Assert.Equal(Key, session.ApiKey!.Reveal());
            await nexus.Sessions.SaveAsync(new Session(1, "new key", null, StateJson.Parse("""{"mode":"WATCHER"}""")));
            await nexus.Sessions.SaveAsync(new Session(2, "other key", null, StateJson.Parse("{}")));
            await nexus.Sessions.DeleteAsync(2);
            await nexus.Users.DeleteAsync(1);
        }
        Assert.Equal(["1"], await database.QueryAsync("SELECT chat_id::text FROM sessions"));
        Assert.Empty(await database.QueryAsync("SELECT chat_id::text FROM users"));
        var rotation = await Nexus.Operations.Keys.KeyMaintenance.RotateAsync(
            new NexusOptions
            {
                Database = database.Options.Database,
                Keys = $"{KeyRing.GenerateKey()},{LegacyDatabase.EncryptionKey}",
                Fallback = FallbackMode.Off,
            },
            Microsoft.Extensions.Logging.Abstractions.NullLoggerFactory.Instance, TimeProvider.System, progress: null, CancellationToken.None);
        Assert.True(rotation.Resealed > 0);
    }

    [Fact]
    public async Task An_owner_lifts_the_guard_and_the_next_run_moves_what_was_written_meanwhile()
    {
        await using var database = await AdoptedAsync();
        var legacy = new LegacyWriter(database.Database.DataSource);
        await database.Database.ExecuteAsync("SELECT nexus_legacy_guard(false)");
        await legacy.RunAsync(LegacyWriter.Writes["log_trade_entry"]);
        await legacy.RunAsync(LegacyWriter.InitDb);
        await database.Database.ExecuteAsync("SELECT nexus_legacy_guard(true)");

        var report = await database.AdoptAsync();

        Assert.Contains(report.Changes, change => change is { Table: "trade_journal", Rows: 1 });
        Assert.Equal(2L, await database.Database.ScalarAsync<long>("SELECT count(*) FROM trades"));
        await Assert.ThrowsAsync<PostgresException>(() => legacy.RunAsync(LegacyWriter.Writes["log_trade_entry"]));
    }

    [Fact]
    public async Task A_marked_statement_passes_the_guard_of_the_journal_and_no_other_does()
    {
        const string insert = "INSERT INTO trade_journal (chat_id, symbol, side, entry_price, quantity, entry_time) VALUES ('1', 'ETHUSDT', "
            + "'LONG', 1, 1, '2026-01-02')";
        await using var database = await AdoptedAsync();

        await database.Database.ExecuteAsync($"/* nexus */ {insert}");
        await database.Database.ExecuteAsync("/* nexus */ UPDATE trade_journal SET symbol = 'SOLUSDT'");
        var refused = await Assert.ThrowsAsync<PostgresException>(() => database.Database.ExecuteAsync(insert));

        Assert.Equal("NX409", refused.SqlState);
        Assert.Equal(["SOLUSDT"], await database.QueryAsync("SELECT symbol::text FROM trade_journal"));
    }

    [Theory]
    [InlineData("TRUNCATE sessions")]
    [InlineData("TRUNCATE trade_journal, users CASCADE")]
    [InlineData("TRUNCATE ONLY bot_state RESTART IDENTITY")]
    public async Task Its_owner_empties_no_guarded_table_until_it_is_lifted(string sql)
    {
        await using var database = await AdoptedAsync();
        var before = await StateAsync(database);

        Assert.Equal("NX409", (await Assert.ThrowsAsync<PostgresException>(() => database.Database.ExecuteAsync(sql))).SqlState);
        Assert.Equal(before, await StateAsync(database));

        await database.Database.ExecuteAsync($"/* nexus */ {sql}");
        await database.Database.ExecuteAsync("SELECT nexus_legacy_guard(false)");
        await database.Database.ExecuteAsync(sql);
    }

    /// <summary>What a program that knows nothing of Nexus may do to rows, by every statement that changes any.</summary>
    [Theory]
    [InlineData("DELETE FROM trade_journal")]
    [InlineData("DELETE FROM trade_journal WHERE false")]
    [InlineData("DELETE FROM ONLY sessions")]
    [InlineData("DELETE FROM users USING sessions s WHERE s.chat_id = users.chat_id")]
    [InlineData("UPDATE bot_state SET group_config = '{}'")]
    [InlineData("UPDATE users u SET role = 'admin' FROM sessions s WHERE s.chat_id = u.chat_id")]
    [InlineData("WITH gone AS (DELETE FROM sessions RETURNING chat_id) SELECT count(*) FROM gone")]
    [InlineData("INSERT INTO sessions (chat_id) VALUES ('1') ON CONFLICT (chat_id) DO UPDATE SET api_key = ''")]
    [InlineData("INSERT INTO sessions SELECT 'copy' || chat_id, api_key, api_secret FROM sessions")]
    [InlineData("MERGE INTO sessions s USING (SELECT '1' AS id) x ON s.chat_id = x.id WHEN MATCHED THEN UPDATE SET api_key = ''")]
    [InlineData("MERGE INTO sessions s USING (SELECT '1' AS id) x ON s.chat_id = x.id WHEN MATCHED THEN DELETE")]
    [InlineData("PREPARE p AS DELETE FROM trade_journal; EXECUTE p")]
    [InlineData("DO $$BEGIN EXECUTE 'DELETE FROM trade_journal'; END$$")]
    public async Task No_statement_changes_a_guarded_table(string sql)
    {
        await using var database = await AdoptedAsync();
        await database.Database.ExecuteAsync("/* nexus */ INSERT INTO trade_journal (chat_id, symbol, side, entry_price, quantity, entry_time) "
            + "VALUES ('1', 'ETHUSDT', 'LONG', 1, 1, '2026-01-02')");
        var before = await StateAsync(database);

        Assert.Equal("NX409", (await Assert.ThrowsAsync<PostgresException>(() => database.Database.ExecuteAsync(sql))).SqlState);

        Assert.Equal(before, await StateAsync(database));
        // The next run moves the row, past the guard.
        await database.AdoptAsync();
        Assert.Empty(await database.QueryAsync("SELECT id::text FROM trade_journal"));
    }

    [Fact]
    public async Task A_database_that_Nexus_made_has_no_guard_until_its_owner_sets_it()
    {
        await using var database = await LegacyDatabase.CreateAsync();
        await using (await database.OpenAsync())
        {
        }
        await database.Database.ExecuteAsync("INSERT INTO sessions (chat_id) VALUES ('1'); SELECT nexus_legacy_guard(true)");

        await Assert.ThrowsAsync<PostgresException>(() => database.Database.ExecuteAsync("UPDATE sessions SET api_key = '' WHERE chat_id = '1'"));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task A_sealed_text_that_the_legacy_encrypted_once_more_is_opened_and_never_sealed_as_a_key(int layers)
    {
        await using var database = await AdoptedAsync();
        var place = new SealContext("sessions", "1", "api_key");
        var wrapped = await database.Database.ScalarAsync<string>("SELECT api_key FROM sessions WHERE chat_id = '1'");
        for (var layer = 0; layer < layers; layer++) wrapped = FernetWriter.Encrypt(LegacyDatabase.EncryptionKey, wrapped);
        var foreign = FernetWriter.Encrypt(
            LegacyDatabase.EncryptionKey, database.Sealer.Seal(new SealContext("sessions", "9", "api_secret"), "of another row"));

        Assert.True(database.Sealer.TryAcceptLegacy(place, wrapped, out var ciphertext, out _));
        Assert.Equal(Key, database.Sealer.Open(place, ciphertext));
        Assert.True(database.Sealer.TryAcceptLegacy(place, database.Sealer.Seal(place, ciphertext), out var unwrapped, out _));
        Assert.Equal(Key, database.Sealer.Open(place, unwrapped));
        Assert.False(database.Sealer.TryAcceptLegacy(new SealContext("sessions", "1", "api_secret"), foreign, out var kept, out var reason));
        Assert.Equal(foreign, kept);
        Assert.Contains("belongs to another row or field", reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task With_a_wrong_key_nothing_is_touched(bool dryRun)
    {
        var other = KeyRing.GenerateKey();
        await using var database = await LegacyDatabase.CreateAsync(LegacyDatabase.Sessions, LegacyDatabase.Users);
        for (var n = 0; n < 20; n++)
            await database.Database.ExecuteAsync(
                "INSERT INTO sessions (chat_id, api_key, config) VALUES ($1, $2, jsonb_build_object('alpaca_key', $3::text))",
                $"{n}",
                FernetWriter.Encrypt(other, "k"),
                FernetWriter.Encrypt(other, "c"));
        var before = await database.DumpAsync();

        var error = await Assert.ThrowsAsync<NexusConfigurationException>(() => database.AdoptAsync(new() { DryRun = dryRun }));

        Assert.Equal("ENCRYPTION_KEY", error.Setting);
        Assert.Contains("none of the 40 Fernet tokens", error.Message, StringComparison.Ordinal);
        Assert.Equal(before, await database.DumpAsync());
        Assert.Equal(40, (await database.AdoptAsync(new() { DryRun = dryRun, KeepUnreadable = true })).RejectedCount);
    }
}
