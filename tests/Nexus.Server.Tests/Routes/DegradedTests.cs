using Nexus.Operations.ApiKeys;
using Nexus.Server.Tests.Kit;
using Nexus.StoreContract;
using Nexus.TestKit;

namespace Nexus.Server.Tests.Routes;

/// <summary>A server that does not hear changes says so, and asks the database who may call.</summary>
public sealed class DegradedTests
{
    [Fact]
    public async Task Behind_a_pooler_in_transaction_mode_a_removed_key_stops_working_at_once()
    {
        var home = await PostgresHome.CreateAsync();
        await using var bouncer = await PgBouncer.StartAsync(home.Database.Cluster);
        await using var pooled = await RunningServer.StartAsync(home, options => options.Database = bouncer.Url(home.Database.Name, isSaid: true));
        await using var direct = await NexusDb.OpenAsync(home.CreateOptions(), cancellationToken: TestContext.Current.CancellationToken);

        using var nobody = new ApiClient(pooled.Url, null);
        Assert.Equal("""{"status":"degraded","reasons":["changes_not_heard"]}""", (await nobody.GetAsync("/health/ready")).Expect(200).Text);
        Assert.Contains("transaction mode", (await pooled.Admin.GetAsync("/v1/status")).Expect(200).Text, StringComparison.Ordinal);
        for (var n = 0; n < 5; n++)
        {
            using var caller = await pooled.CallerAsync("bot");
            (await caller.GetAsync("/v1/bot-state")).Expect(200);
            // As another instance does that removes the key.
            Assert.True(await new ApiKeyVault(direct.Store, direct.Sealer).RemoveAsync(caller.KeyId!, TestContext.Current.CancellationToken));
            (await caller.GetAsync("/v1/bot-state")).Expect(401);
        }
        await Task.WhenAll(Enumerable.Range(0, 50).Select(async _ => (await pooled.Admin.GetAsync("/v1/bot-state")).Expect(200)));
    }

    [Fact]
    public async Task Health_says_degraded_while_the_listening_process_is_frozen()
    {
        // A frozen process may hold what all databases of the server wait for.
        await using var cluster = await PostgresCluster.StartAsync();
        await using var server = await RunningServer.StartAsync(await PostgresHome.CreateEmptyAsync(cluster));
        using var nobody = new ApiClient(server.Url, null);
        var database = ((PostgresHome)server.Home).Database;
        var frozen = await database.QueryAsync<int>("SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND query LIKE 'LISTEN%'");
        foreach (var process in frozen) ChildProcess.Send(process, ChildProcess.SigStop);
        try
        {
            await Eventually.TrueAsync(
                async () => (await nobody.GetAsync("/health/ready")).Text.Contains("changes_not_heard", StringComparison.Ordinal));
            await Eventually.TrueAsync(async () => (await nobody.GetAsync("/health/ready")).Text == """{"status":"ok"}""");
        }
        finally
        {
            foreach (var process in frozen) ChildProcess.Send(process, ChildProcess.SigCont);
        }
    }
}
