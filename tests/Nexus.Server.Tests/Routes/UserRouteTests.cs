using Nexus.Server.Tests.Kit;

namespace Nexus.Server.Tests.Routes;

public abstract class UserRouteTests(SharedServer server)
{
    private readonly string _chat = TestChats.Next();

    private string Path => $"/v1/users/{_chat}";

    [Fact]
    public async Task Access_of_many_chats_is_checked_in_one_call()
    {
        var (known, unknown) = (TestChats.Next(), TestChats.Next());
        (await server.Admin.PutAsync($"/v1/users/{known}", """{"days":5}""")).Expect(201);
        var access = (await server.Bot.PostAsync("/v1/users:access", $$"""{"chatIds":["{{unknown}}","{{known}}"]}""")).Expect(200)["access"];
        Assert.Equal((unknown, false, "none"), (
            access[0].GetProperty("chatId").GetString(), access[0].GetProperty("allowed").GetBoolean(), access[0].GetProperty("role").GetString()));
        Assert.Equal((known, true, "user"), (
            access[1].GetProperty("chatId").GetString(), access[1].GetProperty("allowed").GetBoolean(), access[1].GetProperty("role").GetString()));
        (await server.Bot.PostAsync("/v1/users:access", "{}")).ExpectProblem(400, "invalid", "chatIds");
        var many = string.Join(',', Enumerable.Repeat("1", 1001));
        (await server.Bot.PostAsync("/v1/users:access", $$"""{"chatIds":[{{many}}]}""")).ExpectProblem(400, "invalid", "chatIds");
    }

    [Fact]
    public async Task Users_are_listed_by_name_and_by_the_end_of_their_subscription()
    {
        var prefix = $"Zoë {string.Concat(_chat.Select(digit => (char)(digit - '0' + 'a')))}";
        var ends = new DateTimeOffset(2071, 1, 1, 0, 0, 0, TimeSpan.Zero).AddMinutes(Random.Shared.Next(10_000_000));
        var chats = Enumerable.Range(0, 5).Select(_ => TestChats.Next()).ToArray();
        for (var n = 0; n < chats.Length; n++)
        {
            // Two with equal names, and two with equal ends.
            (await server.Admin.PutAsync($"/v1/users/{chats[n]}",
                $$"""{"name":"{{prefix}} {{n / 2}}","expiresAt":"{{Text((n + 1) / 2)}}"}""")).Expect(201);
        }

        var expected = chats.Chunk(2).SelectMany(equal => equal.Order(StringComparer.Ordinal)).ToArray();
        Assert.Equal(expected, await PagesAsync($"name={Uri.EscapeDataString(prefix.ToLowerInvariant())}"));
        string[] byEnd = [chats[0], .. chats[1..3].Order(StringComparer.Ordinal), .. chats[3..5].Order(StringComparer.Ordinal)];
        Assert.Equal(byEnd, await PagesAsync($"endsFrom={Text(0)}&endsBefore={Text(3)}"));
        Assert.Equal(byEnd[..1], await PagesAsync($"endsFrom={Text(0)}&endsBefore={Text(1)}"));

        (await server.Bot.GetAsync("/v1/users?endsFrom=soon")).ExpectProblem(400, "invalid", "endsFrom");
        foreach (var cursor in new[] { "x", "!", "MQ", new string('A', 4000) })
            (await server.Bot.GetAsync($"/v1/users?name=a&after={cursor}")).ExpectProblem(400, "invalid", "after");

        string Text(int seconds) => ends.AddSeconds(seconds).ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", System.Globalization.CultureInfo.InvariantCulture);

        async Task<List<string>> PagesAsync(string filter)
        {
            List<string> found = [];
            for (string? after = null; ;)
            {
                var page = (await server.Bot.GetAsync($"/v1/users?{filter}&limit=2{(after is null ? "" : $"&after={after}")}")).Expect(200);
                found.AddRange(page["users"].EnumerateArray().Select(user => user.GetProperty("chatId").GetString()!));
                after = page["next"].GetString();
                if (after is null) return found;
            }
        }
    }

