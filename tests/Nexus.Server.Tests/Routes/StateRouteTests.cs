using System.Text.Json;
using Nexus.Server.Tests.Kit;
using Nexus.StoreContract;

namespace Nexus.Server.Tests.Routes;

/// <summary>The switches are one record, so these tests have a server of their own.</summary>
public abstract class StateRouteTests : IAsyncLifetime
{
    private RunningServer _server = null!;

    private ApiClient Admin => _server.Admin;

    public async ValueTask InitializeAsync() => _server = await RunningServer.StartAsync(await CreateHomeAsync());

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    protected abstract Task<StoreHome> CreateHomeAsync();

    [Fact]
    public async Task Switches_are_defaults_then_replaced_then_patched()
    {
        var initial = (await Admin.GetAsync("/v1/bot-state")).Expect(200);
        Assert.Equal(
            ("\"0\"", 0L, true, JsonValueKind.Null),
            (initial.ETag, initial["version"].GetInt64(), initial["aiFilterEnabled"].GetBoolean(), initial["lastUpdated"].ValueKind));

        var put = (
            await Admin.PutAsync(
                "/v1/bot-state",
                """{"enabledStrategies":{"A":true},"groupConfig":{"CRYPTO":true},"disabledAssets":["BTC","ETH","BTC"],"aiFilterEnabled":false}""",
                ("If-Match", "\"0\""))).Expect(200);
        Assert.Equal(["BTC", "ETH"], put["disabledAssets"].EnumerateArray().Select(asset => asset.GetString()!));
        Assert.False(put["aiFilterEnabled"].GetBoolean());

        var patch = (
            await Admin.PatchAsync(
                "/v1/bot-state", """{"enabledStrategies":{"A":null,"B":true},"disabledAssets":["SOL"]}""", ("If-Match", put.ETag!))).Expect(200);
        Assert.Equal("""{"B":true}""", Compact(patch["enabledStrategies"]));
        Assert.Equal("""{"CRYPTO":true}""", Compact(patch["groupConfig"]));
        Assert.Equal("""["SOL"]""", Compact(patch["disabledAssets"]));
        Assert.False(patch["aiFilterEnabled"].GetBoolean());

        (await Admin.PatchAsync("/v1/bot-state", "{}", ("If-Match", put.ETag!))).ExpectProblem(412, "conflict");
        (await Admin.GetAsync("/v1/bot-state", ("If-None-Match", patch.ETag!))).Expect(304);
        // As with the other records, what a PUT leaves out stays; what it gives is replaced whole.
        foreach (var (body, strategies, groups, assets, filter) in new[]
        {
            ("{}", """{"B":true}""", """{"CRYPTO":true}""", """["SOL"]""", false),
            ("""{"enabledStrategies":{"C":true}}""", """{"C":true}""", """{"CRYPTO":true}""", """["SOL"]""", false),
            ("""{"groupConfig":{}}""", """{"C":true}""", "{}", """["SOL"]""", false),
            ("""{"disabledAssets":[]}""", """{"C":true}""", "{}", "[]", false),
            ("""{"aiFilterEnabled":true}""", """{"C":true}""", "{}", "[]", true),
        })
        {
            var kept = (await Admin.PutAsync("/v1/bot-state", body)).Expect(200);
            Assert.Equal(
                (strategies, groups, assets, filter),
                (
                    Compact(kept["enabledStrategies"]),
                    Compact(kept["groupConfig"]),
                    Compact(kept["disabledAssets"]),
                    kept["aiFilterEnabled"].GetBoolean()));
            (await Admin.PutAsync("/v1/bot-state", kept.Text)).Expect(200);
        }
    }

    [Fact]
    public async Task Settings_are_set_listed_and_removed()
    {
        var created = (await Admin.PutAsync("/v1/system-config/limits", """{"value":{"max":5}}""")).Expect(201);
        Assert.Equal(("limits", """{"max":5}""", "admin"), (created["key"].GetString(), Compact(created["value"]), created["updatedBy"].GetString()));
        (await Admin.PutAsync("/v1/system-config/limits", """{"value":null,"updatedBy":"ana"}""", ("If-Match", "\"1\""))).Expect(200);
        (await Admin.PutAsync("/v1/system-config/limits", """{"value":1}""", ("If-Match", "\"1\""))).ExpectProblem(412, "conflict");
        await Admin.PutAsync("/v1/system-config/telegram_token", """{"value":"8123:abc"}""");

        var list = (await Admin.GetAsync("/v1/system-config")).Expect(200)["entries"];
        Assert.Equal(["limits", "telegram_token"], list.EnumerateArray().Select(entry => entry.GetProperty("key").GetString()!));
        Assert.Equal("8123:abc", (await Admin.GetAsync("/v1/system-config/telegram_token"))["value"].GetString());
        using var bot = await _server.CallerAsync("bot");
        var masked = (await bot.GetAsync("/v1/system-config/telegram_token")).Expect(200);
        Assert.Matches(@"^\*{8}[A-Za-z0-9_-]{22}\z", masked["value"].GetString());
        (await Admin.PutAsync("/v1/system-config/telegram_token", masked.Text)).Expect(200);
        Assert.Equal("8123:abc", (await Admin.GetAsync("/v1/system-config/telegram_token"))["value"].GetString());
        (await Admin.PutAsync("/v1/system-config/other", masked.Text.Replace("telegram_token", "other", StringComparison.Ordinal)))
            .ExpectProblem(400, "invalid", "value");

        (await Admin.DeleteAsync("/v1/system-config/limits")).Expect(204);
        (await Admin.DeleteAsync("/v1/system-config/limits")).ExpectProblem(404, "not_found");
        (await Admin.GetAsync("/v1/system-config/limits")).ExpectProblem(404, "not_found");
    }

    [Fact]
    public async Task The_servers_own_settings_are_neither_shown_nor_touched()
    {
        using var bot = await _server.CallerAsync("bot");
        Assert.DoesNotContain("nexus:", (await Admin.GetAsync("/v1/system-config")).Expect(200).Text, StringComparison.Ordinal);
        var id = (await Admin.GetAsync("/v1/api-keys"))["apiKeys"][0].GetProperty("id").GetString();
        foreach (var method in new[] { HttpMethod.Get, HttpMethod.Delete })
        {
            (await Admin.SendAsync(method, $"/v1/system-config/nexus:caller:{id}", (string?)null)).ExpectProblem(400, "invalid", "key");
        }
        (await Admin.PutAsync("/v1/system-config/nexus:caller:evil", """{"value":{"name":"x","scopes":["admin"],"sha256":"00"}}"""))
            .ExpectProblem(400, "invalid", "key");
        (await bot.GetAsync("/v1/bot-state")).Expect(200);
    }

    private static string Compact(JsonElement json) => JsonSerializer.Serialize(json);
}

public sealed class SqliteStateRouteTests : StateRouteTests
{
    protected override Task<StoreHome> CreateHomeAsync() => Task.FromResult<StoreHome>(new SqliteHome());
}

public sealed class PostgresStateRouteTests : StateRouteTests
{
    protected override async Task<StoreHome> CreateHomeAsync() => await PostgresHome.CreateAsync();
}
