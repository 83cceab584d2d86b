using System.Text.Json;
using Nexus.Server.Tests.Kit;

namespace Nexus.Server.Tests.Limits;

/// <summary>What a caller chose comes back short, wherever it is repeated.</summary>
public sealed class EchoTests(EmbeddedServer server)
{
    /// <summary>As long as the bodies' limits allow, of characters that paths, quotes and terminals treat in their own way.</summary>
    public static TheoryData<string> Fills => ["x", ".", "[0]", "a.b", "'", "é", "🚀", "\\u001b[31m", "\\u202e", "\\n"];

    [Theory]
    [MemberData(nameof(Fills))]
    public async Task A_name_of_any_length_is_repeated_in_part(string fill)
    {
        var name = string.Concat(Enumerable.Repeat(fill, 1_500_000 / System.Text.Encoding.UTF8.GetByteCount(fill)));
        var inside = name[..(100_000 / fill.Length * fill.Length)];
        var chat = TestChats.Next();
        var answers = new[]
        {
            await server.Bot.PutAsync($"/v1/sessions/{chat}", $$"""{"{{name}}":1}"""),
            await server.Bot.PostAsync("/v1/sessions:batch", $$$"""{"sessions":[{"chatId":"{{{chat}}}","config":{},"{{{name}}}":{}}]}"""),
            await server.Bot.PostAsync("/v1/trades", $$"""{"{{name}}":1}"""),
            await server.Bot.PutAsync($"/v1/sessions/{chat}", $$$"""{"config":{"{{{inside}}}":{"a":1,"a":2} } }"""),
            await server.Bot.PatchAsync($"/v1/sessions/{chat}/config", $$"""{"{{inside}}":1e99999}"""),
            await server.Bot.SendAsync(
                HttpMethod.Post, "/v1/trades:batch", $$"""{"{{name}}":1}""" + "\n" + $$"""{"chatId":"{{name}}"}""", "application/x-ndjson"),
        };
        foreach (var answer in answers)
        {
            Assert.True(answer.Status is 400 or 413 or 200, answer.Text[..Math.Min(answer.Text.Length, 1000)]);
            Assert.True(answer.Text.Length < 1500, $"{answer.Text.Length}: {answer.Text[..Math.Min(answer.Text.Length, 1000)]}");
            Assert.True(Decoded(answer).All(character => !char.IsControl(character) && character != '\u202e'), answer.Text);
        }
        Assert.Equal(2, answers[^1]["rejected"].GetInt64());
        Assert.DoesNotContain(server.Server.Logs.Lines, line => line.Everything.Length > 20_000);
    }

    [Fact]
    public async Task Refusals_of_many_long_lines_are_a_short_answer()
    {
        var lines = string.Join('\n', Enumerable.Range(0, 40).Select(i => $$"""{"{{new string((char)('a' + (i % 26)), 1_900_000)}}":1}"""));
        var answer = (await server.Bot.SendAsync(HttpMethod.Post, "/v1/trades:batch", lines, "application/x-ndjson")).Expect(200);
        Assert.Equal(40, answer["rejected"].GetInt64());
        Assert.True(answer.Text.Length < 40 * 200, $"{answer.Text.Length}");
    }

    [Fact]
    public async Task More_refusals_than_are_listed_are_counted()
    {
        var answer = (
            await server.Bot.SendAsync(
                HttpMethod.Post, "/v1/trades:batch", string.Concat(Enumerable.Repeat("1\n", 50_000)), "application/x-ndjson")).Expect(200);
        Assert.Equal((50_000, 1000), (answer["rejected"].GetInt64(), answer["errors"].GetArrayLength()));
    }

    [Fact]
    public async Task A_query_parameter_is_repeated_in_part() =>
        Assert.True((await server.Bot.GetAsync($"/v1/sessions?{new string('q', 5000)}=1")).Expect(400).Text.Length < 500);

    private static string Decoded(Answer answer) => answer.Json.TryGetProperty("detail", out var detail)
        ? detail.GetString()!
        : string.Concat(answer["errors"].EnumerateArray().Select(error => error.GetProperty("message").GetString()));
}
