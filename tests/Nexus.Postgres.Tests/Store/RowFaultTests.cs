using Nexus.Engine;
using Nexus.Errors;
using Nexus.Postgres.Tests.Failover;
using Nexus.StoreContract;
using Nexus.Trades;

namespace Nexus.Postgres.Tests.Store;

/// <summary>Whatever makes PostgreSQL refuse a row, with whatever code, is the outcome of that row; its neighbours are stored.</summary>
public class RowFaultTests
{
    private const int Count = 40;

    /// <summary>More than a table may refuse before its other writes are given up.</summary>
    private static readonly int[] Bad = [3, 4, 17, 20, 39];

    private static string Raise(string table, string column, string state) => $"""
        CREATE SEQUENCE tries;
        CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM nextval('public.tries'); RAISE EXCEPTION 'no: %', NEW
            USING ERRCODE = '{state}'; END $$;
        CREATE TRIGGER refuse BEFORE INSERT ON {table} FOR EACH ROW WHEN (NEW.{column} LIKE 'bad%') EXECUTE FUNCTION refuse();
        """;

    private static string Name(int n) => Bad.Contains(n) ? $"bad{n}" : $"{n}";

    private static Write[] Sessions() => [.. Enumerable.Range(0, Count).Select(n => Make.Session(Name(n), """{"s":"hidden"}"""))];

    private static void AssertOnlyBadFail(WriteOutcome[] outcomes)
    {
        Assert.All(Enumerable.Range(0, outcomes.Length).Except(Bad), n =>
            Assert.True(outcomes[n].Status == WriteStatus.Applied, $"{n}: {outcomes[n].Error}"));
        Assert.All(Bad, n => Assert.Equal(WriteStatus.Failed, outcomes[n].Status));
    }

