using Nexus.Server.Tests.Kit;
using Nexus.StoreContract;
using Nexus.TestKit;

namespace Nexus.Server.Tests.Routes;

/// <summary>GET with an age that the caller allows: a standby serves, and the response says how old it is.</summary>
public sealed class StalenessHeaderTests(EmbeddedServer embedded)
{
    private const string Header = "Nexus-Max-Staleness";

    [Theory]
    [InlineData("0")]
    [InlineData("-1")]
    [InlineData("3601")]
    [InlineData("5s")]
    [InlineData("1e3")]
    [InlineData("")]
    public async Task An_age_outside_the_limits_is_refused(string age) =>
        (await embedded.Bot.GetAsync("/v1/sessions", (Header, age))).ExpectProblem(400, "invalid", Header);

    [Fact]
    public async Task Where_there_is_no_standby_the_store_itself_serves()
    {
        var response = (await embedded.Bot.GetAsync("/v1/sessions?limit=1", (Header, "0.5"))).Expect(200);
        Assert.Null(response.Header("Nexus-Stale"));
    }

    [Fact]
    public async Task A_standby_serves_lists_and_never_access()
    {
        await using var cluster = await PostgresCluster.StartAsync();
        await using var database = await TestDatabase.CreateAsync(cluster);
        await using var standby = await cluster.StartStandbyAsync();
        var url = $"postgres://postgres@127.0.0.1:{cluster.Port},127.0.0.1:{standby.Port}/{database.Name}?sslmode=disable";
        await using var server = await RunningServer.StartAsync(new DatabaseHome(url));
        var caller = server.Admin;
        foreach (var (path, body) in new[] { ("/v1/sessions/1", """{"config":{}}"""), ("/v1/users/1", """{"name":"n","days":30}""") })
            Assert.InRange((await caller.PutAsync(path, body)).Status, 200, 201);

        await Eventually.TrueAsync(async () => (await caller.GetAsync("/v1/sessions", (Header, "3600"))).Header("Nexus-Stale") is not null);
        foreach (var path in new[] { "/v1/sessions", "/v1/trades", "/v1/trades/performance", "/v1/users" })
            Assert.NotNull((await caller.GetAsync(path, (Header, "3600"))).Expect(200).Header("Nexus-Stale"));
        foreach (var path in new[] { "/v1/users/1/access", "/v1/users/1", "/v1/bot-state", "/v1/tasks" })
            Assert.Null((await caller.GetAsync(path, (Header, "3600"))).Header("Nexus-Stale"));
        // Without the header nothing may be old.
        Assert.Null((await caller.GetAsync("/v1/sessions")).Header("Nexus-Stale"));
    }
}
