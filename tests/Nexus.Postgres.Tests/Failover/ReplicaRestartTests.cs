using Microsoft.Data.Sqlite;
using Nexus.Engine;
using Nexus.Sessions;
using Nexus.StoreContract;
using Nexus.Trades;
using Nexus.Users;

namespace Nexus.Postgres.Tests.Failover;

/// <summary>A start compares the replica with PostgreSQL and reads only what differs.</summary>
public sealed class ReplicaRestartTests
{
    /// <summary>The bot's state is one record, which is always read.</summary>
    private const long BotState = 1;

    [Fact]
    public async Task Nothing_is_read_again_where_nothing_changed()
    {
        await using var fallback = await FallbackFixture.CreateAsync();
        await FillAsync(fallback);
        await ReopenAsync(fallback);
        Assert.InRange(fallback.Store.Status.CopiedRecords, 3000, long.MaxValue);

        await ReopenAsync(fallback);
        Assert.InRange(fallback.Store.Status.CopiedRecords, 0, BotState);
        await Replica.AssertSameAsync(fallback);
    }

    [Fact]
    public async Task What_was_changed_meanwhile_is_found_however_it_was_changed()
    {
        await using var fallback = await FallbackFixture.CreateAsync();
        await FillAsync(fallback);
        await ReopenAsync(fallback);
        // Written here: the replica repeats these from memory.
        await fallback.ApplyAsync(Make.Patch("s00007", """{"own":1}"""));
        await fallback.ApplyAsync(new RemoveUser("s00008", null));
        await fallback.ApplyAsync(Make.Session("new-own"));
        await FollowAsync(fallback);
        await fallback.Store.DisposeAsync();

        await fallback.ByOtherAsync(Make.Patch("s00100", """{"other":1}"""));
        await fallback.ByOtherAsync(new DeleteSession("s00200", null));
        await fallback.ByOtherAsync(new DeleteSession("s00201", null));
        await fallback.ByOtherAsync(Make.Session("s00201", """{"again":true}"""));
        await fallback.ByOtherAsync(new RemoveUser("s00009", null));
        await fallback.ByOtherAsync(Make.Session("zzz-last"));
        // By hand: no version tells.
        await ExecuteAsync(fallback, """
            UPDATE sessions SET config = '{"hand": 1}' WHERE chat_id = 's00300';
            UPDATE sessions SET config = '{"hand": 2}' WHERE chat_id = 's00007';
            DELETE FROM sessions WHERE chat_id BETWEEN 's02900' AND 's02949';
            DELETE FROM trades WHERE chat_id = 'chat-3';
            UPDATE trades SET metadata = '{"hand": 3}' WHERE chat_id = 'chat-4';
            UPDATE users SET expires_at = now() - interval '1 hour' WHERE chat_id = 's00010';
            """);
        // Freezes every row and moves it, which no change is.
        await ExecuteAsync(fallback, "VACUUM (FULL, FREEZE) sessions");
        await ReopenAsync(fallback);

        await Replica.AssertSameAsync(fallback);
        Assert.InRange(fallback.Store.Status.CopiedRecords, 6, 60);
        await fallback.GoAwayAsync();
        Assert.Empty(await fallback.Store.GetAccessAsync(["s00008"], FallbackFixture.Token));
        Assert.Empty(await fallback.Store.GetAccessAsync(["s00009"], FallbackFixture.Token));
        Assert.True((await fallback.Store.GetAccessAsync(["s00010"], FallbackFixture.Token))[0].ExpiresAt < TimeProvider.System.GetUtcNow());
    }

