using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Nexus.Postgres;
using Nexus.TestKit;

namespace Nexus.Operations.Tests.Upgrade;

/// <summary>Databases and data folders of earlier versions, opened by this one.</summary>
public sealed class UpgradeTests
{
    private static readonly string[] Secrets = ["fixture-key-1001", "fixture-secret-1001", "fixture-nested-secret-9f8e7d6c"];

    private static readonly DateTimeOffset End = new(2099, 1, 2, 3, 4, 5, default);

    public static TheoryData<string> Versions => [.. EarlierVersion.All];

    [Theory]
    [MemberData(nameof(Versions))]
    public async Task A_database_with_the_outbox_of_an_outage_is_taken_over(string version)
    {
        await using var database = await EarlierVersion.RestoreAsync(version);
        using var nexus = Program(database.Url);
        await EarlierVersion.UnpackAsync(version, "served.tar.gz", nexus.Data);

        // The fixture's database is on another server than when it was made.
        var (server, url) = await nexus.ServeAsync("--fallback", "read-write", "--accept-other-store");
        await using (server)
        {
            using var http = Caller(url, EarlierVersion.Read(version, "api-key.txt"));
            // Until the outbox is replayed, the API keys of the first build are not taken over.
            await Eventually.TrueAsync(async () => (await http.GetAsync("/health/ready")).IsSuccessStatusCode
                && (await http.GetAsync("/v1/sessions/1001")).IsSuccessStatusCode);
            await ReadAllAsync(http);
            await Eventually.TrueAsync(async () => (await http.GetAsync("/v1/sessions/1003")).IsSuccessStatusCode);
            Assert.Equal("fixture-secret-1003", (await GetAsync(http, "/v1/sessions/1003")).GetProperty("apiSecret").GetString());
            Assert.Equal("OPEN", (await GetAsync(http, $"/v1/trades/{TradeId(3)}")).GetProperty("status").GetString());
            await Eventually.TrueAsync(async () =>
                (await GetAsync(http, "/v1/users/1001")).GetProperty("expiresAt").GetDateTimeOffset() == End.AddDays(30));
            await WriteAllAsync(http);
            server.Signal(ChildProcess.SigTerm);
            await server.WaitForExitAsync();
        }
        Assert.Equal(MigrationSet.Embedded.All.Count, await database.ScalarAsync<int>(SchemaState.NewestAppliedSql));
        await VerifyAsync(nexus);
    }

    [Theory]
    [MemberData(nameof(Versions))]
    public async Task An_embedded_store_is_taken_over(string version)
    {
        using var nexus = Program(database: null);
        await EarlierVersion.UnpackAsync(version, "embedded.tar.gz", nexus.Data);

        var (server, url) = await nexus.ServeAsync();
        await using (server)
        {
            using var http = Caller(url, EarlierVersion.Read(version, "embedded-api-key.txt"));
            await ReadAllAsync(http);
            Assert.Equal(End, (await GetAsync(http, "/v1/users/1001")).GetProperty("expiresAt").GetDateTimeOffset());
            await WriteAllAsync(http);
            server.Signal(ChildProcess.SigTerm);
            await server.WaitForExitAsync();
        }
        await VerifyAsync(nexus);
    }

    [Fact]
    public void There_is_a_fixture_of_the_first_version_and_of_one_before_the_minimum_reader_rose()
    {
        Assert.Equal("schema-02", EarlierVersion.All.First());
        Assert.Contains(EarlierVersion.All, version => EarlierVersion.Newest(version) is > 2 and < 15);
    }

    private static NexusProgram Program(string? database)
    {
        var nexus = new NexusProgram();
        (nexus.Environment["DATABASE_URL"], nexus.Environment["NEXUS_KEYS"]) = (database, EarlierVersion.Keys);
        return nexus;
    }

