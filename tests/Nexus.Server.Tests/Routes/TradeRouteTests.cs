using System.Text;
using Nexus.Server.Tests.Kit;

namespace Nexus.Server.Tests.Routes;

public abstract class TradeRouteTests(SharedServer server)
{
    private readonly string _chat = TestChats.Next();

    [Fact]
    public async Task A_trade_is_opened_once_and_closed_once()
    {
        var id = Guid.CreateVersion7();
        var opened = (
            await server.Bot.PostAsync(
                "/v1/trades",
                Trade(id, entryPrice: "0.10000000", more: ""","fees":0.1,"metadata":{"note":"n","exchange_secret":"hidden-one"}"""))).Expect(201);
        Assert.Equal($"/v1/trades/{id}", opened.Header("Location"));
        Assert.Equal(("0.1", "LONG", "OPEN", "0.1", "********"), (
            opened["entryPrice"].GetString(), opened["side"].GetString(), opened["status"].GetString(), opened["fees"]
                .GetString(), Masks.WithoutTags(opened["metadata"].GetProperty("exchange_secret").GetString()!)));

        var again = (await server.Bot.PostAsync("/v1/trades", Trade(id, entryPrice: "999"))).Expect(200);
        Assert.Equal("0.1", again["entryPrice"].GetString());
        Assert.Equal(
            "hidden-one", (await server.Trusted.GetAsync($"/v1/trades/{id}")).Expect(200)["metadata"].GetProperty("exchange_secret").GetString());

        var closed = (await server.Bot.PostAsync($"/v1/trades/{id}/close", """{"exitPrice":0.3,"fees":"0.1","exitReason":"TP"}""")).Expect(200);
        Assert.Equal(
            ("CLOSED", "0.3", "0.2", "TP"),
            (closed["status"].GetString(), closed["exitPrice"].GetString(), closed["fees"].GetString(), closed["exitReason"].GetString()));
        // (0.3 - 0.1) x 2 - 0.2, which floating point does not get right.
        Assert.Equal("0.2", closed["pnl"].GetString());
        (await server.Bot.PostAsync($"/v1/trades/{id}/close", """{"exitPrice":"1"}""")).ExpectProblem(409, "invalid_state");
    }

    [Fact]
    public async Task A_trade_that_is_not_there_cannot_be_closed()
    {
        (await server.Bot.PostAsync($"/v1/trades/{Guid.CreateVersion7()}/close", """{"exitPrice":"1"}""")).ExpectProblem(404, "not_found");
        (await server.Bot.PostAsync("/v1/trades/5/close", """{"exitPrice":"1"}""")).ExpectProblem(400, "invalid", "id");
        var id = (await server.Bot.PostAsync("/v1/trades", Trade())).Expect(201)["id"].GetString();
        (await server.Bot.PostAsync($"/v1/trades/{id}/close", "{}")).ExpectProblem(400, "invalid", "exitPrice");
        Assert.Equal("CANCELLED", (await server.Bot.PostAsync($"/v1/trades/{id}/close", """{"cancelled":true}""")).Expect(200)["status"].GetString());
    }

