using Nexus.StoreContract;

namespace Nexus.Postgres.Tests.Store;

/// <summary>Writers use the connection again that they used last.</summary>
public class WarmConnectionTests
{
    private const string Watch = """
        CREATE TABLE seen (pid integer);
        CREATE FUNCTION see() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN INSERT INTO public.seen VALUES (pg_backend_pid()); RETURN NULL; END $$;
        CREATE TRIGGER see AFTER INSERT OR UPDATE ON sessions FOR EACH STATEMENT EXECUTE FUNCTION see();
        """;

    [Fact]
    public async Task Writes_that_follow_each_other_have_one_server_process()
    {
        await using var fixture = await StoreFixture.CreateAsync((options, _) => options.MinPoolSize = 5);
        await fixture.Database.ExecuteAsync(Watch);

        for (var n = 0; n < 10; n++)
        {
            await fixture.ApplyAsync(Make.Session("1"));
            await fixture.Store.GetSessionsAsync(["1"], StoreFixture.Token);
        }

        Assert.Equal(1, await fixture.Database.ScalarAsync<long>("SELECT count(DISTINCT pid) FROM seen"));
    }

    [Fact]
    public async Task A_kept_connection_that_was_ended_costs_no_write()
    {
        await using var fixture = await StoreFixture.CreateAsync();
        await fixture.ApplyAsync(Make.Session("1"));
        await fixture.Database.ExecuteAsync(
            "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()");

        Assert.Equal(2, (await fixture.ApplyAsync(Make.Session("1"))).Version);
    }

    [Fact]
    public async Task More_writes_at_once_than_connections_are_kept_all_find_one()
    {
        await using var fixture = await StoreFixture.CreateAsync((options, _) => options.MaxPoolSize = 8);

        var outcomes = await Task.WhenAll(Enumerable.Range(0, 40).Select(n => fixture.ApplyAsync(Make.Session($"{n}"))));

        Assert.All(outcomes, outcome => Assert.Equal(1, outcome.Version));
        Assert.True(await fixture.Database.ScalarAsync<long>(
            "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'nexus' AND datname = current_database()") <= 8 + 1,
                "the pool's limit, and the listener");
    }
}
