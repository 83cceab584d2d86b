using System.Text.Json;
using Nexus.Server.Tests.Kit;
using Nexus.StoreContract;
using Nexus.TestKit;

namespace Nexus.Server.Tests.Routes;

/// <summary>The recipients of a signal over HTTP.</summary>
public abstract class DispatchRouteTests : IAsyncLifetime
{
    private RunningServer _server = null!;

    public async ValueTask InitializeAsync() => _server = await RunningServer.StartAsync(await CreateHomeAsync());

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    protected abstract Task<StoreHome> CreateHomeAsync();

    [Fact]
    public async Task The_chats_that_may_get_a_signal_are_streamed_with_their_mode()
    {
        using var bot = await _server.CallerAsync("bot");
        (await _server.Admin.PatchAsync("/v1/bot-state", """{"enabledStrategies":{"TREND":true},"groupConfig":{"CRYPTO":true}}""")).Expect(200);
        await SubscribeAsync("1", """{"mode":"PILOT","strategies":{"TREND":true},"groups":{"CRYPTO":true},"disabled_assets":["DOGE"]}""");
        await SubscribeAsync("2", """{"mode":"WATCHER","strategies":{"TREND":true},"groups":{"CRYPTO":true}}""");
        await SubscribeAsync("3", """{"strategies":{"TREND":true}}""");

        for (var round = 0; round < 2; round++)
        {
            Assert.Equal("1 PILOT, 2 WATCHER, 3 null", await DispatchAsync("strategy=TREND"));
            Assert.Equal("1 PILOT, 2 WATCHER", await DispatchAsync("strategy=TREND&group=CRYPTO&symbol="));
            Assert.Equal("2 WATCHER", await DispatchAsync("strategy=TREND&group=CRYPTO&symbol=DOGE&modes=PILOT,WATCHER"));
            Assert.Equal("", await DispatchAsync("strategy=OTHER"));
            await Eventually.TrueAsync(async () =>
            {
                await DispatchAsync("strategy=TREND");
                return _server.Db.Sessions.DispatchIndex.IsReady;
            });
        }
        (await _server.Admin.DeleteAsync("/v1/users/1")).Expect(204);
        Assert.Equal("2 WATCHER, 3 null", await DispatchAsync("strategy=TREND"));
        (await _server.Admin.PatchAsync("/v1/bot-state", """{"disabledAssets":["BTC"]}""")).Expect(200);
        Assert.Equal("", await DispatchAsync("strategy=TREND&symbol=BTC"));

        (await bot.GetAsync("/v1/dispatch")).ExpectProblem(400, "invalid", "strategy");
        (await bot.GetAsync("/v1/dispatch?strategy=TREND&modes=A,,B")).ExpectProblem(400, "invalid", "modes[1]");
        (await bot.GetAsync($"/v1/dispatch?strategy=TREND&symbol={new string('x', 101)}")).ExpectProblem(400, "invalid", "symbol");
        (await bot.GetAsync("/v1/dispatch?strategy=TREND&mode=PILOT")).ExpectProblem(400, "invalid", "mode");
        using var metrics = await _server.CallerAsync("metrics");
        (await metrics.GetAsync("/v1/dispatch?strategy=TREND")).ExpectProblem(403, "forbidden");

        async Task SubscribeAsync(string chat, string config)
        {
            (await bot.PutAsync($"/v1/sessions/{chat}", $$"""{"config":{{config}}}""")).Expect(201);
            (await _server.Admin.PutAsync($"/v1/users/{chat}", """{"days":30}""")).Expect(201);
        }

        async Task<string> DispatchAsync(string query) => string.Join(
            ", ", (await bot.GetAsync($"/v1/dispatch?{query}")).Expect(200)["recipients"].EnumerateArray()
                .Select(one => $"{one.GetProperty("chatId").GetString()} {ModeOf(one)}").Order(StringComparer.Ordinal));

        static string ModeOf(JsonElement recipient) => recipient.GetProperty("mode").GetString() ?? "null";
    }

    [Fact]
    public async Task Many_recipients_arrive_in_parts_and_whole()
    {
        using var bot = await _server.CallerAsync("bot");
        (await _server.Admin.PatchAsync("/v1/bot-state", """{"enabledStrategies":{"TREND":true}}""")).Expect(200);
        await _server.Db.Sessions.SaveBatchAsync([.. Enumerable.Range(10_000, 12_000).Select(chat => new Nexus.Sessions.Session(
            chat, null, null, Nexus.Json.StateJson.Parse("""{"mode":"PILOT","strategies":{"TREND":true}}""")))]);
        await Task.WhenAll(Enumerable.Range(10_000, 12_000).Select(chat => _server.Db.Users.SaveAsync(chat, "n", days: 1)));

        var answer = (await bot.GetAsync("/v1/dispatch?strategy=TREND")).Expect(200);
        Assert.Equal(Enumerable.Range(10_000, 12_000).Select(chat => $"{chat}"),
            answer["recipients"].EnumerateArray().Select(one => one.GetProperty("chatId").GetString()!).Order(StringComparer.Ordinal));
        Assert.Empty((await bot.SendAsync(HttpMethod.Head, "/v1/dispatch?strategy=TREND", content: null)).Expect(200).Text);
    }
}

public sealed class EmbeddedDispatchRouteTests : DispatchRouteTests
{
    protected override Task<StoreHome> CreateHomeAsync() => Task.FromResult<StoreHome>(new SqliteHome());
}

public sealed class PostgresDispatchRouteTests : DispatchRouteTests
{
    protected override async Task<StoreHome> CreateHomeAsync() => await PostgresHome.CreateAsync();
}
