using System.Text;
using Nexus.Errors;
using Nexus.Server.Api;
using Nexus.Server.Tests.Kit;
using Nexus.StoreContract;
using Nexus.SystemConfig;
using Nexus.TestKit;

namespace Nexus.Server.Tests.Access;

public abstract class ApiKeyTests(SharedServer server)
{
    /// <summary>Every route that needs a scope, with it.</summary>
    public static TheoryData<string, string, string> Routes => new()
    {
        { "GET", "/v1/sessions", "bot" },
        { "GET", "/v1/sessions/1", "bot" },
        { "GET", "/v1/sessions/1/history", "bot" },
        { "PUT", "/v1/sessions/1", "bot" },
        { "DELETE", "/v1/sessions/1", "bot" },
        { "PATCH", "/v1/sessions/1/config", "bot" },
        { "POST", "/v1/sessions:batch", "bot" },
        { "GET", "/v1/dispatch", "bot" },
        { "GET", "/v1/users", "bot" },
        { "GET", "/v1/users/1", "bot" },
        { "GET", "/v1/counts", "bot" },
        { "GET", "/v1/users/1/access", "bot" },
        { "POST", "/v1/users:access", "bot" },
        { "GET", "/v1/users/1/history", "bot" },
        { "PUT", "/v1/users/1", "admin" },
        { "PATCH", "/v1/users/1", "bot" },
        { "DELETE", "/v1/users/1", "admin" },
        { "POST", "/v1/users/1/extend", "admin" },
        { "POST", "/v1/users/1/forget", "admin" },
        { "GET", "/v1/bot-state", "bot" },
        { "PUT", "/v1/bot-state", "bot" },
        { "PATCH", "/v1/bot-state", "bot" },
        { "GET", "/v1/system-config", "bot" },
        { "GET", "/v1/system-config/a", "bot" },
        { "PUT", "/v1/system-config/a", "admin" },
        { "DELETE", "/v1/system-config/a", "admin" },
        { "GET", "/v1/trades", "bot" },
        { "POST", "/v1/trades", "bot" },
        { "GET", "/v1/trades/1", "bot" },
        { "POST", "/v1/trades/1/close", "bot" },
        { "GET", "/v1/trades/1/fills", "bot" },
        { "POST", "/v1/trades/1/fills", "bot" },
        { "POST", "/v1/trades/1/fills:batch", "bot" },
        { "POST", "/v1/trades:batch", "bot" },
        { "GET", "/v1/trades/performance", "bot" },
        { "GET", "/v1/trades/count", "bot" },
        { "GET", "/v1/trades/equity", "bot" },
        { "GET", "/v1/calibration/1", "bot" },
        { "GET", "/v1/calibration/1/s", "bot" },
        { "PUT", "/v1/calibration/1/s", "bot" },
        { "DELETE", "/v1/calibration/1/s", "bot" },
        { "POST", "/v1/calibration/1/s:auto", "bot" },
        { "GET", "/v1/state/n", "bot" },
        { "GET", "/v1/state/n/k", "bot" },
        { "PUT", "/v1/state/n/k", "bot" },
        { "PATCH", "/v1/state/n/k", "bot" },
        { "DELETE", "/v1/state/n/k", "bot" },
        { "GET", "/v1/tasks", "bot" },
        { "POST", "/v1/tasks", "bot" },
        { "GET", "/v1/tasks/1", "bot" },
        { "PATCH", "/v1/tasks/1", "bot" },
        { "DELETE", "/v1/tasks/1", "bot" },
        { "POST", "/v1/tasks/1:run", "bot" },
        { "POST", "/v1/tasks:claim", "bot" },
        { "POST", "/v1/tasks/1:complete", "bot" },
        { "POST", "/v1/tasks/1:renew", "bot" },
        { "POST", "/v1/tasks/1:release", "bot" },
        { "GET", "/v1/events", "bot" },
        { "GET", "/v1/status", "admin" },
        { "GET", "/v1/api-keys", "admin" },
        { "POST", "/v1/api-keys", "admin" },
        { "DELETE", "/v1/api-keys/a", "admin" },
        { "GET", "/v1/history", "admin" },
        { "GET", "/v1/outbox", "admin" },
        { "GET", "/v1/outbox/conflicts", "admin" },
        { "POST", "/v1/outbox/conflicts/1/resolve", "admin" },
        { "GET", "/v1/outbox/quarantined", "admin" },
        { "POST", "/v1/outbox/quarantined/1/retry", "admin" },
        { "DELETE", "/v1/outbox/quarantined/1", "admin" },
        { "GET", "/v1/alerts", "admin" },
        { "POST", "/v1/alerts/silences", "admin" },
        { "DELETE", "/v1/alerts/silences/a", "admin" },
        { "POST", "/v1/alerts/notifiers/a/test", "admin" },
        { "GET", "/v1/queries", "admin" },
        { "GET", "/v1/queries/a/plan", "admin" },
        { "GET", "/metrics", "metrics" },
    };

