using System.Text.Json;
using Nexus.Server.Tests.Access;
using Nexus.Server.Tests.Kit;
using Nexus.Stores;

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
            var admitted = operation.GetProperty("security").EnumerateArray().SelectMany(one => one.EnumerateObject()).Select(one => one.Name);
            // A bot may change a part of a user.
            var least = (method, template) == ("PUT", "/v1/users/{chatId}") ? "bot" : scope;
            Assert.Equal(least == "admin" ? ["admin"] : [least, "admin"], admitted);
            Assert.Contains(scope, operation.GetProperty("description").GetString(), StringComparison.Ordinal);
            foreach (var status in new[] { "400", "401", "403", "429", "500", "503" })
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
                .Where(member => member.Name is not ("value" or "write") && (IsUntypedList(member.Value)
                    || !new[] { "type", "$ref", "oneOf" }.Any(word => member.Value.TryGetProperty(word, out _))))
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
        var limit = parameters["limit"].GetProperty("schema");
        Assert.Equal(("integer", 1, 1000, 100), (limit.GetProperty("type").GetString(), Number("minimum"), Number("maximum"), Number("default")));
        Assert.Equal("date-time", parameters["from"].GetProperty("schema").GetProperty("format").GetString());
        Assert.Equal(
            ["OPEN", "CLOSED", "CANCELLED"],
            parameters["status"].GetProperty("schema").GetProperty("enum").EnumerateArray().Select(name => name.GetString()));

        int Number(string name) => limit.GetProperty(name).GetInt32();
    }

    [Fact]
    public async Task A_get_has_no_body_and_a_repeated_parameter_is_a_list_of_what_the_route_takes()
    {
        var document = await DocumentAsync();
        foreach (var path in document.GetProperty("paths").EnumerateObject())
        {
            foreach (var method in path.Value.EnumerateObject().Where(method => method.Name is "get" or "delete"))
                Assert.False(method.Value.TryGetProperty("requestBody", out _), $"{method.Name} {path.Name} has a body");
        }
        var parameters = document.GetProperty("paths").GetProperty("/v1/events").GetProperty("get").GetProperty("parameters").EnumerateArray()
            .ToDictionary(parameter => parameter.GetProperty("name").GetString()!, parameter => parameter.GetProperty("schema"));
        Assert.All(parameters.Values, schema => Assert.Equal("array", schema.GetProperty("type").GetString()));
        Assert.Equal(
            RecordTables.Everything.Select(known => known.Table),
            parameters["table"].GetProperty("items").GetProperty("enum").EnumerateArray().Select(name => name.GetString()!));
    }

    [Fact]
    public async Task Headers_are_described_where_a_version_is_checked_or_sent()
    {
        var document = await DocumentAsync();
        var session = document.GetProperty("paths").GetProperty("/v1/sessions/{chatId}");
        Assert.Equal(["IfMatch", "IfAbsent"], Headers(session.GetProperty("put")));
        Assert.Equal(["IfNoneMatch"], Headers(session.GetProperty("get")));
        Assert.Equal(["IfMatch"], Headers(session.GetProperty("delete")));
        Assert.Equal(["ETag", "Nexus-Acknowledged"], Sent(session.GetProperty("put"), "201"));
        Assert.Equal(["ETag", "Nexus-Stale"], Sent(session.GetProperty("get"), "200"));
        var trades = document.GetProperty("paths").GetProperty("/v1/trades");
        Assert.Contains("Location", Sent(trades.GetProperty("post"), "201"));
        Assert.Equal("Retry-After", document.GetProperty("components").GetProperty("responses").GetProperty("Unavailable").GetProperty("headers")
            .EnumerateObject().Single().Name);

        static string[] Headers(JsonElement operation) =>
        [
            .. operation.GetProperty("parameters").EnumerateArray().Where(parameter => parameter.TryGetProperty("$ref", out _))
                .Select(parameter => parameter.GetProperty("$ref").GetString()!.Split('/')[^1]),
        ];

        static string[] Sent(JsonElement operation, string status) =>
            [.. operation.GetProperty("responses").GetProperty(status).GetProperty("headers").EnumerateObject().Select(header => header.Name)];
    }

    [Fact]
    public async Task Members_that_a_handler_needs_are_required()
    {
        var schemas = (await DocumentAsync()).GetProperty("components").GetProperty("schemas");
        Assert.Equal(["chatId", "entryPrice", "quantity", "side", "symbol"], RequiredOf("TradeBody"));
        Assert.Equal(["fence"], RequiredOf("TaskCompleteBody"));
        Assert.Equal(["type", "value"], RequiredOf("TaskScheduleBody"));
        Assert.Equal("string", schemas.GetProperty("TradeBody").GetProperty("properties").GetProperty("symbol").GetProperty("type").GetString());
        Assert.Equal(
            ["once", "all", "skip"],
            schemas.GetProperty("TaskBody").GetProperty("properties").GetProperty("missed").GetProperty("enum").EnumerateArray()
                .Select(name => name.GetString()));

        string[] RequiredOf(string name) =>
            [.. schemas.GetProperty(name).GetProperty("required").EnumerateArray().Select(one => one.GetString()!).Order()];
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
