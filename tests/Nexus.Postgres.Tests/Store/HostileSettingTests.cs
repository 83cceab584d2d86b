using Nexus.Engine;
using Nexus.StoreContract;
using Nexus.TestKit;

namespace Nexus.Postgres.Tests.Store;

/// <summary>Each hostile setting by itself.</summary>
public class HostileSettingTests
{
    public static TheoryData<string> Names => [.. HostileHome.Settings.Keys];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [MemberData(nameof(Names))]
    public async Task One_setting_changes_nothing(string name)
    {
        await using var home = await HostileHome.CreateAsync(name);
        await using var store = await home.OpenStoreAsync();

        var trade = Make.Trade("1");
        var outcomes = await store.ApplyAsync([Make.Session("1"), Make.User("1"), Make.Config("k", "{\"a\":[1,null]}"),
            new Nexus.Trades.OpenTrade(trade)], atomic: false, Token);
        var atomic = await store.ApplyAsync([Make.Session("1"), Make.Session("2")], atomic: true, Token);

        Assert.All(outcomes.Concat(atomic), outcome => Assert.Equal(WriteStatus.Applied, outcome.Status));
        Assert.Equal(2, Assert.Single(await store.GetSessionsAsync(["1"], Token)).Version);
        Assert.Equal(trade.EntryTimestamp, (await store.GetTradeAsync(trade.Id, null, Token))!.EntryTimestamp);
        Assert.Equal("postgresql", (await store.GetStatusAsync(Token)).Kind);
    }

    [Fact]
    public async Task What_the_store_relies_on_is_in_force_on_every_kind_of_connection_also_after_a_reset()
    {
        await using var home = await HostileHome.CreateAsync();
        foreach (var use in Enum.GetValues<ConnectionUse>())
        {
            await using var source = PostgresDataSource.Create(home.CreateOptions().ForPostgres(), use: use);
            await using var connection = await source.OpenConnectionAsync(Token);
            foreach (var reset in new[] { "SELECT 1", "RESET ALL" })
            {
                await connection.ExecuteAsync(reset, Token);
                foreach (var setting in SessionSettings.All)
                {
                    if (use == ConnectionUse.OwnZone && setting.Name == SessionSettings.TimeZone) continue;
                    Assert.Equal(setting.Value, await connection.ScalarAsync<string>("SELECT setting FROM pg_catalog.pg_settings WHERE name = $1",
                        [setting.Name], Token) ?? "none");
                }
                Assert.Equal("UTF8", await connection.ScalarAsync<string>("SELECT pg_catalog.current_setting('client_encoding')", [], Token));
            }
        }
    }

    [Fact]
    public async Task A_limit_of_time_that_the_url_sets_itself_stays()
    {
        await using var database = await TestDatabase.CreateAsync();
        await using var source = PostgresDataSource.Create(
            new NexusOptions { Database = database.Url + "&options=-c%20statement_timeout%3D5s", MinPoolSize = 0 }.ForPostgres());
        await using var connection = await source.OpenConnectionAsync(Token);

        Assert.Equal("5s", await connection.ScalarAsync<string>("SHOW statement_timeout", [], Token));
    }
}
