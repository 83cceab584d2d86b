using System.Text;
using System.Text.Json;
using Nexus.Server.Tests.Kit;

namespace Nexus.Server.Tests.Routes;

/// <summary>Requests with an <c>Idempotency-Key</c>.</summary>
public abstract class IdempotencyTests(SharedServer server)
{
    private const string Header = "Idempotency-Key";

    private readonly string _chat = TestChats.Next();

    private readonly string _key = Guid.NewGuid().ToString();

    [Fact]
    public async Task A_repeat_returns_the_first_response_and_changes_nothing()
    {
        var first = (await PostAsync("/v1/trades", Trade())).Expect(201);
        Assert.Null(first.Header("Idempotency-Replayed"));
        (await server.Bot.PostAsync($"{first.Header("Location")}/close", """{"exitPrice":"2"}""")).Expect(200);
        var again = (await PostAsync("/v1/trades", Trade())).Expect(201);
        Assert.Equal(first.Text, again.Text);
        Assert.Equal((first.Header("Location"), "committed", "true", first.ContentType),
            (again.Header("Location"), again.Header("Nexus-Acknowledged"), again.Header("Idempotency-Replayed"), again.ContentType));
        Assert.Equal("nosniff", again.Header("X-Content-Type-Options"));
        Assert.Equal(1, await CountTradesAsync());
    }

