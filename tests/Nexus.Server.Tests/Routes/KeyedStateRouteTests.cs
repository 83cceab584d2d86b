using System.Text.Json;
using Nexus.Server.Tests.Kit;
using Nexus.StoreContract;

namespace Nexus.Server.Tests.Routes;

/// <summary>The keyed state over HTTP: paths, conditions, times to live and masks.</summary>
public abstract class KeyedStateRouteTests : IAsyncLifetime
{
    private RunningServer _server = null!;

    private ApiClient Admin => _server.Admin;

    public async ValueTask InitializeAsync() => _server = await RunningServer.StartAsync(await CreateHomeAsync());

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    protected abstract Task<StoreHome> CreateHomeAsync();

    [Fact]
    public async Task A_value_is_set_read_patched_listed_and_deleted()
    {
        using var bot = await _server.CallerAsync("bot");
        var created = (await bot.PutAsync("/v1/state/dialogs/42", """{"value":{"step":1}}""")).Expect(201);
        Assert.Equal(
            ("dialogs", "42", 1L, "\"1\"", JsonValueKind.Null),
            (
                created["namespace"].GetString(), created["key"].GetString(), created["version"].GetInt64(), created.ETag,
                created["expiresAt"].ValueKind));
        (await bot.PutAsync("/v1/state/dialogs/42", """{"value":{"step":2}}""", ("If-None-Match", "*"))).ExpectProblem(412, "conflict");
        (await bot.PutAsync("/v1/state/dialogs/42", """{"value":{"step":2}}""", ("If-Match", "\"1\""))).Expect(200);
        (await bot.PutAsync("/v1/state/dialogs/42", """{"value":{"step":3}}""", ("If-Match", "\"1\""))).ExpectProblem(412, "conflict");
        (await bot.PutAsync("/v1/state/dialogs/none", """{"value":1}""", ("If-Match", "*"))).ExpectProblem(412, "conflict");
        (await bot.PutAsync("/v1/state/dialogs/once", """{"value":1}""", ("If-None-Match", "*"))).Expect(201);
        (await bot.GetAsync("/v1/state/dialogs/42", ("If-None-Match", "\"2\""))).Expect(304);

        var patched = (await bot.PatchAsync("/v1/state/dialogs/42", """{"name":"Ana","step":null}""")).Expect(200);
        Assert.Equal(("""{"name":"Ana"}""", "\"3\""), (Compact(patched["value"]), patched.ETag));
        (await bot.PatchAsync("/v1/state/dialogs/none", "{}")).ExpectProblem(404, "not_found");
        (await bot.PutAsync("/v1/state/dialogs/42", patched.Text)).Expect(200);

        var first = (await bot.GetAsync("/v1/state/dialogs?limit=1")).Expect(200);
        Assert.Equal("42", first["entries"].EnumerateArray().Single().GetProperty("key").GetString());
        var second = (await bot.GetAsync($"/v1/state/dialogs?limit=1&after={first["next"].GetString()}")).Expect(200);
        Assert.Equal("once", second["entries"].EnumerateArray().Single().GetProperty("key").GetString());
        Assert.Equal(JsonValueKind.Null, second["next"].ValueKind);
        Assert.Equal(1, (await bot.GetAsync("/v1/state/dialogs?prefix=on"))["entries"].GetArrayLength());
        Assert.Equal(0, (await bot.GetAsync("/v1/state/others"))["entries"].GetArrayLength());

        (await bot.DeleteAsync("/v1/state/dialogs/42", ("If-Match", "\"1\""))).ExpectProblem(412, "conflict");
        (await bot.DeleteAsync("/v1/state/dialogs/42")).Expect(204);
        (await bot.DeleteAsync("/v1/state/dialogs/42")).ExpectProblem(404, "not_found");
        (await bot.GetAsync("/v1/state/dialogs/42")).ExpectProblem(404, "not_found");
        using var metrics = await _server.CallerAsync("metrics");
        (await metrics.GetAsync("/v1/state/dialogs/once")).ExpectProblem(403, "forbidden");
    }

