using System.Text;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Nexus.Engine;
using Nexus.Errors;
using Nexus.Json;
using Nexus.Operations.ApiKeys;
using Nexus.Operations.Keys;
using Nexus.Secrets;
using Nexus.Server.Api;
using Nexus.Server.Tests.Kit;
using Nexus.StoreContract;
using Nexus.Stores;
using Nexus.SystemConfig;
using Nexus.TestKit;

namespace Nexus.Server.Tests.Access;

/// <summary>Somebody can write to the store but has no encryption key. Nothing of what they write makes a key work, or work for more.</summary>
public abstract class ApiKeyAttackTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task No_record_in_plain_text_or_in_the_earlier_form_is_accepted()
    {
        await using var home = await CreateHomeAsync();
        await using var server = await StartAsync(home);
        var (id, text) = await MakeAsync(server, "metrics");
        var sealer = server.Db.Sealer;
        // Sealed by an earlier version for this very key, as a backup may hold it.
        var earlier = sealer.Seal(
            new SealContext("system_config", $"nexus:caller:{id}", $"value/nexus:caller:{id}/SecretHash"),
            Convert.ToHexStringLower(ApiKey.HashOf(text)));
        var whole = await ValueAsync(server, $"nexus:caller:{id}");
        string[] plants =
        [
            $$"""{"Name":"x","Scopes":["bot","admin","secrets"],"SecretHash":"{{earlier}}","CreatedAt":"2026-01-01T00:00:00Z"}""",
            $$"""{"Name":"x","Scopes":["admin"]"""
                + $$""","SecretHash":"{{Convert.ToHexStringLower(ApiKey.HashOf(text))}}","CreatedAt":"2026-01-01T00:00:00Z"}""",
            $$"""{"id":"{{id}}","hash":"{{Convert.ToHexStringLower(ApiKey.HashOf(text))}}","scopes":["admin"]"""
                + $$""","name":"x","createdAt":"2026-01-01T00:00:00Z","generation":1}""",
            $$"""[{{whole}},{"scopes":["admin"]}]""",
            $"\"{sealer.Seal(new SealContext("system_config", "x", "value/x"), "{}")}\"",
            whole[..^9] + "AAAAAAA\"",
            "null",
        ];
        foreach (var plant in plants)
        {
            await PlantAsync(server, ($"nexus:caller:{id}", plant));
            await RefusedAsync(server, text, "/metrics");
            await RefusedAsync(server, text, "/v1/status");
        }
        await PlantAsync(server, ($"nexus:caller:{id}", whole));
        using var caller = new ApiClient(server.Url, text);
        await Eventually.TrueAsync(async () => (await caller.GetAsync("/metrics")).Status == 200);
        (await caller.GetAsync("/v1/status")).ExpectProblem(403, "forbidden");
    }

    [Fact]
    public async Task A_record_under_another_id_or_in_place_of_the_index_is_not_accepted()
    {
        await using var home = await CreateHomeAsync();
        await using var server = await StartAsync(home);
        var (admin, adminText) = await MakeAsync(server, "bot", "admin");
        var (bot, botText) = await MakeAsync(server, "bot");
        await PlantAsync(
            server,
            ($"nexus:caller:{bot}", await ValueAsync(server, $"nexus:caller:{admin}")),
            ("nexus:caller:0123456789ab", await ValueAsync(server, $"nexus:caller:{admin}")));
        await RefusedAsync(server, botText, "/v1/status");
        using var caller = new ApiClient(server.Url, adminText);
        (await caller.GetAsync("/v1/api-keys")).Expect(200);
        Assert.DoesNotContain("0123456789ab", (await caller.GetAsync("/v1/api-keys")).Text, StringComparison.Ordinal);
        Assert.Contains("nexus:caller:0123456789ab", server.Logs.Everything, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_removed_key_that_is_put_back_stays_refused_and_is_reported()
    {
        await using var home = await CreateHomeAsync();
        await using var server = await StartAsync(home);
        var (id, text) = await MakeAsync(server, "bot");
        var kept = await ValueAsync(server, $"nexus:caller:{id}");
        (await server.Admin.DeleteAsync($"/v1/api-keys/{id}")).Expect(204);
        await PlantAsync(server, ($"nexus:caller:{id}", kept));
        await RefusedAsync(server, text, "/v1/bot-state");
        Assert.Contains(
            server.Logs.Lines,
            line =>
                line.Level == LogLevel.Warning && line.Message.Contains($"nexus:caller:{id}", StringComparison.Ordinal)
                    && line.Message.Contains("restored it", StringComparison.Ordinal));
        // It can still be removed for good.
        (await server.Admin.DeleteAsync($"/v1/api-keys/{id}")).Expect(204);
    }

    [Fact]
    public async Task A_record_that_was_deleted_behind_the_servers_back_does_not_come_back()
    {
        await using var home = await CreateHomeAsync();
        await using var server = await StartAsync(home);
        var (id, text) = await MakeAsync(server, "bot");
        var kept = await ValueAsync(server, $"nexus:caller:{id}");
        await ApplyAsync(server.Db.Store, new RemoveSystemConfig($"nexus:caller:{id}", null));
        await RefusedAsync(server, text, "/v1/bot-state");
        await Eventually.TrueAsync(
            async () => !(await new ApiKeyVault(server.Db.Store, server.Db.Sealer).ReadAsync(Token)).Index.Keys.ContainsKey(id));
        await PlantAsync(server, ($"nexus:caller:{id}", kept));
        await RefusedAsync(server, text, "/v1/bot-state");
    }

    [Fact]
    public async Task An_earlier_state_of_all_keys_is_noticed_by_the_running_server_and_after_a_restart()
    {
        await using var home = await CreateHomeAsync();
        using var folder = new TempFolder("anchor");
        string removed, later, adminKey, laterId, removedId;
        await using (var server = await StartAsync(home, folder))
        {
            adminKey = server.AdminKey;
            (removedId, removed) = await MakeAsync(server, "bot", "admin");
            var (row, index) = (await ValueAsync(server, $"nexus:caller:{removedId}"), await ValueAsync(server, "nexus:api-keys"));
            (await server.Admin.DeleteAsync($"/v1/api-keys/{removedId}")).Expect(204);
            (laterId, later) = await MakeAsync(server, "bot");
            await PlantAsync(server, ("nexus:api-keys", index), ($"nexus:caller:{removedId}", row));
            await Eventually.TrueAsync(() => server.Logs.Everything.Contains("restored to an earlier state", StringComparison.Ordinal));
            await RefusedAsync(server, removed, "/v1/bot-state");
            // What this process has known before stays, and nothing is built on the old state.
            using var caller = new ApiClient(server.Url, later);
            (await caller.GetAsync("/v1/bot-state")).Expect(200);
            (await server.Admin.PostAsync("/v1/api-keys", """{"name":"x","scopes":["bot"]}""")).ExpectProblem(409, "invalid_state");
            (await server.Admin.DeleteAsync($"/v1/api-keys/{laterId}")).Expect(204);
            (await caller.GetAsync("/v1/bot-state")).ExpectProblem(401, "unauthorized");
        }
        await using (var server = await StartAsync(home, folder))
        {
            foreach (var key in new[] { removed, later }) await RefusedAsync(server, key, "/v1/bot-state");
            using var admin = new ApiClient(server.Url, adminKey);
            Assert.Empty((await admin.GetAsync("/v1/api-keys")).Expect(200)["apiKeys"].EnumerateArray());
        }
        Assert.NotNull(
            (await KeyMaintenance.ListApiKeysAsync(Options(home, folder), NullLoggerFactory.Instance, TimeProvider.System, Token)).Distrust);
        var report =
            await KeyMaintenance.AcceptApiKeysAsync(Options(home, folder), [removedId], NullLoggerFactory.Instance, TimeProvider.System, Token);
        Assert.True(report.Ok);
        await using (var server = await StartAsync(home, folder))
        {
            // An administrator has said so.
            using var caller = new ApiClient(server.Url, removed);
            (await caller.GetAsync("/v1/api-keys")).Expect(200);
            await RefusedAsync(server, later, "/v1/bot-state");
        }
    }

    [Fact]
    public async Task Without_its_index_no_record_is_accepted_until_an_administrator_says_which()
    {
        await using var home = await CreateHomeAsync();
        using var folder = new TempFolder("anchor");
        string text, id;
        await using (var server = await StartAsync(home, folder))
        {
            (id, text) = await MakeAsync(server, "bot");
            await MakeAsync(server, "admin");
            await ApplyAsync(server.Db.Store, new RemoveSystemConfig("nexus:api-keys", null));
        }
        await using (var server = await StartAsync(home, folder))
        {
            await RefusedAsync(server, text, "/v1/bot-state");
            Assert.Contains("list the records of the API keys", server.Logs.Everything, StringComparison.Ordinal);
        }
        var listed = await KeyMaintenance.ListApiKeysAsync(Options(home, folder), NullLoggerFactory.Instance, TimeProvider.System, Token);
        Assert.False(listed.Ok);
        Assert.Equal(2, listed.ApiKeys.Count(key => key.IsReadable && key.Reason is not null));
        var report = await KeyMaintenance.AcceptApiKeysAsync(Options(home, folder), [id], NullLoggerFactory.Instance, TimeProvider.System, Token);
        Assert.Equal((true, id), (report.Ok, Assert.Single(report.ApiKeys).Id));
        await using var last = await StartAsync(home, folder);
        using var caller = new ApiClient(last.Url, text);
        (await caller.GetAsync("/v1/bot-state")).Expect(200);
    }

    [Fact]
    public async Task Keys_of_an_earlier_version_are_taken_over_once_and_named_and_its_form_never_comes_back()
    {
        await using var home = await CreateHomeAsync();
        using var folder = new TempFolder("anchor");
        var (text, key) = (ApiKey.Generate(), "");
        string row, canary;
        await using (var db = await NexusDb.OpenAsync(Options(home, folder)))
        {
            var hash = ApiKey.HashOf(text);
            key = $"nexus:caller:{ApiKey.IdOf(hash)}";
            var secret = db.Sealer.Seal(new SealContext("system_config", key, $"value/{key}/SecretHash"), Convert.ToHexStringLower(hash));
            row = $$"""{"Name":"old bot","Scopes":["bot"],"SecretHash":"{{secret}}","CreatedAt":"2026-01-01T00:00:00Z"}""";
            canary = KeyCanary.Create(db.Sealer, SealFeatures.None);
            await ApplyAsync(
                db.Store,
                new SetSystemConfig(key, Encoding.UTF8.GetBytes(row), null, null),
                new SetSystemConfig("nexus:caller:planted", Encoding.UTF8.GetBytes(row), null, null));
            await db.Store.SetMetaAsync(KeyCanary.Name, canary, Token);
        }
        await using (var server = await StartAsync(home, folder))
        {
            using var caller = new ApiClient(server.Url, text);
            (await caller.GetAsync("/v1/bot-state")).Expect(200);
            (await caller.GetAsync("/v1/status")).ExpectProblem(403, "forbidden");
            Assert.Contains(
                server.Logs.Lines,
                line => line.Message.Contains("old bot", StringComparison.Ordinal) && line.Message.Contains("scopes bot", StringComparison.Ordinal));
            Assert.StartsWith("\"nx1.", await ValueAsync(server, key), StringComparison.Ordinal);

            // The earlier state as a whole, with more scopes.
            await ApplyAsync(
                server.Db.Store,
                new RemoveSystemConfig("nexus:api-keys", null),
                new SetSystemConfig(
                    key, Encoding.UTF8.GetBytes(row.Replace("[\"bot\"]", "[\"bot\",\"admin\"]", StringComparison.Ordinal)), null, null));
            await server.Db.Store.SetMetaAsync(KeyCanary.Name, canary, Token);
            (await caller.GetAsync("/v1/status")).ExpectProblem(403, "forbidden");
        }
        // A rotation would take them over, with an index that is newer than what was seen.
        Assert.Contains("restored to an earlier state", (await Assert.ThrowsAsync<NexusStateException>(() => KeyMaintenance.RotateAsync(
            Options(home, folder), NullLoggerFactory.Instance, TimeProvider.System, null, Token))).Message, StringComparison.Ordinal);
        await using (var server = await StartAsync(home, folder))
        {
            await RefusedAsync(server, text, "/v1/status");
            Assert.Contains("restored to an earlier state", server.Logs.Everything, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Nobody_writes_under_the_reserved_names_not_even_through_the_library()
    {
        await using var home = await CreateHomeAsync();
        await using var db = await NexusDb.OpenAsync(home.CreateOptions());
        Assert.Equal(
            "key",
            (await Assert.ThrowsAsync<NexusValidationException>(() => db.SystemConfig.SaveAsync("nexus:caller:x", StateJson.Parse("1")))).Field);
        Assert.Equal("key", (await Assert.ThrowsAsync<NexusValidationException>(() => db.SystemConfig.DeleteAsync("nexus:api-keys"))).Field);
        Assert.Equal("key", (await Assert.ThrowsAsync<NexusValidationException>(() => db.SystemConfig.GetAsync("nexus:api-keys"))).Field);
        await ApplyAsync(db.Store, new SetSystemConfig("nexus:caller:x", "1"u8.ToArray(), null, null));
        Assert.Empty(await db.SystemConfig.ListAsync(Token).ToListAsync(Token));
    }

    [Fact]
    public async Task Keys_made_and_removed_at_once_are_all_as_their_callers_were_told()
    {
        await using var home = await CreateHomeAsync();
        await using var server = await StartAsync(home);
        var made = await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => MakeAsync(server, "bot")));
        await Task.WhenAll(made.Take(3).Select(async key => (await server.Admin.DeleteAsync($"/v1/api-keys/{key.Id}")).Expect(204)));
        foreach (var (key, i) in made.Select((key, i) => (key, i)))
        {
            using var caller = new ApiClient(server.Url, key.Text);
            (await caller.GetAsync("/v1/bot-state")).Expect(i < 3 ? 401 : 200);
        }
    }

    protected abstract Task<StoreHome> CreateHomeAsync();

    private static NexusOptions Options(StoreHome home, TempFolder folder)
    {
        var options = home.CreateOptions();
        if (options.UsesPostgres) options.DataFolder = folder.Path;
        return options;
    }

    private static Task<RunningServer> StartAsync(StoreHome home, TempFolder? folder = null) =>
        RunningServer.StartAsync(new KeptHome(home), options =>
        {
            if (options.UsesPostgres && folder is not null) options.DataFolder = folder.Path;
        });

    private static async Task<(string Id, string Text)> MakeAsync(RunningServer server, params string[] scopes)
    {
        var made = (await server.Admin.PostAsync("/v1/api-keys", $$"""{"name":"test","scopes":["{{string.Join("\",\"", scopes)}}"]}""")).Expect(201);
        return (made["id"].GetString()!, made["key"].GetString()!);
    }

    private static async Task<string> ValueAsync(RunningServer server, string key) =>
        Encoding.UTF8.GetString((await server.Db.Store.GetSystemConfigAsync(key, Token))!.Value.Span);

    private static Task PlantAsync(RunningServer server, params (string Key, string Value)[] settings) =>
        ApplyAsync(
            server.Db.Store, [.. settings.Select(setting => new SetSystemConfig(setting.Key, Encoding.UTF8.GetBytes(setting.Value), null, null))]);

    private static async Task ApplyAsync(IStore store, params Write[] writes) =>
        Assert.All(await store.ApplyAsync(writes, atomic: true, Token), outcome => Assert.True(outcome.IsApplied));

    /// <summary>A server that has heard of what was planted refuses the key for good.</summary>
    private static async Task RefusedAsync(RunningServer server, string text, string path)
    {
        using var caller = new ApiClient(server.Url, text);
        await Eventually.TrueAsync(async () => (await caller.GetAsync(path)).Status is 401 or 403);
        await Task.Delay(50, Token);
        Assert.Contains((await caller.GetAsync(path)).Status, new[] { 401, 403 });
    }

    /// <summary>Outlives the server.</summary>
    private sealed class KeptHome(StoreHome home) : StoreHome
    {
        public override NexusOptions CreateOptions() => home.CreateOptions();

        public override Task<byte[]> ReadEverythingAsync() => home.ReadEverythingAsync();

        public override ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}

public sealed class SqliteApiKeyAttackTests : ApiKeyAttackTests
{
    protected override Task<StoreHome> CreateHomeAsync() => Task.FromResult<StoreHome>(new SqliteHome());
}

public sealed class PostgresApiKeyAttackTests : ApiKeyAttackTests
{
    protected override async Task<StoreHome> CreateHomeAsync() => await PostgresHome.CreateAsync();
}
