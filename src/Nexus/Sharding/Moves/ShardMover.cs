using Microsoft.Extensions.Logging;
using Nexus.Engine;
using Nexus.Errors;
using Nexus.Postgres;
using Npgsql;

namespace Nexus.Sharding;

/// <summary>Moves buckets between the shards of a database while it is in use.</summary>
/// <param name="servers">Where the shards are.</param>
/// <param name="logger">Receives what was done.</param>
/// <param name="clock">Measures waits.</param>
/// <param name="retry">Waits for locks; null for waits by the clock.</param>
internal sealed class ShardMover(IShardServers servers, ILogger logger, TimeProvider clock, Retry? retry = null)
{
    /// <summary>
    /// Buckets are moved in groups of about so many bytes: a group needs a pass over the tables of the source, and its keys are kept in memory. A
    /// larger group holds the reads of the source up for longer while the copies that are left are removed.
    /// </summary>
    private const long GroupBytes = 16 * 1024 * 1024;

    private const int LargestGroup = 1024;

    private readonly Retry _retry = retry ?? new Retry(clock);

    /// <param name="plan">Plans the moves by the map.</param>
    /// <param name="isDryRun">Changes nothing.</param>
    /// <param name="progress">Receives each step.</param>
    /// <param name="cancellationToken">Ends it before the next group of buckets, or undoes the one that is being copied.</param>
    /// <returns>What was moved, or would be.</returns>
    /// <exception cref="NexusStateException">Another process moves buckets.</exception>
    public async Task<IReadOnlyList<ShardMoveStep>> RunAsync(
        Func<ShardMap, IReadOnlyList<PlannedMove>> plan, bool isDryRun, IProgress<ShardMoveProgress>? progress, CancellationToken cancellationToken)
    {
        var map = await ReadMapAsync(cancellationToken).ConfigureAwait(false);
        if (isDryRun) return [.. plan(map).Select(move => ToStep(move, 0, TimeSpan.Zero))];
        var shards = servers.Connect(map);
        await using var endShards = shards.ConfigureAwait(false);
        try
        {
            var journal = await MoveJournal.TryOpenAsync(shards, clock, cancellationToken).ConfigureAwait(false)
                ?? throw new NexusStateException("the shards", "are being changed by another process that moves buckets: wait until it ends");
            await using var endJournal = journal.ConfigureAwait(false);
            await MoveSettlement.RunAsync(journal, shards, logger, _retry, cancellationToken).ConfigureAwait(false);
            await shards.SettleBatchesAsync(cancellationToken).ConfigureAwait(false);
            var planned = plan(await ReadMapAsync(cancellationToken).ConfigureAwait(false));
            foreach (var shard in planned.Select(move => move.Source).Distinct())
                await shards.RequireMovableAsync(shard, cancellationToken).ConfigureAwait(false);
            // Instances have opened every shard that has chats, but perhaps not a new one.
            foreach (var shard in planned.Select(move => move.Target).Distinct().Where(shard => !map.Shards[shard].Owned.Contains('1')))
                await RunningInstances.RequireAsync(shards, shard, cancellationToken).ConfigureAwait(false);
            return await MoveAsync(journal, shards, planned, progress, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception error) when (PostgresErrors.Covers(error))
        {
            throw PostgresErrors.Translate(error);
        }
    }

    /// <summary>The move that the home shard notes.</summary>
    public async Task<ShardMoveStep?> FindAsync(CancellationToken cancellationToken)
    {
        try
        {
            if (await servers.FindMapAsync(cancellationToken).ConfigureAwait(false) is not { } map) return null;
            var shards = servers.Connect(map);
            await using var endShards = shards.ConfigureAwait(false);
            var home = await shards.OpenAsync(0, cancellationToken).ConfigureAwait(false);
            await using var end = home.ConfigureAwait(false);
            return await home.FindMoveAsync(cancellationToken).ConfigureAwait(false) is { } move
                ? ToStep(new PlannedMove(move.Source, move.Target, move.Buckets), 0, TimeSpan.Zero)
                : null;
        }
        catch (PostgresException error) when (error.SqlState == PostgresErrorCodes.UndefinedTable)
        {
            // The schema is older than moves.
            return null;
        }
        catch (Exception error) when (PostgresErrors.Covers(error))
        {
            throw PostgresErrors.Translate(error);
        }
    }

    private async Task<IReadOnlyList<ShardMoveStep>> MoveAsync(
        MoveJournal journal, IMoveShards shards, IReadOnlyList<PlannedMove> planned, IProgress<ShardMoveProgress>? progress,
        CancellationToken cancellationToken)
    {
        List<ShardMoveStep> steps = [];
        var (moved, total) = (0, planned.Sum(move => move.Buckets.Count));
        foreach (var bySource in planned.GroupBy(move => move.Source))
        {
            var size = await GroupSizeAsync(shards, bySource.Key, cancellationToken).ConfigureAwait(false);
            foreach (var move in bySource)
            {
                var (rows, held) = (0L, TimeSpan.Zero);
                foreach (var group in move.Buckets.All.Chunk(size))
                {
                    var one = new ShardMove(Guid.NewGuid(), move.Source, move.Target, BucketSet.Of(group));
                    var done = await MoveAsync(
                        journal, shards, one, phase => progress?.Report(new ShardMoveProgress(phase, move.Source, move.Target, moved, total)),
                        cancellationToken).ConfigureAwait(false);
                    moved += group.Length;
                    (rows, held) = (rows + done.Rows, done.Held > held ? done.Held : held);
                    progress?.Report(new ShardMoveProgress(ShardMovePhase.Moved, move.Source, move.Target, moved, total));
                }
                steps.Add(ToStep(move, rows, held));
            }
            var source = await shards.OpenAsync(bySource.Key, cancellationToken).ConfigureAwait(false);
            await using var endSource = source.ConfigureAwait(false);
            await LeavingRows.EndAsync(source, bySource.Key, _retry).ConfigureAwait(false);
        }
        return steps;
    }

    private async Task<(long Rows, TimeSpan Held)> MoveAsync(
        MoveJournal journal, IMoveShards shards, ShardMove move, Action<ShardMovePhase> report, CancellationToken cancellationToken)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, journal.Lost);
        try
        {
            await journal.BeginAsync(move, either.Token).ConfigureAwait(false);
            var done = await new BucketMover(move, shards, _retry, logger, report).RunAsync(either.Token).ConfigureAwait(false);
            await journal.EndAsync(move).ConfigureAwait(false);
            return done;
        }
        catch (Exception) when (!journal.Lost.IsCancellationRequested)
        {
            await MoveSettlement.RunAsync(journal, shards, logger, _retry, CancellationToken.None).ConfigureAwait(false);
            throw;
        }
        catch (Exception error)
        {
            await EndNotingAsync(shards, move).ConfigureAwait(false);
            if (error is not OperationCanceledException || cancellationToken.IsCancellationRequested) throw;
            throw new StoreUnavailableException(StoreUnavailableReason.Unreachable,
                "the connection to the home shard broke: repeat the command, which finishes or undoes the move that was begun");
        }
    }

    /// <summary>
    /// Ends what this process began to note after its right to move had ended: the present holder of the right does not know of it.
    /// </summary>
    private static async Task EndNotingAsync(IMoveShards shards, ShardMove move)
    {
        try
        {
            var source = await shards.OpenAsync(move.Source, CancellationToken.None).ConfigureAwait(false);
            await using var end = source.ConfigureAwait(false);
            await source.EndNotingAsync(move.Source, move.Id).ConfigureAwait(false);
        }
        catch (Exception error) when (PostgresErrors.Covers(error))
        {
            // The next move from the shard replaces it.
        }
    }

    private async Task<ShardMap> ReadMapAsync(CancellationToken cancellationToken) =>
        await servers.FindMapAsync(cancellationToken).ConfigureAwait(false)
            ?? throw new NexusConfigurationException(
                nameof(NexusOptions.Database), "names a database without shards; shards can be made only in a database that holds no chats yet");

    private static async Task<int> GroupSizeAsync(IMoveShards shards, int source, CancellationToken cancellationToken)
    {
        var session = await shards.OpenAsync(source, cancellationToken).ConfigureAwait(false);
        await using var end = session.ConfigureAwait(false);
        var bytes = await session.MeasureAsync(source, cancellationToken).ConfigureAwait(false);
        var owned = (await session.ReadAsync(source).ConfigureAwait(false)).Buckets.Count;
        return (int)Math.Clamp(GroupBytes * owned / Math.Max(1, bytes), 1, LargestGroup);
    }

    private static ShardMoveStep ToStep(PlannedMove move, long rows, TimeSpan held) =>
        new(move.Source, move.Target, move.Buckets.ToString(), move.Buckets.Count, rows, (long)held.TotalMilliseconds);
}
