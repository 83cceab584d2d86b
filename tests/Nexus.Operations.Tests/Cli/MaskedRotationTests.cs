using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Nexus.Operations.Keys;
using Nexus.TestKit;

namespace Nexus.Operations.Tests.Cli;

/// <summary>A bot that read a session with masks, and sends it back after <c>nexus keys rotate</c> has run.</summary>
public sealed class MaskedRotationTests
{
    private const string Given =
        """{"apiKey":"the-key","apiSecret":"the-secret","config":{"accounts":[{"api_key":"of-a"},{"api_key":"of-b"}],"mode":"PILOT"}}""";

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task It_gets_each_secret_back_until_the_old_key_is_taken_away_and_then_a_400(bool postgres)
    {
        using var nexus = new NexusProgram();
        await using var database = postgres ? await TestDatabase.CreateAsync() : null;
        var (oldKey, newKey) = (KeyMaintenance.Generate(), KeyMaintenance.Generate());
        nexus.Environment["DATABASE_URL"] = database?.Url;
        nexus.Environment["NEXUS_KEYS"] = oldKey;
        var (botKey, masked) = ("", "");
        await ServeAsync(nexus, async (admin, url) =>
        {
            await SendAsync(admin, HttpMethod.Put, "v1/sessions/1", Given, HttpStatusCode.Created);
            botKey = (await SendAsync(admin, HttpMethod.Post, "v1/api-keys", """{"name":"bot","scopes":["bot"]}""", HttpStatusCode.Created))
                .GetProperty("key").GetString()!;
            using var bot = Client(url, botKey);
            masked = (await SendAsync(bot, HttpMethod.Get, "v1/sessions/1", null, HttpStatusCode.OK)).GetRawText();
        });
        Assert.DoesNotContain("of-a", masked, StringComparison.Ordinal);

        nexus.Environment["NEXUS_KEYS"] = $"{newKey},{oldKey}";
        // On PostgreSQL beside the server, as in production; the embedded store is one process's.
        if (!postgres) (await nexus.RunAsync("keys", "rotate")).Expect(0);
        await ServeAsync(nexus, async (admin, url) =>
        {
            if (postgres) (await nexus.RunAsync("keys", "rotate")).Expect(0);
            using var bot = Client(url, botKey);
            await SendAsync(bot, HttpMethod.Put, "v1/sessions/1", Swapped(masked), HttpStatusCode.OK);
            var session = await SendAsync(admin, HttpMethod.Get, "v1/sessions/1", null, HttpStatusCode.OK);
            Assert.Equal(("the-key", "the-secret"), (session.GetProperty("apiKey").GetString(), session.GetProperty("apiSecret").GetString()));
            Assert.Equal(["of-b", "of-a"],
                session.GetProperty("config").GetProperty("accounts").EnumerateArray().Select(one => one.GetProperty("api_key").GetString()));
        });
        (await nexus.RunAsync("keys", "rotate")).Expect(0);

        nexus.Environment["NEXUS_KEYS"] = newKey;
        await ServeAsync(nexus, async (admin, url) =>
        {
            var before = (await SendAsync(admin, HttpMethod.Get, "v1/sessions/1", null, HttpStatusCode.OK)).GetRawText();
            using var bot = Client(url, botKey);
            await SendAsync(bot, HttpMethod.Put, "v1/sessions/1", masked, HttpStatusCode.BadRequest);
            Assert.Equal(before, (await SendAsync(admin, HttpMethod.Get, "v1/sessions/1", null, HttpStatusCode.OK)).GetRawText());
            var read = (await SendAsync(bot, HttpMethod.Get, "v1/sessions/1", null, HttpStatusCode.OK)).GetRawText();
            await SendAsync(bot, HttpMethod.Put, "v1/sessions/1", read, HttpStatusCode.OK);
            Assert.Equal(
                Config(before), Config((await SendAsync(admin, HttpMethod.Get, "v1/sessions/1", null, HttpStatusCode.OK)).GetRawText()));
        });
    }

    private static string Config(string session) => JsonElement.Parse(session).GetProperty("config").GetRawText();

    private static string Swapped(string session)
    {
        var node = System.Text.Json.Nodes.JsonNode.Parse(session)!;
        var accounts = (System.Text.Json.Nodes.JsonArray)node["config"]!["accounts"]!;
        var first = accounts[0]!;
        accounts.RemoveAt(0);
        accounts.Add(first.DeepClone());
        return node.ToJsonString();
    }

    private static async Task ServeAsync(NexusProgram nexus, Func<HttpClient, string, Task> work)
    {
        var (process, url) = await nexus.ServeAsync();
        await using (process)
        {
            using var admin = Client(url, (await File.ReadAllTextAsync(Path.Combine(nexus.Data, "admin.key"))).Trim());
            await work(admin, url);
            process.Signal(ChildProcess.SigTerm);
            Assert.Equal(0, await process.WaitForExitAsync());
        }
    }

    private static HttpClient Client(string url, string key)
    {
        var http = new HttpClient { BaseAddress = new Uri(url) };
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", key);
        return http;
    }

    private static async Task<JsonElement> SendAsync(HttpClient http, HttpMethod method, string path, string? json, HttpStatusCode expected)
    {
        using var request = new HttpRequestMessage(method, new Uri(path, UriKind.Relative));
        if (json is not null) request.Content = new StringContent(json, Encoding.UTF8, "application/json");
        using var response = await http.SendAsync(request);
        var text = await response.Content.ReadAsStringAsync();
        Assert.True(response.StatusCode == expected, $"{method} {path}: {(int)response.StatusCode}\n{text}");
        return JsonElement.Parse(text);
    }
}
