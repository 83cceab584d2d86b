using Nexus.Server.Tests.Kit;

namespace Nexus.Server.Tests.Routes;

public abstract class FillRouteTests(SharedServer server)
{
    private readonly string _chat = TestChats.Next();

    [Fact]
    public async Task A_trade_is_entered_and_closed_by_its_fills()
    {
        var id = await OpenAsync("\"leverage\":2.5");
        var path = $"/v1/trades/{id}/fills";
        var entered = (await server.Bot.PostAsync(
            $"{path}:batch",
            """
            {"fills":[{"orderId":"1","side":"ENTRY","price":"100","quantity":"1","fee":"0.1","feeCurrency":"USDT"},
                {"orderId":"2","side":"entry","price":"0.000000000000000003","quantity":1,"fee":1,"feeCurrency":"BNB"}]}
            """)).Expect(201);
        Assert.Equal(("50.000000000000000002", "0.1", "2"), (
            entered["trade"].GetProperty("entryPrice").GetString(), entered["trade"].GetProperty("fees").GetString(),
            entered["trade"].GetProperty("remainingQuantity").GetString()));
        Assert.Equal(2, entered["fills"].GetArrayLength());

        const string Exit = """{"orderId":"3","side":"EXIT","price":"60","quantity":"0.5","timestamp":"2026-03-01T00:00:00Z"}""";
        var exited = (await server.Bot.PostAsync(path, Exit)).Expect(201)["trade"];
        Assert.Equal(("OPEN", "1.5", "60"), (
            exited.GetProperty("status").GetString(), exited.GetProperty("remainingQuantity").GetString(),
            exited.GetProperty("exitPrice").GetString()));
        Assert.Equal("2026-03-01T00:00:00Z", (await server.Bot.PostAsync(path, Exit)).Expect(200)["fills"][0].GetProperty("timestamp").GetString());

        var list = (await server.Bot.GetAsync($"{path}?chatId={_chat}")).Expect(200);
        Assert.Equal((3, "2", "2", "0.5", "1.5", "OPEN"), (
            list["fills"].GetArrayLength(), list["quantity"].GetString(), list["enteredQuantity"].GetString(), list["exitedQuantity"].GetString(),
            list["remainingQuantity"].GetString(), list["status"].GetString()));
        Assert.Equal("BNB", list["fills"][1].GetProperty("feeCurrency").GetString());

        (await server.Bot.PostAsync(path, Exit.Replace("\"60\"", "\"61\"", StringComparison.Ordinal))).ExpectProblem(409, "invalid_state");
        (await server.Bot.PostAsync(path, """{"orderId":"4","side":"EXIT","price":"60","quantity":"1.6"}"""))
            .ExpectProblem(400, "invalid", "quantity");
        var closed = (await server.Bot.PostAsync(path, """{"orderId":"4","side":"EXIT","price":"60","quantity":"1.5"}""")).Expect(201)["trade"];
        Assert.Equal(("CLOSED", "19.899999999999999997"), (closed.GetProperty("status").GetString(), closed.GetProperty("pnl").GetString()));
        Assert.False(closed.TryGetProperty("remainingQuantity", out _));
        (await server.Bot.PostAsync(path, """{"orderId":"5","side":"EXIT","price":"60","quantity":"1"}""")).ExpectProblem(409, "invalid_state");
        var read = (await server.Bot.GetAsync($"/v1/trades/{id}")).Expect(200);
        Assert.Equal((2.5m, "2.5"), (read["leverage"].GetDecimal(), read["leverage"].GetRawText()));
    }

