using Nexus.Server.Tests.Kit;
using Nexus.TestKit;

namespace Nexus.Server.Tests.Routes;

/// <summary>Requests with an <c>Idempotency-Key</c> on several instances, and during an outage of PostgreSQL.</summary>
public sealed class IdempotencyOutageTests
{
    private const string Trade = """{"chatId":"1001","symbol":"BTCUSDT","side":"LONG","entryPrice":"1","quantity":"1"}""";

    [Fact]
    public async Task A_key_holds_on_every_instance_and_through_an_outage()
    {
        await using var cluster = await PostgresCluster.StartAsync();
        await using var database = await TestDatabase.CreateAsync(cluster);
        await using var server = await RunningServer.StartAsync(new DatabaseHome(database.Url));
        string before, extended;
        await using (var other = await RunningServer.StartAsync(new DatabaseHome(database.Url, Nexus.Failover.FallbackMode.Off)))
        {
            // Both instances know the admin key by different texts, so that a key of the API is used.
            using var here = await server.CallerAsync("bot", "admin");
            using var there = new ApiClient(other.Url, here.Key);
            (await here.PutAsync("/v1/users/1001", """{"days":30}""")).Expect(201);
            var both = await Task.WhenAll(Enumerable.Range(0, 20).Select(n => (n % 2 == 0 ? here : there)
                .PostAsync("/v1/users/1001/extend", """{"days":5}""", ("Idempotency-Key", "both"))));
            Assert.All(both, answer => Assert.True(answer.Status is 200 or 409, answer.Text));
            extended = Assert.Single(both.Where(answer => answer.Status == 200).Select(answer => answer.Text).Distinct());
        }
        using var bot = await server.CallerAsync("bot");
        before = (await bot.PostAsync("/v1/trades", Trade, ("Idempotency-Key", "before"))).Expect(201).Text;
        await Eventually.TrueAsync(() => server.Db.Fallback!.Staleness < TimeSpan.FromSeconds(30));
        await cluster.KillAsync();

        var spooled = (await bot.PostAsync("/v1/trades", Trade, ("Idempotency-Key", "outage"))).Expect(201);
        Assert.Equal("spooled", spooled.Header("Nexus-Acknowledged"));
        Assert.Equal(spooled.Text, (await bot.PostAsync("/v1/trades", Trade, ("Idempotency-Key", "outage"))).Expect(201).Text);
        Assert.Equal(before, (await bot.PostAsync("/v1/trades", Trade, ("Idempotency-Key", "before"))).Expect(201).Text);
        (await bot.PostAsync("/v1/users:access", """{"chatIds":["1001"]}""", ("Idempotency-Key", "access"))).Expect(200);

        await cluster.RestartAsync();
        await Eventually.TrueAsync(() => server.Db.Fallback is { IsLocal: false, Pending: 0 });
        Assert.Equal(spooled.Text, (await bot.PostAsync("/v1/trades", Trade, ("Idempotency-Key", "outage"))).Expect(201).Text);
        Assert.Equal(2, await database.ScalarAsync<long>("SELECT count(*) FROM trades"));
        // Alerts and jobs keep a state there too, if the outage lasts on a slow machine.
        Assert.Equal(0, await database.ScalarAsync<long>(
            "SELECT count(*) FROM keyed_state WHERE id LIKE 'nexus.requests%' AND expires_at IS NULL"));
        Assert.Equal((0, 0), (server.Db.Fallback!.Conflicts, server.Db.Fallback.Quarantined));
        Assert.Contains("expiresAt", extended, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_key_is_free_again_after_24_hours_by_the_clock_of_the_store()
    {
        await using var database = await TestDatabase.CreateAsync();
        await using var server = await RunningServer.StartAsync(new DatabaseHome(database.Url, Nexus.Failover.FallbackMode.Off));
        using var bot = await server.CallerAsync("bot");
        var first = (await bot.PostAsync("/v1/trades", Trade, ("Idempotency-Key", "signal-1"))).Expect(201).Text;
        Assert.InRange(
            await database.ScalarAsync<double>(
                "SELECT extract(epoch FROM min(expires_at) - now())::float8 / 3600 FROM keyed_state WHERE id LIKE 'nexus.requests%'"),
            23.5, 24.01);
        // Nearly 24 hours later.
        await database.ExecuteAsync("UPDATE keyed_state SET expires_at = now() + interval '1 minute' WHERE id LIKE 'nexus.requests%'");
        Assert.Equal(first, (await bot.PostAsync("/v1/trades", Trade, ("Idempotency-Key", "signal-1"))).Expect(201).Text);
        (await bot.PostAsync("/v1/trades", Trade.Replace("BTC", "ETH", StringComparison.Ordinal), ("Idempotency-Key", "signal-1"))).Expect(422);

        await database.ExecuteAsync("UPDATE keyed_state SET expires_at = now() - interval '1 second' WHERE id LIKE 'nexus.requests%'");

        var later = (await bot.PostAsync("/v1/trades", Trade, ("Idempotency-Key", "signal-1"))).Expect(201).Text;
        Assert.NotEqual(first, later);
        Assert.Equal(2, await database.ScalarAsync<long>("SELECT count(*) FROM trades"));
        Assert.Equal(later, (await bot.PostAsync("/v1/trades", Trade, ("Idempotency-Key", "signal-1"))).Expect(201).Text);
    }
}
