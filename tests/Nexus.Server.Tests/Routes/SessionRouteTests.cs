using System.Text;
using System.Text.Json;
using Nexus.Server.Tests.Kit;

namespace Nexus.Server.Tests.Routes;

public abstract class SessionRouteTests(SharedServer server)
{
    private const string Config = """{"mode":"PILOT","leverage":5,"binance_api_key":"inner-secret","strategies":{"SCALP":true,"GRID":false}}""";

    private readonly string _chat = TestChats.Next();

    private string Path => $"/v1/sessions/{_chat}";

    [Fact]
    public async Task A_saved_session_shows_its_secrets_only_to_a_key_with_the_scope()
    {
        var saved = (await server.Bot.PutAsync(Path, Body("key-1", "secret-1"))).Expect(201);
        AssertSecrets(saved.Json, "********", "********", "********");
        Assert.Equal("\"1\"", saved.ETag);
        Assert.Equal(1, saved["version"].GetInt64());
        Assert.EndsWith("Z", saved["updatedAt"].GetString(), StringComparison.Ordinal);

        AssertSecrets((await server.Bot.GetAsync(Path)).Expect(200).Json, "********", "********", "********");
        AssertSecrets((await server.Trusted.GetAsync(Path)).Expect(200).Json, "key-1", "secret-1", "inner-secret");
        AssertSecrets((await ListAsync(server.Bot)).Single(), "********", "********", "********");
        AssertSecrets((await ListAsync(server.Trusted)).Single(), "key-1", "secret-1", "inner-secret");
    }

    [Fact]
    public async Task A_second_save_replaces_and_answers_200()
    {
        await server.Bot.PutAsync(Path, Body("a", "b"));
        var second = (await server.Bot.PutAsync(Path, """{"config":{"mode":"WATCHER"}}""")).Expect(200);
        Assert.Equal(2, second["version"].GetInt64());
        Assert.Equal("""{"mode":"WATCHER"}""", Compact(second["config"]));
    }

    [Fact]
    public async Task A_save_over_another_version_is_refused_with_both_versions()
    {
        await server.Bot.PutAsync(Path, Body("a", "b"));
        await server.Bot.PutAsync(Path, Body("c", "d"), ("If-Match", "\"1\""));

        var late = (await server.Bot.PutAsync(Path, Body("e", "f"), ("If-Match", "\"1\""))).ExpectProblem(412, "conflict");
        Assert.Equal((1, 2), (late["expectedVersion"].GetInt64(), late["actualVersion"].GetInt64()));
        Assert.Equal("c", (await server.Trusted.GetAsync(Path))["apiKey"].GetString());
    }

    [Fact]
    public async Task If_none_match_creates_and_never_replaces()
    {
        (await server.Bot.PutAsync(Path, Body("a", "b"), ("If-None-Match", "*"))).Expect(201);
        var again = (await server.Bot.PutAsync(Path, Body("c", "d"), ("If-None-Match", "*"))).ExpectProblem(412, "conflict");
        Assert.Equal((0, 1), (again["expectedVersion"].GetInt64(), again["actualVersion"].GetInt64()));
    }

    [Fact]
    public async Task If_match_any_replaces_and_never_creates()
    {
        (await server.Bot.PutAsync(Path, Body("a", "b"), ("If-Match", "*"))).ExpectProblem(412, "conflict");
        await server.Bot.PutAsync(Path, Body("a", "b"));
        (await server.Bot.PutAsync(Path, Body("c", "d"), ("If-Match", "*"))).Expect(200);
    }

    [Theory]
    [InlineData("If-Match", "3")]
    [InlineData("If-Match", "\"1\", 2")]
    [InlineData("If-Match", "w/\"1\"")]
    [InlineData("If-Match", "*, \"1\"")]
    [InlineData("If-Match", "")]
    [InlineData("If-None-Match", "")]
    [InlineData("If-None-Match", "\"1\"")]
    public async Task A_condition_that_is_not_understood_keeps_the_write_from_happening(string header, string value)
    {
        (await server.Bot.PutAsync(Path, Body("a", "b"), (header, value))).ExpectProblem(400, "invalid", header);
        (await server.Bot.GetAsync(Path)).Expect(404);
    }