    [Theory]
    [MemberData(nameof(Routes))]
    public async Task A_route_lets_in_just_the_keys_with_its_scope(string method, string path, string scope)
    {
        using var nobody = new ApiClient(server.Server.Url, null);
        using var stranger = new ApiClient(server.Server.Url, ApiKey.Generate());
        foreach (var caller in new[] { nobody, stranger })
        {
            var refused = (await SendAsync(caller, method, path)).ExpectProblem(401, "unauthorized");
            Assert.Equal("Bearer", refused.Header("WWW-Authenticate"));
        }
        foreach (var other in new[] { "bot", "secrets", "admin", "metrics" }.Where(other => other != scope && other != "admin"))
        {
            using var caller = await server.Server.CallerAsync(other);
            var refused = (await SendAsync(caller, method, path)).ExpectProblem(403, "forbidden");
            Assert.Contains(scope, refused["detail"].GetString(), StringComparison.Ordinal);
        }
        if (path == "/v1/events") return; // Would not end; EventTests reads it.
        using var entitled = await server.Server.CallerAsync(scope);
        Assert.DoesNotContain((await SendAsync(entitled, method, path)).Status, new[] { 401, 403, 404 }.Where(status => status != 404));
    }

    [Theory]
    [InlineData("Basic YTpi")]
    [InlineData("Bearer")]
    [InlineData("Bearer ")]
    [InlineData("nxk_abc")]
    public async Task A_header_that_is_no_key_lets_nobody_in(string header)
    {
        using var caller = new ApiClient(server.Server.Url, null);
        (await caller.GetAsync("/v1/sessions", ("Authorization", header))).ExpectProblem(401, "unauthorized");
        (await caller.GetAsync("/v1/sessions", ("Authorization", $"Bearer {new string('k', 20_000)}"))).ExpectProblem(401, "unauthorized");
    }

    [Fact]
    public async Task A_key_is_shown_once_kept_as_a_hash_and_ends_when_it_is_removed()
    {
        var made = (await server.Admin.PostAsync("/v1/api-keys", """{"name":"bot one","scopes":["bot","secrets"]}""")).Expect(201);
        var (key, id) = (made["key"].GetString()!, made["id"].GetString()!);
        Assert.Matches("^nxk_[A-Za-z0-9_-]{43}$", key);
        using var caller = new ApiClient(server.Server.Url, key);
        (await caller.GetAsync("/v1/bot-state")).Expect(200);

        var list = (await server.Admin.GetAsync("/v1/api-keys")).Expect(200);
        Assert.Contains(
            list["apiKeys"].EnumerateArray(),
            listed => listed.GetProperty("id").GetString() == id && listed.GetProperty("name").GetString() == "bot one");
        Assert.DoesNotContain(key, list.Text, StringComparison.Ordinal);
        var stored = Encoding.UTF8.GetString(await server.Server.Home.ReadEverythingAsync());
        Assert.DoesNotContain(key, stored, StringComparison.Ordinal);
        Assert.DoesNotContain(key[4..], stored, StringComparison.Ordinal);

        (await server.Admin.DeleteAsync($"/v1/api-keys/{id}")).Expect(204);
        (await caller.GetAsync("/v1/bot-state")).ExpectProblem(401, "unauthorized");
        (await server.Admin.DeleteAsync($"/v1/api-keys/{id}")).ExpectProblem(404, "not_found");
    }