    [Fact]
    public async Task A_user_is_added_changed_and_removed()
    {
        var added = (
            await server.Admin.PutAsync(
                Path,
                """{"name":"Ana","role":"user","expiresAt":"2090-01-31T12:00:00.5+02:00","timezone":"Europe/Madrid","groups":{"CRYPTO":"""
                    + """true},"telegramId":7}""")).Expect(201);
        Assert.Equal("\"1\"", added.ETag);
        Assert.Equal(("Ana", "user", "2090-01-31T10:00:00.5Z", "Europe/Madrid", 7L), (
            added["name"].GetString(), added["role"].GetString(), added["expiresAt"].GetString(), added["timezone"].GetString(), added["telegramId"]
                .GetInt64()));
        Assert.Equal("""{"CRYPTO":true}""", added["groups"].GetRawText().Replace(" ", "", StringComparison.Ordinal));

        var changed = (await server.Admin.PutAsync(Path, """{"role":"ADMIN","expiresAt":null}""", ("If-Match", "\"1\""))).Expect(200);
        Assert.Equal(("Ana", "admin", null), (changed["name"].GetString(), changed["role"].GetString(), changed["expiresAt"].GetString()));

        (await server.Admin.PutAsync(Path, changed.Text)).Expect(200);
        (await server.Admin.PutAsync(Path, "{}", ("If-Match", "\"1\""))).ExpectProblem(412, "conflict");
        (await server.Admin.PutAsync(Path, "{}", ("If-None-Match", "*"))).ExpectProblem(412, "conflict");
        (await server.Bot.GetAsync(Path, ("If-None-Match", "\"3\""))).Expect(304);
        (await server.Admin.DeleteAsync(Path)).Expect(204);
        (await server.Admin.DeleteAsync(Path)).ExpectProblem(404, "not_found");
        (await server.Bot.GetAsync(Path)).ExpectProblem(404, "not_found");
    }

    [Theory]
    [InlineData("""{"days":30}""", true, "user")]
    [InlineData("""{"expiresAt":"2000-01-01T00:00:00Z"}""", false, "expired")]
    [InlineData("""{"expiresAt":"2000-01-01T00:00:00Z","role":"admin"}""", true, "admin")]
    [InlineData("""{"expiresAt":null}""", true, "user")]
    public async Task Access_follows_role_and_time(string user, bool allowed, string role)
    {
        await server.Admin.PutAsync(Path, user);
        var access = (await server.Bot.GetAsync($"{Path}/access")).Expect(200);
        Assert.Equal((allowed, role), (access["allowed"].GetBoolean(), access["role"].GetString()));
    }

    [Fact]
    public async Task A_chat_without_a_user_is_denied()
    {
        var access = (await server.Bot.GetAsync($"{Path}/access")).Expect(200);
        Assert.Equal((false, "none"), (access["allowed"].GetBoolean(), access["role"].GetString()));
    }

    [Fact]
    public async Task A_subscription_is_lengthened_from_its_end()
    {
        await server.Admin.PutAsync(Path, """{"expiresAt":"2090-01-01T00:00:00Z"}""");
        Assert.Equal(
            "2090-01-31T00:00:00Z", (await server.Admin.PostAsync($"{Path}/extend", """{"days":30}""")).Expect(200)["expiresAt"].GetString());
        (await server.Admin.PostAsync($"{Path}/extend", "{}")).ExpectProblem(400, "invalid", "days");
        (await server.Admin.PostAsync($"/v1/users/{TestChats.Next()}/extend", """{"days":1}""")).ExpectProblem(404, "not_found");
    }

    [Theory]
    [InlineData("""{"timezone":"Europe/Madrid"}""")]
    [InlineData("""{"name":"Ana","role":"admin"}""")]
    [InlineData("{}")]
    public async Task A_new_user_needs_an_end_or_null_for_none(string body)
    {
        (await server.Admin.PutAsync(Path, body)).ExpectProblem(400, "invalid", "expiresAt");
        (await server.Admin.PutAsync(Path, body, ("If-None-Match", "*"))).ExpectProblem(400, "invalid", "expiresAt");
        (await server.Admin.GetAsync(Path)).Expect(404);
        (await server.Admin.PutAsync(Path, """{"days":36500}""")).Expect(201);
        var read = (await server.Admin.PutAsync(Path, body)).Expect(200);
        (await server.Admin.PutAsync(Path, read.Text)).Expect(200);
    }