    [Fact]
    public async Task Any_key_travels_in_a_path()
    {
        string[] keys =
        [
            "a/b", "a//b", "/", "a/", "a/../b", "./x", "...", "%2F", "%", "a%20b", "a+b", "a b", "?q=1", "#f", "ñ🚀", "\u202Eevil\u200B",
            "\r\n\u0001", "~", "'\"<>",
            new string('k', 512),
        ];
        foreach (var key in keys)
        {
            var path = $"/v1/state/n/{Uri.EscapeDataString(key)}";
            var value = JsonSerializer.Serialize(key);
            Assert.Equal(key, (await Admin.PutAsync(path, $$"""{"key":{{value}},"value":{{value}}}""")).Expect(201)["key"].GetString());
            var read = (await Admin.GetAsync(path)).Expect(200);
            Assert.Equal((key, key), (read["key"].GetString(), read["value"].GetString()));
            var listed = (await Admin.GetAsync($"/v1/state/n?prefix={Uri.EscapeDataString(key)}&limit=1")).Expect(200);
            Assert.Equal(key, listed["entries"][0].GetProperty("key").GetString());
        }
        // A slash needs no encoding.
        Assert.Equal("a/b", (await Admin.GetAsync("/v1/state/n/a/b")).Expect(200)["key"].GetString());
        Assert.Equal(keys.Length, (await Admin.GetAsync("/v1/state/n")).Expect(200)["entries"].GetArrayLength());
        foreach (var key in keys) (await Admin.DeleteAsync($"/v1/state/n/{Uri.EscapeDataString(key)}")).Expect(204);
    }

    [Fact]
    public async Task A_path_that_can_be_read_in_two_ways_is_refused_and_changes_nothing()
    {
        await Admin.PutAsync("/v1/state/n/k", """{"value":1}""");
        foreach (var path in new[]
        {
            "/v1/state/n/.", "/v1/state/n/..", "/v1/state/n/%2e%2e", "/v1/state/n/a/../k", "/v1/state/n/./k", "/v1/./state/n/k", "/v1/state/x/../n/k",
            "/v1/state/n/%FF", "/v1/state/n/%C3%28", "/v1/state/n/%zz", "/v1/state/n/%", "/v1/state/a%2Fb/k", "/v1/state/n%00/k", "/v1/state/n%0A/k",
        })
        {
            foreach (var method in new[] { "GET", "DELETE" })
            {
                using var connection = await RawConnection.OpenAsync(_server.Url);
                await connection.SendHeadAsync(method, path, _server.AdminKey, "Connection: close");
                var (status, _, body) = await connection.ReadAnswerAsync();
                Assert.True(status is 400 or 404 or 405, $"{method} {path}: {status} {body}");
            }
        }
        (await Admin.GetAsync("/v1/state/n/k")).Expect(200);
        (await Admin.PutAsync("/v1/state/n/", """{"value":1}""")).ExpectProblem(400, "invalid", "key");
        (await Admin.PutAsync("/v1/state/n", """{"value":1}""")).ExpectProblem(400, "invalid", "key");
        (await Admin.PutAsync($"/v1/state/n/{new string('k', 513)}", """{"value":1}""")).ExpectProblem(400, "invalid", "key");
        (await Admin.PutAsync($"/v1/state/{new string('n', 101)}/k", """{"value":1}""")).ExpectProblem(400, "invalid", "namespace");
        (await Admin.PutAsync("/v1/state/nexus.maintenance/vacuum", """{"value":[]}""")).ExpectProblem(400, "invalid", "namespace");
        (await Admin.GetAsync("/v1/state/nexus.alerts")).ExpectProblem(400, "invalid", "namespace");
        (await Admin.PutAsync("/v1/state/n/k", """{"key":"other","value":1}""")).ExpectProblem(400, "invalid", "key");
        (await Admin.PutAsync("/v1/state/n/k", """{"namespace":"m","value":1}""")).ExpectProblem(400, "invalid", "namespace");
        (await Admin.PutAsync("/v1/state/n/k", "{}")).ExpectProblem(400, "invalid", "value");
    }

    [Fact]
    public async Task An_absolute_request_target_names_the_same_value()
    {
        await Admin.PutAsync("/v1/state/n/a%2Fb", """{"value":1}""");

        using var connection = await RawConnection.OpenAsync(_server.Url);
        await connection.SendHeadAsync("GET", "http://localhost/v1/state/n/a%2Fb", _server.AdminKey, "Connection: close");
        var (status, _, body) = await connection.ReadAnswerAsync();

        Assert.Equal(200, status);
        Assert.Equal("a/b", JsonElement.Parse(body).GetProperty("key").GetString());
    }