    [Theory]
    [InlineData("W/\"1\"", "\"0\", \"7\"")]
    [InlineData("\"9\", W/\"1\" ,\"3\"", "W/\"9\"")]
    public async Task Weak_tags_and_lists_of_tags_name_versions_too(string met, string missed)
    {
        (await server.Bot.PutAsync(Path, Body("a", "b"), ("If-Match", met))).ExpectProblem(412, "conflict");
        await server.Bot.PutAsync(Path, Body("a", "b"));
        (await server.Bot.PutAsync(Path, Body("c", "d"), ("If-Match", missed))).ExpectProblem(412, "conflict");
        (await server.Bot.PatchAsync($"{Path}/config", "{}", ("If-Match", missed))).ExpectProblem(412, "conflict");
        (await server.Bot.DeleteAsync(Path, ("If-Match", missed))).ExpectProblem(412, "conflict");
        Assert.Equal(2, (await server.Bot.PutAsync(Path, Body("c", "d"), ("If-Match", met))).Expect(200)["version"].GetInt64());
    }

    [Fact]
    public async Task If_match_any_creates_nothing_on_any_route()
    {
        (string Path, string Body)[] puts =
        [
            (Path, """{"config":{}}"""), (Path, """{"apiKey":"k"}"""), ($"/v1/users/{_chat}", """{"days":3}"""), (
                $"/v1/users/{_chat}", """{"timezone":"UTC"}"""),
            ($"/v1/system-config/setting-{_chat}", """{"value":1}"""),
        ];
        foreach (var (path, body) in puts)
        {
            foreach (var header in new[] { "*", "\"1\"", "W/\"1\"", "\"1\", \"2\"" })
                (await server.Admin.PutAsync(path, body, ("If-Match", header))).ExpectProblem(412, "conflict");
            (await server.Admin.GetAsync(path)).Expect(404);
        }
        (await server.Admin.PatchAsync($"{Path}/config", "{}", ("If-Match", "*"))).ExpectProblem(404, "not_found");
        (await server.Admin.PatchAsync($"/v1/users/{_chat}", "{}", ("If-Match", "*"))).ExpectProblem(404, "not_found");
        foreach (var (path, _) in puts) (await server.Admin.DeleteAsync(path, ("If-Match", "*"))).ExpectProblem(404, "not_found");
        (await server.Admin.PutAsync($"/v1/system-config/setting-{_chat}", """{"value":1}""")).Expect(201);
        (await server.Admin.PutAsync($"/v1/system-config/setting-{_chat}", """{"value":2}""", ("If-Match", "*"))).Expect(200);
        (await server.Admin.DeleteAsync($"/v1/system-config/setting-{_chat}", ("If-Match", "\"1\", \"2\""))).Expect(204);
    }

    [Fact]
    public async Task Masks_follow_their_secrets_through_removal_reordering_and_moves()
    {
        const string Accounts = """{"accounts":[{"name":"A","api_key":"key-a"},{"name":"B","api_key":"key-b"},{"name":"C","api_key":"key-c"}]}""";
        await server.Bot.PutAsync(Path, $$"""{"apiKey":"key-1","apiSecret":"secret-1","config":{{Accounts}}}""");
        var read = System.Text.Json.Nodes.JsonNode.Parse((await server.Bot.GetAsync(Path)).Text)!;
        var accounts = (System.Text.Json.Nodes.JsonArray)read["config"]!["accounts"]!;
        var (first, second) = (accounts[0]!, accounts[1]!);
        accounts.RemoveAt(0);
        accounts.Add(accounts[0]!.DeepClone());
        accounts.RemoveAt(0);
        // The two keys of the session change places, and the first account's key goes into a list elsewhere.
        (read["apiKey"], read["apiSecret"]) = (read["apiSecret"]!.DeepClone(), read["apiKey"]!.DeepClone());
        read["config"]!["spare"] = new System.Text.Json.Nodes.JsonArray(first["api_key"]!.DeepClone());
        (await server.Bot.PutAsync(Path, read.ToJsonString())).Expect(200);

        var session = (await server.Trusted.GetAsync(Path)).Json;
        Assert.Equal(("secret-1", "key-1"), (session.GetProperty("apiKey").GetString(), session.GetProperty("apiSecret").GetString()));
        var config = session.GetProperty("config");
        Assert.Equal(
            ["C key-c", "B key-b"],
            config.GetProperty("accounts").EnumerateArray()
                .Select(one => $"{one.GetProperty("name").GetString()} {one.GetProperty("api_key").GetString()}"));
        Assert.Equal("key-a", config.GetProperty("spare")[0].GetString());

        var before = (await server.Trusted.GetAsync(Path)).Text;
        (await server.Bot.PutAsync(Path, """{"apiKey":"********","config":{}}""")).ExpectProblem(400, "invalid", "apiKey");
        (
            await server.Bot.PutAsync(
                $"/v1/sessions/{TestChats.Next()}",
                read.ToJsonString().Replace(_chat, (long.Parse(_chat) + 1).ToString(), StringComparison.Ordinal))).Expect(400);
        (await server.Bot.PatchAsync($"{Path}/config", $$"""{"x":["{{second["api_key"]}}","a","********{{new string('A', 22)}}"]}"""))
            .ExpectProblem(400, "invalid", "config.x[2]");
        Assert.Equal(before, (await server.Trusted.GetAsync(Path)).Text);
    }

