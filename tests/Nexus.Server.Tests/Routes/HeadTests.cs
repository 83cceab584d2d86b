using Nexus.Server.Tests.Access;
using Nexus.Server.Tests.Kit;

namespace Nexus.Server.Tests.Routes;

public abstract class HeadTests(SharedServer server)
{
    private readonly string _chat = TestChats.Next();

    public static TheoryData<string> Paths =>
    [
        .. ApiKeyTests.Routes.Where(route => route.Data.Item1 == "GET").Select(route => route.Data.Item2),
        "/health/live", "/health/ready", "/openapi/v1.json", "/docs/", "/nothing", "/v1/sessions/{chat}", "/v1/users/{chat}",
            "/v1/system-config/k{chat}", "/v1/trades/{trade}", "/v1/sessions?limit=0",
    ];

    [Theory]
    [MemberData(nameof(Paths))]
    public async Task HEAD_answers_as_GET_does_without_a_body(string path)
    {
        (await server.Admin.PutAsync($"/v1/sessions/{_chat}", """{"apiKey":"k","config":{"a":1}}""")).Expect(201);
        (await server.Admin.PutAsync($"/v1/users/{_chat}", """{"name":"Ada","days":3}""")).Expect(201);
        (await server.Admin.PutAsync($"/v1/system-config/k{_chat}", """{"value":1}""")).Expect(201);
        var trade = (
            await server.Admin.PostAsync(
                "/v1/trades", $$"""{"chatId":"{{_chat}}","symbol":"A","side":"LONG","entryPrice":1,"quantity":1}"""))["id"].GetString();
        path = path.Replace("{chat}", _chat, StringComparison.Ordinal).Replace("{trade}", trade, StringComparison.Ordinal);
        foreach (var key in new[] { server.Admin.Key, null })
        {
            using var connection = await RawConnection.OpenAsync(server.Server.Url);
            await connection.SendHeadAsync("HEAD", path, key);
            var head = await connection.ReadAnswerAsync(isHead: true);
            // The connection is good for the next request: no byte of a body came, and a stream of events ended.
            await connection.SendHeadAsync("GET", "/health/live", key: null);
            Assert.Equal((200, """{"status":"ok"}"""), ((await connection.ReadAnswerAsync()) is var next ? (next.Status, next.Body) : default));
            if (path == "/v1/events" && key is not null)
            {
                Assert.Equal((200, "text/event-stream"), (head.Status, RawConnection.Header(head.Head, "Content-Type")));
                continue;
            }
            await connection.SendHeadAsync("GET", path, key);
            var get = await connection.ReadAnswerAsync();
            // Other tests write to the same server: a list may have grown in between.
            for (var attempt = 1; attempt < 5 && Length(get.Head) != Length(head.Head); attempt++)
            {
                await connection.SendHeadAsync("HEAD", path, key);
                head = await connection.ReadAnswerAsync(isHead: true);
                await connection.SendHeadAsync("GET", path, key);
                get = await connection.ReadAnswerAsync();
            }
            Assert.Equal(get.Status, head.Status);
            foreach (var header in new[] { "Content-Type", "ETag", "Content-Length", "WWW-Authenticate", "Cache-Control", "Nexus-Stale" })
            {
                // What a scrape or a moment changes may have another length.
                if (header == "Content-Length" && path is "/metrics" or "/v1/status" or "/v1/api-keys") continue;
                Assert.True(RawConnection.Header(get.Head, header) == RawConnection.Header(head.Head, header), $"{header}:\n{get.Head}\n{head.Head}");
            }
        }

        static string? Length(string head) => RawConnection.Header(head, "Content-Length");
    }

    [Fact]
    public async Task HEAD_where_there_is_no_GET_is_refused_as_GET_is()
    {
        foreach (var path in new[] { "/v1/sessions:batch", "/v1/trades:batch", "/v1/trades/1/close" })
        {
            var answer = await server.Bot.SendAsync(HttpMethod.Head, path, content: null);
            Assert.Equal((405, "POST"), (answer.Status, answer.Header("Allow")));
        }
        Assert.Contains("HEAD", (await server.Bot.PostAsync("/v1/sessions/1", "{}")).Expect(405).Header("Allow"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_known_version_is_not_modified_for_HEAD_too()
    {
        await server.Bot.PutAsync($"/v1/sessions/{_chat}", """{"config":{}}""");
        Assert.Equal(304, (await server.Bot.SendAsync(HttpMethod.Head, $"/v1/sessions/{_chat}", null, ("If-None-Match", "\"1\""))).Status);
    }
}

public sealed class SqliteHeadTests(EmbeddedServer server) : HeadTests(server);

public sealed class PostgresHeadTests(PostgresServer server) : HeadTests(server);
