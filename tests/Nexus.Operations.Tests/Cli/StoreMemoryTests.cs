using System.Net.Http.Headers;
using System.Text;
using Nexus.Operations.Keys;
using Nexus.TestKit;

namespace Nexus.Operations.Tests.Cli;

/// <summary>A data folder serves the store that it served before, unless somebody says otherwise.</summary>
public sealed class StoreMemoryTests : IDisposable
{
    private readonly NexusProgram _nexus = new();

    public StoreMemoryTests() => _nexus.Environment["NEXUS_KEYS"] = KeyMaintenance.Generate();

    public void Dispose() => _nexus.Dispose();

    [Fact]
    public async Task A_lost_DATABASE_URL_starts_no_empty_store()
    {
        await using var database = await TestDatabase.CreateAsync();
        await ServeOnceAsync(database.Url);
        _nexus.Environment["DATABASE_URL"] = null;
        foreach (var command in new string[][] { ["serve", "--urls", "http://127.0.0.1:0"], ["export", "-"], ["status"], ["keys", "verify"] })
            (await _nexus.RunAsync(command)).Expect(1).ExpectOneLine(database.Name);
        Assert.False(File.Exists(Path.Combine(_nexus.Data, "nexus.db")));
        Assert.Contains("nexus.db", await ServeOnceAsync(null, "--accept-other-store"), StringComparison.Ordinal);
        await ServeOnceAsync(null);
    }

    [Fact]
    public async Task A_folder_of_an_older_version_with_an_outbox_starts_no_empty_store()
    {
        await using var database = await TestDatabase.CreateAsync();
        await ServeOnceAsync(database.Url);
        File.Delete(Path.Combine(_nexus.Data, "store.json"));
        _nexus.Environment["DATABASE_URL"] = null;
        (await _nexus.RunAsync("serve", "--urls", "http://127.0.0.1:0")).Expect(1).ExpectOneLine("outbox");
        await ServeOnceAsync(database.Url);
        Assert.True(File.Exists(Path.Combine(_nexus.Data, "store.json")));
    }

    [Theory]
    [InlineData("read-write")]
    [InlineData("off")]
    public async Task PostgreSQL_does_not_take_the_place_of_a_filled_embedded_store(string fallback)
    {
        await using var database = await TestDatabase.CreateAsync();
        await ServeOnceAsync(null);
        await ServeOnceAsync(database.Url, "--fallback", fallback);

        using var filled = new NexusProgram();
        filled.Environment["NEXUS_KEYS"] = _nexus.Environment["NEXUS_KEYS"];
        var (process, url) = await filled.ServeAsync();
        await using (process)
        {
            await PutSessionAsync(filled, url);
            await EndAsync(process);
        }
        filled.Environment["DATABASE_URL"] = database.Url;
        (await filled.RunAsync("serve", "--urls", "http://127.0.0.1:0", "--fallback", fallback)).Expect(1).ExpectOneLine("nexus export");
        var (other, _) = await filled.ServeAsync("--fallback", fallback, "--accept-other-store");
        await using (other) await EndAsync(other);
    }

    [Fact]
    public async Task What_the_embedded_store_holds_moves_to_PostgreSQL_as_documented()
    {
        await using var database = await TestDatabase.CreateAsync();
        using var nexus = new NexusProgram();
        var (embedded, url) = await nexus.ServeAsync();
        await using (embedded)
        {
            await PutSessionAsync(nexus, url, """{"apiKey":"moved-key-1","config":{"binance_api_key":"moved-key-2"}}""");
            await EndAsync(embedded);
        }
        (await nexus.RunAsync("export", nexus["state.ndjson"])).Expect(0);
        var old = (await File.ReadAllTextAsync(Path.Combine(nexus.Data, "nexus.key"))).Trim();
        var primary = KeyMaintenance.Generate();
        nexus.Environment["NEXUS_KEYS"] = $"{primary},{old}";
        nexus.Environment["DATABASE_URL"] = database.Url;
        (await nexus.RunAsync("migrate")).Expect(0);
        (await nexus.RunAsync("import", "--api-keys", nexus["state.ndjson"])).Expect(0);
        (await nexus.RunAsync("keys", "rotate")).Expect(0);

        nexus.Environment["NEXUS_KEYS"] = primary;
        var (server, _) = await nexus.ServeAsync("--accept-other-store");
        await using (server)
        {
            Assert.True((await nexus.RunAsync("keys", "verify", "--json")).Expect(0).Json.GetProperty("ok").GetBoolean());
            Assert.Equal(1L, await database.ScalarAsync<long>("SELECT count(*) FROM sessions"));
            await EndAsync(server);
        }
        // The folder serves PostgreSQL from then on.
        var (again, _) = await nexus.ServeAsync();
        await using (again) await EndAsync(again);
    }

    [Fact]
    public async Task Another_database_is_refused_and_not_migrated()
    {
        await using var first = await TestDatabase.CreateAsync();
        await using var second = await TestDatabase.CreateAsync();
        await ServeOnceAsync(first.Url);
        _nexus.Environment["DATABASE_URL"] = second.Url;
        var refused = (await _nexus.RunAsync("serve", "--urls", "http://127.0.0.1:0")).Expect(1).ExpectOneLine(first.Name);
        Assert.Contains(second.Name, refused.Error, StringComparison.Ordinal);
        Assert.Equal(0L, await second.ScalarAsync<long>("SELECT count(*) FROM information_schema.tables WHERE table_schema = 'public'"));
        await ServeOnceAsync(second.Url, "--accept-other-store");
        await ServeOnceAsync(second.Url);
    }