    [Fact]
    public async Task A_session_with_secrets_that_do_not_open_answers_with_the_rest()
    {
        await server.Bot.PutAsync(Path, Body("key-1", "secret-1"));
        var stored = (await server.Server.Db.Store.GetSessionsAsync([_chat], TestContext.Current.CancellationToken))[0];
        var spoiled = System.Text.Encoding.UTF8.GetString(stored.Config.Span).Replace("nx1.", "nx1.00000000.", StringComparison.Ordinal);
        var write = new Nexus.Sessions.SaveSession(
            _chat, Nexus.Engine.SealedField.Set(stored.ApiSecret), Nexus.Engine.SealedField.Keep, Encoding.UTF8.GetBytes(spoiled), null);
        await server.Server.Db.Store.ApplyAsync([write], atomic: true, TestContext.Current.CancellationToken);

        foreach (var session in new[] { (await server.Trusted.GetAsync(Path)).Expect(200).Json, (await ListAsync(server.Trusted)).Single() })
        {
            AssertSecrets(session, "********", "secret-1", "********");
            Assert.Equal("PILOT", session.GetProperty("config").GetProperty("mode").GetString());
            Assert.Equal(
                [$"sessions/{_chat}/api_key", $"sessions/{_chat}/config/binance_api_key"],
                session.GetProperty("unreadable").EnumerateArray().Select(field => field.GetString()!));
            // What it shows can be sent back and leaves the unreadable values as they are.
            (await server.Trusted.PutAsync(Path, session.GetRawText().Replace("PILOT", "PILOT", StringComparison.Ordinal))).Expect(200);
        }
        var after = (await server.Server.Db.Store.GetSessionsAsync([_chat], TestContext.Current.CancellationToken))[0];
        Assert.Equal(stored.ApiSecret, after.ApiKey);
    }

    [Fact]
    public async Task A_known_version_is_not_sent_again()
    {
        var etag = (await server.Bot.PutAsync(Path, Body("a", "b"))).ETag!;
        var known = (await server.Bot.GetAsync(Path, ("If-None-Match", etag))).Expect(304);
        Assert.Empty(known.Text);
        (await server.Bot.GetAsync(Path, ("If-None-Match", "\"77\""))).Expect(200);
    }

    [Theory]
    [InlineData("""{"config":{}}""", "key-1", "secret-1")]
    [InlineData("""{"apiKey":null,"config":{}}""", null, "secret-1")]
    [InlineData("""{"apiKey":"","apiSecret":null,"config":{}}""", null, null)]
    [InlineData("""{"apiSecret":"new","config":{}}""", "key-1", "new")]
    public async Task What_a_save_says_about_a_secret_decides_whether_it_stays(string body, string? apiKey, string? apiSecret)
    {
        await server.Bot.PutAsync(Path, Body("key-1", "secret-1"));
        (await server.Bot.PutAsync(Path, body)).Expect(200);

        var session = (await server.Trusted.GetAsync(Path)).Json;
        Assert.Equal((apiKey, apiSecret), (session.GetProperty("apiKey").GetString(), session.GetProperty("apiSecret").GetString()));
    }

    [Fact]
    public async Task What_was_read_masked_can_be_sent_back()
    {
        await server.Bot.PutAsync(Path, Body("key-1", "secret-1"));
        var read = (await server.Bot.GetAsync(Path)).Text;
        (await server.Bot.PutAsync(Path, read.Replace("PILOT", "COPILOT", StringComparison.Ordinal))).Expect(200);

        var session = (await server.Trusted.GetAsync(Path)).Json;
        AssertSecrets(session, "key-1", "secret-1", "inner-secret");
        Assert.Equal("COPILOT", session.GetProperty("config").GetProperty("mode").GetString());
    }

