using Nexus.Engine;
using Nexus.Errors;
using Nexus.Sessions;
using Nexus.StoreContract;

namespace Nexus.Postgres.Tests.Store;

/// <summary>A row that the database refuses, here for a constraint of the operator's, is its caller's trouble alone.</summary>
public class BadRowTests
{
    internal const string Constraint = "ALTER TABLE sessions ADD CONSTRAINT no_martingale CHECK (NOT config ? 'martingale')";

    private static Write[] Writes(int count, params int[] bad) =>
        [.. Enumerable.Range(0, count).Select(n => Make.Session($"{1000 + n}", bad.Contains(n) ? """{"martingale":true}""" : "{}"))];

    [Theory]
    [InlineData(250, new[] { 117 })]
    [InlineData(250, new[] { 0, 1, 249 })]
    [InlineData(3, new[] { 0, 1, 2 })]
    [InlineData(1, new[] { 0 })]
    public async Task Only_the_rows_that_are_refused_fail(int count, int[] bad)
    {
        await using var fixture = await StoreFixture.CreateAsync();
        await fixture.Database.ExecuteAsync(Constraint);

        var outcomes = await fixture.ApplyAllAsync(Writes(count, bad));

        Assert.Equal(bad, Enumerable.Range(0, count).Where(n => outcomes[n].Status == WriteStatus.Failed));
        Assert.All(bad, n =>
        {
            var error = Assert.IsType<StoreRejectedException>(outcomes[n].Error);
            Assert.Equal("23514", error.StoreCode);
            Assert.Contains("no_martingale", error.Message, StringComparison.Ordinal);
        });
        Assert.Equal(count - bad.Length, await fixture.Database.ScalarAsync<long>("SELECT count(*) FROM sessions WHERE version = 1"));
    }

    [Theory]
    [InlineData(256, new[] { 100 })]
    [InlineData(256, new[] { 0, 1, 100, 200, 255 })]
    [InlineData(1200, new[] { 499, 500, 1199 })]
    public async Task Neighbours_of_bad_rows_are_sent_once_more_and_share_one_commit(int count, int[] bad)
    {
        await using var fixture = await StoreFixture.CreateAsync();
        await fixture.Database.ExecuteAsync(Constraint);

        await fixture.ApplyAllAsync(Writes(count, bad));

        Assert.Equal(1, await fixture.Database.ScalarAsync<long>("SELECT count(*) FROM nexus_commits"));
        Assert.Equal(1, await fixture.Database.ScalarAsync<long>("SELECT count(DISTINCT updated_at) FROM sessions"));
        Assert.Equal(count - bad.Length, await fixture.Database.ScalarAsync<long>("SELECT count(*) FROM sessions WHERE version = 1"));
    }

    [Fact]
    public async Task Rows_that_are_all_refused_leave_no_commit()
    {
        await using var fixture = await StoreFixture.CreateAsync();
        await fixture.Database.ExecuteAsync(Constraint);

        var outcomes = await fixture.ApplyAllAsync(Writes(40, [.. Enumerable.Range(0, 40)]));

        Assert.All(outcomes, outcome => Assert.Equal(WriteStatus.Failed, outcome.Status));
        Assert.Equal(0, await fixture.Database.ScalarAsync<long>("SELECT count(*) FROM nexus_commits"));
    }

    [Theory]
    [InlineData("")]
    [InlineData("DEFERRABLE INITIALLY DEFERRED")]
    public async Task What_a_trigger_refuses_late_is_that_row_alone(string deferral)
    {
        await using var fixture = await StoreFixture.CreateAsync();
        await fixture.Database.ExecuteAsync($$"""
            CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'too late'; END $$;
            CREATE CONSTRAINT TRIGGER refuse AFTER INSERT ON system_config {{deferral}} FOR EACH ROW WHEN (NEW.key IN ('b',
                'd')) EXECUTE FUNCTION refuse();
            """);

        var outcomes = await fixture.ApplyAllAsync([.. "abcde".Select(key => Make.Config(key.ToString(), "1"))]);

        Assert.Equal(
            [WriteStatus.Applied, WriteStatus.Failed, WriteStatus.Applied, WriteStatus.Failed, WriteStatus.Applied],
            outcomes.Select(outcome => outcome.Status));
        Assert.Equal("a,c,e", await fixture.Database.ScalarAsync<string>("SELECT string_agg(key, ',' ORDER BY key) FROM system_config"));
    }

