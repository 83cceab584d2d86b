using Nexus.Chats;
using Nexus.Json;
using Nexus.Secrets;
using Nexus.Sessions;
using Nexus.TestKit;
using Nexus.Trades;
using Nexus.Users;

namespace Nexus.Operations.Tests.Cli;

/// <summary>Shards by the command line, on three servers and on one.</summary>
public sealed class ShardsCommandTests : IDisposable
{
    private const int Chats = 40;

    private readonly NexusProgram _program = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _program.Dispose();

    [Fact]
    public async Task A_state_on_three_servers_is_one_state()
    {
        await using var second = await PostgresCluster.StartAsync();
        await using var third = await PostgresCluster.StartAsync();
        await using var home = await TestDatabase.CreateAsync();
        await using var two = await TestDatabase.CreateAsync(second);
        await using var three = await TestDatabase.CreateAsync(third);
        Use(home, $"{two.Url} {three.Url}");

        var made = (await _program.RunAsync("shards", "init", "--shards", "4", "--json")).Expect(0).Json;
        Assert.Equal([0, 1, 2, 3], made.GetProperty("shards").EnumerateArray().Select(shard => shard.GetProperty("number").GetInt32()));
        await FillAsync();
        var exported = (await _program.RunAsync("export", _program["whole.ndjson"])).Expect(0);
        Assert.DoesNotContain("nexus:", exported.Error, StringComparison.Ordinal);

        // What is on each server, by their own tables.
        Assert.Equal(Chats, await home.ScalarAsync<long>("SELECT (SELECT count(*) FROM sessions) + (SELECT count(*) FROM nexus_s03.sessions)")
            + await two.ScalarAsync<long>("SELECT count(*) FROM nexus_s01.sessions")
            + await three.ScalarAsync<long>("SELECT count(*) FROM nexus_s02.sessions"));
        Assert.All(
            (await _program.RunAsync("shards", "status", "--json")).Expect(0).Json.GetProperty("shards").EnumerateArray(),
            shard => Assert.True(shard.GetProperty("sessions").GetInt64() > 0 && shard.GetProperty("buckets").GetInt32() == 1024));
        (await _program.RunAsync("migrate")).Expect(0);
        Assert.Equal(Chats, (await _program.RunAsync("status", "--json")).Expect(0).Json.GetProperty("store").GetProperty("sessions").GetInt64());
        (await _program.RunAsync("shards", "init", "--shards", "4")).Expect(0);
        (await _program.RunAsync("backup", "create")).Expect(1).ExpectOneLine("shards on other servers");

        // The old key opens nothing any more once all shards are sealed with the new one.
        var (old, next) = (_program.Environment["NEXUS_KEYS"]!, KeyRing.GenerateKey());
        _program.Environment["NEXUS_KEYS"] = $"{next},{old}";
        (await _program.RunAsync("keys", "rotate")).Expect(0);
        _program.Environment["NEXUS_KEYS"] = next;
        (await _program.RunAsync("keys", "verify")).Expect(0);

        // The same records in one database, and figures that are equal to the last digit.
        await using var plain = await TestDatabase.CreateAsync();
        await using (var sharded = await NexusDb.OpenAsync(Options(next), cancellationToken: Token))
        {
            Assert.Equal(4, sharded.Shards);
            Use(plain, servers: null);
            _program.Environment["NEXUS_KEYS"] = $"{next},{old}";
            (await _program.RunAsync("import", _program["whole.ndjson"])).Expect(0);
            await using var one = await NexusDb.OpenAsync(Options($"{next},{old}"), cancellationToken: Token);
            Assert.Equal(
                await one.Trades.GetPerformanceAsync(cancellationToken: Token), await sharded.Trades.GetPerformanceAsync(cancellationToken: Token));
            Assert.Equal(await one.Trades.GetEquityAsync(cancellationToken: Token), await sharded.Trades.GetEquityAsync(cancellationToken: Token));
            await foreach (var session in one.Sessions.ListAsync(cancellationToken: Token))
                Assert.Equal(session.ApiKey!.Reveal(), (await sharded.Sessions.GetAsync(session.ChatId, Token))!.ApiKey!.Reveal());
        }

        // A server that does not respond is named; a wrong order of the servers is refused.
        Use(home, $"{three.Url} {two.Url}");
        (await _program.RunAsync("status")).Expect(1);
        Assert.Contains("wrong server", (await _program.RunAsync("export", _program["none.ndjson"])).Expect(1).Error, StringComparison.Ordinal);
        Use(home, two.Url);
        (await _program.RunAsync("export", _program["none.ndjson"])).Expect(1).ExpectOneLine("NEXUS_SHARD_URLS");
        await third.StopAsync();
        Use(home, $"{two.Url} {three.Url}");
        var status = (await _program.RunAsync("shards", "status", "--json")).Expect(1).Json.GetProperty("shards").EnumerateArray();
        Assert.Equal([true, true, false, true], status.Select(shard => shard.GetProperty("isReachable").GetBoolean()));
    }

