using Microsoft.Extensions.Logging;
using Nexus.Engine;

namespace Nexus.Sharding;

/// <summary>
/// Finishes or undoes a move that was interrupted, wherever that was. Every step can be repeated. The caller has the right to move, so nobody else
/// does the same; a transaction of the interrupted process, should one still run, is waited for: it holds the locks that are taken here.
/// </summary>
internal static partial class MoveSettlement
{
    /// <summary>Longer than the server lets a stopped process hold the locks.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    /// <summary>Settles what the journal notes, if anything.</summary>
    /// <returns>The move that was interrupted; null if there was none.</returns>
    public static async Task<ShardMove?> RunAsync(
        MoveJournal journal, IMoveShards shards, ILogger logger, Retry retry, CancellationToken cancellationToken)
    {
        if (await journal.FindAsync(cancellationToken).ConfigureAwait(false) is not { } found) return null;
        var move = await journal.TakeOverAsync(found).ConfigureAwait(false);
        var source = await shards.OpenAsync(move.Source, cancellationToken).ConfigureAwait(false);
        await using var endSource = source.ConfigureAwait(false);
        var target = await shards.OpenAsync(move.Target, cancellationToken).ConfigureAwait(false);
        await using var endTarget = target.ConfigureAwait(false);
        var home = await shards.OpenAsync(0, cancellationToken).ConfigureAwait(false);
        await using var endHome = home.ConfigureAwait(false);
        var (sourceNow, targetNow) = await LookAsync(move, source, target, retry, cancellationToken).ConfigureAwait(false);
        var isMoved = targetNow.Buckets.Covers(move.Buckets);
        if (isMoved)
        {
            await TellMapAsync(home, move, sourceNow, targetNow).ConfigureAwait(false);
            await RemoveAsync(source, move, await home.ReadFromMapAsync(move.Source).ConfigureAwait(false)).ConfigureAwait(false);
        }
        else if (!sourceNow.Buckets.Covers(move.Buckets))
        {
            // The target's transaction was not committed, and the map does not say so either.
            await source.WriteAsync(move.Source, await home.ReadFromMapAsync(move.Source).ConfigureAwait(false)).ConfigureAwait(false);
        }
        await LeavingRows.EndAsync(source, move.Source, retry).ConfigureAwait(false);
        await journal.EndAsync(move).ConfigureAwait(false);
        LogSettled(logger, move.Buckets.Count, move.Source, move.Target, isMoved ? "finished" : "undone");
        return move;
    }

    /// <summary>What both shards say once no transaction of the move runs any more.</summary>
    private static async Task<(ShardRecord Source, ShardRecord Target)> LookAsync(
        ShardMove move, IShardSession source, IShardSession target, Retry retry, CancellationToken cancellationToken)
    {
        (ShardRecord Source, ShardRecord Target) found = default;
        await LockRetry.RunAsync(async () =>
        {
            var there = await target.BeginAsync(cancellationToken).ConfigureAwait(false);
            await using var endThere = there.ConfigureAwait(false);
            var here = await source.BeginAsync(cancellationToken).ConfigureAwait(false);
            await using var endHere = here.ConfigureAwait(false);
            await LookAsync(target, move.Target, cancellationToken).ConfigureAwait(false);
            await LookAsync(source, move.Source, cancellationToken).ConfigureAwait(false);
            found = (await source.ReadAsync(move.Source).ConfigureAwait(false), await target.ReadAsync(move.Target).ConfigureAwait(false));
        }, Patience, retry, cancellationToken).ConfigureAwait(false);
        return found;
    }

    private static async Task LookAsync(IShardSession session, int shard, CancellationToken cancellationToken)
    {
        await session.LimitAsync(LeavingRows.LockTimeout, idle: null, cancellationToken).ConfigureAwait(false);
        await session.LockShardAsync(shard, MoveLock.Look, cancellationToken).ConfigureAwait(false);
    }

    private static async Task TellMapAsync(IShardSession home, ShardMove move, ShardRecord source, ShardRecord target)
    {
        var transaction = await home.BeginAsync(CancellationToken.None).ConfigureAwait(false);
        await using var end = transaction.ConfigureAwait(false);
        await home.LockMapAsync(MoveLock.Change).ConfigureAwait(false);
        if ((await home.ReadFromMapAsync(move.Target).ConfigureAwait(false)).Buckets.Covers(move.Buckets)) return;
        await home.WriteToMapAsync(move.Source, source.Next()).ConfigureAwait(false);
        await home.WriteToMapAsync(move.Target, target).ConfigureAwait(false);
        await transaction.CommitAsync(CancellationToken.None).ConfigureAwait(false);
    }

    /// <summary>Removes what the move has left on the source, unless that is done.</summary>
    private static async Task RemoveAsync(IShardSession source, ShardMove move, ShardRecord map)
    {
        if ((await source.ReadAsync(move.Source).ConfigureAwait(false)).Epoch == map.Epoch) return;
        var transaction = await source.BeginAsync(CancellationToken.None).ConfigureAwait(false);
        await using var end = transaction.ConfigureAwait(false);
        foreach (var table in source.Tables) await source.RemoveAsync(move.Source, table, move.Buckets).ConfigureAwait(false);
        await source.WriteAsync(move.Source, map).ConfigureAwait(false);
        await transaction.CommitAsync(CancellationToken.None).ConfigureAwait(false);
    }

    [LoggerMessage(EventId = 1761, Level = LogLevel.Warning,
        Message = "A move of {Buckets} buckets from shard {Source} to shard {Target} had been interrupted; it was {End}")]
    private static partial void LogSettled(ILogger logger, int buckets, int source, int target, string end);
}