    [Theory]
    [InlineData("{}", "orderId")]
    [InlineData("""{"orderId":"","side":"EXIT","price":"1","quantity":"1"}""", "orderId")]
    [InlineData("""{"orderId":"1","price":"1","quantity":"1"}""", "side")]
    [InlineData("""{"orderId":"1","side":"BUY","price":"1","quantity":"1"}""", "side")]
    [InlineData("""{"orderId":"1","side":"EXIT","price":"0","quantity":"1"}""", "price")]
    [InlineData("""{"orderId":"1","side":"EXIT","price":"1","quantity":"-1"}""", "quantity")]
    [InlineData("""{"orderId":"1","side":"EXIT","price":"1","quantity":"2.5"}""", "quantity")]
    [InlineData("""{"orderId":"1","side":"ENTRY","price":"1","quantity":"2.5"}""", "quantity")]
    [InlineData("""{"orderId":"1","side":"EXIT","price":1e-19,"quantity":"1"}""", "price")]
    [InlineData("""{"orderId":"1","side":"EXIT","price":"1","quantity":"1","fee":"1e20"}""", "fee")]
    [InlineData("""{"orderId":"1","side":"EXIT","price":"1","quantity":"1","timestamp":"1999-01-01T00:00:00Z"}""", "timestamp")]
    [InlineData("""{"orderId":"1","side":"EXIT","price":"1","quantity":"1","amount":"1"}""", "amount")]
    public async Task A_fill_that_cannot_be_is_refused(string body, string field)
    {
        var id = await OpenAsync();
        (await server.Bot.PostAsync($"/v1/trades/{id}/fills", body)).ExpectProblem(400, "invalid", field);
        Assert.Equal(0, (await server.Bot.GetAsync($"/v1/trades/{id}/fills")).Expect(200)["fills"].GetArrayLength());
    }

    [Fact]
    public async Task A_fill_names_its_trade()
    {
        const string Fill = """{"orderId":"1","side":"EXIT","price":"1","quantity":"1"}""";
        var id = await OpenAsync();
        (await server.Bot.PostAsync($"/v1/trades/{Guid.CreateVersion7()}/fills", Fill)).ExpectProblem(404, "not_found");
        (await server.Bot.GetAsync($"/v1/trades/{Guid.CreateVersion7()}/fills")).ExpectProblem(404, "not_found");
        (await server.Bot.PostAsync("/v1/trades/5/fills", Fill)).ExpectProblem(400, "invalid", "id");
        (await server.Bot.PostAsync($"/v1/trades/{id}/fills?chatId={TestChats.Next()}", Fill)).ExpectProblem(404, "not_found");
        (await server.Bot.PostAsync($"/v1/trades/{id}/fills?entryTimestamp=2026-03-01T00:00:00Z", Fill)).ExpectProblem(400, "invalid", "chatId");
        (await server.Bot.PostAsync($"/v1/trades/{id}/fills:batch", """{"fills":[]}""")).ExpectProblem(400, "invalid", "fills");
        (await server.Bot.PostAsync($"/v1/trades/{id}/fills:batch", "{}")).ExpectProblem(400, "invalid", "fills");
        (await server.Bot.PostAsync($"/v1/trades/{id}/fills:batch", """{"fills":[null]}""")).ExpectProblem(400, "invalid", "fills");
        var entered = (await server.Bot.GetAsync($"/v1/trades/{id}")).Expect(200)["entryTimestamp"].GetString();
        (await server.Bot.PostAsync($"/v1/trades/{id}/fills?chatId={_chat}&entryTimestamp={entered}", Fill)).Expect(201);
    }

    [Fact]
    public async Task A_trade_is_stored_with_its_fills()
    {
        const string Timestamp = ",\"timestamp\":\"2026-03-01T00:00:00Z\"";
        var fills = $$"""
            "fills":[{"orderId":"1","side":"ENTRY","price":"9","quantity":"2"{{Timestamp}}}]
            """;
        var id = await OpenAsync(fills);
        Assert.Equal("9", (await server.Bot.GetAsync($"/v1/trades/{id}/fills")).Expect(200)["fills"][0].GetProperty("price").GetString());
        (await server.Bot.PostAsync("/v1/trades", Body(fills.Replace(Timestamp, "", StringComparison.Ordinal))))
            .ExpectProblem(400, "invalid", "fills.timestamp");
    }

    private async Task<string> OpenAsync(string more = "\"fees\":0") =>
        (await server.Bot.PostAsync("/v1/trades", Body(more))).Expect(201)["id"].GetString()!;

    private string Body(string more) =>
        $$"""{"chatId":"{{_chat}}","symbol":"BTCUSDT","side":"LONG","entryPrice":"1","quantity":"2",{{more}}}""";
}

public sealed class SqliteFillRouteTests(EmbeddedServer server) : FillRouteTests(server);

public sealed class PostgresFillRouteTests(PostgresServer server) : FillRouteTests(server);
