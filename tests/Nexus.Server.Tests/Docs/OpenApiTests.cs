using System.Text.Json;
using Nexus.Server.Tests.Access;
using Nexus.Server.Tests.Kit;

namespace Nexus.Server.Tests.Docs;

public sealed class OpenApiTests(EmbeddedServer server)
{
    [Fact]
    public async Task Every_route_is_described_with_its_scope_and_its_errors()
    {
        var document = await DocumentAsync();
        var templates = document.GetProperty("paths").EnumerateObject().Select(one => one.Name).ToArray();
        foreach (var row in ApiKeyTests.Routes)
        {
            var (method, path, scope) = row.Data;
            var template = Template(templates, path);
            Assert.True(
                document.GetProperty("paths").TryGetProperty(template, out var item) && item.TryGetProperty(method.ToLowerInvariant(), out _),
                $"{method} {template} is not described");
            var operation = item.GetProperty(method.ToLowerInvariant());
            Assert.False(string.IsNullOrEmpty(operation.GetProperty("summary").GetString()));
            Assert.True(operation.GetProperty("security")[0].TryGetProperty("Bearer", out _));
            Assert.Contains(scope, operation.GetProperty("description").GetString(), StringComparison.Ordinal);
            if (path == "/metrics") continue;
            foreach (var status in new[] { "401", "403", "503" })
                Assert.True(operation.GetProperty("responses").TryGetProperty(status, out _), $"{method} {template} says nothing of {status}");
            if (method is "PUT" or "PATCH" or "POST" && !path.EndsWith("/retry", StringComparison.Ordinal)
                && !path.EndsWith("/test", StringComparison.Ordinal) && !path.EndsWith(":run", StringComparison.Ordinal)
                && !path.EndsWith("/forget", StringComparison.Ordinal) && !path.EndsWith(":auto", StringComparison.Ordinal))
                Assert.True(operation.TryGetProperty("requestBody", out _), $"{method} {template} has no body");
        }
    }

    /// <summary>The described path that has the most literal segments in common with the path of a request.</summary>
    private static string Template(IEnumerable<string> templates, string path)
    {
        var asked = path.Split('/');
        return templates.Select(template => (template, segments: template.Split('/')))
            .Where(one => one.segments.Length == asked.Length && one.segments.Zip(asked).All(pair => Fits(pair.First, pair.Second)))
            .OrderByDescending(one => one.segments.Zip(asked).Count(pair => pair.First == pair.Second))
            .Select(one => one.template).FirstOrDefault(path);

        // A template may end in a verb, as {id}:complete does.
        static bool Fits(string segment, string value) => segment == value
            || segment.StartsWith('{') && segment.Contains('}', StringComparison.Ordinal)
            && segment[(segment.IndexOf('}', StringComparison.Ordinal) + 1)..] is var verb
            && (verb.Length > 0 ? value.EndsWith(verb, StringComparison.Ordinal) : !value.Contains(':', StringComparison.Ordinal));
    }

    [Fact]
    public async Task Values_that_are_written_by_hand_have_a_schema()
    {
        var schemas = (await DocumentAsync()).GetProperty("components").GetProperty("schemas");
        var trade = schemas.GetProperty("TradeView").GetProperty("properties");
        Assert.Contains("string", Types(trade.GetProperty("entryPrice")));
        Assert.Equal("date-time", trade.GetProperty("entryTimestamp").GetProperty("format").GetString());
        Assert.Contains("object", Types(trade.GetProperty("metadata")));
        Assert.Contains("LONG", JsonSerializer.Serialize(schemas), StringComparison.Ordinal);
        foreach (var name in new[] { "detail", "code", "field", "expectedVersion", "actualVersion" })
            Assert.True(schemas.GetProperty("ProblemBody").GetProperty("properties").TryGetProperty(name, out _));

        string[] Types(JsonElement schema)
        {
            if (schema.TryGetProperty("$ref", out var reference)) schema = schemas.GetProperty(reference.GetString()!.Split('/')[^1]);
            var type = schema.GetProperty("type");
            return type.ValueKind == JsonValueKind.Array ? [.. type.EnumerateArray().Select(one => one.GetString()!)] : [type.GetString()!];
        }
    }

    [Fact]
    public async Task Every_member_of_a_record_has_a_type_except_values_that_may_be_any_json()
    {
        var schemas = (await DocumentAsync()).GetProperty("components").GetProperty("schemas");
        var untyped = schemas.EnumerateObject().Where(schema => schema.Value.TryGetProperty("properties", out _))
            .SelectMany(schema => schema.Value.GetProperty("properties").EnumerateObject()
                .Where(member => IsUntypedList(member.Value)
                    || !new[] { "type", "$ref", "oneOf" }.Any(word => member.Value.TryGetProperty(word, out _)))
                .Select(member => $"{schema.Name}.{member.Name}"));
        Assert.Empty(untyped);
        var trade = schemas.GetProperty("TradeView").GetProperty("properties");
        Assert.Equal("string", trade.GetProperty("entryPrice").GetProperty("type").GetString());
        Assert.Equal("integer", trade.GetProperty("version").GetProperty("type").GetString());

        static bool IsUntypedList(JsonElement schema) => schema.TryGetProperty("type", out var type)
            && JsonSerializer.Serialize(type).Contains("array", StringComparison.Ordinal) && !schema.TryGetProperty("items", out _);
    }

    [Fact]
    public async Task Numbers_in_queries_are_described_as_numbers()
    {
        var parameters = (await DocumentAsync()).GetProperty("paths").GetProperty("/v1/trades").GetProperty("get").GetProperty("parameters")
            .EnumerateArray().ToDictionary(parameter => parameter.GetProperty("name").GetString()!);
        Assert.Equal(
            ["after", "chatId", "exchange", "exitFrom", "exitTo", "from", "limit", "status", "strategy", "symbol", "to"], parameters.Keys.Order());
        Assert.Equal("integer", parameters["limit"].GetProperty("schema").GetProperty("type").GetString());
    }

    [Fact]
    public async Task It_is_made_once_and_not_sent_to_who_has_it()
    {
        using var nobody = new ApiClient(server.Server.Url, null);
        var first = (await nobody.GetAsync("/openapi/v1.json")).Expect(200);
        Assert.NotNull(first.ETag);
        Assert.Equal((first.ETag, first.Text), (await nobody.GetAsync("/openapi/v1.json")) is var second ? (second.ETag, second.Text) : default);
        var known = await nobody.GetAsync("/openapi/v1.json", ("If-None-Match", $"\"other\", {first.ETag}"));
        Assert.Equal((304, ""), (known.Status, known.Text));
        Assert.Equal(System.Text.Encoding.UTF8.GetByteCount(first.Text), int.Parse(first.Header("Content-Length")!));
    }

    private async Task<JsonElement> DocumentAsync()
    {
        using var nobody = new ApiClient(server.Server.Url, null);
        return (await nobody.GetAsync("/openapi/v1.json")).Expect(200).Json;
    }
}
