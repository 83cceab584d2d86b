using System.Text.Json;
using Nexus.Server.Tests.Docs;
using Nexus.Server.Tests.Kit;

namespace Nexus.Server.Tests.Routes;

/// <summary>What the HTTP server refuses before any route sees it is a problem document, too.</summary>
public sealed class RefusedRequestTests(EmbeddedServer server)
{
    [Fact]
    public async Task The_NUL_character_in_a_path_is_refused_with_the_name_of_the_parameter_on_every_route()
    {
        var parameters = 0;
        foreach (var operation in OperationIdTests.Published)
        {
            var (method, template) = (operation.Split(' ')[0], operation.Split(' ')[1]);
            foreach (var name in template.Split('{').Skip(1).Select(part => part.Split('}')[0]))
            {
                var path = template.Replace($"{{{name}}}", "a%00b", StringComparison.Ordinal);
                while (path.IndexOf('{') is >= 0 and var start) path = path[..start] + "1" + path[(path.IndexOf('}') + 1)..];
                await ExpectAsync($"{method} {path} HTTP/1.1\r\nHost: localhost", 400, "invalid", name);
                parameters++;
            }
        }
        Assert.True(parameters > 40, $"{parameters}");
        foreach (var path in new[] { "/v1/nothing%00", "/%00", "/v1/us%00ers/1", "/v1/users/1/%00" })
            await ExpectAsync($"GET {path} HTTP/1.1\r\nHost: localhost", 400, "invalid", "path");
    }

    [Fact]
    public async Task The_NUL_character_in_a_query_value_is_refused_with_the_name_of_the_parameter_on_every_list()
    {
        var document = (await server.Bot.GetAsync("/openapi/v1.json")).Expect(200).Json;
        var values = 0;
        foreach (var path in document.GetProperty("paths").EnumerateObject().Where(path => path.Value.TryGetProperty("get", out _)))
        {
            // This server has no outbox.
            if (path.Name.StartsWith("/v1/outbox/", StringComparison.Ordinal)) continue;
            if (!path.Value.GetProperty("get").TryGetProperty("parameters", out var parameters)) continue;
            foreach (var parameter in parameters.EnumerateArray())
            {
                if (!parameter.TryGetProperty("in", out var place) || place.GetString() != "query") continue;
                var name = parameter.GetProperty("name").GetString()!;
                var url = path.Name;
                url = url.Replace("{id}", Guid.NewGuid().ToString(), StringComparison.Ordinal);
                while (url.IndexOf('{') is >= 0 and var start) url = url[..start] + "1" + url[(url.IndexOf('}') + 1)..];
                url += $"?{name}=a%00b";
                // What is required besides.
                if (url.StartsWith("/v1/dispatch", StringComparison.Ordinal) && name != "strategy") url += "&strategy=S";
                if (url.StartsWith("/v1/trades/", StringComparison.Ordinal) && name != "chatId") url += "&chatId=1";
                var answer = await server.Admin.GetAsync(url);
                Assert.True(answer.Status == 400, $"{url}: {answer.Status} {answer.Text}");
                Assert.StartsWith(name, answer.Json.GetProperty("field").GetString(), StringComparison.Ordinal);
                values++;
            }
        }
        Assert.True(values > 30, $"{values}");
    }

    [Theory]
    [InlineData("GET /health/live HTTP/1.1\r\nHost: localhost\r\nX-A: a\0b", 400, "invalid")]
    [InlineData("GET /health/live HTTP/1.1\r\nHost: localhost\r\nX A: b", 400, "invalid")]
    [InlineData("GET /health/live HTTP/1.1", 400, "invalid")]
    [InlineData("GET /health/li\0ve HTTP/1.1\r\nHost: localhost", 400, "invalid")]
    [InlineData("GET nothing HTTP/1.1\r\nHost: localhost", 405, "method_not_allowed")]
    [InlineData("hello", 400, "invalid")]
    [InlineData("GET /health/live HTTP/1.2\r\nHost: localhost", 505, "invalid")]
    [InlineData("GET /health/live HTTP/1.1\r\nHost: localhost\r\nContent-Length: x", 400, "invalid")]
    public Task A_malformed_request_is_refused_with_a_problem_document(string head, int status, string code) => ExpectAsync(head, status, code);

    [Fact]
    public async Task Every_refusal_stands_in_the_reference_of_errors()
    {
        var reference = ReferencePages.Errors();
        foreach (var refusal in (string[])["405 | `method_not_allowed`", "408 | `timeout`", "413 | `too_large`", "414 | `too_large`",
            "431 | `too_large`", "505 | `invalid`"])
            Assert.Contains($"| {refusal} |", reference, StringComparison.Ordinal);
        var document = (await server.Bot.GetAsync("/openapi/v1.json")).Expect(200).Json;
        Assert.All(
            document.GetProperty("paths").EnumerateObject().SelectMany(path => path.Value.EnumerateObject())
                .Where(method => method.Value.TryGetProperty("responses", out _)),
            method => Assert.All(
                (string[])["414", "431"], status => Assert.True(method.Value.GetProperty("responses").TryGetProperty(status, out var _))));
    }

    [Fact]
    public async Task A_request_that_is_too_long_is_refused_with_a_problem_document()
    {
        await ExpectAsync($"GET /{new string('a', 9000)} HTTP/1.1\r\nHost: localhost", 414, "too_large");
        await ExpectAsync($"GET / HTTP/1.1\r\nHost: localhost\r\nX-A: {new string('a', 40_000)}", 431, "too_large");
    }

    [Fact]
    public async Task A_good_request_before_a_refused_one_is_answered()
    {
        using var connection = await RawConnection.OpenAsync(server.Server.Url);
        await connection.SendAsync("GET /health/live HTTP/1.1\r\nHost: localhost\r\n\r\nGET /v1/users/%00 HTTP/1.1\r\nHost: localhost\r\n\r\n");
        Assert.Equal(200, (await connection.ReadAnswerAsync()).Status);
        Assert.Equal(400, (await connection.ReadAnswerAsync()).Status);
        Assert.True(await connection.EndsAsync(TimeSpan.FromSeconds(30)));
    }

    private async Task ExpectAsync(string head, int status, string code, string? field = null)
    {
        using var connection = await RawConnection.OpenAsync(server.Server.Url);
        await connection.SendAsync(head + "\r\n\r\n");
        var answer = await connection.ReadAnswerAsync();
        Assert.True(answer.Status == status, $"{head[..Math.Min(head.Length, 90)]}: {answer.Head}");
        Assert.Equal("application/problem+json", RawConnection.Header(answer.Head, "Content-Type"));
        var problem = JsonElement.Parse(answer.Body);
        Assert.Equal((status, code), (problem.GetProperty("status").GetInt32(), problem.GetProperty("code").GetString()));
        var named = problem.TryGetProperty("field", out var value) ? value.GetString() : null;
        Assert.True(named == field, $"{head[..Math.Min(head.Length, 90)]}: {answer.Body}");
        Assert.True(await connection.EndsAsync(TimeSpan.FromSeconds(30)));
    }
}
