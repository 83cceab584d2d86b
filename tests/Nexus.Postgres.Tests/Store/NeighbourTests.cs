using Microsoft.Extensions.Logging.Abstractions;
using Nexus.Engine;
using Nexus.Errors;
using Nexus.Sessions;
using Nexus.StoreContract;
using Nexus.Stores;
using Nexus.TestKit;
using Nexus.Trades;
using Npgsql;

namespace Nexus.Postgres.Tests.Store;

/// <summary>What one write needs and cannot have fails that write alone, whatever stands beside it in the batch.</summary>
public class NeighbourTests
{
    private static readonly DateTimeOffset Bad = new(2031, 12, 15, 12, 0, 0, TimeSpan.Zero);
    private static readonly DateTimeOffset Good = Bad.AddMonths(-1);

    private const string Detach = "SELECT nexus_ensure_trade_partition('2031-12-15Z'); ALTER TABLE trades DETACH PARTITION trades_2031_12";

    private static OpenTrade Open(DateTimeOffset entry, string chatId = "1") => new(Make.Trade(chatId, entry));

    /// <summary>Every kind of write, each with a record of its own; the trade of the bad month stands in the middle.</summary>
    private static Write[] AllKinds() =>
    [
        Make.Session("a"), Make.Patch("patched", """{"x":1}"""), Make.User("a", expiry: Make.Until(Bad)), Open(Good), Open(Bad),
        Make.State(ai: false),
        Make.Config("key", "1"), Open(Good.AddMinutes(1), "2"), Make.Session("z"), Make.User("z"),
    ];

    public static TheoryData<string, string> Faults => new()
    {
        { Detach, "exists and is not attached" },
        { "CREATE TABLE trades_2031_12 (id int)", "exists and is not attached" },
        { "CREATE VIEW trades_2031_12 AS SELECT 1", "exists and is not attached" },
        { "CREATE OR REPLACE FUNCTION nexus_ensure_trade_partition(at timestamptz) RETURNS void LANGUAGE plpgsql AS $$ BEGIN IF at >= '2031-12-01Z' "
            + "THEN RAISE insufficient_privilege USING MESSAGE = 'must be owner of table trades'; END IF; CREATE TABLE IF NOT EXISTS "
                + "public.trades_2031_11 PARTITION OF public.trades FOR VALUES FROM ('2031-11-01Z') TO ('2031-12-01Z'); END $$",
            "does not own" },
    };

