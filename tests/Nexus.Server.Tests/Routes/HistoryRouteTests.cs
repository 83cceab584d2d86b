using System.Text.Json;
using Nexus.Server.Tests.Kit;
using Nexus.StoreContract;

namespace Nexus.Server.Tests.Routes;

/// <summary>The history of changes over HTTP: who is named, what is recorded, pages, filters and masks.</summary>
public sealed class HistoryRouteTests : IAsyncLifetime
{
    private RunningServer _server = null!;

    private ApiClient Admin => _server.Admin;

    public async ValueTask InitializeAsync() => _server = await RunningServer.StartAsync(new SqliteHome());

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Fact]
    public async Task The_key_is_the_author_and_a_bots_saves_of_sessions_are_not_recorded()
    {
        using var bot = await _server.CallerAsync("bot");
        (await bot.PutAsync("/v1/sessions/1", """{"apiKey":"k-plain-secret","config":{"mode":"PILOT"}}""")).Expect(201);
        (await bot.PatchAsync("/v1/bot-state", """{"enabledStrategies":{"TREND":true}}""")).Expect(200);
        (await Admin.PutAsync("/v1/users/1", """{"name":"Ana","days":30}""")).Expect(201);
        (await Admin.PutAsync("/v1/system-config/limits", """{"value":{"max":1,"telegram_token":"s-plain-secret"}}""")).Expect(201);
        (await Admin.DeleteAsync("/v1/system-config/limits")).Expect(204);

        var entries = (await Admin.GetAsync("/v1/history")).Expect(200);
        Assert.DoesNotContain("plain-secret", entries.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("********", entries.Text, StringComparison.Ordinal);
        Assert.Equal(
            ["system_config removed admin", "system_config created admin", "users created admin", "bot_state created test", "api_keys created admin"],
            entries["entries"].EnumerateArray().Select(Line));
        var first = entries["entries"][1];
        Assert.Equal("api", first.GetProperty("author").GetProperty("origin").GetString());
        Assert.Contains(
            """{"field":"/value/telegram_token","from":null,"to":null,"secret":"set"}""", first.GetProperty("fields").GetRawText(),
            StringComparison.Ordinal);

        var own = (await bot.GetAsync("/v1/users/1/history")).Expect(200);
        Assert.Equal("Ana", own["entries"][0].GetProperty("fields").EnumerateArray()
            .Single(field => field.GetProperty("field").GetString() == "/name").GetProperty("to").GetString());
        Assert.Equal(0, (await bot.GetAsync("/v1/sessions/1/history")).Expect(200)["entries"].GetArrayLength());
    }

    [Fact]
    public async Task An_API_key_has_its_history_without_the_key()
    {
        var made = (await Admin.PostAsync("/v1/api-keys", """{"name":"reader","scopes":["bot","secrets"]}""")).Expect(201);
        var (id, key) = (made["id"].GetString()!, made["key"].GetString()!);
        (await Admin.DeleteAsync($"/v1/api-keys/{id}")).Expect(204);

        var entries = (await Admin.GetAsync($"/v1/history?table=api_keys&key={id}")).Expect(200);
        Assert.Equal(["api_keys removed admin", "api_keys created admin"], entries["entries"].EnumerateArray().Select(Line));
        var fields = entries["entries"][1].GetProperty("fields").GetRawText();
        Assert.Contains("""{"field":"/name","from":null,"to":"reader","secret":null}""", fields, StringComparison.Ordinal);
        Assert.Contains("secrets", fields, StringComparison.Ordinal);
        Assert.DoesNotContain(key, entries.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("hash", entries.Text, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task Pages_follow_each_other_and_filters_are_checked()
    {
        for (var n = 1; n <= 7; n++) (await Admin.PutAsync($"/v1/users/{n % 2}", $$"""{"name":"n{{n}}","days":30}""")).Expect(n < 3 ? 201 : 200);
        List<string> names = [];
        for (string? after = null; ;)
        {
            var page = (await Admin.GetAsync($"/v1/history?table=users&limit=3{(after is null ? "" : $"&after={after}")}")).Expect(200);
            names.AddRange(page["entries"].EnumerateArray().Select(entry => entry.GetProperty("key").GetString()!));
            if (page["next"].ValueKind == JsonValueKind.Null) break;
            after = page["next"].GetString();
        }
        Assert.Equal(["1", "0", "1", "0", "1", "0", "1"], names);
        Assert.Equal(4, (await Admin.GetAsync("/v1/history?table=users&key=1&author=admin"))["entries"].GetArrayLength());
        Assert.Equal(0, (await Admin.GetAsync("/v1/history?author=nobody"))["entries"].GetArrayLength());
        Assert.Equal(0, (await Admin.GetAsync("/v1/history?before=2001-01-01T00:00:00Z"))["entries"].GetArrayLength());
        foreach (var (query, field) in new[]
        {
            ("table=trades", "table"), ("key=1", "table"), ("after=x", "after"), ("limit=0", "limit"), ("from=yesterday", "from"), ("by=1", "by"),
        }) (await Admin.GetAsync($"/v1/history?{query}")).ExpectProblem(400, "invalid", field);
    }

    private static string Line(JsonElement entry) =>
        string.Join(
        ' ', entry.GetProperty("table").GetString(), entry.GetProperty("action").GetString(),
        entry.GetProperty("author").GetProperty("name").GetString());
}