    /// <summary>All records that the fixtures have, with their secrets.</summary>
    private static async Task ReadAllAsync(HttpClient http)
    {
        var session = await GetAsync(http, "/v1/sessions/1001");
        var config = session.GetProperty("config");
        Assert.Equal(Secrets, new[]
        {
            session.GetProperty("apiKey").GetString(), session.GetProperty("apiSecret").GetString(),
            config.GetProperty("bybit").GetProperty("api_secret").GetString(),
        });
        Assert.Equal(("PILOT", 10, "ñ 😀"),
            (config.GetProperty("mode").GetString(), config.GetProperty("leverage").GetInt32(), config.GetProperty("note").GetString()));
        Assert.Equal("2.5", (await GetAsync(http, "/v1/sessions/1002")).GetProperty("config").GetProperty("leverage").GetRawText());
        Assert.Equal(["1001"], (await GetAsync(http, "/v1/sessions?mode=PILOT&strategy=TREND")).GetProperty("sessions").EnumerateArray()
            .Select(one => one.GetProperty("chatId").GetString()));

        var user = await GetAsync(http, "/v1/users/1001");
        Assert.Equal(("Ada", "user", "Europe/Madrid"),
            (user.GetProperty("name").GetString(), user.GetProperty("role").GetString(), user.GetProperty("timezone").GetString()));
        Assert.Equal(("admin", JsonValueKind.Null), ((await GetAsync(http, "/v1/users/1002")).GetProperty("role").GetString(),
            (await GetAsync(http, "/v1/users/1002")).GetProperty("expiresAt").ValueKind));
        Assert.True((await GetAsync(http, "/v1/users/1001/access")).GetProperty("allowed").GetBoolean());

        var switches = await GetAsync(http, "/v1/bot-state");
        Assert.False(switches.GetProperty("aiFilterEnabled").GetBoolean());
        Assert.Equal(["DOGEUSDT"], switches.GetProperty("disabledAssets").EnumerateArray().Select(asset => asset.GetString()));
        Assert.Equal(5, (await GetAsync(http, "/v1/system-config/limits")).GetProperty("value").GetProperty("maxOpenTrades").GetInt32());

        var closed = await GetAsync(http, $"/v1/trades/{TradeId(1)}");
        Assert.Equal(("CLOSED", "65000.12345678", "TP"), (closed.GetProperty("status").GetString(), closed.GetProperty("entryPrice").GetString(),
            closed.GetProperty("exitReason").GetString()));
        var open = await GetAsync(http, $"/v1/trades/{TradeId(2)}");
        Assert.Equal("fixture-trade-secret-1a2b3c4d", open.GetProperty("metadata").GetProperty("api_secret").GetString());
        Assert.Equal(1, (await GetAsync(http, "/v1/trades/performance?chatId=1001")).GetProperty("trades").GetInt32());
    }

    /// <summary>Changes of old records, and new ones.</summary>
    private static async Task WriteAllAsync(HttpClient http)
    {
        await SendAsync(http, HttpMethod.Patch, "/v1/sessions/1001/config", """{"leverage":20}""");
        await SendAsync(http, HttpMethod.Put, "/v1/sessions/2001", """{"apiKey":"k","apiSecret":"s","config":{"mode":"PILOT"}}""");
        await SendAsync(http, HttpMethod.Post, $"/v1/trades/{TradeId(2)}/close", """{"exitPrice":"64000.5"}""");
        await SendAsync(http, HttpMethod.Put, "/v1/state/dialogs/2001", """{"value":{"step":1}}""");
        var config = (await GetAsync(http, "/v1/sessions/1001")).GetProperty("config");
        Assert.Equal((20, Secrets[2]),
            (config.GetProperty("leverage").GetInt32(), config.GetProperty("bybit").GetProperty("api_secret").GetString()));
        Assert.Equal("CLOSED", (await GetAsync(http, $"/v1/trades/{TradeId(2)}")).GetProperty("status").GetString());
    }

    /// <summary>Every sealed value opens, and nothing waits for a decision.</summary>
    private static async Task VerifyAsync(NexusProgram nexus)
    {
        (await nexus.RunAsync("keys", "verify")).Expect(0);
        var status = (await nexus.RunAsync("status", "--json")).Expect(0).Json;
        Assert.True(status.GetProperty("ok").GetBoolean(), $"{status}");
    }

    private static string TradeId(int number) => $"01937f1e-8a00-7000-8000-{number:000000000000}";

    private static HttpClient Caller(string url, string key) => new()
    {
        BaseAddress = new Uri(url),
        DefaultRequestHeaders = { Authorization = new AuthenticationHeaderValue("Bearer", key) },
    };

    private static async Task<JsonElement> GetAsync(HttpClient http, string path)
    {
        var response = await http.GetAsync(path);
        var text = await response.Content.ReadAsStringAsync();
        Assert.True(response.IsSuccessStatusCode, $"{path}: {(int)response.StatusCode} {text}");
        return JsonElement.Parse(text);
    }

    private static async Task SendAsync(HttpClient http, HttpMethod method, string path, string body)
    {
        using var request = new HttpRequestMessage(method, path) { Content = new StringContent(body, Encoding.UTF8, "application/json") };
        var response = await http.SendAsync(request);
        Assert.True(response.IsSuccessStatusCode, $"{path}: {(int)response.StatusCode} {await response.Content.ReadAsStringAsync()}");
    }
}