    /// <summary>Rows that an adopted table may hold, deeper than the library accepts.</summary>
    [Fact]
    public async Task A_row_that_the_replica_cannot_hold_keeps_no_other_out()
    {
        await using var fallback = await FallbackFixture.CreateAsync();
        foreach (var chat in new[] { "p1", "p2", "p3", "p4" }) await fallback.ApplyAsync(Make.Session(chat));
        await FollowAsync(fallback);
        await fallback.Store.DisposeAsync();
        await ExecuteAsync(fallback, """
            UPDATE sessions SET config = ('{"a":' || repeat('[', 500) || repeat(']', 500) || '}')::jsonb WHERE chat_id = 'p1';
            UPDATE sessions SET config = ('{"a":' || repeat('[', 3000) || repeat(']', 3000) || '}')::jsonb WHERE chat_id = 'p2';
            UPDATE sessions SET config = '{"hand": 3}' WHERE chat_id = 'p3';
            INSERT INTO sessions (chat_id, config, write_id) VALUES ('p5', '{"hand": 5}', gen_random_uuid());
            """);
        await ReopenAsync(fallback);

        Assert.Equal((TimeSpan.Zero, 1), (fallback.Store.Status.Staleness, fallback.Store.Status.CopyProgress));
        await fallback.GoAwayAsync();
        var rows = (await fallback.Store.GetSessionsAsync(["p1", "p2", "p3", "p4", "p5"], FallbackFixture.Token))
            .ToDictionary(row => row.ChatId, row => System.Text.Encoding.UTF8.GetString(row.Config.Span));
        Assert.StartsWith("""{"a":[[[""", rows["p1"].Replace(" ", "", StringComparison.Ordinal), StringComparison.Ordinal);
        Assert.Contains("3", rows["p3"], StringComparison.Ordinal);
        Assert.Contains("5", rows["p5"], StringComparison.Ordinal);
        Assert.True(rows.ContainsKey("p4"));
        // Missing, or as it is; never as it was.
        Assert.True(!rows.TryGetValue("p2", out var deep) || deep.Contains("[[[", StringComparison.Ordinal));
    }

    /// <summary>A kill leaves what was committed by then, of which an earlier moment of the file is one.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_copy_that_was_interrupted_continues_where_it_was(bool isKilled)
    {
        const int Sessions = 12_000;
        await using var fallback = await FallbackFixture.CreateAsync();
        await fallback.Store.DisposeAsync();
        Directory.Delete(fallback.Home.Folder, recursive: true);
        await ExecuteAsync(fallback, $$"""
            INSERT INTO sessions (chat_id, config, write_id)
            SELECT 'c' || lpad(n::text, 6, '0'), jsonb_build_object('n', n), gen_random_uuid() FROM generate_series(1, {{Sessions}}) n;
            ANALYZE sessions;
            """);
        await fallback.ReopenAsync();
        await TestKit.Eventually.TrueAsync(() => fallback.Store.Status.CopiedRecords >= 2000);
        var status = fallback.Store.Status;
        Assert.Null(status.Staleness);
        Assert.InRange(status.CopyProgress, 0.01, 0.999);
        var before = fallback.Store.Status.CopiedRecords;
        var file = Path.Combine(fallback.Home.Folder, "fallback.db");
        if (isKilled) await SqliteAsync(file, $"VACUUM INTO '{file}.killed'");
        await fallback.Store.DisposeAsync();
        if (isKilled)
        {
            File.Delete($"{file}-wal");
            File.Copy($"{file}.killed", file, overwrite: true);
        }
        // Meanwhile: before and behind the place where it was.
        await ExecuteAsync(fallback, """
            UPDATE sessions SET config = '{"late": 1}' WHERE chat_id IN ('c000002', 'c011999');
            DELETE FROM sessions WHERE chat_id IN ('c000003', 'c011998');
            """);

        await ReopenAsync(fallback);
        Assert.InRange(fallback.Store.Status.CopiedRecords, 1, Sessions - before + 1000);
        Assert.Equal((TimeSpan.Zero, 1), (fallback.Store.Status.Staleness, fallback.Store.Status.CopyProgress));
        await Replica.AssertSameAsync(fallback);
    }

