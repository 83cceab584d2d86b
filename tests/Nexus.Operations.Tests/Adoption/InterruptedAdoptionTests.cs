using Nexus.Errors;
using Nexus.Operations.Adoption;
using Nexus.Secrets;
using Nexus.TestKit;

namespace Nexus.Operations.Tests.Adoption;

public class InterruptedAdoptionTests
{
    /// <summary>Holds the adoption in the middle of a statement, so that it can be ended there.</summary>
    private static string SleepOn(string table, string when, string row) => $$"""
        CREATE FUNCTION hold_on() RETURNS trigger LANGUAGE plpgsql AS $f$
            BEGIN IF {{row}} THEN PERFORM pg_sleep(600); END IF; RETURN coalesce(NEW, OLD); END $f$;
        CREATE TRIGGER hold_on BEFORE {{when}} ON {{table}} FOR EACH ROW EXECUTE FUNCTION hold_on();
        """;

    private const string Rows = """
        INSERT INTO sessions (chat_id, api_key, config, updated_at) SELECT n::text, 'Pl4inKeyOf' || n, jsonb_build_object('binance_api_key',
            'C0nfigKeyOf' || n), CASE WHEN n <> 900 THEN '2026-01-01'::timestamp END FROM generate_series(1, 1200) n;
        INSERT INTO users (chat_id, expires_at) VALUES ('1', 'infinity');
        INSERT INTO trade_journal (chat_id, symbol, side, entry_price, quantity, entry_time) SELECT '1', 'BTC', 'LONG', n, 1,
            timestamp '2026-01-01' + n * interval '1 hour' FROM generate_series(1, 1200) n;
        """;

    private static Task<LegacyDatabase> CreateAsync(string trigger) =>
        LegacyDatabase.CreateAsync(LegacyDatabase.Sessions, LegacyDatabase.Users, LegacyDatabase.Journal, Rows, trigger);

    private static async Task EndInTheMiddleAsync(LegacyDatabase database)
    {
        var running = database.AdoptAsync(new AdoptionOptions { LegacyTimeZone = "UTC" });
        const string sleeper = "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND wait_event = 'PgSleep'";
        await Eventually.TrueAsync(async () => (await database.Database.QueryAsync<int>(sleeper)).Count == 1, TimeSpan.FromMinutes(2));
        await database.Database.ExecuteAsync($"SELECT pg_terminate_backend(({sleeper}))");
        Assert.Equal(StoreUnavailableReason.Unreachable, (await Assert.ThrowsAsync<StoreUnavailableException>(() => running)).Reason);
        await database.Database.ExecuteAsync("DROP FUNCTION hold_on CASCADE");
    }

    private static async Task AssertCompleteAsync(LegacyDatabase database, AdoptionReport report)
    {
        Assert.Equal("expires_at", Assert.Single(report.Rejects).Column);
        var dump = await database.DumpAsync();
        Assert.DoesNotContain("Pl4inKey", dump, StringComparison.Ordinal);
        Assert.DoesNotContain("C0nfigKey", dump, StringComparison.Ordinal);
        Assert.Equal(0L, await database.Database.ScalarAsync<long>("SELECT count(*) FROM trade_journal"));
        Assert.Equal((1200L, 1200L, 720600m), (
            await database.Database.ScalarAsync<long>("SELECT count(*) FROM trades"),
            await database.Database.ScalarAsync<long>("SELECT count(DISTINCT id) FROM trades"),
            await database.Database.ScalarAsync<decimal>("SELECT sum(entry_price) FROM trades")));
        await using var nexus = await database.OpenAsync();
        Assert.Equal("Pl4inKeyOf1200", (await nexus.Sessions.GetAsync(1200))!.ApiKey!.Reveal());
        Assert.Equal("Pl4inKeyOf3", (await nexus.Sessions.GetAsync(3))!.ApiKey!.Reveal());
        Assert.Empty((await database.AdoptAsync(new AdoptionOptions { LegacyTimeZone = "UTC" })).Changes);
    }

