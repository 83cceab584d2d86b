using Nexus.Engine;
using Nexus.Errors;
using Nexus.Failover;
using Nexus.StoreContract;
using Nexus.TestKit;

namespace Nexus.Postgres.Tests.Hosts;

/// <summary>A real PgBouncer between Nexus and PostgreSQL.</summary>
public sealed class PoolerTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("transaction")]
    [InlineData("session")]
    public async Task With_the_servers_own_address_changes_are_heard_and_the_cache_is_used(string mode)
    {
        await using var home = await PoolerHome.CreateAsync(mode);
        await using var one = await NexusDb.OpenAsync(home.CreateOptions(), cancellationToken: Token);
        await using var other = await NexusDb.OpenAsync(home.CreateOptions(), cancellationToken: Token);

        await Eventually.TrueAsync(() => one.HearsChanges && other.HearsChanges);
        Assert.Empty(one.Concerns);
        await other.Users.SaveAsync(1, "n", days: null, cancellationToken: Token);
        await Eventually.TrueAsync(async () => (await one.Users.CheckAccessAsync(1, Token)).Allowed);
        await other.Users.DeleteAsync(1, cancellationToken: Token);
        await Eventually.TrueAsync(async () => !(await one.Users.CheckAccessAsync(1, Token)).Allowed);
    }

    [Fact]
    public async Task Migrations_take_the_servers_own_address_in_either_form()
    {
        await using var pooler = await PgBouncer.StartAsync(await PostgresCluster.SharedAsync());
        for (var isOption = 0; isOption <= 1; isOption++)
        {
            await using var home = await PostgresHome.CreateEmptyAsync();
            var options = home.CreateOptions();
            options.Database = pooler.Url(home.Database.Name, isSaid: true);
            if (isOption == 1) options.Database += $"&listen={home.Database.Cluster.Host}:{home.Database.Cluster.Port}";
            else options.DirectDatabase = home.Database.Url;
            await using var db = await NexusDb.OpenAsync(options, cancellationToken: Token);
            await db.Users.SaveAsync(1, "n", days: null, cancellationToken: Token);
            await Eventually.TrueAsync(() => db.HearsChanges);
        }
    }

    /// <summary>PgBouncer refuses with the SQLSTATE of a broken protocol.</summary>
    [Fact]
    public async Task A_pooler_that_takes_few_clients_is_used_within_its_limit()
    {
        await using var pooler = await PgBouncer.StartAsync(await PostgresCluster.SharedAsync(), "transaction", "max_client_conn = 4");
        await UseByManyAsync(pooler);
    }

    /// <summary>In session mode each client keeps a server connection; the next one waits, and is then refused with the same SQLSTATE.</summary>
    [Fact]
    public async Task A_pooler_with_few_server_connections_is_used_within_its_limit()
    {
        await using var pooler = await PgBouncer.StartAsync(
            await PostgresCluster.SharedAsync(), "session", "max_db_connections = 3", "query_wait_timeout = 1");
        await UseByManyAsync(pooler);
    }

    /// <summary>More callers at once than the pooler takes.</summary>
    private static async Task UseByManyAsync(PgBouncer pooler)
    {
        await using var home = await PostgresHome.CreateAsync();
        var options = home.CreateOptions();
        (options.Database, options.DirectDatabase) = (pooler.Url(home.Database.Name, isSaid: true), home.Database.Url);
        (options.MinPoolSize, options.MaxPoolSize) = (5, 20);
        await using var db = await NexusDb.OpenAsync(options, cancellationToken: Token);

        await Task.WhenAll(Enumerable.Range(1, 40).Select(async n =>
        {
            await db.Users.SaveAsync(n, "n", days: null, cancellationToken: Token);
            await foreach (var _ in db.Users.ListAsync(cancellationToken: Token)) continue;
        }));
    }

    [Fact]
    public async Task The_two_addresses_must_lead_to_the_same_database()
    {
        await using var home = await PoolerHome.CreateAsync("transaction");
        await using var elsewhere = await PostgresHome.CreateAsync();
        var options = home.CreateOptions();
        options.DirectDatabase = elsewhere.Database.Url;

        var error = await Assert.ThrowsAsync<NexusConfigurationException>(() => NexusDb.OpenAsync(options, cancellationToken: Token));
        Assert.Contains(nameof(NexusOptions.DirectDatabase), error.Message, StringComparison.Ordinal);
        Assert.Contains(elsewhere.Database.Name, error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("listen=", "listen")]
    [InlineData("listen=db1:x", "port")]
    [InlineData("listen=a/b", "listen")]
    public async Task An_invalid_direct_address_is_refused_by_name(string option, string named)
    {
        var options = new NexusOptions { Database = $"postgres://u@127.0.0.1/app?pgbouncer=true&{option}", Fallback = FallbackMode.Off, Keys = Keys };
        var error = await Assert.ThrowsAsync<NexusConfigurationException>(() => NexusDb.OpenAsync(options, cancellationToken: Token));
        Assert.Contains(named, error.Message, StringComparison.Ordinal);

        const string pooled = "postgres://u@127.0.0.1/app?pgbouncer=true";
        options = new NexusOptions { Database = pooled, DirectDatabase = pooled, Fallback = FallbackMode.Off, Keys = Keys };
        error = await Assert.ThrowsAsync<NexusConfigurationException>(() => NexusDb.OpenAsync(options, cancellationToken: Token));
        Assert.Equal(nameof(NexusOptions.DirectDatabase), error.Setting);
    }

    [Fact]
    public async Task A_pooler_that_the_URL_does_not_name_is_found_although_it_passes_the_settings()
    {
        // As PgBouncer from 1.21 on with max_prepared_statements: the settings are in force, and only the process number tells.
        await using var home = await PostgresHome.CreateAsync();
        foreach (var setting in SessionSettings.All.Where(setting => setting.Name is not "role" && setting.Value.Length > 0))
            await home.Database.ExecuteAsync($"ALTER DATABASE {home.Database.Name} SET {setting.Name} = {Literal(setting)}");
        await using var pooler = await PgBouncer.StartAsync(home.Database.Cluster, "transaction", "ignore_startup_parameters = options, search_path");
        var options = home.CreateOptions();
        options.Database = pooler.Url(home.Database.Name, isSaid: false);

        var error = await Assert.ThrowsAsync<NexusConfigurationException>(() => NexusDb.OpenAsync(options, cancellationToken: Token));
        Assert.Contains("leads through a pooler", error.Message, StringComparison.Ordinal);
        Assert.Contains("pgbouncer=true", error.Message, StringComparison.Ordinal);

        static string Literal(SessionSetting setting) => setting.Name == "DateStyle" ? "ISO, MDY" : $"'{setting.Value}'";
    }

    [Theory]
    [InlineData("transaction")]
    [InlineData("session")]
    public async Task A_refused_row_fails_alone_among_many_callers(string mode)
    {
        await using var home = await PoolerHome.CreateAsync(mode);
        await home.Database.ExecuteAsync("ALTER TABLE sessions ADD CONSTRAINT no_bad CHECK (config->>'bad' IS NULL)");
        var store = await home.OpenStoreAsync();
        await using var _ = store;

        for (var round = 0; round < 3; round++)
        {
            var outcomes = await Task.WhenAll(Enumerable.Range(0, 90).Select(async n => (await store.ApplyAsync(
                [Make.Session($"{n}", n % 30 == 7 ? """{"bad":1}""" : "{}")], atomic: false, Token))[0]));
            for (var n = 0; n < outcomes.Length; n++)
                Assert.Equal(n % 30 == 7 ? WriteStatus.Failed : WriteStatus.Applied, outcomes[n].Status);
        }
    }

    [Fact]
    public async Task A_pooler_that_leads_to_an_old_primary_is_refused()
    {
        await using var pair = await ReplicatedPair.StartAsync();
        await using (await NexusDb.OpenAsync(pair.Options(FallbackMode.Off), cancellationToken: Token))
        await using (var pooler = await PgBouncer.StartAsync(pair.One))
        {
            var options = pair.Options(FallbackMode.Off);
            options.DirectDatabase = options.Database;
            options.Database = pooler.Url("app", isSaid: true);
            await using var db = await NexusDb.OpenAsync(options, cancellationToken: Token);
            await db.Users.SaveAsync(1, "n", days: null, cancellationToken: Token);
            await pair.CatchUpAsync();

            // The pooler keeps its connections to the old primary; the direct address finds the new one.
            await pair.Other.PromoteAsync();
            await Eventually.TrueAsync(() => options.Fence.Timeline == 2);
            var error = await Assert.ThrowsAsync<StoreUnavailableException>(
                () => db.Users.SaveAsync(2, "n", days: null, cancellationToken: Token));
            Assert.Equal(StoreUnavailableReason.Fenced, error.Reason);
        }
        Assert.Equal(0L, await ReplicatedPair.AskAsync<long>(pair.One, "SELECT count(*) FROM users WHERE chat_id = '2'"));
    }

    private static string Keys { get; } = Secrets.KeyRing.GenerateKey();
}