    [Fact]
    public async Task A_bot_changes_preferences_and_nothing_else()
    {
        (await server.Bot.PatchAsync(Path, """{"timezone":"Europe/Madrid"}""")).ExpectProblem(404, "not_found");
        (await server.Bot.PutAsync(Path, """{"timezone":"Europe/Madrid"}""")).ExpectProblem(404, "not_found");
        await server.Admin.PutAsync(Path, """{"name":"Ana","days":30,"groups":{"CRYPTO":true,"STOCKS":true}}""");

        var patched = (
            await server.Bot.PatchAsync(
                Path, """{"timezone":"Europe/Madrid","groups":{"STOCKS":false,"ETFS":true}}""", ("If-Match", "\"1\""))).Expect(200);
        Assert.Equal(("Ana", "Europe/Madrid", "\"2\""), (patched["name"].GetString(), patched["timezone"].GetString(), patched.ETag));
        Assert.Equal(
            (true, false, true),
            (
                patched["groups"].GetProperty("CRYPTO").GetBoolean(),
                patched["groups"].GetProperty("STOCKS").GetBoolean(),
                patched["groups"].GetProperty("ETFS").GetBoolean()));
        var put = (await server.Bot.PutAsync(Path, """{"groups":{"CRYPTO":false}}""")).Expect(200);
        Assert.Single(put["groups"].EnumerateObject());

        foreach (var (member, value)
            in new[] { ("name", "\"Eva\""), ("role", "\"admin\""), ("expiresAt", "null"), ("days", "5"), ("telegramId", "7") })
        {
            (await server.Bot.PutAsync(Path, $$"""{"timezone":"UTC","{{member}}":{{value}}}""")).ExpectProblem(403, "forbidden", member);
            (await server.Bot.PatchAsync(Path, $$"""{"timezone":"UTC","{{member}}":{{value}}}""")).ExpectProblem(400, "invalid", member);
        }
        (await server.Bot.PutAsync(Path, "{}")).ExpectProblem(403, "forbidden");
        (await server.Bot.PatchAsync(Path, """{"groups":{"CRYPTO":5}}""")).ExpectProblem(400, "invalid", "groups.CRYPTO");
        (await server.Bot.PatchAsync(Path, """{"timezone":"UTC\n"}""")).ExpectProblem(400, "invalid", "timezone");
        (await server.Bot.PatchAsync(Path, "{}", ("If-Match", "\"1\""))).ExpectProblem(412, "conflict");
        (await server.Bot.DeleteAsync(Path)).ExpectProblem(403, "forbidden");
        Assert.Equal(
            ("Ana", "user", "Europe/Madrid"),
            (
                (await server.Bot.GetAsync(Path))["name"].GetString(),
                (await server.Bot.GetAsync(Path))["role"].GetString(),
                (await server.Bot.GetAsync(Path))["timezone"].GetString()));
    }

    [Fact]
    public async Task Users_are_listed_page_by_page()
    {
        var chats = Enumerable.Range(0, 5).Select(_ => TestChats.Next()).ToArray();
        foreach (var chat in chats) await server.Admin.PutAsync($"/v1/users/{chat}", """{"days":1}""");
        var first = (await server.Bot.GetAsync($"/v1/users?after={long.Parse(chats[0]) - 1}&limit=2")).Expect(200).Json;
        Assert.Equal(2, first.GetProperty("users").GetArrayLength());
        Assert.Equal(first.GetProperty("users")[1].GetProperty("chatId").GetString(), first.GetProperty("next").GetString());
        var all = new List<string>();
        for (var next = ""; next is not null;)
        {
            var page = (await server.Bot.GetAsync($"/v1/users?limit=1000&after={next}")).Expect(200).Json;
            all.AddRange(page.GetProperty("users").EnumerateArray().Select(user => user.GetProperty("chatId").GetString()!));
            next = page.GetProperty("next").GetString();
        }
        Assert.Subset(all.ToHashSet(), chats.ToHashSet());
        Assert.Equal(all.Distinct().Order(StringComparer.Ordinal), all);
    }
}

public sealed class SqliteUserRouteTests(EmbeddedServer server) : UserRouteTests(server);

public sealed class PostgresUserRouteTests(PostgresServer server) : UserRouteTests(server);
