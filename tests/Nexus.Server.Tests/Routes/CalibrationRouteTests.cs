using System.Globalization;
using System.Text.Json;
using Nexus.Server.Tests.Kit;

namespace Nexus.Server.Tests.Routes;

public abstract class CalibrationRouteTests(SharedServer server)
{
    private readonly string _chat = TestChats.Next();

    private string Path => $"/v1/calibration/{_chat}";

    [Fact]
    public async Task A_calibration_is_set_read_listed_and_deleted_under_conditions()
    {
        var created = (await server.Bot.PutAsync($"{Path}/GRID?symbol=BTCUSDT", """{"sizeMultiplier":"0.85","isActive":true}""")).Expect(201);
        Assert.Equal(("BTCUSDT", JsonValueKind.Null, "0.7", "1", "0.85", "\"1\""), (
            created["symbol"].GetString(), created["exchange"].ValueKind, created["confidenceThreshold"].GetString(),
            created["leverageMultiplier"].GetString(), created["sizeMultiplier"].GetString(), created.ETag));
        (await server.Bot.PutAsync($"{Path}/GRID", """{"sizeMultiplier":2}""", ("If-None-Match", "*"))).Expect(201);
        (await server.Bot.PutAsync($"{Path}/GRID?symbol=BTCUSDT", "{}", ("If-None-Match", "*"))).ExpectProblem(412, "conflict");
        (await server.Bot.PutAsync($"{Path}/GRID?symbol=BTCUSDT", created.Text, ("If-Match", "\"1\""))).Expect(200);

        Assert.Equal("0.85", (await server.Bot.GetAsync($"{Path}/GRID?symbol=BTCUSDT&exchange=BYBIT")).Expect(200)["sizeMultiplier"].GetString());
        Assert.Equal("2", (await server.Bot.GetAsync($"{Path}/GRID?symbol=ETHUSDT")).Expect(200)["sizeMultiplier"].GetString());
        (await server.Bot.GetAsync($"{Path}/GRID?symbol=BTCUSDT", ("If-None-Match", "\"2\""))).Expect(304);
        (await server.Bot.GetAsync($"{Path}/GRID?symbol=ETHUSDT&exact=true")).ExpectProblem(404, "not_found");

        var first = (await server.Bot.GetAsync($"{Path}?limit=1")).Expect(200);
        var second = (await server.Bot.GetAsync($"{Path}?limit=1&after={first["next"].GetString()}")).Expect(200);
        Assert.Equal(JsonValueKind.Null, first["calibrations"][0].GetProperty("symbol").ValueKind);
        Assert.Equal("BTCUSDT", second["calibrations"][0].GetProperty("symbol").GetString());
        Assert.Equal(JsonValueKind.Null, second["next"].ValueKind);
        (await server.Bot.GetAsync($"{Path}?after=abc")).ExpectProblem(400, "invalid", "after");

        (await server.Bot.DeleteAsync($"{Path}/GRID?symbol=BTCUSDT", ("If-Match", "\"1\""))).ExpectProblem(412, "conflict");
        (await server.Bot.DeleteAsync($"{Path}/GRID?symbol=BTCUSDT")).Expect(204);
        (await server.Bot.DeleteAsync($"{Path}/GRID?symbol=BTCUSDT")).ExpectProblem(404, "not_found");
    }

    [Theory]
    [InlineData("a/b")]
    [InlineData("a%2Fb")]
    [InlineData("ñ 🚀")]
    [InlineData("x:auto")]
    public async Task Any_strategy_travels_in_a_path(string strategy)
    {
        var path = $"{Path}/{Uri.EscapeDataString(strategy)}";
        Assert.Equal(strategy, (await server.Bot.PutAsync(path, "{}")).Expect(201)["strategy"].GetString());
        Assert.Equal(strategy, (await server.Bot.GetAsync(path)).Expect(200)["strategy"].GetString());
        Assert.Equal(0, (await server.Bot.PostAsync($"{path}:auto", "")).Expect(200)["trades"].GetInt32());
        (await server.Bot.DeleteAsync(path)).Expect(204);
    }

    [Fact]
    public async Task A_wrong_value_names_its_field()
    {
        (await server.Bot.PutAsync($"{Path}/GRID", """{"kellyFraction":1.5}""")).ExpectProblem(400, "invalid", "kellyFraction");
        (await server.Bot.PutAsync($"{Path}/GRID", """{"sizeMultiplier":"0.001"}""")).ExpectProblem(400, "invalid", "sizeMultiplier");
        (await server.Bot.PutAsync($"{Path}/GRID", """{"symbol":"BTCUSDT"}""")).ExpectProblem(400, "invalid", "symbol");
        (await server.Bot.PutAsync($"{Path}/GRID", """{"strategy":"OTHER"}""")).ExpectProblem(400, "invalid", "strategy");
        (await server.Bot.PutAsync($"{Path}/GRID", """{"size":1}""")).ExpectProblem(400, "invalid", "size");
        (await server.Bot.GetAsync($"{Path}/GRID?exact=1")).ExpectProblem(400, "invalid", "exact");
        (await server.Bot.GetAsync("/v1/calibration/abc/GRID")).ExpectProblem(400, "invalid", "chatId");
        (await server.Bot.GetAsync($"{Path}/GRID")).ExpectProblem(404, "not_found");
    }

    [Fact]
    public async Task A_strategy_is_calibrated_by_its_trades()
    {
        var now = TimeProvider.System.GetUtcNow();
        for (var i = 0; i < 10; i++)
        {
            var entry = now.AddHours(-2).AddMinutes(i).ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
            (await server.Bot.PostAsync("/v1/trades", $$"""
                {"chatId":"{{_chat}}","symbol":"BTCUSDT","side":"LONG","strategy":"GRID","exchange":"BYBIT","entryPrice":"1","quantity":"1",
                "status":"CLOSED","exitPrice":"1","entryTimestamp":"{{entry}}","exitTimestamp":"{{entry}}","pnl":"{{(i < 8 ? 2 : -1)}}"}
                """)).Expect(201);
        }
        var result = (await server.Bot.PostAsync($"{Path}/GRID:auto?symbol=BTCUSDT&exchange=BYBIT", "")).Expect(200);
        Assert.Equal((true, 10), (result["calibrated"].GetBoolean(), result["trades"].GetInt32()));
        var stored = (await server.Bot.GetAsync($"{Path}/GRID?symbol=BTCUSDT&exchange=BYBIT")).Expect(200);
        Assert.Equal(("1.65", "1.37", "0.8"), (
            stored["sizeMultiplier"].GetString(), stored["leverageMultiplier"].GetString(), stored["winRateEstimate"].GetString()));
        Assert.False((await server.Bot.PostAsync($"{Path}/GRID:auto?symbol=ETHUSDT", "")).Expect(200)["calibrated"].GetBoolean());
    }
}

public sealed class SqliteCalibrationRouteTests(EmbeddedServer server) : CalibrationRouteTests(server);

public sealed class PostgresCalibrationRouteTests(PostgresServer server) : CalibrationRouteTests(server);