    [Fact]
    public async Task An_id_that_several_chats_use_is_paged_read_and_closed_by_its_whole_key()
    {
        var id = Guid.CreateVersion7();
        string[] chats = [.. Enumerable.Range(0, 14).Select(_ => TestChats.Next())];
        // Before any other test's trades, so that pages of all chats can be told from theirs.
        foreach (var chat in chats)
            (
                await server.Bot.PostAsync(
                    "/v1/trades",
                    Trade(id).Replace($"\"{_chat}\"", $"\"{chat}\"", StringComparison.Ordinal)
                        .Replace("{", """{"entryTimestamp":"2031-03-01T00:00:00Z",""", StringComparison.Ordinal))).Expect(201);
        foreach (var size in new[] { 1, 3, 5, 13, 14, 15 })
        {
            var seen = new List<string>();
            for (var next = ""; next is not null;)
            {
                var page = (await server.Bot.GetAsync($"/v1/trades?from=2031-03-01T00:00:00Z&to=2031-03-01T00:00:01Z&limit={size}&after={next}"))
                    .Expect(200).Json;
                seen.AddRange(
                    page.GetProperty("trades").EnumerateArray().Where(trade => trade.GetProperty("id").GetGuid() == id)
                        .Select(trade => trade.GetProperty("chatId").GetString()!));
                next = page.GetProperty("next").GetString();
            }
            Assert.Equal(chats.Order(StringComparer.Ordinal), seen);
        }
        (await server.Bot.GetAsync($"/v1/trades?after={id}")).ExpectProblem(400, "invalid", "after");
        (await server.Bot.GetAsync($"/v1/trades?after={id}&chatId={chats[3]}")).Expect(200);
        (await server.Bot.GetAsync("/v1/trades?after=bm9wZQ")).ExpectProblem(400, "invalid", "after");

        var several = (await server.Bot.GetAsync($"/v1/trades/{id}")).ExpectProblem(409, "ambiguous");
        Assert.Equal(chats.Order(StringComparer.Ordinal), several["chatIds"].EnumerateArray().Select(chat => chat.GetString()!));
        Assert.Contains(
            chats[5],
            (await server.Bot.PostAsync($"/v1/trades/{id}/close", """{"exitPrice":"2"}""")).ExpectProblem(409, "ambiguous")["detail"].GetString(),
            StringComparison.Ordinal);
        Assert.Equal(chats[4], (await server.Bot.GetAsync($"/v1/trades/{id}?chatId={chats[4]}")).Expect(200)["chatId"].GetString());
        Assert.Equal(
            chats[4],
            (await server.Bot.GetAsync($"/v1/trades/{id}?chatId={chats[4]}&entryTimestamp=2031-03-01T00:00:00Z")).Expect(200)["chatId"].GetString());
        (await server.Bot.GetAsync($"/v1/trades/{id}?chatId={chats[4]}&entryTimestamp=2031-03-02T00:00:00Z")).ExpectProblem(404, "not_found");

        Assert.Equal(
            chats[0],
            (await server.Bot.PostAsync($"/v1/trades/{id}/close?chatId={chats[0]}", """{"exitPrice":"2"}""")).Expect(200)["chatId"].GetString());
        foreach (var chat in chats[1..13])
            Assert.Equal(
                chat,
                (await server.Bot.PostAsync($"/v1/trades/{id}/close", $$"""{"chatId":"{{chat}}","exitPrice":"2"}""")).Expect(200)["chatId"]
                    .GetString());
        (await server.Bot.PostAsync($"/v1/trades/{id}/close?chatId={chats[1]}", $$"""{"chatId":"{{chats[2]}}","exitPrice":"2"}"""))
            .ExpectProblem(400, "invalid", "chatId");
        var last = (await server.Bot.PostAsync($"/v1/trades/{id}/close", """{"exitPrice":"2"}""")).Expect(200);
        Assert.Equal((chats[13], "CLOSED"), (last["chatId"].GetString(), last["status"].GetString()));
        (await server.Bot.PostAsync($"/v1/trades/{id}/close", """{"exitPrice":"2"}""")).ExpectProblem(409, "ambiguous");
    }

    [Fact]
    public async Task An_expired_subscriber_opens_nothing_new_but_closes_what_is_open()
    {
        var id = (await server.Bot.PostAsync("/v1/trades", Trade())).Expect(201)["id"].GetString();
        await server.Admin.PutAsync($"/v1/users/{_chat}", """{"expiresAt":"2001-01-01T00:00:00Z"}""");
        (await server.Bot.PostAsync("/v1/trades", Trade())).ExpectProblem(409, "invalid_state");
        (await server.Bot.PostAsync($"/v1/trades/{id}/close", """{"exitPrice":"1"}""")).Expect(200);
    }

