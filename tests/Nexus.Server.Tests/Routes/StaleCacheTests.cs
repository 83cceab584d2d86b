using Nexus.Engine;
using Nexus.Errors;
using Nexus.Server.Tests.Kit;
using Nexus.Sqlite;
using Nexus.StoreContract;

namespace Nexus.Server.Tests.Routes;

/// <summary>Somebody changes a record by hand, and nothing announces it: what is cached is older than what is stored.</summary>
public abstract class StaleCacheTests(SharedServer server)
{
    private readonly string _chat = TestChats.Next();

    [Fact]
    public async Task A_save_over_what_is_cached_finds_the_stored_version_and_succeeds()
    {
        await CacheAndChangeAsync();
        Assert.Equal("\"7\"", (await server.Bot.PutAsync($"/v1/sessions/{_chat}", """{"apiKey":"k2"}""")).Expect(200).ETag);
        var session = (await server.Trusted.GetAsync($"/v1/sessions/{_chat}")).Expect(200);
        Assert.Equal(("k2", "s", "\"7\""), (session["apiKey"].GetString(), session["apiSecret"].GetString(), session.ETag));
    }

    [Fact]
    public async Task A_masked_config_finds_the_stored_version_too()
    {
        await CacheAndChangeAsync();
        var masked = (await server.Bot.GetAsync($"/v1/sessions/{_chat}"))["config"].GetRawText();
        Assert.Equal("\"7\"", (await server.Bot.PutAsync($"/v1/sessions/{_chat}", $$"""{"config":{{masked}}}""")).Expect(200).ETag);
    }

    [Fact]
    public async Task A_conflict_drops_what_was_cached_so_that_the_caller_reads_what_is_stored()
    {
        await CacheAndChangeAsync();
        Assert.Equal(
            6,
            (await server.Bot.PutAsync($"/v1/sessions/{_chat}", """{"config":{}}""", ("If-Match", "\"1\"")))
                .ExpectProblem(412, "conflict")["actualVersion"].GetInt64());
        var read = (await server.Bot.GetAsync($"/v1/sessions/{_chat}")).Expect(200);
        Assert.Equal("\"6\"", read.ETag);
        (await server.Bot.PutAsync($"/v1/sessions/{_chat}", """{"config":{}}""", ("If-Match", read.ETag!))).Expect(200);
    }

    [Fact]
    public async Task A_record_that_was_deleted_by_hand_is_not_cached_after_a_write_missed_it()
    {
        await CacheAndChangeAsync();
        await ExecuteAsync($"DELETE FROM sessions WHERE chat_id = '{_chat}'");
        (await server.Bot.PatchAsync($"/v1/sessions/{_chat}/config", """{"a":1}""")).ExpectProblem(404, "not_found");
        (await server.Bot.GetAsync($"/v1/sessions/{_chat}")).ExpectProblem(404, "not_found");
    }

    private async Task CacheAndChangeAsync()
    {
        (await server.Bot.PutAsync($"/v1/sessions/{_chat}", """{"apiKey":"k","apiSecret":"s","config":{"binance_api_key":"b"}}""")).Expect(201);
        (await server.Bot.GetAsync($"/v1/sessions/{_chat}")).Expect(200);
        await ExecuteAsync($"UPDATE sessions SET version = version + 5 WHERE chat_id = '{_chat}'");
        Assert.Equal("\"1\"", (await server.Bot.GetAsync($"/v1/sessions/{_chat}")).ETag);
    }

    private async Task ExecuteAsync(string sql)
    {
        if (server.Server.Home is PostgresHome postgres)
        {
            await postgres.Database.ExecuteAsync(sql);
            return;
        }
        using var connection = SqliteSession.OpenWriter(Path.Combine(((SqliteHome)server.Server.Home).Folder, SqliteStore.FileName));
        connection.Execute(sql);
    }
}

public sealed class SqliteStaleCacheTests(EmbeddedServer server) : StaleCacheTests(server);

public sealed class PostgresStaleCacheTests(PostgresServer server) : StaleCacheTests(server);

public sealed class ContentionTests
{
    [Fact]
    public async Task A_write_that_never_succeeds_ends_after_ten_attempts_with_the_reason()
    {
        var attempts = 0;
        var error = await Assert.ThrowsAsync<NexusConflictException>(
            () => Contention.WriteAsync<int>(Attempt, mayRepeat: true, TimeProvider.System, TestContext.Current.CancellationToken));
        Assert.Equal((10, 9L, 11L), (attempts, error.ExpectedVersion, error.ActualVersion));
        Assert.Contains("session 5: gave up after 10 attempts because the record kept changing", error.Message, StringComparison.Ordinal);

        attempts = 0;
        await Assert.ThrowsAsync<NexusConflictException>(
            () => Contention.WriteAsync<int>(Attempt, mayRepeat: false, TimeProvider.System, TestContext.Current.CancellationToken));
        Assert.Equal(1, attempts);

        Task<int> Attempt() => throw new NexusConflictException("session 5", attempts++, attempts + 1);
    }
}
