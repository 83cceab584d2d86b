using Microsoft.Extensions.Logging;
using Nexus.Engine;

namespace Nexus.Sharding;

/// <summary>Moves one group of buckets: docs/decisions/0035-moves-of-buckets.md.</summary>
/// <param name="move">Noted in the journal.</param>
/// <param name="shards">Connections.</param>
/// <param name="retry">Waits for locks, and measures.</param>
/// <param name="logger">Receives what was done.</param>
/// <param name="report">Told of each step.</param>
internal sealed partial class BucketMover(
    ShardMove move, IMoveShards shards, Retry retry, ILogger logger, Action<ShardMovePhase> report)
{
    /// <summary>So few notes are followed while both shards wait.</summary>
    private const int FewNotes = 200;

    /// <summary>More rounds do not make the rest smaller.</summary>
    private const int MostRounds = 20;

    /// <summary>How long the last step is tried.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    /// <summary>A copy may take longer than the limit of other transactions.</summary>
    private static readonly TimeSpan MostIdle = TimeSpan.FromMinutes(10);

    private static readonly TimeSpan LockTimeout = TimeSpan.FromMinutes(1);

    /// <summary>Moves the buckets. After an error or a cancellation <see cref="MoveSettlement"/> finds them moved or not.</summary>
    /// <returns>The rows, and how long writes waited.</returns>
    public async Task<(long Rows, TimeSpan Held)> RunAsync(CancellationToken cancellationToken)
    {
        var source = await shards.OpenAsync(move.Source, cancellationToken).ConfigureAwait(false);
        await using var endSource = source.ConfigureAwait(false);
        report(ShardMovePhase.Preparing);
        await LeavingRows.BeginAsync(source, move, retry, cancellationToken).ConfigureAwait(false);
        var transfer = await TransferAsync(source, cancellationToken).ConfigureAwait(false);
        await RemoveAsync(source, transfer.Transfer).ConfigureAwait(false);
        LogMoved(logger, move.Buckets.Count, move.Source, move.Target, transfer.Transfer.Rows, (long)transfer.Held.TotalMilliseconds);
        return (transfer.Transfer.Rows, transfer.Held);
    }

    private async Task<(RowTransfer Transfer, TimeSpan Held)> TransferAsync(IShardSession source, CancellationToken cancellationToken)
    {
        var target = await shards.OpenAsync(move.Target, cancellationToken).ConfigureAwait(false);
        await using var endTarget = target.ConfigureAwait(false);
        var beside = await shards.OpenAsync(move.Target, cancellationToken).ConfigureAwait(false);
        await using var endBeside = beside.ConfigureAwait(false);
        var transfer = new RowTransfer(move, source, target, beside);
        var copies = await target.BeginAsync(cancellationToken).ConfigureAwait(false);
        await using var endCopies = copies.ConfigureAwait(false);
        await target.LimitAsync(LockTimeout, MostIdle, cancellationToken).ConfigureAwait(false);
        report(ShardMovePhase.Copying);
        await transfer.PrepareAsync(cancellationToken).ConfigureAwait(false);
        await transfer.CopyAllAsync(cancellationToken).ConfigureAwait(false);
        report(ShardMovePhase.Following);
        await transfer.FollowAsync(inSnapshot: null, cancellationToken).ConfigureAwait(false);
        report(ShardMovePhase.Comparing);
        await transfer.CompareAllAsync(cancellationToken).ConfigureAwait(false);
        var step = await MoveTransactions.OpenAsync(move, shards, target, cancellationToken).ConfigureAwait(false);
        await using var endStep = step.ConfigureAwait(false);
        await LockAsync(step, transfer, cancellationToken).ConfigureAwait(false);
        // From here on nothing is cancelled: it takes less than a second.
        var began = retry.Now;
        report(ShardMovePhase.Holding);
        await transfer.FinishAsync().ConfigureAwait(false);
        await step.ChangeAsync().ConfigureAwait(false);
        await step.CommitAsync(copies, report).ConfigureAwait(false);
        return (transfer, retry.Since(began));
    }

    /// <summary>Follows until little is left, and locks both shards.</summary>
    private Task LockAsync(MoveTransactions step, RowTransfer transfer, CancellationToken cancellationToken) => LockRetry.RunAsync(async () =>
    {
        for (var round = 0; round < MostRounds; round++)
        {
            if (await transfer.CountNotesAsync(cancellationToken).ConfigureAwait(false) <= FewNotes) break;
            transfer.Note(await transfer.FollowAsync(inSnapshot: null, cancellationToken).ConfigureAwait(false));
        }
        cancellationToken.ThrowIfCancellationRequested();
        await step.LockAsync().ConfigureAwait(false);
    }, Patience, retry, cancellationToken);

    /// <summary>Removes the rows from the source, which nobody reads any more, and has the source say that it is as the map says.</summary>
    private async Task RemoveAsync(IShardSession source, RowTransfer transfer)
    {
        await LockRetry.RunAsync(async () =>
        {
            var transaction = await source.BeginAsync(CancellationToken.None).ConfigureAwait(false);
            await using var end = transaction.ConfigureAwait(false);
            foreach (var (table, keys) in transfer.Keys)
                await source.RemoveAsync(move.Source, table, keys, CancellationToken.None).ConfigureAwait(false);
            await source.WriteAsync(move.Source, (await source.ReadAsync(move.Source).ConfigureAwait(false)).Next()).ConfigureAwait(false);
            await source.RemoveAllNotesAsync(move.Source).ConfigureAwait(false);
            await transaction.CommitAsync(CancellationToken.None).ConfigureAwait(false);
        }, Patience, retry, CancellationToken.None).ConfigureAwait(false);
        report(ShardMovePhase.Moved);
    }

    [LoggerMessage(EventId = 1760, Level = LogLevel.Information,
        Message = "{Buckets} buckets were moved from shard {Source} to shard {Target}: {Rows} rows; writes waited for {Milliseconds} ms")]
    private static partial void LogMoved(ILogger logger, int buckets, int source, int target, long rows, long milliseconds);
}