    [Fact]
    public async Task Fifty_at_once_are_one()
    {
        var answers = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => PostAsync("/v1/trades", Trade())));
        Assert.All(answers, answer => Assert.True(answer.Status is 201 or 409, answer.Text));
        Assert.Single(answers.Where(answer => answer.Status == 201).Select(answer => answer.Text).Distinct());
        Assert.Equal(1, await CountTradesAsync());
    }

    [Fact]
    public async Task Another_body_query_or_route_under_the_key_is_refused_and_another_caller_has_its_own_keys()
    {
        (await PostAsync("/v1/trades", Trade())).Expect(201);
        (await PostAsync("/v1/trades", Trade(quantity: "3"))).ExpectProblem(422, "idempotency_key_reused", Header);
        (await PostAsync("/v1/tasks:claim", """{"leaseSeconds":60}""")).ExpectProblem(422, "idempotency_key_reused", Header);
        (await PostAsync($"/v1/trades/{Guid.NewGuid()}/close", Trade())).ExpectProblem(422, "idempotency_key_reused", Header);
        Assert.Equal(1, await CountTradesAsync());
        (await server.Trusted.PostAsync("/v1/trades", Trade(quantity: "3"), (Header, _key))).Expect(201);
        Assert.Equal(2, await CountTradesAsync());
    }

    [Fact]
    public async Task A_request_that_was_not_valid_leaves_the_key_free()
    {
        (await PostAsync("/v1/trades", Trade(quantity: "-1"))).ExpectProblem(400, "invalid", "quantity");
        (await PostAsync("/v1/trades", "{")).ExpectProblem(400, "invalid_json");
        (await PostAsync("/v1/trades?x=1", Trade())).ExpectProblem(400, "invalid", "x");
        (await PostAsync("/v1/trades", Trade())).Expect(201);
    }

    [Fact]
    public async Task What_the_state_refuses_is_kept()
    {
        var path = $"/v1/users/{_chat}/extend";
        (await PostAsync(path, """{"days":5}""", server.Admin)).ExpectProblem(404, "not_found");
        (await server.Admin.PutAsync($"/v1/users/{_chat}", """{"days":30}""")).Expect(201);
        var again = (await PostAsync(path, """{"days":5}""", server.Admin)).ExpectProblem(404, "not_found");
        Assert.Equal("true", again.Header("Idempotency-Replayed"));
        var id = (await server.Bot.PostAsync("/v1/trades", Trade())).Expect(201)["id"].GetString();
        (await server.Bot.PostAsync($"/v1/trades/{id}/close", """{"exitPrice":"2"}""")).Expect(200);
        for (var n = 0; n < 2; n++)
            (await server.Bot.PostAsync($"/v1/trades/{id}/close", """{"exitPrice":"2"}""", (Header, "close " + _key)))
                .ExpectProblem(409, "invalid_state");
    }

    [Fact]
    public async Task Every_kind_of_post_is_carried_out_once()
    {
        (await server.Admin.PutAsync($"/v1/users/{_chat}", """{"days":30}""")).Expect(201);
        var task = $$"""{"chatId":"{{_chat}}","action":"a","schedule":{"type":"interval","value":"3600"},"nextRun":"2026-01-01T00:00:00Z"}""";
        var made = await TwiceAsync("/v1/tasks", task, 201);
        Assert.NotNull(made.Header("Location"));
        Assert.Equal(1, (await server.Bot.GetAsync($"/v1/tasks?chatId={_chat}")).Expect(200)["tasks"].GetArrayLength());
        var path = $"/v1/tasks/{made["id"].GetString()}";

        var claimed = await TwiceAsync("/v1/tasks:claim", """{"limit":1000,"leaseSeconds":600}""", 200);
        var mine = claimed["tasks"].EnumerateArray().Single(item => item.GetProperty("chatId").GetString() == _chat);
        var fence = mine.GetProperty("lease").GetProperty("fence").GetInt64();
        await TwiceAsync($"{path}:renew", $$"""{"fence":{{fence}},"leaseSeconds":60}""", 200);
        await TwiceAsync($"{path}:complete", $$"""{"fence":{{fence}}}""", 200);
        var ran = await TwiceAsync($"{path}:run", "", 200);
        Assert.Equal(ran.ETag, (await server.Bot.GetAsync(path)).ETag);

        var extended = await TwiceAsync($"/v1/users/{_chat}/extend", """{"days":5}""", 200);
        Assert.Equal(extended["expiresAt"].GetString(), (await server.Bot.GetAsync($"/v1/users/{_chat}"))["expiresAt"].GetString());
        await TwiceAsync("/v1/users:access", $$"""{"chatIds":["{{_chat}}"]}""", 200);
        await TwiceAsync("/v1/sessions:batch", $$"""{"sessions":[{"chatId":"{{_chat}}","config":{"n":1} }]}""", 200);
        Assert.Equal("\"1\"", (await server.Bot.GetAsync($"/v1/sessions/{_chat}")).ETag);
        await TwiceAsync($"/v1/calibration/{_chat}/GRID:auto", "", 200);

        var key = await TwiceAsync("/v1/api-keys", """{"name":"twice","scopes":["bot"]}""", 201);
        using var caller = new ApiClient(server.Server.Url, key["key"].GetString());
        (await caller.GetAsync("/v1/bot-state")).Expect(200);
        Assert.DoesNotContain(key["key"].GetString()!, Encoding.UTF8.GetString(await server.Server.Home.ReadEverythingAsync()),
            StringComparison.Ordinal);
        var until = TimeProvider.System.GetUtcNow().AddDays(1);
        await TwiceAsync("/v1/alerts/silences", $$"""{"rule":"NexusTasksOverdue","until":"{{until:O}}","reason":"r"}""", 201);
        await TwiceAsync($"/v1/users/{_chat}/forget", "", 200);
    }

    [Fact]
    public async Task A_batch_of_lines_is_stored_once_and_its_body_is_compared()
    {
        var lines = string.Join('\n', Trade(), Trade(), "{}", Trade(quantity: "3"));
        var first = (await PostLinesAsync(lines)).Expect(200);
        Assert.Equal((3, 1), (first["stored"].GetInt32(), first["rejected"].GetInt32()));
        Assert.Equal(first.Text, (await PostLinesAsync(lines)).Expect(200).Text);
        (await PostLinesAsync(lines + "\n" + Trade())).ExpectProblem(422, "idempotency_key_reused", Header);
        (await PostAsync("/v1/trades", Trade())).ExpectProblem(422, "idempotency_key_reused", Header);
        Assert.Equal(3, await CountTradesAsync());
    }

    [Fact]
    public async Task An_id_of_any_version_is_accepted_with_an_entry_time_or_a_key()
    {
        foreach (var id in new[] { Guid.NewGuid().ToString(), "00000000-0000-1000-8000-000000000001", "ffffffff-ffff-ffff-ffff-ffffffffffff" })
        {
            var given = Trade(more: $$""","id":"{{id}}" """);
            (await server.Bot.PostAsync("/v1/trades", given)).ExpectProblem(400, "invalid", "entryTimestamp");
            var first = (await server.Bot.PostAsync("/v1/trades", given, (Header, id))).Expect(201);
            Assert.Equal(first.Text, (await server.Bot.PostAsync("/v1/trades", given, (Header, id))).Expect(201).Text);
            Assert.Equal(id, first["id"].GetString());
        }
        var timed = Trade(more: $$""","id":"{{Guid.NewGuid()}}","entryTimestamp":"2026-02-03T04:05:06Z" """);
        (await server.Bot.PostAsync("/v1/trades", timed)).Expect(201);
        (await server.Bot.PostAsync("/v1/trades", timed)).Expect(200);
        (await server.Bot.PostAsync("/v1/trades", Trade(more: $$""","id":"{{Guid.Empty}}" """))).ExpectProblem(400, "invalid", "id");
        Assert.Equal(4, await CountTradesAsync());
    }

    [Theory]
    [InlineData("", 400)]
    [InlineData("   ", 400)]
    [InlineData("\u0001", 400)]
    [InlineData("a\tb", 400)]
    [InlineData("\u007f", 400)]
    [InlineData("\u0085", 400)]
    [InlineData("\"\"", 400)]
    [InlineData("ключ заказа ñ", 201)]
    [InlineData("a, b; c=1", 201)]
    [InlineData("\"quoted \\\" text\"", 201)]
    public async Task A_key_is_any_text_without_control_characters(string key, int status)
    {
        var key1 = status == 201 ? key + _key : key;
        for (var n = 0; n < 2; n++)
        {
            var (answered, body) = await PostRawAsync(key1);
            Assert.True(answered == status, $"{answered}: {body}");
            if (answered == 400 && body.Length > 0) Assert.Equal(Header, JsonElement.Parse(body).GetProperty("field").GetString());
        }
        Assert.Equal(status == 201 ? 1 : 0, await CountTradesAsync());
    }

    [Fact]
    public async Task A_key_has_at_most_255_bytes_and_is_given_once()
    {
        Assert.Equal(201, (await PostRawAsync(_key + new string('k', 255 - _key.Length))).Status);
        Assert.Equal(400, (await PostRawAsync(new string('k', 256))).Status);
        Assert.Equal(400, (await PostRawAsync(new string('ñ', 128))).Status);
        Assert.Equal(201, (await PostRawAsync($"\"{_key}{new string('ñ', (255 - _key.Length) / 2)}\"")).Status);
        Assert.Equal(400, (await PostRawAsync($"{_key}a\r\n{Header}: {_key}b")).Status);
        Assert.Equal(2, await CountTradesAsync());
    }

    [Fact]
    public async Task The_header_of_another_method_has_no_meaning()
    {
        (await server.Bot.PutAsync($"/v1/sessions/{_chat}", """{"config":{"n":1}}""", (Header, _key))).Expect(201);
        (await server.Bot.PutAsync($"/v1/sessions/{_chat}", """{"config":{"n":2}}""", (Header, _key))).Expect(200);
    }

    [Fact]
    public async Task The_document_describes_the_header_of_every_post()
    {
        var paths = (await server.Bot.GetAsync("/openapi/v1.json")).Expect(200)["paths"];
        var posts = paths.EnumerateObject().Where(path => path.Value.TryGetProperty("post", out _)).Select(path => path.Value.GetProperty("post"))
            .ToList();
        Assert.True(posts.Count > 15, $"only {posts.Count} routes were found");
        Assert.All(posts, post => Assert.Contains(
            post.GetProperty("parameters").EnumerateArray(), parameter => parameter.GetProperty("name").GetString() == Header));
        Assert.All(posts, post => Assert.True(post.GetProperty("responses").TryGetProperty("422", out _)));
    }

    /// <summary>Sends the same request twice under a key of its own and expects equal responses.</summary>
    private async Task<Answer> TwiceAsync(string path, string body, int status)
    {
        var key = Guid.NewGuid().ToString();
        var first = (await server.Admin.PostAsync(path, body, (Header, key))).Expect(status);
        var again = (await server.Admin.PostAsync(path, body, (Header, key))).Expect(status);
        Assert.Equal((first.Text, first.ETag, first.Header("Location"), "true"),
            (again.Text, again.ETag, again.Header("Location"), again.Header("Idempotency-Replayed")));
        return first;
    }

    private Task<Answer> PostAsync(string path, string body, ApiClient? caller = null) =>
        (caller ?? server.Bot).PostAsync(path, body, (Header, _key));

    private Task<Answer> PostLinesAsync(string lines) =>
        server.Bot.SendAsync(HttpMethod.Post, "/v1/trades:batch", lines, "application/x-ndjson", (Header, _key));

    /// <summary>A client library may refuse or encode such headers by itself.</summary>
    private async Task<(int Status, string Body)> PostRawAsync(string key)
    {
        using var connection = await RawConnection.OpenAsync(server.Server.Url);
        var body = Trade();
        await connection.SendHeadAsync(
            "POST", "/v1/trades", server.Bot.Key, "Content-Type: application/json", $"Content-Length: {Encoding.UTF8.GetByteCount(body)}",
            $"{Header}: {key}");
        await connection.SendAsync(body);
        var (status, _, text) = await connection.ReadAnswerAsync();
        return (status, text);
    }

    private async Task<int> CountTradesAsync() =>
        (await server.Bot.GetAsync($"/v1/trades?chatId={_chat}")).Expect(200)["trades"].GetArrayLength();

    private string Trade(string quantity = "2", string more = "") =>
        $$"""{"chatId":"{{_chat}}","symbol":"BTCUSDT","side":"long","entryPrice":"1","quantity":"{{quantity}}"{{more}}}""";
}

public sealed class SqliteIdempotencyTests(EmbeddedServer server) : IdempotencyTests(server);

public sealed class PostgresIdempotencyTests(PostgresServer server) : IdempotencyTests(server);