    [Theory]
    [InlineData("AB123")]
    [InlineData("P0001")]
    [InlineData("0A000")]
    [InlineData("08006")]
    [InlineData("25006")]
    [InlineData("28000")]
    [InlineData("40001")]
    [InlineData("40P01")]
    [InlineData("42501")]
    [InlineData("42P01")]
    [InlineData("53100")]
    [InlineData("53300")]
    [InlineData("55P03")]
    [InlineData("57014")]
    [InlineData("57P01")]
    [InlineData("57P03")]
    public async Task What_a_trigger_raises_is_the_row_s_own_and_tries_are_bounded(string state)
    {
        await using var fixture = await StoreFixture.CreateAsync();
        await fixture.Database.ExecuteAsync(Raise("sessions", "chat_id", state));

        var outcomes = await fixture.ApplyAllAsync([.. Sessions(), Make.User("1"), Make.Config("k", "1"), new OpenTrade(Make.Trade("1"))]);

        AssertOnlyBadFail(outcomes);
        Assert.All(Bad, n => Assert.Equal(state, Assert.IsType<StoreRejectedException>(outcomes[n].Error).StoreCode));
        Assert.All(Bad, n => Assert.DoesNotContain("hidden", outcomes[n].Error!.ToString(), StringComparison.Ordinal));
        Assert.Equal(Count - Bad.Length, await fixture.Database.ScalarAsync<long>("SELECT count(*) FROM sessions"));
        Assert.InRange(await fixture.Database.ScalarAsync<long>("SELECT last_value FROM tries"), Bad.Length, 80);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task What_a_trigger_suppresses_without_a_word_is_refused_and_no_outage(bool atomic)
    {
        await using var fixture = await StoreFixture.CreateAsync();
        await fixture.Database.ExecuteAsync("""
            CREATE FUNCTION suppress() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NULL; END $$;
            CREATE TRIGGER suppress BEFORE INSERT ON sessions FOR EACH ROW WHEN (NEW.chat_id LIKE 'bad%') EXECUTE FUNCTION suppress();
            """);

        var outcomes = await fixture.Store.ApplyAsync(Sessions(), atomic, StoreFixture.Token);

        Assert.All(Bad, n => Assert.Equal("02000", Assert.IsType<StoreRejectedException>(outcomes[n].Error).StoreCode));
        var others = atomic ? WriteStatus.RolledBack : WriteStatus.Applied;
        Assert.All(Enumerable.Range(0, Count).Except(Bad), n => Assert.Equal(others, outcomes[n].Status));
        Assert.Equal(atomic ? 0 : Count - Bad.Length, await fixture.Database.ScalarAsync<long>("SELECT count(*) FROM sessions"));
    }

    [Theory]
    [InlineData("AB123")]
    [InlineData("40001")]
    [InlineData("57014")]
    public async Task Trades_that_go_by_copy_lose_the_refused_ones_only(string state)
    {
        await using var fixture = await StoreFixture.CreateAsync();
        await fixture.ApplyAsync(new OpenTrade(Make.Trade("first")));
        await fixture.Database.ExecuteAsync(Raise("trades", "chat_id", state));

        var outcomes = await fixture.ApplyAllAsync([.. Enumerable.Range(0, 300).Select(n => new OpenTrade(Make.Trade(Name(n))))]);

        AssertOnlyBadFail(outcomes);
        Assert.Equal(296L, await fixture.Database.ScalarAsync<long>("SELECT count(*) FROM trades"));
    }

    [Fact]
    public async Task A_feature_that_the_server_lacks_for_one_row_fails_that_row()
    {
        await using var fixture = await StoreFixture.CreateAsync();
        await fixture.ApplyAsync(new OpenTrade(Make.Trade("first")));
        // The server refuses to move a row that a trigger changes to another partition: 0A000.
        await fixture.Database.ExecuteAsync("""
            CREATE FUNCTION shift() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NEW.entry_timestamp := NEW.entry_timestamp + interval '3 years';
            RETURN NEW; END $$;
            CREATE TRIGGER shift BEFORE INSERT ON trades FOR EACH ROW WHEN (NEW.chat_id LIKE 'bad%') EXECUTE FUNCTION shift();
            """);

        var outcomes = await fixture.ApplyAllAsync([.. Enumerable.Range(0, Count).Select(n => new OpenTrade(Make.Trade(Name(n)))),
            Make.Session("1")]);

        AssertOnlyBadFail(outcomes);
        Assert.All(Bad, n => Assert.IsType<StoreRejectedException>(outcomes[n].Error));
    }

    [Fact]
    public async Task A_rule_that_rules_out_a_statement_fails_the_writes_of_its_table_only()
    {
        await using var fixture = await StoreFixture.CreateAsync();
        await fixture.Database.ExecuteAsync("CREATE RULE quiet AS ON INSERT TO system_config DO INSTEAD NOTHING");

        var outcomes = await fixture.ApplyAllAsync(Make.Session("1"), Make.Config("a", "1"), Make.User("1"), Make.Config("b", "1"));

        Assert.All([outcomes[0], outcomes[2]], outcome => Assert.True(outcome.IsApplied, $"{outcome.Error}"));
        Assert.Equal(WriteStatus.Failed, outcomes[3].Status);
        Assert.Equal("0A000", Assert.IsType<StoreRejectedException>(outcomes[1].Error).StoreCode);
    }

    [Fact]
    public async Task A_row_that_a_policy_does_not_allow_fails_alone()
    {
        await using var fixture = await StoreFixture.CreateAsync();
        var role = $"tenant_{Guid.NewGuid():n}";
        await fixture.Database.ExecuteAsync($"""
            CREATE ROLE {role} LOGIN; GRANT USAGE ON SCHEMA public TO {role}; GRANT ALL ON ALL TABLES IN SCHEMA public TO {role};
            GRANT ALL ON ALL SEQUENCES IN SCHEMA public TO {role};
            ALTER TABLE sessions ENABLE ROW LEVEL SECURITY; CREATE POLICY mine ON sessions USING (true) WITH CHECK (chat_id NOT LIKE 'bad%');
            """);
        var tenant = await fixture.OpenAnotherAsync((options, database) =>
            options.Database = new UriBuilder(database.Url) { UserName = role }.ToString());

        var outcomes = await tenant.ApplyAsync([.. Sessions(), Make.User("1")], atomic: false, StoreFixture.Token);

        AssertOnlyBadFail(outcomes);
        Assert.All(Bad, n => Assert.Contains("policy", Assert.IsType<StoreRejectedException>(outcomes[n].Error).Message, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_row_whose_trigger_runs_into_the_limit_of_time_fails_alone()
    {
        await using var fixture = await StoreFixture.CreateAsync((options, database) => options.Database = database.Url
            + "&options=-c%20statement_timeout%3D3s");
        await fixture.Database.ExecuteAsync("""
            CREATE FUNCTION sleep() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM pg_sleep(60); RETURN NEW; END $$;
            CREATE TRIGGER sleep BEFORE INSERT ON sessions FOR EACH ROW WHEN (NEW.chat_id = 'bad3') EXECUTE FUNCTION sleep();
            """);

        var outcomes = await fixture.ApplyAllAsync([.. Sessions(), Make.User("1")]);

        Assert.Equal([3], Enumerable.Range(0, outcomes.Length).Where(n => outcomes[n].Status != WriteStatus.Applied));
    }

    [Theory]
    [InlineData("AB123")]
    [InlineData("53100")]
    public async Task An_all_or_nothing_batch_names_every_row_that_is_refused(string state)
    {
        await using var fixture = await StoreFixture.CreateAsync();
        await fixture.Database.ExecuteAsync(Raise("sessions", "chat_id", state));

        var outcomes = await fixture.ApplyAtomicAsync(Sessions());

        Assert.Equal(Bad, Enumerable.Range(0, Count).Where(n => outcomes[n].Status == WriteStatus.Failed));
        Assert.Equal(Count - Bad.Length, outcomes.Count(outcome => outcome.Status == WriteStatus.RolledBack));
        Assert.Equal(0L, await fixture.Database.ScalarAsync<long>("SELECT count(*) FROM sessions"));
    }

    [Theory]
    [InlineData("AB123")]
    [InlineData("40001")]
    [InlineData("53100")]
    public async Task The_replay_sets_the_refused_writes_aside_and_brings_the_others(string state)
    {
        await using var fixture = await FallbackFixture.CreateAsync();
        await fixture.Home.Database.ExecuteAsync(Raise("sessions", "chat_id", state));
        await fixture.GoAwayAsync();
        for (var n = 0; n < 10; n++) await fixture.SpoolAsync(Make.Session(Name(n)));

        await fixture.ComeBackAsync();

        Assert.Equal(2, fixture.Store.Status.Quarantined);
        Assert.Equal(8L, await fixture.Home.Database.ScalarAsync<long>("SELECT count(*) FROM sessions"));
    }
}