    [Fact]
    public async Task Chats_are_moved_while_the_database_is_in_use()
    {
        await using var home = await TestDatabase.CreateAsync();
        Use(home, servers: null);
        (await _program.RunAsync("shards", "move", "--bucket", "1", "--to", "1")).Expect(1).ExpectOneLine("without shards");
        (await _program.RunAsync("shards", "init", "--shards", "3")).Expect(0);
        await FillAsync();

        var planned = (await _program.RunAsync("shards", "drain", "1", "--dry-run", "--json")).Expect(0).Json;
        Assert.True(planned.GetProperty("dryRun").GetBoolean());
        Assert.Equal(1365, planned.GetProperty("moves").EnumerateArray().Sum(move => move.GetProperty("count").GetInt32()));
        Assert.NotEqual(0, await home.ScalarAsync<long>("SELECT count(*) FROM nexus_s01.sessions"));
        var drained = (await _program.RunAsync("shards", "drain", "1", "--json")).Expect(0).Json;
        Assert.All(drained.GetProperty("moves").EnumerateArray(), move => Assert.True(move.GetProperty("rows").GetInt64() > 0));
        Assert.Equal(0, await home.ScalarAsync<long>("SELECT count(*) FROM nexus_s01.trades"));
        Assert.Contains("There is nothing to move.", (await _program.RunAsync("shards", "drain", "1")).Expect(0).Output, StringComparison.Ordinal);
        Assert.Contains("--dry-run", (await _program.RunAsync("shards", "rebalance", "--dry-run")).Expect(0).Output, StringComparison.Ordinal);
        (await _program.RunAsync("shards", "move", "--buckets", "0-99", "100", "--to", "1")).Expect(0);
        (await _program.RunAsync("shards", "move", "--buckets", "99-9", "--to", "1")).Expect(2).ExpectOneLine("buckets");

        var shards = (await _program.RunAsync("shards", "status", "--json")).Expect(0).Json.GetProperty("shards").EnumerateArray().ToList();
        Assert.Equal(101, shards[1].GetProperty("buckets").GetInt32());
        Assert.Equal(Chats, shards.Sum(shard => shard.GetProperty("sessions").GetInt64()));
    }

    [Fact]
    public async Task A_database_with_chats_or_other_shards_is_not_changed()
    {
        await using var home = await TestDatabase.CreateAsync();
        Use(home, servers: null);
        (await _program.RunAsync("shards", "status")).Expect(0);
        await FillAsync();

        (await _program.RunAsync("shards", "init", "--shards", "3")).Expect(1).ExpectOneLine("holds records of chats");
        Assert.Equal(0, await home.ScalarAsync<long>("SELECT count(*) FROM nexus_shard"));

        await using var fresh = await TestDatabase.CreateAsync();
        Use(fresh, servers: null);
        (await _program.RunAsync("shards", "init", "--shards", "1")).Expect(2);
        (await _program.RunAsync("shards", "init", "--shards", "2")).Expect(0);
        (await _program.RunAsync("shards", "init", "--shards", "3")).Expect(2).ExpectOneLine("has 2 shards");
        Assert.Contains("nexus_s01", (await _program.RunAsync("shards", "status")).Expect(0).Output, StringComparison.Ordinal);

        Assert.Contains("Shard 2 has no chats yet", (await _program.RunAsync("shards", "add")).Expect(0).Output, StringComparison.Ordinal);
        (await _program.RunAsync("shards", "add", "--server", "1")).Expect(2).ExpectOneLine("NEXUS_SHARD_URLS");
        (await _program.RunAsync("shards", "move", "--bucket", "7", "--to", "2")).Expect(0);
        var added = (await _program.RunAsync("shards", "status", "--json")).Expect(0).Json.GetProperty("shards")[2];
        Assert.Equal((1, 0), (added.GetProperty("buckets").GetInt32(), added.GetProperty("unsettledBatches").GetInt32()));
    }

