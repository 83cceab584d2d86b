using System.Text;
using Nexus.Server.Tests.Kit;

namespace Nexus.Server.Tests.Routes;

public sealed class BodyEncodingTests(EmbeddedServer server)
{
    private static readonly byte[] Mark = [0xEF, 0xBB, 0xBF];

    /// <summary>Every route that takes a body, with one that it accepts.</summary>
    public static TheoryData<string, string, string, string> Routes => new()
    {
        { "PUT", "/v1/sessions/{chat}", "application/json", """{"config":{}}""" },
        { "PATCH", "/v1/sessions/{chat}/config", "application/merge-patch+json", """{"a":1}""" },
        { "POST", "/v1/sessions:batch", "application/json", """{"sessions":[{"chatId":"{chat}","config":{}}]}""" },
        { "POST", "/v1/sessions:batch", "application/json", """[{"chatId":"{chat}","config":{}}]""" },
        { "PUT", "/v1/users/{chat}", "application/json", """{"name":"Ada","days":3}""" },
        { "PATCH", "/v1/bot-state", "application/merge-patch+json", """{"aiFilterEnabled":true}""" },
        { "PUT", "/v1/system-config/k{chat}", "application/json", """{"value":1}""" },
        { "POST", "/v1/trades", "application/json", """{"chatId":"{chat}","symbol":"A","side":"LONG","entryPrice":1,"quantity":1}""" },
        { "POST", "/v1/trades:batch", "application/x-ndjson", """{"chatId":"{chat}","symbol":"A","side":"LONG","entryPrice":1,"quantity":1}""" },
        { "POST", "/v1/api-keys", "application/json", """{"name":"{chat}","scopes":["metrics"]}""" },
    };

    [Theory]
    [MemberData(nameof(Routes))]
    public async Task A_byte_order_mark_before_a_body_is_passed_over_and_other_encodings_are_named(
        string method, string path, string type, string body)
    {
        var chat = TestChats.Next();
        await server.Bot.PutAsync($"/v1/sessions/{chat}", """{"config":{}}""");
        (path, body) = (path.Replace("{chat}", chat, StringComparison.Ordinal), body.Replace("{chat}", chat, StringComparison.Ordinal));
        var marked = await SendAsync([.. Mark, .. Encoding.UTF8.GetBytes(body)], type);
        Assert.True(marked.Status is 200 or 201, marked.Text);
        if (type == "application/x-ndjson") Assert.Equal(1, marked["stored"].GetInt64());

        foreach (var encoding in new[] { Encoding.Unicode, Encoding.BigEndianUnicode, Encoding.UTF32 })
        {
            var text = encoding.GetBytes(body);
            foreach (var bytes in new[] { [.. encoding.GetPreamble(), .. text], text })
            {
                Assert.Contains(
                    "UTF-8", (await SendAsync(bytes, type)).ExpectProblem(400, "invalid", "body")["detail"].GetString(), StringComparison.Ordinal);
            }
        }
        (await SendAsync(Encoding.Unicode.GetBytes(body), $"{type}; charset=utf-16")).ExpectProblem(415, "unsupported_media_type");
        var named = await SendAsync(Encoding.UTF8.GetBytes(body), $"{type}; charset=\"UTF-8\"");
        Assert.True(named.Status is 200 or 201, named.Text);

        foreach (var coding in new[] { "gzip", "deflate, identity", "br" })
            Assert.StartsWith("Content-Encoding: ", (await SendAsync(Encoding.UTF8.GetBytes(body), type, coding))
                .ExpectProblem(415, "unsupported_media_type")["detail"].GetString(), StringComparison.Ordinal);
        var plain = await SendAsync(Encoding.UTF8.GetBytes(body), type, "identity");
        Assert.True(plain.Status is 200 or 201, plain.Text);

        Task<Answer> SendAsync(byte[] bytes, string contentType, string? coding = null)
        {
            var content = new ByteArrayContent(bytes);
            if (coding is not null) content.Headers.TryAddWithoutValidation("Content-Encoding", coding);
            content.Headers.TryAddWithoutValidation("Content-Type", contentType);
            return server.Admin.SendAsync(new HttpMethod(method), path, content);
        }
    }

    [Theory]
    [InlineData("FFFFFFFFFFFFFFFF1")]
    [InlineData("10000000000000000")]
    [InlineData("8000000000000000")]
    [InlineData("7FFFFFFFFFFFFFFFF")]
    [InlineData("80000000")]
    [InlineData("-1")]
    [InlineData("xyz")]
    public async Task A_chunk_of_no_possible_size_is_the_callers_error(string size)
    {
        foreach (var (path, type) in new[]
            {
                ("/v1/trades:batch", "application/x-ndjson"),
                ("/v1/sessions:batch", "application/json"),
                ("/v1/sessions/1", "application/json"),
            })
        {
            using var connection = await RawConnection.OpenAsync(server.Server.Url);
            await connection.SendHeadAsync(
                path == "/v1/sessions/1" ? "PUT" : "POST", path, server.Bot.Key, $"Content-Type: {type}", "Transfer-Encoding: chunked");
            await connection.SendAsync($"1\r\n \r\n{size}\r\n");
            var (status, _, body) = await connection.ReadAnswerAsync();
            Assert.True(status is 400 or 413, $"{path}: {status} {body}");
            Assert.Contains("\"code\"", body, StringComparison.Ordinal);
        }
        Assert.DoesNotContain(
            server.Server.Logs.Lines,
            entry =>
                entry.Level >= Microsoft.Extensions.Logging.LogLevel.Error && entry.Message.Contains("A request failed", StringComparison.Ordinal));
    }
}
