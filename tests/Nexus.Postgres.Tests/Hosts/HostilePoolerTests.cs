using Nexus.StoreContract;
using Nexus.TestKit;

namespace Nexus.Postgres.Tests.Hosts;

/// <summary>
/// Behind a pooler in transaction mode a session has what the database and the role set, until a transaction of Nexus sets its own: nothing may run
/// before that.
/// </summary>
public sealed class HostilePoolerTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_short_time_limit_and_slow_plans_of_the_database_are_not_in_force_at_the_start()
    {
        await using var home = await PoolerHome.CreateAsync("transaction");
        foreach (var setting in new[] { "statement_timeout = '250ms'", "jit = on", "jit_above_cost = 0", "jit_inline_above_cost = 0",
            "jit_optimize_above_cost = 0", "enable_seqscan = off", "enable_indexscan = off", "enable_bitmapscan = off", "enable_nestloop = off" })
            await home.Database.ExecuteAsync($"ALTER DATABASE {home.Database.Name} SET {setting}");

        await using var db = await NexusDb.OpenAsync(OnlyPooled(home), cancellationToken: Token);
        await db.Users.SaveAsync(1, "n", days: null, cancellationToken: Token);

        Assert.True((await db.Users.CheckAccessAsync(1, Token)).Allowed);
    }

    [Fact]
    public async Task What_the_search_path_of_the_database_plants_is_not_called()
    {
        await using var home = await PoolerHome.CreateAsync("transaction");
        await home.Database.ExecuteAsync("""
            CREATE SCHEMA evil; CREATE TABLE evil.calls (what text);
            CREATE FUNCTION evil.note(what text) RETURNS bool LANGUAGE sql VOLATILE AS 'INSERT INTO evil.calls VALUES (what) RETURNING true';
            CREATE FUNCTION evil.version() RETURNS text LANGUAGE sql AS 'SELECT CASE WHEN evil.note(''version'') THEN pg_catalog.version() END';
            CREATE VIEW evil.pg_type AS SELECT t.* FROM pg_catalog.pg_type t WHERE evil.note('pg_type')
            """);
        await home.Database.ExecuteAsync($"ALTER DATABASE {home.Database.Name} SET search_path = evil, pg_catalog");

        await using (var db = await NexusDb.OpenAsync(OnlyPooled(home), cancellationToken: Token))
            await db.Users.SaveAsync(1, "n", days: null, cancellationToken: Token);

        Assert.Equal(0, await home.Database.ScalarAsync<long>("SELECT pg_catalog.count(*) FROM evil.calls"));
    }

    private static NexusOptions OnlyPooled(PoolerHome home)
    {
        var options = home.CreateOptions();
        options.Database = options.Database![..options.Database!.IndexOf("&listen=", StringComparison.Ordinal)];
        return options;
    }
}
