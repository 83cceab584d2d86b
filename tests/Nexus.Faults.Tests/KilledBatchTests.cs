using System.Globalization;
using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using Nexus.Chats;
using Nexus.Failover;
using Nexus.Secrets;
using Nexus.Sharding;
using Nexus.TestKit;

namespace Nexus.Faults.Tests;

/// <summary>A process that saves a batch on three servers is killed at each stage. An open instance ends the batch: all of it or nothing.</summary>
public sealed class KilledBatchTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_batch_that_is_killed_at_any_stage_is_applied_as_a_whole_or_not_at_all()
    {
        await using var second = await PostgresCluster.StartAsync(new PostgresClusterOptions
        {
            Settings = new Dictionary<string, string> { ["max_prepared_transactions"] = "10" },
        });
        await using var home = await TestDatabase.CreateAsync();
        await using var one = await TestDatabase.CreateAsync(second);
        await using var other = await TestDatabase.CreateAsync(second);
        var options = new NexusOptions
        {
            Database = home.Url,
            ShardDatabases = $"{one.Url} {other.Url}",
            Keys = KeyRing.GenerateKey(),
            Fallback = FallbackMode.Off,
        };
        await ShardedDatabase.InitializeAsync(options, 3, NullLoggerFactory.Instance, TimeProvider.System, progress: null, Token);
        string[] chats = [.. Enumerable.Range(0, 3).Select(shard => Enumerable.Range(1, 1000).Select(n => $"{n}")
            .First(chat => ShardMap.EvenShare(shard, 3)[ChatBucket.Of(chat)] == '1'))];
        // It does not save such batches itself.
        await using var store = new ShardedStore(options.ForShards(), NullLoggerFactory.Instance, TimeProvider.System);
        await store.OpenAsync(Token);
        var stored = "";
        foreach (var (stage, time, isApplied) in new[]
        {
            (BatchStage.Executed, 1, false), (BatchStage.Prepared, 1, false), (BatchStage.Prepared, 2, false), (BatchStage.Decided, 1, true),
            (BatchStage.Committed, 1, true), (BatchStage.Committed, 2, true),
        })
        {
            var config = $$"""{"at": "{{stage}} {{time}}"}""";
            await using (var victim = ChildProcess.Start(
                "dotnet",
                ["exec", Path.Combine(AppContext.BaseDirectory, "Nexus.Faults.dll"), "batch", options.Database!, options.ShardDatabases!,
                    options.Keys!, string.Join(',', chats), config, stage.ToString(), time.ToString(CultureInfo.InvariantCulture)]))
            {
                await victim.ReadLineAsync(line => line == "there");
                await victim.KillAsync();
            }

            await Eventually.TrueAsync(async () => await store.SettleBatchesAsync(TimeSpan.Zero, Token) == 0
                && await one.ScalarAsync<long>("SELECT count(*) FROM pg_prepared_xacts") == 0);

            if (isApplied) stored = config;
            var sessions = await store.GetSessionsAsync(chats, Token);
            Assert.Equal(stored.Length == 0 ? 0 : 3, sessions.Count);
            Assert.All(sessions, session => Assert.Equal(stored, Encoding.UTF8.GetString(session.Config.Span)));
            Assert.Equal(0, await home.ScalarAsync<long>("SELECT count(*) FROM nexus_decisions"));
        }
    }
}