    [Fact]
    public async Task A_key_cannot_give_what_it_has_not()
    {
        using var manager = await server.Server.CallerAsync("admin");
        (await manager.PostAsync("/v1/api-keys", """{"name":"x","scopes":["bot"]}""")).ExpectProblem(403, "forbidden", "scopes");
        (await manager.PostAsync("/v1/api-keys", """{"name":"x","scopes":["secrets"]}""")).ExpectProblem(403, "forbidden", "scopes");
        (await manager.PostAsync("/v1/api-keys", """{"name":"x","scopes":["admin"]}""")).Expect(201);
        (await manager.GetAsync("/v1/sessions")).Expect(200);
    }

    [Fact]
    public async Task Who_can_write_to_the_database_cannot_make_a_key_that_works()
    {
        var forged = ApiKey.Generate();
        var hash = ApiKey.HashOf(forged);
        var made = (await server.Admin.PostAsync("/v1/api-keys", """{"name":"real","scopes":["bot"]}""")).Expect(201);
        var store = server.Server.Db.Store;
        var real = (await store.GetSystemConfigAsync($"nexus:caller:{made["id"].GetString()}", TestContext.Current.CancellationToken))!;
        Assert.Contains("nx1.", Encoding.UTF8.GetString(real.Value.Span), StringComparison.Ordinal);
        // In plain text, and with the sealed hash of another row.
        var plain =
            $$"""{"Name":"forged","Scopes":["bot","admin"],"SecretHash":"{{Convert.ToHexStringLower(hash)}}","CreatedAt":"2026-01-01T00:00:00Z"}""";
        await store.ApplyAsync(
            [
                new SetSystemConfig($"nexus:caller:{ApiKey.IdOf(hash)}", Encoding.UTF8.GetBytes(plain), null, null),
                new SetSystemConfig("nexus:caller:copied", real.Value, null, null)
            ],
            atomic: false,
            TestContext.Current.CancellationToken);
        (await server.Admin.DeleteAsync($"/v1/api-keys/{made["id"].GetString()}")).Expect(204);

        foreach (var key in new[] { forged, made["key"].GetString()! })
        {
            using var caller = new ApiClient(server.Server.Url, key);
            (await caller.GetAsync("/v1/bot-state")).ExpectProblem(401, "unauthorized");
        }
        Assert.DoesNotContain("forged", (await server.Admin.GetAsync("/v1/api-keys")).Expect(200).Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"scopes":["bot"]}""", "name")]
    [InlineData("""{"name":"x"}""", "scopes")]
    [InlineData("""{"name":"x","scopes":[]}""", "scopes")]
    [InlineData("""{"name":"x","scopes":["root"]}""", "scopes[0]")]
    [InlineData("""{"name":"123456789012345678901234567890123456789012345678901","scopes":["bot"]}""", "name")]
    public async Task A_key_that_cannot_be_is_refused(string body, string field) =>
        (await server.Admin.PostAsync("/v1/api-keys", body)).ExpectProblem(400, "invalid", field);

    private static Task<Answer> SendAsync(ApiClient caller, string method, string path) =>
        caller.SendAsync(
            new HttpMethod(method),
            path,
            method is "GET" or "DELETE" ? null : "{}",
            path.EndsWith("trades:batch", StringComparison.Ordinal) ? "application/x-ndjson" : "application/json");
}

public sealed class SqliteApiKeyTests(EmbeddedServer server) : ApiKeyTests(server);

public sealed class PostgresApiKeyTests(PostgresServer server) : ApiKeyTests(server);

public sealed class AdminKeyTests
{
    [Fact]
    public async Task The_first_start_makes_a_key_that_only_the_owner_can_read_and_the_next_one_keeps_it()
    {
        var home = new SqliteHome();
        await using (var first = await RunningServer.StartAsync(new KeptHome(home)))
        {
            var file = Path.Combine(home.Folder, "admin.key");
            Assert.Equal(first.AdminKey, (await File.ReadAllTextAsync(file)).Trim());
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));
            Assert.DoesNotContain(first.AdminKey, first.Logs.Everything, StringComparison.Ordinal);
        }
        var key = (await File.ReadAllTextAsync(Path.Combine(home.Folder, "admin.key"))).Trim();
        await using var second = await RunningServer.StartAsync(home);
        Assert.Empty(second.AdminKey);
        using var admin = new ApiClient(second.Url, key);
        (await admin.GetAsync("/v1/api-keys")).Expect(200);
    }

    [Theory]
    [InlineData(31, false)]
    [InlineData(32, true)]
    [InlineData(200, true)]
    [InlineData(201, false)]
    public async Task A_given_key_has_32_to_200_characters_and_is_not_written_down(int length, bool isTaken)
    {
        using var folder = new TempFolder("adminkey");
        var given = new string('k', length);
        if (isTaken) Assert.Equal((given, null), await AdminKey.LoadOrCreateAsync(given, folder.Path, CancellationToken.None));
        else
            Assert.DoesNotContain(
                given,
                (await Assert.ThrowsAsync<NexusConfigurationException>(() => AdminKey.LoadOrCreateAsync(given, folder.Path, CancellationToken.None)))
                    .ToString(),
                StringComparison.Ordinal);
        Assert.Empty(Directory.GetFileSystemEntries(folder.Path));
    }

    [Fact]
    public async Task A_link_in_its_place_is_refused_by_the_server_and_by_local_commands()
    {
        using var folder = new TempFolder("adminkey");
        var (key, file) = await AdminKey.LoadOrCreateAsync(null, folder.Path, CancellationToken.None);
        File.Move(file!, folder["elsewhere"]);
        File.CreateSymbolicLink(file!, folder["elsewhere"]);

        foreach (var read in new Func<Task>[]
        {
            () => AdminKey.LoadOrCreateAsync(null, folder.Path, CancellationToken.None),
            () => AdminKey.FindAsync(null, folder.Path, CancellationToken.None),
        })
        {
            var error = await Assert.ThrowsAsync<NexusConfigurationException>(read);
            Assert.Contains("symbolic link", error.Message, StringComparison.Ordinal);
            Assert.DoesNotContain(key, error.ToString(), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_key_made_on_one_instance_works_and_ends_on_another()
    {
        await using var home = await PostgresHome.CreateAsync();
        await using var one = await RunningServer.StartAsync(new KeptHome(home));
        await using var other = await RunningServer.StartAsync(new KeptHome(home));
        var made = (await one.Admin.PostAsync("/v1/api-keys", """{"name":"x","scopes":["bot"]}""")).Expect(201);
        using var caller = new ApiClient(other.Url, made["key"].GetString());
        await Eventually.TrueAsync(async () => (await caller.GetAsync("/v1/bot-state")).Status == 200);
        await one.Admin.DeleteAsync($"/v1/api-keys/{made["id"].GetString()}");
        await Eventually.TrueAsync(async () => (await caller.GetAsync("/v1/bot-state")).Status == 401);
    }

    /// <summary>Outlives the server.</summary>
    private sealed class KeptHome(StoreHome home) : StoreHome
    {
        public override NexusOptions CreateOptions() => home.CreateOptions();

        public override Task<byte[]> ReadEverythingAsync() => home.ReadEverythingAsync();

        public override ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