    [Theory]
    [InlineData("999999999999.99999999")]
    [InlineData("0.00000001")]
    [InlineData("0.30000000000000004")]
    [InlineData("0.000000000000000001")]
    [InlineData("0.0000000000000000001", false)]
    [InlineData("99999999999999999999")]
    [InlineData("12345678901.000000000000000001", false)]
    [InlineData("123456789.12345678")]
    public async Task Decimals_are_kept_to_the_last_digit_or_refused(string price, bool fits = true)
    {
        var asNumber =
            await server.Bot.PostAsync("/v1/trades", Trade().Replace("\"entryPrice\":\"1\"", $"\"entryPrice\":{price}", StringComparison.Ordinal));
        var asText = await server.Bot.PostAsync("/v1/trades", Trade(entryPrice: price));
        if (fits) Assert.Equal((price, price), (asNumber.Expect(201)["entryPrice"].GetString(), asText.Expect(201)["entryPrice"].GetString()));
        else Assert.Equal((400, 400), (asNumber.Status, asText.Status));
    }

    [Fact]
    public async Task Trades_are_listed_newest_first_page_by_page()
    {
        var ids = new List<string>();
        for (var i = 0; i < 5; i++)
            ids.Add(
                (await server.Bot.PostAsync("/v1/trades", Trade(more: $$""","entryTimestamp":"2026-03-0{{i + 1}}T00:00:00Z" """))).Expect(201)["id"]
                    .GetString()!);
        ids.Reverse();

        var found = new List<string>();
        for (var next = ""; next is not null;)
        {
            var page = (await server.Bot.GetAsync($"/v1/trades?chatId={_chat}&symbol=BTCUSDT&status=open&limit=2&after={next}")).Expect(200).Json;
            found.AddRange(page.GetProperty("trades").EnumerateArray().Select(trade => trade.GetProperty("id").GetString()!));
            next = page.GetProperty("next").GetString();
        }
        Assert.Equal(ids, found);

        var between =
            (await server.Bot.GetAsync($"/v1/trades?chatId={_chat}&from=2026-03-02T00:00:00Z&to=2026-03-04T01:00:00%2B01:00")).Expect(200)["trades"];
        Assert.Equal([ids[2], ids[3]], between.EnumerateArray().Select(trade => trade.GetProperty("id").GetString()!));
        Assert.Equal(0, (await server.Bot.GetAsync($"/v1/trades?chatId={_chat}&symbol=ETHUSDT")).Json.GetProperty("trades").GetArrayLength());
    }

    [Fact]
    public async Task Figures_are_exact()
    {
        foreach (var (pnl, fees) in new[] { ("0.1", "0.01"), ("0.2", "0.02"), ("-0.15", "0.03") })
        {
            await server.Bot.PostAsync(
                "/v1/trades",
                Trade(more: $$""","status":"CLOSED","exitPrice":"1","exitTimestamp":"2026-03-01T00:00:00Z","pnl":"{{pnl}}","fees":{{fees}}"""));
        }
        var figures = (await server.Bot.GetAsync($"/v1/trades/performance?chatId={_chat}")).Expect(200);
        Assert.Equal((3, 2, 1), (figures["trades"].GetInt32(), figures["wins"].GetInt32(), figures["losses"].GetInt32()));
        Assert.Equal(("0.15", "0.06", "2", "0.05", "0.66666667"), (
            figures["totalPnl"].GetString(), figures["totalFees"].GetString(), figures["profitFactor"].GetString(), figures["expectancy"]
                .GetString(), figures["winRate"].GetString()));
        Assert.Equal(0, (await server.Bot.GetAsync($"/v1/trades/performance?chatId={_chat}&days=1")).Json.GetProperty("trades").GetInt32());
        (await server.Bot.GetAsync("/v1/trades/performance?days=0")).ExpectProblem(400, "invalid", "days");
    }