    [Fact]
    public async Task An_interrupted_setup_is_finished_by_the_next_one()
    {
        await using var home = await TestDatabase.CreateAsync();
        Use(home, servers: null);
        (await _program.RunAsync("shards", "init", "--shards", "3")).Expect(0);
        // As it is when the last step was not reached, and the one before only half.
        await home.ExecuteAsync("""
            DELETE FROM nexus_shard; ALTER TABLE nexus_commits DROP CONSTRAINT nexus_commits_checked; DROP SCHEMA nexus_s02 CASCADE
            """);
        await using (var plain = await NexusDb.OpenAsync(Options(_program.Environment["NEXUS_KEYS"]!), cancellationToken: Token))
            Assert.Equal(1, plain.Shards);

        (await _program.RunAsync("shards", "init", "--shards", "4")).Expect(0);

        await using var db = await NexusDb.OpenAsync(Options(_program.Environment["NEXUS_KEYS"]!), cancellationToken: Token);
        Assert.Equal(4, db.Shards);
        for (var chat = 1; chat <= 20; chat++)
            await db.Sessions.SaveAsync(new Session(chat, null, null, StateJson.Parse("{}")), cancellationToken: Token);
        Assert.Equal(20, (await db.GetStatusAsync(Token)).Sessions);
    }

    private void Use(TestDatabase database, string? servers)
    {
        _program.Environment["DATABASE_URL"] = database.Url;
        _program.Environment["NEXUS_SHARD_URLS"] = servers;
        _program.Environment.TryAdd("NEXUS_KEYS", null);
        _program.Environment["NEXUS_KEYS"] ??= KeyRing.GenerateKey();
    }

    private NexusOptions Options(string keys) => new()
    {
        Database = _program.Environment["DATABASE_URL"],
        ShardDatabases = _program.Environment["NEXUS_SHARD_URLS"],
        Keys = keys,
        Fallback = Failover.FallbackMode.Off,
    };

    private async Task FillAsync()
    {
        await using var db = await NexusDb.OpenAsync(Options(_program.Environment["NEXUS_KEYS"]!), cancellationToken: Token);
        for (var n = 1; n <= Chats; n++)
        {
            ChatId chat = n;
            var session = new Session(chat, Secret.Of($"key {n}"), Secret.Of("secret"), StateJson.Parse("{}"));
            await db.Sessions.SaveAsync(session, cancellationToken: Token);
            await db.Users.SaveAsync(chat, new UserChange { Name = $"user {n}", NeverExpires = true }, cancellationToken: Token);
            await db.Trades.OpenAsync(new Trade
            {
                ChatId = chat,
                Symbol = "BTCUSDT",
                Side = TradeSide.Long,
                EntryPrice = 100m,
                Quantity = 1m,
                Status = TradeStatus.Closed,
                EntryTimestamp = new DateTimeOffset(2026, 1, 1, 0, n, 0, TimeSpan.Zero),
                ExitTimestamp = new DateTimeOffset(2026, 1, 2, 0, n * 7 % 60, 0, TimeSpan.Zero),
                ExitPrice = 101m,
                Pnl = (n % 2 == 0 ? 1 : -1) * (n + 0.12345678m),
            }, Token);
        }
    }
}
