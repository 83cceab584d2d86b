using System.Text;
using Nexus.Engine;
using Nexus.KeyedState;
using Nexus.Server.Tests.Kit;
using Nexus.Sessions;
using Nexus.StoreContract;
using Nexus.SystemConfig;
using Nexus.Tasks;
using Nexus.Trades;

namespace Nexus.Server.Tests.Access;

/// <summary>
/// Somebody can write to the store but has no encryption key, and puts plain text where secrets are sealed. No caller gets it as the secret, and no
/// caller's own save seals it.
/// </summary>
public sealed class PlainTextAttackTests
{
    private const string Mine = "Th3AttackersOwnKey";
    private const string Config = $$$"""{"mode":"PILOT","okx":{"passphrase":"{{{Mine}}}","api_secret":"{{{Mine}}}"}}""";
    private const string Document = $$"""{"api_secret":"{{Mine}}","x":1}""";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Whoever_may_see_secrets_sees_a_mask_and_the_place()
    {
        await using var server = await RunningServer.StartAsync(new SqliteHome());
        var (trade, task) = await PlantAsync(server);
        (string Path, string[] Places)[] reads =
        [
            ("/v1/sessions/1", ["sessions/1/config/okx/passphrase", "sessions/1/config/okx/api_secret"]),
            ("/v1/sessions?limit=1", ["sessions/1/config/okx/passphrase", "sessions/1/config/okx/api_secret"]),
            ($"/v1/trades/{trade}", [$"trades/1/{trade}/metadata/api_secret"]),
            ("/v1/trades?chatId=1", [$"trades/1/{trade}/metadata/api_secret"]),
            ("/v1/state/ns/a", ["keyed_state/ns/a/value/ns/a/api_secret"]),
            ($"/v1/tasks/{task}", [$"tasks/1/{task}/params/api_secret"]),
            ("/v1/system-config/telegram_token", ["system_config/telegram_token/value/telegram_token"]),
        ];
        foreach (var (path, places) in reads)
        {
            var text = (await server.Admin.GetAsync(path)).Expect(200).Text;
            Assert.DoesNotContain(Mine, text, StringComparison.Ordinal);
            Assert.All(places, place => Assert.Contains($"\"{place}\"", text, StringComparison.Ordinal));
        }
        // A page of such is read to its end.
        Assert.Contains("\"2\"", (await server.Admin.GetAsync("/v1/sessions?limit=2")).Expect(200).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_mask_of_it_stays_where_it_is_and_is_sealed_nowhere_else()
    {
        await using var server = await RunningServer.StartAsync(new SqliteHome());
        await PlantAsync(server);
        var row = (await server.Db.Store.GetSessionsAsync(["1"], Token))[0];
        await ApplyAsync(server, new ResealSession("1", Mine, row.ApiSecret, row.Config, row.Version));
        var session = (await server.Admin.GetAsync("/v1/sessions?limit=1")).Expect(200).Json.GetProperty("sessions")[0];
        var column = session.GetProperty("apiKey").GetString();
        var inside = session.GetProperty("config").GetProperty("okx").GetProperty("passphrase").GetString();

        foreach (var (body, field) in new[]
        {
            ($$$$"""{"config":{"bybit":{"secret":"{{{{inside}}}}"}}}""", "config.bybit.secret"),
            ($$$$"""{"config":{"bybit":{"secret":"{{{{column}}}}"}}}""", "config.bybit.secret"),
            ($$$"""{"apiSecret":"{{{column}}}","config":{}}""", "apiSecret"),
        })
        {
            (await server.Admin.PutAsync("/v1/sessions/1", body)).ExpectProblem(400, "invalid", field);
        }
        (await server.Admin.PatchAsync("/v1/sessions/1/config", $$$"""{"bybit":{"secret":"{{{inside}}}"}}""")).Expect(400);
        // What was read can be written where it was, and stays what it is.
        (await server.Admin.PutAsync("/v1/sessions/1", $$$$"""{"config":{"okx":{"passphrase":"{{{{inside}}}}"}}}""")).Expect(200);
        var after = (await server.Db.Store.GetSessionsAsync(["1"], Token))[0];
        Assert.Contains($"\"{Mine}\"", Encoding.UTF8.GetString(after.Config.Span), StringComparison.Ordinal);
    }

    private static async Task<(string Trade, string Task)> PlantAsync(RunningServer server)
    {
        foreach (var chat in new[] { "1", "2" })
            (await server.Admin.PutAsync($"/v1/sessions/{chat}", """{"apiKey":"k","apiSecret":"s","config":{"okx":{"secret":"x"}}}""")).Expect(201);
        (await server.Admin.PutAsync("/v1/users/1", """{"days":30}""")).Expect(201);
        (await server.Admin.PutAsync("/v1/state/ns/a", """{"value":{"api_secret":"x"}}""")).Expect(201);
        var trade = (await server.Admin.PostAsync("/v1/trades",
            """{"chatId":"1","symbol":"BTC","side":"LONG","entryPrice":"1","quantity":"1","metadata":{"api_secret":"x"}}""")).Expect(201)["id"]
            .GetString()!;
        var task = (await server.Admin.PostAsync("/v1/tasks",
            """{"chatId":"1","action":"a","params":{"api_secret":"x"},"schedule":{"type":"cron","value":"0 9 * * *"}}""")).Expect(201)["id"]
            .GetString()!;
        var store = server.Db.Store;
        var session = (await store.GetSessionsAsync(["1"], Token))[0];
        var stored = (await store.FindTradesAsync(Guid.Parse(trade), "1", null, Token))[0];
        await ApplyAsync(server,
            new ResealSession("1", session.ApiKey, session.ApiSecret, Encoding.UTF8.GetBytes(Config), session.Version),
            new ResealTrade(stored.Id, "1", stored.EntryTimestamp, Encoding.UTF8.GetBytes(Document), stored.Version),
            new ResealKeyedState("ns/a", Encoding.UTF8.GetBytes(Document), 1),
            new ResealTask(Guid.Parse(task), Encoding.UTF8.GetBytes(Document), null, null, 1),
            new SetSystemConfig("telegram_token", Encoding.UTF8.GetBytes($"\"{Mine}\""), null, null));
        return (trade, task);
    }

    private static async Task ApplyAsync(RunningServer server, params Write[] writes) =>
        Assert.All(await server.Db.Store.ApplyAsync(writes, atomic: false, Token), outcome => Assert.True(outcome.IsApplied, $"{outcome}"));
}