    [Fact]
    public async Task A_config_that_is_left_out_stays()
    {
        await server.Bot.PutAsync(Path, Body("key-1", "secret-1"));
        (await server.Bot.PutAsync(Path, """{"apiKey":"key-2"}""")).Expect(200);
        AssertSecrets((await server.Trusted.GetAsync(Path)).Json, "key-2", "secret-1", "inner-secret");
        Assert.Equal("{}", Compact((await server.Bot.PutAsync($"/v1/sessions/{TestChats.Next()}", """{"apiKey":"k"}""")).Expect(201)["config"]));
    }

    [Theory]
    [InlineData(
        """{"apiKey":"key-1","apiSecret":"secret-1","config":{ "mode" : "PILOT", "note":"é \u00e9 \n \"q\"", "big":1e3, "exact":0.10, "none":"""
            + """null, "list":[1, {"token":"inner"}], "api_secret":"" } }""")]
    [InlineData("""{"apiKey":"","apiSecret":null,"config":{}}""")]
    [InlineData("""{"apiKey":"key-2","config":{"binance_api_key":"inner-2"}}""")]
    [InlineData("""{"apiKey":"key-2","apiSecret":"%MASK%","config":{"note":"%MASK%","list":["%MASK%"],"binance_api_key":"%MASK%"}}""")]
    public async Task A_save_answers_what_a_read_answers(string body)
    {
        var mask = (await server.Bot.PutAsync(Path, Body("key-1", "secret-1")))["config"].GetProperty("binance_api_key").GetString();
        var saved = (await server.Bot.PutAsync(Path, body.Replace("%MASK%", mask, StringComparison.Ordinal))).Expect(200);
        var read = (await server.Bot.GetAsync(Path)).Expect(200);
        Assert.True(JsonElement.DeepEquals(saved.Json, read.Json), $"saved {saved.Text}, read {read.Text}");
        Assert.Equal(saved.ETag, read.ETag);
    }

    [Fact]
    public async Task Saves_at_the_same_time_have_a_version_each_and_answer_what_they_saved()
    {
        var saved = await Task.WhenAll(
            Enumerable.Range(1, 40).Select(i => server.Bot.PutAsync(Path, $$"""{"config":{"n":{{i}}},"apiKey":"k","apiSecret":"s"}""")));
        Assert.Equal(Enumerable.Range(1, 40), saved.Select(answer => answer["config"].GetProperty("n").GetInt32()));
        Assert.Equal(Enumerable.Range(1, 40), saved.Select(answer => answer["version"].GetInt32()).Order());
        Assert.Equal(201, Assert.Single(saved, answer => answer["version"].GetInt32() == 1).Status);
        var last = Assert.Single(saved, answer => answer["version"].GetInt32() == 40);
        Assert.True(JsonElement.DeepEquals(last.Json, (await server.Bot.GetAsync(Path)).Json));
    }

    [Fact]
    public async Task Answers_of_one_record_say_how_long_they_are()
    {
        var answers = new[]
        {
            (await server.Bot.PutAsync(Path, $$"""{"config":{"note":"{{new string('é', 50_000)}}"},"apiKey":"k","apiSecret":"s"}""")).Expect(201),
            (await server.Bot.GetAsync(Path)).Expect(200),
            (await server.Bot.GetAsync($"/v1/sessions/{TestChats.Next()}")).ExpectProblem(404, "not_found"),
        };
        foreach (var answer in answers)
        {
            Assert.Equal(Encoding.UTF8.GetByteCount(answer.Text).ToString(), answer.Header("Content-Length"));
            Assert.Null(answer.Header("Transfer-Encoding"));
        }
    }

    [Fact]
    public async Task A_patch_changes_what_it_names_and_nothing_else()
    {
        await server.Bot.PutAsync(Path, Body("a", "b"));
        var patched = (
            await server.Bot.PatchAsync(
                $"{Path}/config", """{"leverage":9,"mode":null,"strategies":{"GRID":true}}""", ("If-Match", "\"1\""))).Expect(200);
        Assert.Equal("\"2\"", patched.ETag);
        var config = (await server.Trusted.GetAsync(Path))["config"];
        Assert.Equal(
            ("9", false, "inner-secret"),
            (config.GetProperty("leverage").GetRawText(), config.TryGetProperty("mode", out _), config.GetProperty("binance_api_key").GetString()));
        Assert.Equal(
            (true, true),
            (config.GetProperty("strategies").GetProperty("SCALP").GetBoolean(), config.GetProperty("strategies").GetProperty("GRID").GetBoolean()));

        (await server.Bot.PatchAsync($"{Path}/config", "{}", ("If-Match", "\"1\""))).ExpectProblem(412, "conflict");
        (await server.Bot.PatchAsync($"/v1/sessions/{TestChats.Next()}/config", "{}")).ExpectProblem(404, "not_found");
        (await server.Bot.SendAsync(HttpMethod.Patch, $"{Path}/config", "{}")).Expect(200);
        (await server.Bot.SendAsync(HttpMethod.Patch, $"{Path}/config", "{}", "text/plain")).ExpectProblem(415, "unsupported_media_type");
    }