    [Fact]
    public async Task A_database_that_was_created_anew_is_not_served_empty()
    {
        await using var database = await TestDatabase.CreateAsync();
        await ServeOnceAsync(database.Url);
        await database.ExecuteAsync("DROP SCHEMA public CASCADE; CREATE SCHEMA public");
        (await _nexus.RunAsync("serve", "--urls", "http://127.0.0.1:0")).Expect(1).ExpectOneLine("has no tables of Nexus");
        Assert.Equal(0L, await database.ScalarAsync<long>("SELECT count(*) FROM information_schema.tables WHERE table_schema = 'public'"));
        await ServeOnceAsync(database.Url, "--accept-other-store");
        await ServeOnceAsync(database.Url);
    }

    [Fact]
    public async Task Another_schema_of_the_database_is_another_store()
    {
        await using var database = await TestDatabase.CreateAsync();
        await ServeOnceAsync(database.Url);
        _nexus.Environment["NEXUS_SCHEMA"] = "other";
        (await _nexus.RunAsync("serve", "--urls", "http://127.0.0.1:0")).Expect(1).ExpectOneLine("schema other");
        _nexus.Environment["NEXUS_SCHEMA"] = null;
        await ServeOnceAsync(database.Url);
    }

    [Fact]
    public async Task A_missing_embedded_file_is_not_replaced_by_an_empty_one()
    {
        await ServeOnceAsync(null);
        var (file, kept) = (Path.Combine(_nexus.Data, "nexus.db"), Path.Combine(_nexus.Data, "kept"));
        File.Move(file, kept);
        (await _nexus.RunAsync("serve", "--urls", "http://127.0.0.1:0")).Expect(1).ExpectOneLine("nexus.db: is missing");
        Assert.False(File.Exists(file));
        File.Move(kept, file);
        await ServeOnceAsync(null);
        File.Delete(file);
        await ServeOnceAsync(null, "--accept-other-store");
    }

    /// <summary>Not only sessions, users and trades are records.</summary>
    [Theory]
    [InlineData("/v1/state/dialogs/1", """{"value":1}""")]
    [InlineData("/v1/system-config/limits", """{"value":{"a":1}}""")]
    public async Task A_store_with_other_records_alone_is_filled(string path, string json)
    {
        await using var database = await TestDatabase.CreateAsync();
        var (process, url) = await _nexus.ServeAsync();
        await using (process)
        {
            await PutAsync(_nexus, url, path, json);
            await EndAsync(process);
        }
        _nexus.Environment["DATABASE_URL"] = database.Url;
        (await _nexus.RunAsync("serve", "--urls", "http://127.0.0.1:0")).Expect(1).ExpectOneLine("with 1 records");
    }

    [Fact]
    public async Task Another_cluster_with_a_database_of_the_same_name_is_refused()
    {
        await using var cluster = await PostgresCluster.StartAsync();
        await using var here = await TestDatabase.CreateAsync();
        await ServeOnceAsync(here.Url);
        await using var there = await TestDatabase.CreateAsync(cluster);
        await there.ExecuteAsync($"CREATE DATABASE \"{here.Name}\"");
        _nexus.Environment["DATABASE_URL"] = there.Url.Replace(there.Name, here.Name, StringComparison.Ordinal);
        (await _nexus.RunAsync("serve", "--urls", "http://127.0.0.1:0")).Expect(1).ExpectOneLine("cluster");
    }

    [Fact]
    public async Task A_start_without_PostgreSQL_serves_the_local_replica_of_the_same_address_only()
    {
        await using var cluster = await PostgresCluster.StartAsync();
        await using var database = await TestDatabase.CreateAsync(cluster);
        _nexus.Environment["DATABASE_URL"] = database.Url;
        var (process, _) = await _nexus.ServeAsync();
        await using (process)
        {
            await Eventually.TrueAsync(async () => (await _nexus.RunAsync("status", "--json")).Expect(0).Json.GetProperty("server")
                .GetProperty("fallback").GetProperty("copyProgress").GetDouble() == 1);
            await EndAsync(process);
        }
        await cluster.StopAsync(immediately: true);
        _nexus.Environment["DATABASE_URL"] = database.Url.Replace(database.Name, "another", StringComparison.Ordinal);
        (await _nexus.RunAsync("serve", "--urls", "http://127.0.0.1:0")).Expect(1).ExpectOneLine(database.Name);
        await ServeOnceAsync(database.Url);
    }

    /// <summary>Serves on the store until it listens, ends it, and returns its log.</summary>
    private async Task<string> ServeOnceAsync(string? database, params string[] arguments)
    {
        _nexus.Environment["DATABASE_URL"] = database;
        var (process, _) = await _nexus.ServeAsync(arguments);
        await using (process) return await EndAsync(process);
    }

    private static async Task<string> EndAsync(ChildProcess process)
    {
        process.Signal(ChildProcess.SigTerm);
        Assert.Equal(0, await process.WaitForExitAsync());
        Assert.Contains("The state is kept in", process.Error, StringComparison.Ordinal);
        return process.Error;
    }

    private static Task PutSessionAsync(NexusProgram nexus, string url, string json = """{"config":{}}""") =>
        PutAsync(nexus, url, "/v1/sessions/1", json);

    private static async Task PutAsync(NexusProgram nexus, string url, string path, string json)
    {
        using var http = new HttpClient { BaseAddress = new Uri(url) };
        http.DefaultRequestHeaders.Authorization =
            new AuthenticationHeaderValue("Bearer", (await File.ReadAllTextAsync(Path.Combine(nexus.Data, "admin.key"))).Trim());
        using var response = await http.PutAsync(path, new StringContent(json, Encoding.UTF8, "application/json"));
        response.EnsureSuccessStatusCode();
    }
}