    [Fact]
    public async Task Ended_while_the_tables_change_nothing_has_happened()
    {
        await using var database =
            await CreateAsync(SleepOn("sessions", "UPDATE", "OLD.chat_id = '900' AND NEW.updated_at IS DISTINCT FROM OLD.updated_at"));
        const string types =
            "SELECT string_agg(atttypid::regtype::text, ',' ORDER BY attnum) FROM pg_attribute WHERE attrelid = 'sessions'::regclass AND attnum > 0";
        var before = await database.Database.ScalarAsync<string>(types);

        await EndInTheMiddleAsync(database);

        Assert.Equal(before, await database.Database.ScalarAsync<string>(types));
        await AssertCompleteAsync(database, await database.AdoptAsync(new AdoptionOptions { LegacyTimeZone = "UTC" }));
    }

    [Fact]
    public async Task Ended_while_secrets_are_sealed_the_next_run_goes_on()
    {
        await using var database =
            await CreateAsync(SleepOn("sessions", "UPDATE", "OLD.chat_id = '700' AND NEW.api_key IS DISTINCT FROM OLD.api_key"));

        await EndInTheMiddleAsync(database);

        var sealedBefore = await database.Database.ScalarAsync<long>("SELECT count(*) FROM sessions WHERE api_key LIKE 'nx1.%'");
        Assert.InRange(sealedBefore, 1, 1199);
        // Half adopted is not adopted: nobody may open it as if it were.
        Assert.Contains(
            "migrate the database", (await Assert.ThrowsAsync<StoreIncompatibleException>(database.OpenAsync)).Message, StringComparison.Ordinal);
        await Assert.ThrowsAsync<NexusConfigurationException>(
            () => database.AdoptAsync(sealer: new Sealer(KeyRing.Parse(null, KeyRing.GenerateKey()))));
        await Assert.ThrowsAsync<NexusConfigurationException>(() => database.AdoptAsync(new AdoptionOptions { LegacyTimeZone = "Asia/Tokyo" }));
        var report = await database.AdoptAsync();
        Assert.Contains(report.Changes, change => change.What == "secrets sealed in api_key" && change.Rows == 1200 - sealedBefore);
        await AssertCompleteAsync(database, report);
    }

    [Fact]
    public async Task Ended_while_trades_move_none_is_lost_or_doubled()
    {
        await using var database = await CreateAsync(SleepOn("trade_journal", "DELETE", "OLD.id = 700"));

        await EndInTheMiddleAsync(database);

        Assert.Equal(
            (500L, 700L),
            (
                await database.Database.ScalarAsync<long>("SELECT count(*) FROM trades"),
                await database.Database.ScalarAsync<long>("SELECT count(*) FROM trade_journal")));
        await AssertCompleteAsync(database, await database.AdoptAsync());
    }

    [Fact]
    public async Task A_cancelled_run_can_be_taken_up()
    {
        await using var database = await CreateAsync("SELECT 1");
        using var cancellation = new CancellationTokenSource();
        var options = new AdoptionOptions { LegacyTimeZone = "UTC", Progress = new Cancelling(cancellation) };

        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => LegacyAdoption.RunAsync(database.Options, database.Sealer, options, cancellation.Token));

        Assert.Equal(500L, await database.Database.ScalarAsync<long>("SELECT count(*) FROM sessions WHERE api_key LIKE 'nx1.%'"));
        await AssertCompleteAsync(database, await database.AdoptAsync());
    }

    [Fact]
    public async Task Four_that_adopt_at_once_do_it_once()
    {
        await using var database = await CreateAsync("SELECT 1");

        var reports = await Task.WhenAll(
            Enumerable.Range(0, 4).Select(_ => Task.Run(() => database.AdoptAsync(new AdoptionOptions { LegacyTimeZone = "UTC" }))));

        Assert.Single(reports, report => report.Changes.Count > 0);
        await AssertCompleteAsync(database, reports.Single(report => report.Changes.Count > 0));
    }

    private sealed class Cancelling(CancellationTokenSource cancellation) : IProgress<MigrateProgress>
    {
        public void Report(MigrateProgress value)
        {
            if (value.Subject == "sessions") cancellation.Cancel();
        }
    }
}