    [Theory]
    [MemberData(nameof(Faults))]
    public async Task A_trade_without_a_partition_fails_alone_and_says_why(string fault, string reason)
    {
        await using var fixture = await StoreFixture.CreateAsync();
        await fixture.ApplyAsync(Make.Session("patched"));
        await fixture.Database.ExecuteAsync(fault);

        var outcomes = await fixture.ApplyAllAsync(AllKinds());

        Assert.All(outcomes.Where((_, n) => n != 4), outcome => Assert.Equal(WriteStatus.Applied, outcome.Status));
        var error = Assert.IsType<StoreRejectedException>(outcomes[4].Error);
        Assert.Contains("2031-12", error.Message, StringComparison.Ordinal);
        Assert.Contains(reason, error.Message, StringComparison.Ordinal);
        Assert.Equal(2L, await fixture.Database.ScalarAsync<long>("SELECT count(*) FROM trades"));
        Assert.Contains(fixture.Store.Concerns, concern => concern.Code == StoreConcern.TradesWithoutPartition
            && concern.Message.Contains("2031-12", StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_month_is_taken_again_once_the_operator_has_mended_it()
    {
        await using var fixture = await StoreFixture.CreateAsync();
        await fixture.Database.ExecuteAsync(Detach);
        Assert.Equal(WriteStatus.Failed, (await fixture.ApplyAsync(Open(Bad))).Status);

        await fixture.Database.ExecuteAsync("DROP TABLE trades_2031_12");

        await Eventually.TrueAsync(async () => (await fixture.ApplyAsync(Open(Bad))).IsApplied);
        Assert.DoesNotContain(fixture.Store.Concerns, concern => concern.Code == StoreConcern.TradesWithoutPartition);
    }

    [Fact]
    public async Task An_atomic_batch_names_the_culprit_and_rolls_the_others_back()
    {
        await using var fixture = await StoreFixture.CreateAsync();
        await fixture.Database.ExecuteAsync(Detach);

        var outcomes = await fixture.ApplyAtomicAsync(Open(Good), Open(Bad), Make.Session("1"));

        Assert.Equal([WriteStatus.RolledBack, WriteStatus.Failed, WriteStatus.RolledBack], outcomes.Select(outcome => outcome.Status));
        Assert.Contains("exists and is not attached", outcomes[1].Error!.Message, StringComparison.Ordinal);
        Assert.Equal(0L, await fixture.Database.ScalarAsync<long>("SELECT count(*) FROM sessions"));
    }

    [Fact]
    public async Task A_large_import_loses_the_trades_of_that_month_only()
    {
        await using var fixture = await StoreFixture.CreateAsync();
        await fixture.Database.ExecuteAsync(Detach);
        var writes = Enumerable.Range(0, 600).Select(n => Open(n % 50 == 7 ? Bad.AddSeconds(n) : Good.AddSeconds(n), $"{n}")).ToArray<Write>();

        var outcomes = await fixture.ApplyAllAsync(writes);

        Assert.All(outcomes.Select((outcome, n) => (outcome, n)), pair =>
            Assert.Equal(pair.n % 50 == 7 ? WriteStatus.Failed : WriteStatus.Applied, pair.outcome.Status));
        Assert.Equal(588L, await fixture.Database.ScalarAsync<long>("SELECT count(*) FROM trades"));
    }

    [Theory]
    [InlineData("CREATE TABLE rest PARTITION OF trades DEFAULT; CREATE TABLE trades_2031_12 (id int)")]
    [InlineData("CREATE TABLE rest PARTITION OF trades DEFAULT; INSERT INTO trades (chat_id, entry_timestamp, id, symbol, side, entry_price, "
        + "quantity) VALUES ('9', '2031-12-15Z', gen_random_uuid(), 'X', 'LONG', 1, 1)")]
    [InlineData("CREATE TABLE year PARTITION OF trades FOR VALUES FROM ('2031-01-01Z') TO ('2032-01-01Z')")]
    public async Task A_default_partition_or_one_with_other_bounds_takes_the_trade(string sql)
    {
        await using var fixture = await StoreFixture.CreateAsync();
        await fixture.Database.ExecuteAsync(sql);

        Assert.All(await fixture.ApplyAllAsync(AllKinds().Where(write => write is not PatchSessionConfig).ToArray()), outcome =>
            Assert.Equal(WriteStatus.Applied, outcome.Status));
    }

    [Fact]
    public async Task A_month_detached_while_it_is_in_use_is_refused_from_then_on()
    {
        await using var fixture = await StoreFixture.CreateAsync();
        Assert.True((await fixture.ApplyAsync(Open(Bad))).IsApplied);
        await fixture.Database.ExecuteAsync("ALTER TABLE trades DETACH PARTITION trades_2031_12");

        var outcomes = await fixture.ApplyAllAsync(Open(Bad, "2"), Make.Session("1"), Open(Good));

        Assert.Equal([WriteStatus.Failed, WriteStatus.Applied, WriteStatus.Applied], outcomes.Select(outcome => outcome.Status));
    }

    [Fact]
    public async Task A_lock_that_keeps_a_partition_from_being_attached_delays_its_trades_only()
    {
        await using var fixture = await StoreFixture.CreateAsync();
        await fixture.ApplyAsync(Open(Good));
        await using (var other = await fixture.Database.DataSource.OpenConnectionAsync(StoreFixture.Token))
        {
            await using var transaction = await other.BeginTransactionAsync(StoreFixture.Token);
            await RunAsync(other, "LOCK TABLE trades IN SHARE UPDATE EXCLUSIVE MODE");

            var outcomes = await fixture.ApplyAllAsync(Open(Bad), Make.Session("1"), Open(Good, "2"));

            Assert.Equal([WriteStatus.Failed, WriteStatus.Applied, WriteStatus.Applied], outcomes.Select(outcome => outcome.Status));
            Assert.IsType<StoreUnavailableException>(outcomes[0].Error);
        }
        await Eventually.TrueAsync(async () => (await fixture.ApplyAsync(Open(Bad))).IsApplied);
    }

    [Fact]
    public async Task A_table_that_somebody_alters_fails_its_own_writes_only()
    {
        await using var fixture = await StoreFixture.CreateAsync((options, _) => options.CommandTimeout = TimeSpan.FromSeconds(3));
        await using var other = await fixture.Database.DataSource.OpenConnectionAsync(StoreFixture.Token);
        await using var transaction = await other.BeginTransactionAsync(StoreFixture.Token);
        await RunAsync(other, "LOCK TABLE system_config IN ACCESS EXCLUSIVE MODE");

        var outcomes = await fixture.ApplyAllAsync([.. Enumerable.Range(0, 40).Select(n => Make.Config($"k{n}", "1")), Make.Session("1"), Open(Good),
            Make.User("1")]);

        Assert.All(outcomes[..40], outcome => Assert.IsType<StoreUnavailableException>(outcome.Error));
        Assert.All(outcomes[40..], outcome => Assert.Equal(WriteStatus.Applied, outcome.Status));
    }

    [Theory]
    [InlineData("ALTER TABLE system_config RENAME TO elsewhere", 6)]
    [InlineData("ALTER TABLE system_config RENAME COLUMN updated_by TO author", 6)]
    [InlineData("ALTER TABLE bot_state ADD CONSTRAINT frozen CHECK (ai_filter_enabled)", 5)]
    [InlineData("CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'no'; END $$; CREATE TRIGGER refuse BEFORE "
        + "INSERT ON system_config EXECUTE FUNCTION refuse()", 6)]
    [InlineData("ALTER TABLE system_config ADD COLUMN half int GENERATED ALWAYS AS ((value #>> '{}')::int / 0) STORED", 6)]
    public async Task A_fault_of_one_table_is_that_of_its_writes(string fault, int culprit)
    {
        await using var fixture = await StoreFixture.CreateAsync();
        await fixture.ApplyAsync(Make.Session("patched"));
        await fixture.Database.ExecuteAsync(fault);

        var outcomes = await fixture.ApplyAllAsync(AllKinds());

        Assert.All(outcomes.Select((outcome, n) => (outcome, n)), pair =>
            Assert.Equal(pair.n == culprit ? WriteStatus.Failed : WriteStatus.Applied, pair.outcome.Status));
    }

    [Fact]
    public async Task A_role_that_may_write_some_tables_only_writes_those_and_the_start_says_what_will_fail()
    {
        await using var fixture = await StoreFixture.CreateAsync();
        var role = $"limited_{Guid.NewGuid():n}";
        await fixture.Database.ExecuteAsync($"CREATE ROLE {role} LOGIN; GRANT USAGE ON SCHEMA public TO {role}; GRANT ALL ON ALL TABLES IN SCHEMA "
            + $"public TO {role}; GRANT ALL ON ALL SEQUENCES IN SCHEMA public TO {role}; REVOKE INSERT, UPDATE ON system_config FROM {role}");
        try
        {
            var limited = await fixture.OpenAnotherAsync((options, database) =>
                options.Database = new UriBuilder(database.Url) { UserName = role }.ToString());

            Assert.Contains(limited.Concerns, concern => concern.Code == StoreConcern.TradesWithoutPartition
                && concern.Message.Contains("own", StringComparison.Ordinal));
            var outcomes = await limited.ApplyAsync([Make.Session("1"), Make.Config("k", "1"), Open(Bad), Make.User("1")], atomic: false,
                StoreFixture.Token);

            Assert.Equal([WriteStatus.Applied, WriteStatus.Failed, WriteStatus.Failed, WriteStatus.Applied],
                outcomes.Select(outcome => outcome.Status));
            Assert.Contains("2031-12", outcomes[2].Error!.Message, StringComparison.Ordinal);
        }
        finally
        {
            await fixture.Store.DisposeAsync();
        }
    }

    [Fact]
    public async Task Saving_a_user_again_takes_no_number_and_at_the_end_of_the_sequence_only_new_users_fail()
    {
        await using var fixture = await StoreFixture.CreateAsync();
        await fixture.ApplyAsync(Make.User("1", name: "first"));
        var before = await fixture.Database.ScalarAsync<long>("SELECT last_value FROM users_id_seq");

        for (var n = 0; n < 20; n++)
            await fixture.ApplyAllAsync([Make.User("1", name: $"{n}"), .. n % 2 == 0 ? [Make.User("2")] : Array.Empty<Write>()]);
        // A thousand saves: each by itself, in batches, and all or nothing.
        for (var n = 0; n < 400; n++) await fixture.ApplyAsync(Make.User("1", name: $"again {n}"));
        for (var n = 0; n < 200; n++)
            Assert.All(await fixture.ApplyAllAsync(Make.User("2", name: $"{n}"), Make.User("1", name: $"{n}"), Make.Session("1")), outcome =>
                Assert.True(outcome.IsApplied));
        for (var n = 0; n < 100; n++)
            Assert.All(await fixture.ApplyAtomicAsync(Make.User("1", name: $"both {n}"), Make.User("2")), outcome => Assert.True(outcome.IsApplied));

        Assert.Equal(before + 1, await fixture.Database.ScalarAsync<long>("SELECT last_value FROM users_id_seq"));
        Assert.Equal((int)before, await fixture.Database.ScalarAsync<int>("SELECT id FROM users WHERE chat_id = '1'"));
        await fixture.Database.ExecuteAsync("SELECT setval('users_id_seq', 2147483647)");

        var outcomes = await fixture.ApplyAllAsync(Make.User("1", name: "kept"), Make.User("new"), Make.User("2", name: "too"), Make.Session("1"));

        Assert.Equal([WriteStatus.Applied, WriteStatus.Failed, WriteStatus.Applied, WriteStatus.Applied], outcomes.Select(outcome => outcome.Status));
        Assert.Contains("users_id_seq", outcomes[1].Error!.Message, StringComparison.Ordinal);
        Assert.Contains("bigint", outcomes[1].Error!.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Many_instances_that_make_many_months_at_once_fail_no_write()
    {
        await using var fixture = await StoreFixture.CreateAsync();
        PostgresStore[] stores = [fixture.Store, await fixture.OpenAnotherAsync(), await fixture.OpenAnotherAsync()];

        var outcomes = await Task.WhenAll(Enumerable.Range(0, 60).Select(n => stores[n % 3].ApplyAsync(
            [.. Enumerable.Range(0, 8).Select(month => Open(Good.AddMonths(n % 2 == 0 ? month : 7 - month), $"{n}"))], atomic: false,
            StoreFixture.Token)));

        Assert.All(outcomes.SelectMany(batch => batch), outcome => Assert.Equal(WriteStatus.Applied, outcome.Status));
    }

    private static async Task RunAsync(NpgsqlConnection connection, string sql)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync(StoreFixture.Token);
    }
}
