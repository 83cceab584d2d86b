using System.Globalization;
using Microsoft.Extensions.Logging.Abstractions;
using Nexus.Errors;
using Nexus.Failover;
using Nexus.Json;
using Nexus.Secrets;
using Nexus.Sessions;
using Nexus.Sharding;
using Nexus.TestKit;

namespace Nexus.Faults.Tests;

/// <summary>
/// A process that moves buckets between two servers is killed in each step. Nothing is lost or doubled, an instance that is open goes on by itself,
/// and the same command finishes or undoes what was begun.
/// </summary>
public sealed class KilledMoverTests
{
    private const int Chats = 100;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_move_that_is_killed_in_any_step_loses_and_doubles_nothing()
    {
        await using var second = await PostgresCluster.StartAsync(new PostgresClusterOptions { Fsync = false });
        await using var home = await TestDatabase.CreateAsync();
        await using var other = await TestDatabase.CreateAsync(second);
        var keys = KeyRing.GenerateKey();
        var options = new NexusOptions { Database = home.Url, ShardDatabases = other.Url, Keys = keys, Fallback = FallbackMode.Off };
        await ShardedDatabase.InitializeAsync(options, 2, NullLoggerFactory.Instance, TimeProvider.System, progress: null, Token);
        await using var db = await NexusDb.OpenAsync(options, cancellationToken: Token);
        for (var chat = 1; chat <= Chats; chat++)
            await db.Sessions.SaveAsync(new Session(chat, null, null, StateJson.Parse("{}")), cancellationToken: Token);
        var saves = 1;
        var target = 1;
        foreach (var phase in new[]
        {
            ShardMovePhase.Preparing, ShardMovePhase.Copying, ShardMovePhase.Comparing, ShardMovePhase.Holding, ShardMovePhase.Leaving,
            ShardMovePhase.Arriving, ShardMovePhase.Removing,
        })
        {
            await using (var victim = Start(options, keys, target, phase))
            {
                await victim.ReadLineAsync(line => line == $"at {phase}");
                if (phase == ShardMovePhase.Copying)
                {
                    var refused = await Assert.ThrowsAsync<NexusStateException>(() => MoveAsync(options, target));
                    Assert.Contains("another process", refused.Message, StringComparison.Ordinal);
                }
                await victim.KillAsync();
            }
            // No command is run: what is open settles the move where it is in the way.
            await ExpectWholeAsync(db, saves);
            for (var chat = 1; chat <= Chats; chat++)
                await db.Sessions.PatchConfigAsync(chat, StateJson.Parse($$"""{"n":{{saves}} }"""), cancellationToken: Token);
            saves++;

            await MoveAsync(options, target);

            await ExpectWholeAsync(db, saves);
            Assert.Equal(target == 1 ? 0 : Chats, await home.ScalarAsync<long>("SELECT count(*) FROM sessions"));
            Assert.Equal(target == 1 ? Chats : 0, await other.ScalarAsync<long>("SELECT count(*) FROM nexus_s01.sessions"));
            Assert.Equal(0, await home.ScalarAsync<long>("SELECT count(*) FROM nexus_moves"));
            Assert.Equal(0, await home.ScalarAsync<long>("SELECT count(*) FROM pg_trigger WHERE tgname = 'nexus_leaving_row'")
                + await other.ScalarAsync<long>("SELECT count(*) FROM pg_trigger WHERE tgname = 'nexus_leaving_row'"));
            target = 1 - target;
        }
    }

    /// <summary>Each chat once, with every save that was acknowledged.</summary>
    private static async Task ExpectWholeAsync(NexusDb db, int saves)
    {
        List<Session> sessions = [];
        await foreach (var session in db.Sessions.ListAsync(cancellationToken: Token)) sessions.Add(session);
        Assert.Equal(Chats, sessions.Select(session => session.ChatId).Distinct().Count());
        Assert.Equal(Chats, sessions.Count);
        Assert.All(sessions, session => Assert.Equal(saves, session.Version));
    }

    private static Task<IReadOnlyList<ShardMoveStep>> MoveAsync(NexusOptions options, int target) => ShardedDatabase.MoveAsync(
        options, "0-4095", target, isDryRun: false, NullLoggerFactory.Instance, TimeProvider.System, null, Token);

    private static ChildProcess Start(NexusOptions options, string keys, int target, ShardMovePhase phase) => ChildProcess.Start(
        "dotnet",
        ["exec", Path.Combine(AppContext.BaseDirectory, "Nexus.Faults.dll"), "mover", options.Database!, options.ShardDatabases!, keys, "0-4095",
            target.ToString(CultureInfo.InvariantCulture), phase.ToString()]);
}