    [Fact]
    public async Task Figures_beyond_a_decimal_have_all_their_digits_and_never_fail()
    {
        foreach (var (day, pnl) in new[] { (1, "99999999999999999999"), (2, "99999999999999999999"), (3, "-0.000000000000000001") })
        {
            await server.Bot.PostAsync(
                "/v1/trades",
                Trade(more: $$""","status":"CLOSED","exitPrice":"1","entryTimestamp":"2026-03-0{{day}}T01:00:00Z" """
                    + $$""","exitTimestamp":"2026-03-0{{day}}T02:00:00Z","pnl":"{{pnl}}" """));
        }
        var figures = (await server.Bot.GetAsync($"/v1/trades/performance?chatId={_chat}&groupBy=chat")).Expect(200);
        const string total = "199999999999999999997.999999999999999999";
        Assert.Equal((total, "199999999999999999998", "199999999999999999998000000000000000000", "0.000000000000000001"), (
            figures["totalPnl"].GetString(), figures["grossProfit"].GetString(), figures["profitFactor"].GetString(),
            figures["maxDrawdown"].GetString()));
        Assert.Equal(total, figures["groups"][0].GetProperty("performance").GetProperty("totalPnl").GetString());
        (await server.Bot.GetAsync("/v1/trades/performance?groupBy=chat")).Expect(200);
        var points = (await server.Bot.GetAsync($"/v1/trades/equity?chatId={_chat}&bucket=1d")).Expect(200)["points"];
        Assert.Equal(total, points[2].GetProperty("equity").GetString());
        Assert.Equal("0.000000000000000001", points[2].GetProperty("drawdown").GetString());
    }

    [Fact]
    public async Task Figures_are_grouped_and_filtered_and_have_a_curve()
    {
        foreach (var (day, pnl, strategy) in new[] { (1, "5", "grid"), (1, "-2", "grid"), (3, "-4", "dca") })
        {
            await server.Bot.PostAsync(
                "/v1/trades",
                Trade(more: $$""","status":"CLOSED","exitPrice":"1","entryTimestamp":"2026-03-0{{day}}T01:00:00Z" """
                    + $$""","exitTimestamp":"2026-03-0{{day}}T02:00:00Z","pnl":"{{pnl}}","strategy":"{{strategy}}","metadata":{"mae":-1.5}"""));
        }
        var path = $"/v1/trades/performance?chatId={_chat}";
        var figures = (await server.Bot.GetAsync($"{path}&groupBy=strategy&excursions=true")).Expect(200);
        Assert.Equal(("5", "3", "-0.11111111", "3600", "-1.5"), (
            figures["averageWin"].GetString(), figures["averageLoss"].GetString(), figures["expectancyR"].GetString(),
            figures["averageHoldingSeconds"].GetString(), figures["averageMae"].GetString()));
        Assert.Equal((2, "grid"), (figures["groupCount"].GetInt32(), figures["groups"][0].GetProperty("name").GetString()));
        Assert.Equal("3", figures["groups"][0].GetProperty("performance").GetProperty("totalPnl").GetString());
        Assert.Equal(1, (await server.Bot.GetAsync($"{path}&groupBy=symbol&limit=1")).Expect(200)["groups"].GetArrayLength());
        Assert.Equal("-4", (await server.Bot.GetAsync($"{path}&from=2026-03-02T00:00:00Z")).Expect(200)["totalPnl"].GetString());
        Assert.Equal("3", (await server.Bot.GetAsync($"{path}&strategy=grid&to=2026-03-02T00:00:00Z")).Expect(200)["totalPnl"].GetString());

        var points = (await server.Bot.GetAsync($"/v1/trades/equity?chatId={_chat}&bucket=1d")).Expect(200)["points"];
        Assert.Equal(2, points.GetArrayLength());
        Assert.Equal(("2026-03-03T00:00:00Z", "-4", "-1", "6"), (
            points[1].GetProperty("at").GetString(), points[1].GetProperty("pnl").GetString(), points[1].GetProperty("equity").GetString(),
            points[1].GetProperty("drawdown").GetString()));
        Assert.Equal("2", points[0].GetProperty("maxDrawdown").GetString());
    }