    [Fact]
    public async Task A_time_to_live_is_in_seconds_or_an_instant_and_expired_values_are_gone()
    {
        var put = (await Admin.PutAsync("/v1/state/n/k", """{"value":1,"ttlSeconds":60}""")).Expect(201);
        Assert.Equal(put["updatedAt"].GetDateTimeOffset().AddSeconds(60), put["expiresAt"].GetDateTimeOffset());
        // What was read can be written again, with its expiry.
        var again = (await Admin.PutAsync("/v1/state/n/k", put.Text)).Expect(200);
        Assert.Equal(put["expiresAt"].GetDateTimeOffset(), again["expiresAt"].GetDateTimeOffset());
        var kept = (await Admin.PatchAsync("/v1/state/n/k", """{"a":1}""")).Expect(200);
        Assert.Equal(put["expiresAt"].GetDateTimeOffset(), kept["expiresAt"].GetDateTimeOffset());
        var longer = (await Admin.PatchAsync("/v1/state/n/k?ttlSeconds=3600", "{}")).Expect(200);
        Assert.Equal(longer["updatedAt"].GetDateTimeOffset().AddHours(1), longer["expiresAt"].GetDateTimeOffset());
        Assert.Equal(JsonValueKind.Null, (await Admin.PutAsync("/v1/state/n/k", """{"value":1}""")).Expect(200)["expiresAt"].ValueKind);

        (await Admin.PutAsync("/v1/state/n/k", """{"value":2,"expiresAt":"2001-01-01T00:00:00Z"}""")).Expect(204);
        (await Admin.GetAsync("/v1/state/n/k")).ExpectProblem(404, "not_found");
        (await Admin.DeleteAsync("/v1/state/n/k")).ExpectProblem(404, "not_found");
        Assert.Equal(0, (await Admin.GetAsync("/v1/state/n"))["entries"].GetArrayLength());
        (await Admin.PutAsync("/v1/state/n/k", """{"value":3}""", ("If-Match", "\"6\""))).ExpectProblem(412, "conflict");
        // New for the caller, although its version continues.
        Assert.NotEqual("\"1\"", (await Admin.PutAsync("/v1/state/n/k", """{"value":3}""")).Expect(201).ETag);

        foreach (var bad in new[] { "0", "-1", "3153600001", "9223372036854775807" })
        {
            (await Admin.PutAsync("/v1/state/n/k", $$"""{"value":1,"ttlSeconds":{{bad}}}""")).ExpectProblem(400, "invalid", "ttlSeconds");
            (await Admin.PatchAsync($"/v1/state/n/k?ttlSeconds={bad}", "{}")).ExpectProblem(400, "invalid", "ttlSeconds");
        }
        (await Admin.PatchAsync("/v1/state/n/k?ttlSeconds=1.5", "{}")).ExpectProblem(400, "invalid", "ttlSeconds");
        (await Admin.PutAsync("/v1/state/n/k", """{"value":1,"ttlSeconds":1.5}""")).Expect(400);
        (await Admin.PutAsync("/v1/state/n/k", """{"value":1,"ttlSeconds":1,"expiresAt":"2090-01-01T00:00:00Z"}"""))
            .ExpectProblem(400, "invalid", "ttlSeconds");
        Assert.Equal(3, (await Admin.GetAsync("/v1/state/n/k")).Expect(200)["value"].GetInt32());
    }

    [Fact]
    public async Task Secrets_are_masked_without_the_scope_and_a_mask_keeps_them()
    {
        (await Admin.PutAsync("/v1/state/wizard/42", """{"value":{"api_secret":"plain-secret-771"}}""")).Expect(201);
        using var bot = await _server.CallerAsync("bot");
        var masked = (await bot.GetAsync("/v1/state/wizard/42")).Expect(200);
        Assert.DoesNotContain("plain-secret-771", masked.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("plain-secret-771", (await bot.GetAsync("/v1/state/wizard")).Text, StringComparison.Ordinal);
        (await bot.PutAsync("/v1/state/wizard/42", masked.Text)).Expect(200);
        Assert.Equal("plain-secret-771", (await Admin.GetAsync("/v1/state/wizard/42"))["value"].GetProperty("api_secret").GetString());
        (await bot.PutAsync("/v1/state/wizard/43", masked.Text.Replace("\"42\"", "\"43\"", StringComparison.Ordinal)))
            .ExpectProblem(400, "invalid", "value.api_secret");
    }

    private static string Compact(JsonElement json) => JsonSerializer.Serialize(json);
}

public sealed class SqliteKeyedStateRouteTests : KeyedStateRouteTests
{
    protected override Task<StoreHome> CreateHomeAsync() => Task.FromResult<StoreHome>(new SqliteHome());
}

public sealed class PostgresKeyedStateRouteTests : KeyedStateRouteTests
{
    protected override async Task<StoreHome> CreateHomeAsync() => await PostgresHome.CreateAsync();
}
