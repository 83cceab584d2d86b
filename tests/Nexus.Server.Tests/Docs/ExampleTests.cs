using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Nexus.Server.Api;
using Nexus.Server.Tests.Kit;
using Nexus.StoreContract;

namespace Nexus.Server.Tests.Docs;

/// <summary>The examples of the OpenAPI document work: each is sent to a server as it stands, in the order of its file.</summary>
public sealed class ExampleTests
{
    /// <summary>Operations that no example of the embedded store can show: they need an outage, a notifier, PostgreSQL or a stream.</summary>
    private static readonly string[] Without =
    [
        "watchEvents", "getMetrics", "getOutbox", "listOutboxConflicts", "resolveOutboxConflict", "listQuarantinedWrites", "retryQuarantinedWrite",
        "discardQuarantinedWrite", "testAlertNotifier", "getQueryPlan",
    ];

    [Fact]
    public async Task Every_example_gets_the_response_that_it_shows()
    {
        await using var server = await RunningServer.StartAsync(new SqliteHome());
        var operations = OperationsOf((await server.Admin.GetAsync("/openapi/v1.json")).Expect(200).Json);
        var shown = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (file, examples) in ApiExamples.Read())
        {
            // The end of a silence must lie ahead; other values that the server chooses are learned from the responses.
            var chosen = new Dictionary<string, string>(StringComparer.Ordinal)
            {
                ["2026-02-01T12:00:00Z"] = DateTimeOffset.UtcNow.AddDays(1).ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture),
            };
            foreach (var example in examples.Select(example => example!.AsObject()))
            {
                var operation = (string)example["operation"]!;
                var answer = await SendAsync(server.Admin, operations[operation], example, chosen);
                Assert.True(answer.Status == (int)example["status"]!, $"{file}, {operation}: {answer.Status} {answer.Text}");
                var actual = answer.Text.Length == 0 ? null : JsonNode.Parse(answer.Text);
                var comparison = new Comparison($"{file}, {operation}", answer.Text, (bool?)example["varies"] == true, chosen);
                comparison.Compare(example["response"], actual, "");
                shown.Add(operation);
            }
        }
        Assert.Empty(OperationIdTests.Published.Select(line => line.Split(' ')[2]).Except(shown).Except(Without));
    }

    [Fact]
    public async Task The_document_shows_each_first_example()
    {
        await using var server = await RunningServer.StartAsync(new SqliteHome());
        var document = (await server.Admin.GetAsync("/openapi/v1.json")).Expect(200).Json;
        var save = document.GetProperty("paths").GetProperty("/v1/sessions/{chatId}").GetProperty("put");
        Assert.Equal("PILOT", Media(save.GetProperty("requestBody")).GetProperty("example").GetProperty("config").GetProperty("mode").GetString());
        Assert.Equal("1001", Media(save.GetProperty("responses").GetProperty("201")).GetProperty("example").GetProperty("chatId").GetString());
        Assert.Equal("1001", save.GetProperty("parameters")[0].GetProperty("example").GetString());

        static JsonElement Media(JsonElement content) => content.GetProperty("content").GetProperty("application/json");
    }

    private static Dictionary<string, (string Method, string Path, string Media)> OperationsOf(JsonElement document) =>
        document.GetProperty("paths").EnumerateObject()
            .SelectMany(path => path.Value.EnumerateObject().Select(method => (path.Name, Method: method.Name, Operation: method.Value)))
            .ToDictionary(
                one => one.Operation.GetProperty("operationId").GetString()!,
                one => (one.Method.ToUpperInvariant(), one.Name, one.Operation.TryGetProperty("requestBody", out var body)
                    ? body.GetProperty("content").EnumerateObject().First().Name
                    : ""));

    private static Task<Answer> SendAsync(
        ApiClient client, (string Method, string Path, string Media) operation, JsonObject example, Dictionary<string, string> chosen)
    {
        var path = operation.Path;
        foreach (var (name, value) in Members(example["path"]))
            path = path.Replace($"{{{name}}}", Uri.EscapeDataString(Text(value)), StringComparison.Ordinal);
        var query = string.Join('&', Members(example["query"]).Select(pair => $"{pair.Key}={Uri.EscapeDataString(Text(pair.Value))}"));
        var headers = Members(example["headers"]).Select(pair => (pair.Key, Text(pair.Value))).ToArray();
        return client.SendAsync(
            new HttpMethod(operation.Method), Actual(query.Length == 0 ? path : $"{path}?{query}"),
            example["body"] is { } body ? Actual(body.ToJsonString()) : null, operation.Media, headers);

        string Actual(string text) => chosen.Aggregate(text, (so, pair) => so.Replace(pair.Key, pair.Value, StringComparison.Ordinal));
    }

    private static IEnumerable<KeyValuePair<string, JsonNode?>> Members(JsonNode? node) => node?.AsObject() ?? [];

    private static string Text(JsonNode? value) => value!.GetValueKind() == JsonValueKind.String ? (string)value! : value.ToJsonString();

    private static JsonValueKind Kind(JsonNode? node) => node?.GetValueKind() is { } kind && kind != JsonValueKind.Null
        ? kind == JsonValueKind.False ? JsonValueKind.True : kind
        : JsonValueKind.Null;

    /// <summary>
    /// The same members and kinds everywhere, and the same values except those that the server chooses: ids, instants, keys and masks.
    /// </summary>
    /// <param name="Example">The example in messages.</param>
    /// <param name="Response">The whole response in messages.</param>
    /// <param name="Varies">Whether any value may differ, because it describes the server itself.</param>
    /// <param name="Chosen">Gets the values that the server chose.</param>
    private sealed record Comparison(string Example, string Response, bool Varies, Dictionary<string, string> Chosen)
    {
        public void Compare(JsonNode? shown, JsonNode? actual, string at)
        {
            Assert.True(Kind(shown) == Kind(actual), $"{Example}{at} is {Kind(actual)} and not {Kind(shown)} in {Response}");
            switch (shown)
            {
                case JsonObject members:
                    Assert.True(Names(members).SequenceEqual(Names(actual!.AsObject())), $"{Example}{at} has other members: {Response}");
                    foreach (var (name, value) in members) Compare(value, actual[name], $"{at}.{name}");
                    break;
                case JsonArray items:
                    Assert.True(items.Count == actual!.AsArray().Count, $"{Example}{at} has {actual.AsArray().Count} items: {Response}");
                    for (var i = 0; i < items.Count; i++) Compare(items[i], actual[i], $"{at}[{i}]");
                    break;
                case JsonValue when !Varies && Text(shown) is var expected && Text(actual) is var found && expected != found:
                    // Short texts and small numbers are not chosen by the server.
                    Assert.True(expected.Length >= 8, $"{Example}{at} is {found} and not {expected} in {Response}");
                    Chosen[expected] = found;
                    break;
            }
        }

        private static IEnumerable<string> Names(JsonObject members) => members.Select(member => member.Key).Order(StringComparer.Ordinal);
    }
}