    [Theory]
    [InlineData("server")]
    [InlineData("wal")]
    [InlineData("damaged")]
    public async Task Nothing_is_held_to_be_known_of_another_server_or_an_earlier_state_of_it(string what)
    {
        await using var fallback = await FallbackFixture.CreateAsync();
        await fallback.ByOtherAsync(Make.Session("1", """{"n":1}"""));
        await fallback.ByOtherAsync(Make.Session("2", """{"n":1}"""));
        await ReopenAsync(fallback);
        await fallback.Store.DisposeAsync();
        // As after a promotion that lost the last transactions: version and transaction are the same, and the content is not.
        var file = Path.Combine(fallback.Home.Folder, "fallback.db");
        var change = what switch
        {
            "server" => "json_set(value, '$.server', 'other')",
            "wal" => "json_set(value, '$.wal', 9000000000000000000)",
            _ => "'{\"segments\": 7'",
        };
        Assert.Equal(2, await SqliteAsync(file, "UPDATE sessions SET doc = json_set(doc, '$.config.n', 9)"));
        Assert.True(await SqliteAsync(file, $"UPDATE nexus_meta SET value = {change} WHERE name LIKE 'replica.%'") > 0);

        await ReopenAsync(fallback);
        await Replica.AssertSameAsync(fallback);
    }

    private static async Task ReopenAsync(FallbackFixture fallback)
    {
        await fallback.ReopenAsync();
        await FollowAsync(fallback);
    }

    /// <summary>Twice: the second time it is settled what the replica has.</summary>
    private static async Task FollowAsync(FallbackFixture fallback)
    {
        Assert.True(await fallback.Store.FollowAsync(FallbackFixture.Token));
        Assert.True(await fallback.Store.FollowAsync(FallbackFixture.Token));
    }

    /// <summary>Records of every table, with keys that the stores might order differently.</summary>
    private static async Task FillAsync(FallbackFixture fallback)
    {
        await ExecuteAsync(fallback, """
            INSERT INTO sessions (chat_id, config, write_id)
            SELECT 's' || lpad(n::text, 5, '0'), jsonb_build_object('n', n), gen_random_uuid() FROM generate_series(1, 3000) n;
            INSERT INTO users (chat_id, name, expires_at, write_id)
            SELECT 's' || lpad(n::text, 5, '0'), 'user ' || n, now() + interval '30 days', gen_random_uuid() FROM generate_series(1, 300) n;
            """);
        string[] keys = ["a", "A", "é", "\uFFFD", "\U0001F600", "\uE000", "line\nbreak", "z\u007F", "0"];
        foreach (var key in keys) await fallback.ByOtherAsync(Make.Config(key, """{"k":1}"""));
        foreach (var (_, write) in SampleWrites.All)
        {
            if (write.CreatesRecord && write.Table.Name is "keyed_state" or "tasks" or "calibrations" or "bot_state")
                await fallback.Other.ApplyAsync([write], atomic: false, FallbackFixture.Token);
        }
        var shared = Guid.CreateVersion7();
        for (var n = 0; n < 40; n++)
        {
            var chat = $"chat-{n % 8}";
            await fallback.ByOtherAsync(new OpenTrade(Make.Trade(chat, Make.Noon.AddMonths(n % 3).AddMicroseconds(n), n < 4 ? shared : null)));
        }
        // At one place, of two chats.
        await fallback.ByOtherAsync(new OpenTrade(Make.Trade("chat-6", Make.Noon, shared)));
        await fallback.ByOtherAsync(new OpenTrade(Make.Trade("chat-7", Make.Noon, shared)));
    }

    private static async Task<int> SqliteAsync(string file, string sql)
    {
        await using var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = file, Pooling = false }.ToString());
        await connection.OpenAsync(FallbackFixture.Token);
#pragma warning disable CA2100 // Constants of the test.
        await using var command = new SqliteCommand(sql, connection);
#pragma warning restore CA2100
        return await command.ExecuteNonQueryAsync(FallbackFixture.Token);
    }

    internal static async Task ExecuteAsync(FallbackFixture fallback, string sql)
    {
        await using var command = fallback.Home.Database.DataSource.CreateCommand(sql);
        await command.ExecuteNonQueryAsync(FallbackFixture.Token);
    }
}
