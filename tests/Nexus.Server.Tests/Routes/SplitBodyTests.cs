using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Nexus.Chats;
using Nexus.Errors;
using Nexus.Server.Api;
using Nexus.Server.Settings;
using Nexus.Server.Tests.Kit;
using Nexus.TestKit;

namespace Nexus.Server.Tests.Routes;

/// <summary>What a body says does not depend on the packets in which it arrives, nor on a byte order mark in front of it.</summary>
public sealed class SplitBodyTests(EmbeddedServer server)
{
    private const string Member =
        """{"chatId":"71","apiKey":"k\u00e9","apiSecret":null,"config":{"mode":"PILOT","n":[1,-2.5e3,{"é":"}]\" "}],"x":{}}}""";

    public static TheoryData<string, string> Bodies => new()
    {
        { "record", Member },
        { "batch", $$"""{"sessions": [{{Member}}, {"config":{},"chatId":72}] }""" },
        { "batch", $" [ {Member} ,{{\"chatId\":\"73\",\"config\":{{\"deep\":[[[[]]]]}}}}]" },
        { "document", """{"leverage": 10, "strategies": {"TREND": null, "é": "\ud83d\ude80"}}""" },
        { "record", """{"chatId":"71","config":{"a":}""" },
        { "batch", """{"sessions":[{"chatId":"71","config":{"a":[}]}]}""" },
        { "batch", """{"sessions":[{"chatId":"71","confg":{}}]}""" },
    };

    [Theory]
    [MemberData(nameof(Bodies))]
    public async Task A_body_cut_anywhere_says_the_same(string kind, string body)
    {
        foreach (var mark in new[] { "", "\uFEFF" })
        {
            string? whole = null;
            foreach (var (how, stream) in SplitStream.EveryWay(Encoding.UTF8.GetBytes(mark + body)))
            {
                var read = await ReadAsync(kind, stream);
                Assert.True(read == (whole ??= read), $"{how}, with {(mark.Length > 0 ? "a" : "no")} byte order mark:\n{read}\ninstead of\n{whole}");
            }
        }
    }

    [Fact]
    public async Task Lines_of_trades_cut_anywhere_are_stored_the_same()
    {
        var id = Guid.CreateVersion7();
        var lines = $$$"""{"id":"{{{id}}}","chatId":"{{{TestChats.Next()}}}","symbol":"É","side":"LONG","entryPrice":"1.5","quantity":1"""
            + $$$""","metadata":{"a":[{}]}}""" + "\r\n\n{\"broken\":1}\n[]";
        (await server.Bot.SendAsync(HttpMethod.Post, "/v1/trades:batch", lines, "application/x-ndjson")).Expect(200);
        foreach (var (how, stream) in SplitStream.EveryWay(Encoding.UTF8.GetBytes("\uFEFF" + lines)))
        {
            using var content = new StreamContent(stream, 1);
            content.Headers.ContentType = new("application/x-ndjson");
            var answer = (await server.Bot.SendAsync(HttpMethod.Post, "/v1/trades:batch", content)).Expect(200);
            Assert.True(answer["wereThere"].GetInt64() == 1 && answer["rejected"].GetInt64() == 2, $"{how}: {answer.Text}");
            Assert.Equal([3L, 4L], answer["errors"].EnumerateArray().Select(error => error.GetProperty("line").GetInt64()));
        }
    }

    /// <summary>The smallest case that was seen to fail, over a real connection.</summary>
    [Fact]
    public async Task A_batch_in_two_packets_is_saved_wherever_they_part()
    {
        using var connection = await RawConnection.OpenAsync(server.Server.Url);
        var body = Encoding.UTF8.GetBytes($$"""{"sessions":[{{Member.Replace("71", TestChats.Next(), StringComparison.Ordinal)}}]}""");
        for (var at = 1; at < body.Length; at++)
        {
            await connection.SendHeadAsync(
                "POST", "/v1/sessions:batch", server.Bot.Key, "Content-Type: application/json", $"Content-Length: {body.Length}");
            await connection.SendAsync(body.AsMemory(0, at));
            await Task.Delay(1, TestContext.Current.CancellationToken);
            await connection.SendAsync(body.AsMemory(at));
            var (status, _, text) = await connection.ReadAnswerAsync();
            Assert.True(status == 200, $"cut at byte {at}: {status} {text}");
        }
    }

    private static async Task<string> ReadAsync(string kind, Stream body)
    {
        await using var services = new ServiceCollection().AddSingleton(new ServerOptions()).AddSingleton(TimeProvider.System)
            .AddSingleton<CallerLimits>().BuildServiceProvider();
        var http = new DefaultHttpContext { RequestServices = services };
        http.Features.Set(new ApiKey("test", "test", ApiScopes.Bot, new byte[ApiKey.HashLength], default));
        (http.Request.Body, http.Request.ContentType) = (body, "application/json");
        try
        {
            return kind switch
            {
                "record" => Show(await http.ReadJsonAsync(ServerJson.Strict.SessionBody)),
                "batch" =>
                    string.Join(
                        '\n',
                        (await SessionBatch.ReadAsync(http)).Select(
                            member => $"{member.Session.ChatId} {member.Session.ApiKey?.Reveal()} {member.Session.Config.Reveal()} {member.Keep}")),
                _ => (await http.ReadDocumentAsync()).Reveal(),
            };
        }
        catch (Exception error) when (error is JsonException or NexusException)
        {
            // The place in the text, but not what the reader says about the piece that it had.
            return error is JsonException malformed ? $"{JsonProblem.From(malformed, http).Body.Detail}" : error.Message;
        }
    }

    private static string Show(SessionBody body) =>
        $"{body.ChatId} {body.ApiKey} {body.NamesApiSecret} {Encoding.UTF8.GetString(body.Config.Utf8.Span)}";
}
