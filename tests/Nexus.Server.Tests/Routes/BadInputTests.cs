using System.Text;
using Nexus.Server.Tests.Kit;

namespace Nexus.Server.Tests.Routes;

/// <summary>Each bad input has an error that names the field, and nothing is stored. What a value was is never shown.</summary>
public sealed class BadInputTests(EmbeddedServer server)
{
    private const string Unseen = "do-not-echo";

    [Theory]
    [InlineData("12a")]
    [InlineData("%20")]
    [InlineData("1.5")]
    [InlineData("--1")]
    [InlineData("-")]
    [InlineData(
        "1234567890123456789012345678901234567890123456789012345678901234x23456789012345678901234567890123456789012345"
            + "67890123456789012345678901234x")]
    public async Task A_chat_id_that_is_none_is_refused_on_every_route(string chat)
    {
        (await server.Bot.GetAsync($"/v1/sessions/{chat}")).ExpectProblem(400, "invalid", "chatId");
        (await server.Bot.PutAsync($"/v1/sessions/{chat}", """{"config":{}}""")).ExpectProblem(400, "invalid", "chatId");
        (await server.Bot.DeleteAsync($"/v1/sessions/{chat}")).ExpectProblem(400, "invalid", "chatId");
        (await server.Bot.PatchAsync($"/v1/sessions/{chat}/config", "{}")).ExpectProblem(400, "invalid", "chatId");
        (await server.Bot.GetAsync($"/v1/users/{chat}")).ExpectProblem(400, "invalid", "chatId");
        (await server.Bot.GetAsync($"/v1/users/{chat}/access")).ExpectProblem(400, "invalid", "chatId");
        (await server.Admin.PutAsync($"/v1/users/{chat}", "{}")).ExpectProblem(400, "invalid", "chatId");
        (await server.Bot.GetAsync($"/v1/trades?chatId={chat}")).ExpectProblem(400, "invalid", "chatId");
    }

    [Theory]
    [InlineData("[]", "config")]
    [InlineData("\"text\"", "config")]
    [InlineData("null", "config")]
    [InlineData("{\"a\":\"\\u0000\"}", "config.a")]
    [InlineData("{\"a\":\"\\ud800\"}", "config.a")]
    [InlineData("{\"a\\u0000\":1}", "config")]
    [InlineData("{\"a\":1,\"a\":2}", "config")]
    public async Task A_config_that_cannot_be_stored_is_refused(string config, string field)
    {
        var path = $"/v1/sessions/{TestChats.Next()}";
        var answer = (await server.Bot.PutAsync(path, $$"""{"config":{{config}}}""")).Expect(400);
        Assert.StartsWith(field, answer["field"].GetString(), StringComparison.Ordinal);
        (await server.Bot.GetAsync(path)).Expect(404);
    }

    [Fact]
    public async Task A_config_over_256_KiB_is_too_large()
    {
        var config = $$"""{"a":"{{new string('x', 256 * 1024)}}"}""";
        (await server.Bot.PutAsync($"/v1/sessions/{TestChats.Next()}", $$"""{"config":{{config}}}""")).ExpectProblem(413, "too_large", "config");
    }

    [Fact]
    public async Task Sixty_four_levels_are_accepted_and_one_more_is_not()
    {
        var path = $"/v1/sessions/{TestChats.Next()}";
        (await server.Bot.PutAsync(path, $$"""{"config":{{Nested(64)}}}""")).Expect(201);
        var answer = (await server.Bot.PutAsync(path, $$"""{"config":{{Nested(65)}}}""")).Expect(400);
        Assert.StartsWith("config", answer["field"].GetString(), StringComparison.Ordinal);
        (await server.Bot.PutAsync(path, $$"""{"config":{{Nested(5000)}}}""")).Expect(400);

        static string Nested(int levels) => string.Concat(Enumerable.Repeat("""{"a":""", levels - 1)) + "{}" + new string('}', levels - 1);
    }

