using Nexus.Engine;
using Nexus.Errors;

namespace Nexus.Sharding;

/// <summary>The notes of changed rows on the shard that buckets leave.</summary>
internal static class LeavingRows
{
    /// <summary>How long a lock is waited for, and with it how long writers wait behind this.</summary>
    public static readonly TimeSpan LockTimeout = TimeSpan.FromMilliseconds(300);

    /// <summary>A process that stops while it keeps readers or writers of a shard waiting loses its transaction after this time.</summary>
    public static readonly TimeSpan MostIdle = TimeSpan.FromSeconds(10);

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan PatienceAtEnd = TimeSpan.FromSeconds(5);

    /// <summary>Has every change of a row of the buckets noted from now on. Waits for the transactions that have begun.</summary>
    /// <param name="source">A session with the source.</param>
    /// <param name="move">What leaves.</param>
    /// <param name="retry">Waits for locks.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public static Task BeginAsync(IShardSession source, ShardMove move, Retry retry, CancellationToken cancellationToken) =>
        LockRetry.RunAsync(async () =>
        {
            var transaction = await source.BeginAsync(cancellationToken).ConfigureAwait(false);
            await using var end = transaction.ConfigureAwait(false);
            await source.LimitAsync(LockTimeout, MostIdle, cancellationToken).ConfigureAwait(false);
            await source.AddTriggersAsync(move.Source, cancellationToken).ConfigureAwait(false);
            // A transaction that has looked for leaving buckets before is waited for.
            await source.LockShardAsync(move.Source, MoveLock.Exclude, cancellationToken).ConfigureAwait(false);
            await source.BeginNotingAsync(move.Source, move, cancellationToken).ConfigureAwait(false);
            await transaction.CommitAsync(cancellationToken).ConfigureAwait(false);
        }, Patience, retry, cancellationToken);

    /// <summary>
    /// Removes the notes, and the triggers unless somebody reads their tables all the time: one that is left finds nothing to note, and the next move
    /// uses it or removes it.
    /// </summary>
    public static async Task EndAsync(IShardSession source, int shard, Retry retry)
    {
        await source.EndNotingAsync(shard).ConfigureAwait(false);
        await source.RemoveAllNotesAsync(shard).ConfigureAwait(false);
        if (!await source.HasTriggersAsync(shard).ConfigureAwait(false)) return;
        try
        {
            await LockRetry.RunAsync(async () =>
            {
                var transaction = await source.BeginAsync(CancellationToken.None).ConfigureAwait(false);
                await using var end = transaction.ConfigureAwait(false);
                await source.LimitAsync(LockTimeout, MostIdle, CancellationToken.None).ConfigureAwait(false);
                await source.RemoveTriggersAsync(shard).ConfigureAwait(false);
                await transaction.CommitAsync(CancellationToken.None).ConfigureAwait(false);
            }, PatienceAtEnd, retry, CancellationToken.None).ConfigureAwait(false);
        }
        catch (StoreUnavailableException)
        {
            // As said above.
        }
    }
}