    [Theory]
    [InlineData("performance?groupBy=color", "groupBy")]
    [InlineData("performance?limit=5", "limit")]
    [InlineData("performance?groupBy=symbol&limit=1001", "limit")]
    [InlineData("performance?excursions=yes", "excursions")]
    [InlineData("performance?days=1&from=2026-03-02T00:00:00Z", "days")]
    [InlineData("performance?from=2026-03-02T00:00:00Z&to=2026-03-02T00:00:00Z", "from")]
    [InlineData("performance?bucket=1d", "bucket")]
    [InlineData("equity?bucket=0d", "bucket")]
    [InlineData("equity?bucket=367d", "bucket")]
    [InlineData("equity?bucket=1s", "bucket")]
    [InlineData("equity?bucket=-1d", "bucket")]
    [InlineData("equity?bucket=999999w", "bucket")]
    public async Task A_wrong_question_about_figures_names_its_field(string query, string field) =>
        (await server.Bot.GetAsync($"/v1/trades/{query}")).ExpectProblem(400, "invalid", field);

    [Fact]
    public async Task Each_line_of_a_batch_stands_for_itself()
    {
        var id = Guid.CreateVersion7();
        var lines = string.Join(
            "\r\n", Trade(id), "", "{not json", Trade(id), Trade(entryPrice: "-1"), """{"chatId":"1"}""", "[]", Trade() + " trailing", Trade());
        var result = (await PostLinesAsync(lines)).Expect(200);
        Assert.Equal((2, 1, 5), (result["stored"].GetInt32(), result["wereThere"].GetInt32(), result["rejected"].GetInt32()));
        Assert.Equal([3, 5, 6, 7, 8], result["errors"].EnumerateArray().Select(error => error.GetProperty("line").GetInt32()));
        Assert.Contains("entryPrice", result["errors"][1].GetProperty("message").GetString(), StringComparison.Ordinal);

        var again = (await PostLinesAsync(Trade(id))).Expect(200);
        Assert.Equal((0, 1), (again["stored"].GetInt32(), again["wereThere"].GetInt32()));
    }

    [Fact]
    public async Task A_long_batch_streams_and_a_line_that_is_too_long_is_passed_over()
    {
        var text = new StringBuilder();
        for (var i = 1; i <= 3000; i++) text.Append(i == 1500 ? new string('x', 2 * 1024 * 1024 + 1) : Trade(Guid.CreateVersion7())).Append('\n');
        var result = (await PostLinesAsync(text.ToString())).Expect(200);
        Assert.Equal((2999, 1), (result["stored"].GetInt32(), result["rejected"].GetInt32()));
        Assert.Equal((1500, "too_large"), (result["errors"][0].GetProperty("line").GetInt32(), result["errors"][0].GetProperty("code").GetString()));
    }

    private Task<Answer> PostLinesAsync(string lines) => server.Bot.SendAsync(HttpMethod.Post, "/v1/trades:batch", lines, "application/x-ndjson");

    private string Trade(Guid? id = null, string entryPrice = "1", string more = "") =>
        (id is null ? "{" : $$"""{"id":"{{id}}",""")
            + $$""" "chatId":"{{_chat}}","symbol":"BTCUSDT","side":"long","entryPrice":"{{entryPrice}}","quantity":"2"{{more}}}""";
}

public sealed class SqliteTradeRouteTests(EmbeddedServer server) : TradeRouteTests(server);

public sealed class PostgresTradeRouteTests(PostgresServer server) : TradeRouteTests(server);