    [Fact]
    public async Task A_body_over_the_limit_is_refused_by_its_announced_length_and_by_what_comes()
    {
        var path = $"/v1/sessions/{TestChats.Next()}";
        var body = new string(' ', 3 * 1024 * 1024);
        (await AnswerAsync(() => server.Bot.PutAsync(path, body))).ExpectProblem(413, "too_large", "body");
        (await AnswerAsync(async () =>
        {
            using var chunked = new StreamContent(new UnknownLength(Encoding.ASCII.GetBytes(body)));
            chunked.Headers.ContentType = new("application/json");
            return await server.Bot.SendAsync(HttpMethod.Put, path, chunked);
        })).ExpectProblem(413, "too_large", "body");

        // The server answers and closes without reading the rest. A client that is still sending then may see only the broken pipe, not the answer.
        static async Task<Answer> AnswerAsync(Func<Task<Answer>> send)
        {
            for (var attempt = 1; ; attempt++)
            {
                try
                {
                    return await send();
                }
                catch (HttpRequestException error) when (attempt < 20 && error.InnerException is IOException)
                {
                    await Task.Delay(20, TestContext.Current.CancellationToken);
                }
            }
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("   ")]
    [InlineData("{")]
    [InlineData("{\"config\":{}}x")]
    [InlineData("{\"config\":{do-not-echo}}")]
    [InlineData("{'config':{}}")]
    [InlineData("null")]
    public async Task What_is_no_JSON_is_refused_without_being_shown(string body)
    {
        var answer = (await server.Bot.PutAsync($"/v1/sessions/{TestChats.Next()}", body)).Expect(400);
        Assert.DoesNotContain(Unseen, answer.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Bytes_that_are_no_UTF8_are_refused()
    {
        using var content = new ByteArrayContent([.. "{\"config\":{\"a\":\""u8, 0xFF, 0xFE, .. "\"}}"u8]);
        content.Headers.ContentType = new("application/json");
        (await server.Bot.SendAsync(HttpMethod.Put, $"/v1/sessions/{TestChats.Next()}", content)).Expect(400);
    }

    [Theory]
    [InlineData("""{"apikey":"do-not-echo"}""", "apikey", "is not a known property")]
    [InlineData("""{"apiKey":5}""", "apiKey", "must be text")]
    [InlineData("""{"apiKey":"a","apiKey":"b"}""", "apiKey", "twice")]
    [InlineData("""{"apiKey":"\ud800"}""", "apiKey", "Unicode")]
    [InlineData("""{"apiKey":"a\u0000"}""", "apiKey", "NUL")]
    [InlineData("""{"apiKey":"nx1.01234567.do-not-echo"}""", "apiKey", "sealed")]
    [InlineData("""{"chatId":"1"}""", "chatId", "path")]
    [InlineData("""{"version":"two"}""", "version", "whole number")]
    public async Task A_property_that_cannot_be_is_named(string body, string field, string reason)
    {
        var answer = (await server.Bot.PutAsync($"/v1/sessions/{TestChats.Next()}", body)).ExpectProblem(400, "invalid", field);
        Assert.Contains(reason, answer["detail"].GetString(), StringComparison.Ordinal);
        Assert.DoesNotContain(Unseen, answer.Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/v1/sessions/1001", "PUT", """{"apikey":"a"}""", "apikey", "did you mean apiKey?")]
    [InlineData(
        "/v1/tasks", "POST", """{"chatId":"1001","action":"a","schedule":{"cron":"@daily"}}""", "schedule.cron", "known are type, value, timezone")]
    [InlineData("/v1/tasks", "POST", """{"chatId":"1001","action":"a","shedule":{}}""", "shedule", "did you mean schedule?")]
    public async Task An_unknown_property_is_told_what_is_known(string path, string method, string body, string field, string expected)
    {
        var answer = (await server.Admin.SendAsync(new HttpMethod(method), path, body)).ExpectProblem(400, "invalid", field);
        Assert.Contains(expected, answer["detail"].GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_mask_with_nothing_stored_behind_it_is_refused() =>
        (await server.Bot.PutAsync($"/v1/sessions/{TestChats.Next()}", """{"config":{"bybit_api_key":"********"}}"""))
            .ExpectProblem(400, "invalid", "config.bybit_api_key");

    [Theory]
    [InlineData("""{"name":"%LONG%"}""", "name")]
    [InlineData("""{"role":"owner"}""", "role")]
    [InlineData("""{"expiresAt":"tomorrow"}""", "expiresAt")]
    [InlineData("""{"expiresAt":"2026-01-31T12:00:00"}""", "expiresAt")]
    [InlineData("""{"expiresAt":"2026-13-31T12:00:00Z"}""", "expiresAt")]
    [InlineData("""{"expiresAt":1700000000}""", "expiresAt")]
    [InlineData("""{"expiresAt":"10000-01-01T00:00:00Z"}""", "expiresAt")]
    [InlineData("""{"timezone":"UTC\n","days":1}""", "timezone")]
    [InlineData("""{"expiresAt":"2027-01-01T00:00:00Z","days":5}""", "days")]
    [InlineData("""{"days":0}""", "days")]
    [InlineData("""{"days":36501}""", "days")]
    [InlineData("""{"days":"5"}""", "days")]
    [InlineData("""{"days":1.5}""", "days")]
    [InlineData("""{"timezone":"Nowhere Land"}""", "timezone")]
    [InlineData("""{"timezone":"Mars/Base","days":1}""", "timezone")]
    [InlineData("""{"timezone":"localtime","days":1}""", "timezone")]
    [InlineData("""{"groups":{"CRYPTO":"yes"}}""", "groups.CRYPTO")]
    [InlineData("""{"groups":[]}""", "groups")]
    [InlineData("""{"telegramId":99999999999999999999}""", "telegramId")]
    public async Task A_user_that_cannot_be_is_refused(string body, string field)
    {
        var path = $"/v1/users/{TestChats.Next()}";
        (await server.Admin.PutAsync(path, body.Replace("%LONG%", new string('n', 257), StringComparison.Ordinal)))
            .ExpectProblem(400, "invalid", field);
        (await server.Bot.GetAsync(path)).Expect(404);
    }

    [Theory]
    [InlineData("""{"enabledStrategies":[]}""", "enabledStrategies")]
    [InlineData("""{"groupConfig":null}""", "groupConfig")]
    [InlineData("""{"disabledAssets":null}""", "disabledAssets")]
    [InlineData("""{"disabledAssets":"BTC"}""", "disabledAssets")]
    [InlineData("""{"disabledAssets":["BTC",""]}""", "disabledAssets[1]")]
    [InlineData("""{"disabledAssets":[5]}""", "disabledAssets[0]")]
    [InlineData("""{"aiFilterEnabled":"yes"}""", "aiFilterEnabled")]
    [InlineData("""{"aiFilterEnabled":null}""", "aiFilterEnabled")]
    [InlineData("""{"aiFilter":true}""", "aiFilter")]
    public async Task Switches_that_cannot_be_are_refused(string body, string field) =>
        (await server.Bot.PatchAsync("/v1/bot-state", body)).ExpectProblem(400, "invalid", field);

    [Theory]
    [InlineData("\"chatId\":\"1\"", "", "chatId")]
    [InlineData("\"symbol\":\"BTC\"", "", "symbol")]
    [InlineData("\"symbol\":\"BTC\"", "\"symbol\":\"1234567890123456789012345678901234567890123456789012345678901234x\"", "symbol")]
    [InlineData("\"side\":\"LONG\"", "\"side\":\"UP\"", "side")]
    [InlineData("\"side\":\"LONG\"", "", "side")]
    [InlineData("\"entryPrice\":\"1\"", "", "entryPrice")]
    [InlineData("\"entryPrice\":\"1\"", "\"entryPrice\":\"0\"", "entryPrice")]
    [InlineData("\"entryPrice\":\"1\"", "\"entryPrice\":\"-1\"", "entryPrice")]
    [InlineData("\"entryPrice\":\"1\"", "\"entryPrice\":\"100000000000000000000\"", "entryPrice")]
    [InlineData("\"entryPrice\":\"1\"", "\"entryPrice\":0.1234567890123456789", "entryPrice")]
    [InlineData("\"entryPrice\":\"1\"", "\"entryPrice\":1.00000000000000000000000000001", "entryPrice")]
    [InlineData("\"entryPrice\":\"1\"", "\"entryPrice\":1e400", "entryPrice")]
    [InlineData("\"entryPrice\":\"1\"", "\"entryPrice\":\"NaN\"", "entryPrice")]
    [InlineData("\"entryPrice\":\"1\"", "\"entryPrice\":\"1,5\"", "entryPrice")]
    [InlineData("\"entryPrice\":\"1\"", "\"entryPrice\":\" 1\"", "entryPrice")]
    [InlineData("\"entryPrice\":\"1\"", "\"entryPrice\":\"0x10\"", "entryPrice")]
    [InlineData("\"entryPrice\":\"1\"", "\"entryPrice\":true", "entryPrice")]
    [InlineData("\"quantity\":\"2\"", "\"quantity\":\"0\"", "quantity")]
    [InlineData("\"quantity\":\"2\"", "\"quantity\":\"2\",\"leverage\":0", "leverage")]
    [InlineData("\"quantity\":\"2\"", "\"quantity\":\"2\",\"leverage\":1001", "leverage")]
    [InlineData("\"quantity\":\"2\"", "\"quantity\":\"2\",\"id\":\"5\"", "id")]
    [InlineData("\"quantity\":\"2\"", "\"quantity\":\"2\",\"status\":\"DONE\"", "status")]
    [InlineData("\"quantity\":\"2\"", "\"quantity\":\"2\",\"status\":\"CLOSED\"", "exitPrice")]
    [InlineData("\"quantity\":\"2\"", "\"quantity\":\"2\",\"metadata\":[]", "metadata")]
    [InlineData("\"quantity\":\"2\"", "\"quantity\":\"2\",\"entryTimestamp\":\"1999-12-31T00:00:00Z\"", "entryTimestamp")]
    [InlineData("\"quantity\":\"2\"", "\"quantity\":\"2\",\"entryTimestamp\":\"0001-01-01T00:00:00Z\"", "entryTimestamp")]
    [InlineData("\"quantity\":\"2\"", "\"quantity\":\"2\",\"pnlPct\":\"1.00001\"", "pnlPct")]
    public async Task A_trade_that_cannot_be_is_refused(string part, string replacement, string field)
    {
        var body = """{"chatId":"1","symbol":"BTC","side":"LONG","entryPrice":"1","quantity":"2"}""".Replace(
            part, replacement, StringComparison.Ordinal).Replace("{,", "{", StringComparison.Ordinal).Replace(",,", ",", StringComparison.Ordinal);
        (await server.Bot.PostAsync("/v1/trades", body)).ExpectProblem(400, "invalid", field);
    }

    [Theory]
    [InlineData("chatid=1", "chatid")]
    [InlineData("status=DONE", "status")]
    [InlineData("from=yesterday", "from")]
    [InlineData("to=2026-01-01", "to")]
    [InlineData("after=5", "after")]
    [InlineData("after=01900000-0000-7000-8000-000000000000", "after")]
    [InlineData("limit=-1", "limit")]
    public async Task A_filter_of_trades_that_is_not_understood_is_refused(string query, string field) =>
        (await server.Bot.GetAsync($"/v1/trades?{query}")).ExpectProblem(400, "invalid", field);

    [Theory]
    [InlineData("{}", "value")]
    [InlineData(
        """{"value":1,"updatedBy":"1234567890123456789012345678901234567890123456789012345678901234x23456"""
            + """78901234567890123456789012345678901234567890123456789012345678901234x"}""",
        "updatedBy")]
    [InlineData("""{"value":1,"key":"other"}""", "key")]
    public async Task A_setting_that_cannot_be_is_refused(string body, string field) =>
        (await server.Admin.PutAsync("/v1/system-config/some", body)).ExpectProblem(400, "invalid", field);

    [Fact]
    public async Task A_key_of_a_setting_is_at_most_a_hundred_characters() =>
        (await server.Admin.PutAsync($"/v1/system-config/{new string('k', 101)}", """{"value":1}""")).ExpectProblem(400, "invalid", "key");

    [Fact]
    public async Task What_no_route_knows_has_a_problem_document_too()
    {
        (await server.Bot.GetAsync("/nowhere")).ExpectProblem(404, "not_found");
        (await server.Bot.GetAsync("/v1/sessions/1/2/3")).ExpectProblem(404, "not_found");
        var method = (await server.Bot.PostAsync("/v1/sessions", "{}")).ExpectProblem(405, "method_not_allowed");
        Assert.Contains("GET", method.Header("Allow"), StringComparison.Ordinal);
        (await server.Bot.SendAsync(HttpMethod.Put, "/v1/sessions/1", "{}", "text/xml")).ExpectProblem(415, "unsupported_media_type");
        (await server.Bot.SendAsync(HttpMethod.Put, "/v1/sessions/1", "{}", "")).ExpectProblem(415, "unsupported_media_type");
    }

    private sealed class UnknownLength(byte[] bytes) : MemoryStream(bytes)
    {
        public override bool CanSeek => false;
    }
}
