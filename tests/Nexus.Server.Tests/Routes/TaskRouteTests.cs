using System.Text.Json;
using Nexus.Server.Tests.Kit;
using Nexus.StoreContract;

namespace Nexus.Server.Tests.Routes;

/// <summary>Scheduled tasks over HTTP.</summary>
public abstract class TaskRouteTests : IAsyncLifetime
{
    private const string Daily = """
        {"chatId":"1001","action":"report","params":{"symbol":"BTC","api_secret":"plain-secret-881"},
        "schedule":{"type":"cron","value":"0 9 * * *","timezone":"Europe/Madrid"},"description":"d"}
        """;

    private RunningServer _server = null!;

    private ApiClient Admin => _server.Admin;

    public async ValueTask InitializeAsync() => _server = await RunningServer.StartAsync(await CreateHomeAsync());

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    protected abstract Task<StoreHome> CreateHomeAsync();

    [Fact]
    public async Task A_task_is_created_read_changed_listed_and_deleted()
    {
        using var bot = await _server.CallerAsync("bot");
        var created = (await bot.PostAsync("/v1/tasks", Daily)).Expect(201);
        var path = $"/v1/tasks/{created["id"].GetString()}";
        Assert.Equal(("\"1\"", "once", JsonValueKind.Null), (created.ETag, created["missed"].GetString(), created["lease"].ValueKind));
        Assert.DoesNotContain("plain-secret-881", created.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("plain-secret-881", (await bot.GetAsync("/v1/tasks")).Text, StringComparison.Ordinal);
        Assert.Contains("plain-secret-881", (await Admin.GetAsync(path)).Expect(200).Text, StringComparison.Ordinal);
        (await bot.GetAsync(path, ("If-None-Match", "\"1\""))).Expect(304);

        var masked = (await bot.GetAsync(path)).Expect(200)["params"].GetRawText();
        Assert.Equal("\"2\"", (await bot.PatchAsync(path, $$"""{"isActive":false,"params":{{masked}}}""", ("If-Match", "\"1\""))).Expect(200).ETag);
        Assert.Contains("plain-secret-881", (await Admin.GetAsync(path)).Expect(200).Text, StringComparison.Ordinal);
        (await bot.PatchAsync(path, """{"isActive":true}""", ("If-Match", "\"1\""))).ExpectProblem(412, "conflict");
        (await bot.PostAsync($"{path}:run", "")).ExpectProblem(409, "invalid_state");
        (await bot.PatchAsync(path, """{"isActive":true,"schedule":{"type":"interval","value":"PT1H"}}""")).Expect(200);
        (await bot.PostAsync($"{path}:run", "")).Expect(200);

        Assert.Equal(1, (await bot.GetAsync("/v1/tasks?chatId=1001&isActive=true&action=report")).Expect(200)["tasks"].GetArrayLength());
        Assert.Equal(0, (await bot.GetAsync("/v1/tasks?failed=true")).Expect(200)["tasks"].GetArrayLength());
        (await bot.GetAsync("/v1/tasks?isActive=1")).ExpectProblem(400, "invalid", "isActive");
        (await bot.DeleteAsync(path)).Expect(204);
        (await bot.DeleteAsync(path)).ExpectProblem(404, "not_found");
        (await bot.GetAsync(path)).ExpectProblem(404, "not_found");
        (await bot.GetAsync("/v1/tasks/7")).ExpectProblem(400, "invalid", "id");
    }

    [Fact]
    public async Task A_repeat_with_an_id_creates_nothing_and_another_content_is_refused()
    {
        var body = Daily.Replace("{\"chatId\"", "{\"id\":\"5b8f6a52-0f0b-4f7a-9a35-2f6f3c0a7d11\",\"chatId\"", StringComparison.Ordinal);
        var first = (await Admin.PostAsync("/v1/tasks", body)).Expect(201);
        var again = (await Admin.PostAsync("/v1/tasks", body)).Expect(201);
        Assert.Equal((first.ETag, first["nextRun"].GetString()), (again.ETag, again["nextRun"].GetString()));
        (await Admin.PostAsync("/v1/tasks", body.Replace("report", "other", StringComparison.Ordinal))).ExpectProblem(409, "invalid_state");
        Assert.Equal(1, (await Admin.GetAsync("/v1/tasks")).Expect(200)["tasks"].GetArrayLength());
    }

    [Fact]
    public async Task A_worker_claims_renews_completes_and_releases()
    {
        var body = """{"chatId":"1001","action":"report","schedule":{"type":"interval","value":"3600"},"nextRun":"2026-01-01T00:00:00Z"}""";
        var path = $"/v1/tasks/{(await Admin.PostAsync("/v1/tasks", body)).Expect(201)["id"].GetString()}";

        var lease = await ClaimAsync();
        Assert.Equal("2026-01-01T00:00:00Z", lease.GetProperty("due").GetString());
        var fence = lease.GetProperty("fence").GetInt64();
        (await Admin.PostAsync($"{path}:renew", $$"""{"fence":{{fence}},"leaseSeconds":120}""")).Expect(200);
        (await Admin.PostAsync($"{path}:renew", $$"""{"fence":{{fence - 1}},"leaseSeconds":120}""")).ExpectProblem(409, "invalid_state");
        (await Admin.PostAsync($"{path}:release", $$"""{"fence":{{fence}},"error":"try again"}""")).Expect(204);
        (await Admin.PostAsync($"{path}:complete", $$"""{"fence":{{fence}}}""")).ExpectProblem(409, "invalid_state");
        Assert.Equal("try again", (await Admin.GetAsync(path)).Expect(200)["lastError"].GetString());

        fence = (await ClaimAsync()).GetProperty("fence").GetInt64();
        var done = (await Admin.PostAsync($"{path}:complete", $$"""{"fence":{{fence}}}""")).Expect(200);
        Assert.False(done["alreadyCompleted"].GetBoolean());
        var repeated = (await Admin.PostAsync($"{path}:complete", $$"""{"fence":{{fence}}}""")).Expect(200);
        Assert.Equal((true, done["nextRun"].GetString()), (repeated["alreadyCompleted"].GetBoolean(), repeated["nextRun"].GetString()));
        Assert.Equal(0, (await Admin.PostAsync("/v1/tasks:claim", """{"leaseSeconds":60}""")).Expect(200)["tasks"].GetArrayLength());

        async Task<JsonElement> ClaimAsync()
        {
            var claimed = (await Admin.PostAsync("/v1/tasks:claim", """{"limit":5,"leaseSeconds":60,"holder":"w1"}""")).Expect(200);
            return claimed["tasks"][0].GetProperty("lease");
        }
    }

    [Theory]
    [InlineData("""{"action":"a","schedule":{"type":"interval","value":"60"}}""", "chatId")]
    [InlineData("""{"chatId":"1","schedule":{"type":"interval","value":"60"}}""", "action")]
    [InlineData("""{"chatId":"1","action":"a"}""", "schedule")]
    [InlineData("""{"chatId":"1","action":"a","schedule":{"type":"weekly","value":"60"}}""", "schedule.type")]
    [InlineData("""{"chatId":"1","action":"a","schedule":{"type":"cron","value":"0 0 30 2 *"}}""", "schedule.value")]
    [InlineData("""{"chatId":"1","action":"a","schedule":{"type":"cron","value":"0 0 * * *","timezone":"Mars/Base"}}""", "schedule.timezone")]
    [InlineData("""{"chatId":"1","action":"a","schedule":{"type":"cron","value":"0 0 * * *","timezone":"localtime"}}""", "schedule.timezone")]
    [InlineData("""{"chatId":"1","action":"a","schedule":{"type":"cron","value":"0 0 * * *","timezone":"right/UTC"}}""", "schedule.timezone")]
    [InlineData("""{"chatId":"1","action":"a","schedule":{"type":"cron","value":"0 0 * * *","timezone":"/etc/localtime"}}""", "schedule.timezone")]
    [InlineData("""{"chatId":"1","action":"a","schedule":{"type":"date","value":"2001-01-01T00:00:00Z"}}""", "schedule.value")]
    [InlineData("""{"chatId":"1","action":"a","missed":"maybe","schedule":{"type":"interval","value":"60"}}""", "missed")]
    [InlineData("""{"chatId":"1","action":"a","params":[1],"schedule":{"type":"interval","value":"60"}}""", "params")]
    public async Task A_bad_task_is_refused_with_its_field(string body, string field)
    {
        (await Admin.PostAsync("/v1/tasks", body)).ExpectProblem(400, "invalid", field);
        Assert.Equal(0, (await Admin.GetAsync("/v1/tasks")).Expect(200)["tasks"].GetArrayLength());
    }

    [Theory]
    [InlineData("""{"leaseSeconds":0}""", "leaseSeconds")]
    [InlineData("""{"leaseSeconds":-1}""", "leaseSeconds")]
    [InlineData("""{"leaseSeconds":3601}""", "leaseSeconds")]
    [InlineData("""{"leaseSeconds":1e300}""", "leaseSeconds")]
    [InlineData("{}", "leaseSeconds")]
    [InlineData("""{"leaseSeconds":60,"limit":0}""", "limit")]
    [InlineData("""{"leaseSeconds":60,"limit":1001}""", "limit")]
    [InlineData("""{"leaseSeconds":60,"holder":""}""", "holder")]
    public async Task A_bad_claim_is_refused_with_its_field(string body, string field) =>
        (await Admin.PostAsync("/v1/tasks:claim", body)).ExpectProblem(400, "invalid", field);

    [Fact]
    public async Task A_number_that_is_no_number_says_so()
    {
        var refused = await Admin.PostAsync("/v1/tasks:claim", """{"leaseSeconds":"60"}""");
        refused.ExpectProblem(400, "invalid", "leaseSeconds");
        Assert.Equal("leaseSeconds: must be a number", refused["detail"].GetString());
    }

    /// <summary>A task that was never completed holds 0 as the number of its last completed claim.</summary>
    [Theory]
    [InlineData("0")]
    [InlineData("-1")]
    public async Task The_number_of_no_claim_ends_no_run(string fence)
    {
        var created = (await Admin.PostAsync("/v1/tasks", """{"chatId":"1","action":"a","schedule":{"type":"interval","value":"60"}}""")).Expect(201);
        var path = $"/v1/tasks/{created["id"].GetString()}";
        foreach (var (call, rest) in new[] { ("complete", ""), ("release", ""), ("renew", ",\"leaseSeconds\":60") })
            (await Admin.PostAsync($"{path}:{call}", $$"""{"fence":{{fence}}{{rest}}}""")).ExpectProblem(400, "invalid", "fence");
        Assert.Equal(1, (await Admin.GetAsync(path)).Expect(200)["version"].GetInt64());
    }
}

public sealed class SqliteTaskRouteTests : TaskRouteTests
{
    protected override Task<StoreHome> CreateHomeAsync() => Task.FromResult<StoreHome>(new SqliteHome());
}

public sealed class PostgresTaskRouteTests : TaskRouteTests
{
    protected override async Task<StoreHome> CreateHomeAsync() => await PostgresHome.CreateAsync();
}
