using Microsoft.Extensions.Logging.Abstractions;
using Nexus.Chats;
using Nexus.Engine;
using Nexus.Errors;
using Nexus.Failover;
using Nexus.Secrets;
using Nexus.Sharding;
using Nexus.StoreContract;
using Nexus.TestKit;

namespace Nexus.Postgres.Tests.Shards;

/// <summary>Atomic batches over shards on several servers.</summary>
public sealed class SpanningBatchTests(PreparingCluster server) : IAsyncLifetime, IClassFixture<PreparingCluster>
{
    private TestDatabase _home = null!;
    private TestDatabase _second = null!;
    private TestDatabase _third = null!;
    private NexusOptions _options = null!;
    private string[] _chats = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _home = await TestDatabase.CreateAsync();
        _second = await TestDatabase.CreateAsync(server.Cluster);
        _third = await TestDatabase.CreateAsync(server.Cluster);
        _options = new NexusOptions
        {
            Database = _home.Url,
            ShardDatabases = $"{_second.Url} {_third.Url}",
            Keys = KeyRing.GenerateKey(),
            Fallback = FallbackMode.Off,
            TwoPhaseBatches = true,
        };
        await ShardedDatabase.InitializeAsync(_options, 3, NullLoggerFactory.Instance, TimeProvider.System, progress: null, Token);
        _chats = [ChatOn(0), ChatOn(1), ChatOn(2)];
    }

    public async ValueTask DisposeAsync()
    {
        await _home.DisposeAsync();
        await _second.DisposeAsync();
        await _third.DisposeAsync();
    }

    [Fact]
    public async Task A_batch_over_servers_is_applied_as_a_whole_or_not_at_all()
    {
        await using var store = await OpenAsync();

        foreach (var chats in new[] { _chats, _chats[1..], _chats[..2] })
        {
            var applied = await store.ApplyAsync([.. chats.Select(chat => Make.Session(chat))], atomic: true, Token);
            Assert.All(applied, outcome => Assert.True(outcome.IsApplied));
            var refused = await store.ApplyAsync(
                [.. chats.Select((chat, n) => Make.Session(chat, """{"a":1}""", expected: n == 1 ? 99 : null))], atomic: true, Token);
            Assert.Equal(WriteStatus.Conflict, refused[1].Status);
            Assert.All(refused.Where((_, n) => n != 1), outcome => Assert.Equal(WriteStatus.RolledBack, outcome.Status));
        }

        var sessions = await store.GetSessionsAsync(_chats, Token);
        Assert.Equal([2, 3, 2], _chats.Select(chat => sessions.Single(session => session.ChatId == chat).Version));
        Assert.All(sessions, session => Make.AssertJson("{}", session.Config));
        await ExpectNothingLeftAsync();
    }

    [Fact]
    public async Task Another_instance_hears_of_a_batch_over_servers()
    {
        await using var one = await NexusDb.OpenAsync(_options, cancellationToken: Token);
        await using var other = await NexusDb.OpenAsync(_options, cancellationToken: Token);
        foreach (var n in Enumerable.Range(1, 3))
        {
            var saved = await one.Sessions.SaveBatchAsync(
                [.. _chats.Select(chat => new Sessions.Session(ChatId.Parse(chat), null, null, Json.StateJson.Parse($$"""{"n":{{n}} }""")))],
                Token);
            Assert.Equal(3, saved.Count);
            foreach (var chat in _chats)
                await Eventually.TrueAsync(async () =>
                    (await other.Sessions.GetAsync(ChatId.Parse(chat), Token))!.Config.ToString().Contains($"{n}", StringComparison.Ordinal));
        }
    }

    [Fact]
    public async Task Without_the_setting_it_is_refused_and_the_remedy_is_named()
    {
        _options.TwoPhaseBatches = false;
        await using var store = await OpenAsync();

        var error = await Assert.ThrowsAsync<NexusValidationException>(
            () => store.ApplyAsync([.. _chats.Select(chat => Make.Session(chat))], atomic: true, Token));

        Assert.Contains("are on two servers", error.Message, StringComparison.Ordinal);
        Assert.Contains("NexusOptions.TwoPhaseBatches", error.Message, StringComparison.Ordinal);
        Assert.Empty(await store.GetSessionsAsync(_chats, Token));
    }

    [Fact]
    public async Task A_server_without_prepared_transactions_is_refused_at_the_start()
    {
        await using var other = await TestDatabase.CreateAsync();
        await using var home = await TestDatabase.CreateAsync();
        var options = new NexusOptions { Database = home.Url, ShardDatabases = other.Url, Keys = _options.Keys, Fallback = FallbackMode.Off };
        await ShardedDatabase.InitializeAsync(options, 2, NullLoggerFactory.Instance, TimeProvider.System, progress: null, Token);
        await (await NexusDb.OpenAsync(options, cancellationToken: Token)).DisposeAsync();
        var refused = new NexusOptions
        {
            Database = home.Url,
            ShardDatabases = other.Url,
            Keys = _options.Keys,
            Fallback = FallbackMode.Off,
            TwoPhaseBatches = true,
        };

        var error = await Assert.ThrowsAsync<NexusConfigurationException>(() => NexusDb.OpenAsync(refused, cancellationToken: Token));

        Assert.Contains("max_prepared_transactions", error.Message, StringComparison.Ordinal);
        Assert.Contains(other.Name, error.Message, StringComparison.Ordinal);
    }

    /// <summary>
    /// Several instances save the same chats in batches, while a settlement that takes every batch for one without a process rolls back what it
    /// meets: whatever becomes of each batch, all chats have the same saves.
    /// </summary>
    [Fact]
    public async Task Batches_of_several_instances_and_a_settlement_in_between_leave_no_half_batch()
    {
        await using var one = await OpenAsync();
        await using var other = await OpenAsync();
        await one.ApplyAsync([.. _chats.Select(chat => Make.Session(chat))], atomic: true, Token);
        using var stop = new CancellationTokenSource();
        var settling = Task.Run(async () =>
        {
            while (!stop.IsCancellationRequested) await other.SettleBatchesAsync(TimeSpan.Zero, Token);
        }, Token);
        var applied = 1;
        await Parallel.ForEachAsync(Enumerable.Range(0, 40), new ParallelOptions { MaxDegreeOfParallelism = 4, CancellationToken = Token },
            async (n, token) =>
            {
                try
                {
                    var order = n % 2 == 0 ? _chats : [.. _chats.Reverse()];
                    var outcomes = await (n % 2 == 0 ? one : other).ApplyAsync(
                        [.. order.Select(chat => Make.Session(chat, $$"""{"n":{{n}}}"""))], atomic: true, token);
                    Assert.Single(outcomes.Select(outcome => outcome.IsApplied).Distinct());
                    if (outcomes[0].IsApplied) Interlocked.Increment(ref applied);
                }
                catch (NexusException error) when (error is not UnknownOutcomeException)
                {
                    // It was rolled back.
                }
            });
        await stop.CancelAsync();
        await settling;
        await one.SettleBatchesAsync(TimeSpan.Zero, Token);

        var sessions = await one.GetSessionsAsync(_chats, Token);
        Assert.Equal(3, sessions.Count);
        Assert.All(sessions, session => Assert.Equal(applied, session.Version));
        Assert.Single(sessions.Select(session => System.Text.Encoding.UTF8.GetString(session.Config.Span)).Distinct());
        Assert.True(applied > 1);
        await ExpectNothingLeftAsync();
    }

    [Fact]
    public async Task A_batch_of_unknown_end_is_shown_and_settled_by_the_next_start()
    {
        var map = await _home.ScalarAsync<Guid>("SELECT map_id FROM nexus_shards WHERE number = 0");
        var id = UuidV7.New();
        await _second.ExecuteAsync("BEGIN; CREATE TABLE left_behind (n integer); "
            + $"PREPARE TRANSACTION '{PreparedName.Of(map, 1, id)}'");
        await _second.ExecuteAsync("BEGIN; CREATE TABLE of_somebody_else (n integer); PREPARE TRANSACTION 'not of Nexus'");
        await Task.Delay(BatchSettlement.Grace + TimeSpan.FromSeconds(1), Token);

        var shard = (await ShardedDatabase.GetStatusAsync(_options, Token))[1];
        Assert.Equal(1, shard.UnsettledBatches);
        await using (await OpenAsync()) Assert.Equal(0, (await ShardedDatabase.GetStatusAsync(_options, Token))[1].UnsettledBatches);

        Assert.Equal(["not of Nexus"], await _second.QueryAsync<string>("SELECT gid FROM pg_prepared_xacts"));
        await _second.ExecuteAsync("ROLLBACK PREPARED 'not of Nexus'");
        // A process that comes late cannot decide any more.
        Assert.False(await _home.ScalarAsync<bool>("SELECT committed_at IS NOT NULL FROM nexus_commits WHERE id = $1", id));
    }

    private async Task ExpectNothingLeftAsync()
    {
        Assert.Empty(await _second.QueryAsync<string>("SELECT gid FROM pg_prepared_xacts"));
        Assert.Equal(0, await _home.ScalarAsync<long>("SELECT count(*) FROM nexus_decisions"));
    }

    private async Task<ShardedStore> OpenAsync()
    {
        var store = new ShardedStore(_options.ForShards(), NullLoggerFactory.Instance, TimeProvider.System);
        await store.OpenAsync(Token);
        return store;
    }

    private static string ChatOn(int shard) => Enumerable.Range(1, 1000).Select(n => $"{n}")
        .First(chat => ShardMap.EvenShare(shard, 3)[ChatBucket.Of(chat)] == '1');
}