    [Fact]
    public async Task Writers_of_different_fields_lose_nothing()
    {
        await server.Bot.PutAsync(Path, """{"config":{}}""");
        await Task.WhenAll(Enumerable.Range(0, 30).Select(i => server.Bot.PatchAsync($"{Path}/config", $$"""{"field{{i}}":{{i}}}""")));
        var config = (await server.Bot.GetAsync(Path))["config"];
        Assert.Equal(Enumerable.Range(0, 30).Order(), config.EnumerateObject().Select(member => member.Value.GetInt32()).Order());
    }

    [Fact]
    public async Task A_deleted_session_is_gone()
    {
        await server.Bot.PutAsync(Path, Body("a", "b"));
        (await server.Bot.DeleteAsync(Path, ("If-Match", "\"9\""))).ExpectProblem(412, "conflict");
        (await server.Bot.DeleteAsync(Path)).Expect(204);
        (await server.Bot.GetAsync(Path)).ExpectProblem(404, "not_found");
        (await server.Bot.DeleteAsync(Path)).ExpectProblem(404, "not_found");
    }

    [Fact]
    public async Task Sessions_are_found_by_mode_and_strategy_page_by_page()
    {
        var mode = $"MODE{_chat}";
        var chats = Enumerable.Range(0, 7).Select(_ => TestChats.Next()).ToArray();
        foreach (var chat in chats)
            await server.Bot.PutAsync($"/v1/sessions/{chat}", $$$$"""{"config":{"mode":"{{{{mode}}}}","strategies":{"S1":true,"S2":false}}}""");

        var found = new List<string>();
        string? after = "";
        do
        {
            var page = (await server.Bot.GetAsync($"/v1/sessions?mode={mode}&strategy=S1&limit=3&after={after}")).Expect(200).Json;
            Assert.InRange(page.GetProperty("sessions").GetArrayLength(), 1, 3);
            found.AddRange(page.GetProperty("sessions").EnumerateArray().Select(session => session.GetProperty("chatId").GetString()!));
            after = page.GetProperty("next").GetString();
        }
        while (after is not null);
        Assert.Equal(chats.Order(StringComparer.Ordinal), found);
        Assert.Equal(0, (await server.Bot.GetAsync($"/v1/sessions?mode={mode}&strategy=S2")).Json.GetProperty("sessions").GetArrayLength());
    }

    [Theory]
    [InlineData("limit=0", "limit")]
    [InlineData("limit=1001", "limit")]
    [InlineData("limit=many", "limit")]
    [InlineData("after=abc", "after")]
    [InlineData("mod=PILOT", "mod")]
    [InlineData("mode=A&mode=B", "mode")]
    public async Task A_query_that_is_not_understood_is_refused(string query, string field) =>
        (await server.Bot.GetAsync($"/v1/sessions?{query}")).ExpectProblem(400, "invalid", field);

    private static string Body(string apiKey, string apiSecret) => $$"""{"apiKey":"{{apiKey}}","apiSecret":"{{apiSecret}}","config":{{Config}}}""";

    private async Task<IEnumerable<JsonElement>> ListAsync(ApiClient caller)
    {
        // The one session that comes right after its predecessor in key order.
        var before = (long.Parse(_chat) - 1).ToString();
        var page = (await caller.GetAsync($"/v1/sessions?after={before}&limit=1")).Expect(200).Json;
        return page.GetProperty("sessions").EnumerateArray().Where(session => session.GetProperty("chatId").GetString() == _chat);
    }

    private static void AssertSecrets(JsonElement session, string apiKey, string apiSecret, string inner) => Assert.Equal(
        (apiKey, apiSecret, inner),
        (
            Shown(session.GetProperty("apiKey")),
            Shown(session.GetProperty("apiSecret")),
            Shown(session.GetProperty("config").GetProperty("binance_api_key"))));

    private static string Shown(JsonElement secret) => Masks.WithoutTags(secret.GetString()!);

    private static string Compact(JsonElement json) => JsonSerializer.Serialize(json);
}

public sealed class SqliteSessionRouteTests(EmbeddedServer server) : SessionRouteTests(server);

public sealed class PostgresSessionRouteTests(PostgresServer server) : SessionRouteTests(server);