    [Fact]
    public async Task Beside_a_bad_row_conflicts_missing_records_and_replays_are_told_as_ever()
    {
        await using var fixture = await StoreFixture.CreateAsync();
        await fixture.Database.ExecuteAsync(Constraint);
        var saved = Make.Session("1");
        await fixture.ApplyAllAsync(saved, Make.Session("2"));

        var outcomes = await fixture.ApplyAllAsync(
            saved, Make.Session("2", expected: 7), Make.Session("3", """{"martingale":true}"""), Make.Patch("4", "{}"), Make.User("1"),
            Make.Session("5"), new DeleteSession("6", null));

        Assert.Equal(
            [WriteStatus.AlreadyApplied, WriteStatus.Conflict, WriteStatus.Failed, WriteStatus.NotFound, WriteStatus.Applied, WriteStatus.Applied,
                WriteStatus.NotFound],
            outcomes.Select(outcome => outcome.Status));
        Assert.Equal(WriteOutcome.Conflict(1), outcomes[1]);
    }

    [Fact]
    public async Task A_patch_that_makes_a_config_too_large_is_its_caller_s_trouble_alone()
    {
        await using var fixture = await StoreFixture.CreateAsync();
        var half = $$"""{"a":"{{new string('a', 200_000)}}"}""";
        await fixture.ApplyAllAsync([.. Enumerable.Range(0, 50).Select(n => Make.Session($"{n:00}", n == 20 ? half : "{}"))]);

        var outcomes = await fixture.ApplyAllAsync([.. Enumerable.Range(0, 50).Select(n => Make.Patch($"{n:00}",
            $$"""{"b":"{{new string('b', 100_000)}}"}"""))]);

        Assert.Equal([20], Enumerable.Range(0, 50).Where(n => outcomes[n].Status == WriteStatus.Failed));
        Assert.Equal("config", Assert.IsType<NexusValidationException>(outcomes[20].Error).Field);
        Assert.Equal(2, await fixture.Database.ScalarAsync<long>("SELECT count(*) FROM nexus_commits"));
    }

    [Fact]
    public async Task An_atomic_batch_names_every_row_that_is_refused_and_every_conflict()
    {
        await using var fixture = await StoreFixture.CreateAsync();
        await fixture.Database.ExecuteAsync(Constraint);
        await fixture.ApplyAsync(Make.User("1"));

        var outcomes = await fixture.ApplyAtomicAsync([.. Writes(20, 3, 11), Make.User("1", expected: 7), Make.User("2")]);

        Assert.Equal([3, 11], Enumerable.Range(0, 22).Where(n => outcomes[n].Status == WriteStatus.Failed));
        Assert.Equal(WriteOutcome.Conflict(1), outcomes[20]);
        Assert.Equal(19, outcomes.Count(outcome => outcome.Status == WriteStatus.RolledBack));
        Assert.Equal(0, await fixture.Database.ScalarAsync<long>("SELECT count(*) FROM sessions"));
        Assert.Equal(1, await fixture.Database.ScalarAsync<long>("SELECT count(*) FROM users"));
    }

    [Fact]
    public async Task A_trigger_that_refuses_a_row_refuses_that_row_alone()
    {
        await using var fixture = await StoreFixture.CreateAsync();
        await fixture.Database.ExecuteAsync("""
            CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'not on a Sunday: %', NEW.value; END $$;
            CREATE TRIGGER refuse BEFORE INSERT ON system_config FOR EACH ROW WHEN (NEW.key = 'b') EXECUTE FUNCTION refuse();
            """);

        var outcomes = await fixture.ApplyAllAsync(Make.Config("a", "1"), Make.Config("b", "\"secret\""), Make.Config("c", "3"));

        Assert.Equal([WriteStatus.Applied, WriteStatus.Failed, WriteStatus.Applied], outcomes.Select(outcome => outcome.Status));
        Assert.DoesNotContain("secret", outcomes[1].Error!.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_table_that_is_gone_fails_its_own_writes_only()
    {
        await using var fixture = await StoreFixture.CreateAsync();
        await fixture.Database.ExecuteAsync("ALTER TABLE users RENAME TO elsewhere");

        var outcomes = await fixture.ApplyAllAsync(Make.Session("1"), Make.User("1"));

        Assert.Equal([WriteStatus.Applied, WriteStatus.Failed], outcomes.Select(outcome => outcome.Status));
        Assert.IsType<StoreIncompatibleException>(outcomes[1].Error);
        Assert.Equal(1, await fixture.Database.ScalarAsync<long>("SELECT count(*) FROM sessions"));
    }
}
