using Microsoft.Extensions.Logging;
using Nexus.Errors;
using Nexus.Postgres;
using Npgsql;

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
        MoveJournal journal, ShardConnections shards, ILogger logger, TimeProvider clock, CancellationToken cancellationToken)
    {
        if (await journal.FindAsync(cancellationToken).ConfigureAwait(false) is not { } found) return null;
        var move = await journal.TakeOverAsync(found).ConfigureAwait(false);
        var source = await shards.OpenAsync(move.Source, cancellationToken).ConfigureAwait(false);
        await using var endSource = source.ConfigureAwait(false);
        var target = await shards.OpenAsync(move.Target, cancellationToken).ConfigureAwait(false);
        await using var endTarget = target.ConfigureAwait(false);
        var home = await shards.OpenAsync(0, cancellationToken).ConfigureAwait(false);
        await using var endHome = home.ConfigureAwait(false);
        var (from, map) = (shards.SchemaOf(move.Source), shards.SchemaOf(0));
        var (sourceNow, targetNow) = await LookAsync(source, target, from, shards.SchemaOf(move.Target), clock, cancellationToken)
            .ConfigureAwait(false);
        var isMoved = targetNow.Buckets.Covers(move.Buckets);
        if (isMoved)
        {
            await TellMapAsync(home, map, move, sourceNow, targetNow).ConfigureAwait(false);
            await RemoveAsync(source, from, move, await ShardRecord.ReadFromMapAsync(home, map, move.Source).ConfigureAwait(false))
                .ConfigureAwait(false);
        }
        else if (!sourceNow.Buckets.Covers(move.Buckets))
        {
            // The target's transaction was not committed, and the map does not say so either.
            await (await ShardRecord.ReadFromMapAsync(home, map, move.Source).ConfigureAwait(false)).SaveAsync(source, from).ConfigureAwait(false);
        }
        await LeavingRows.EndAsync(source, from, shards.NameOf(move.Source), clock).ConfigureAwait(false);
        await journal.EndAsync(move).ConfigureAwait(false);
        LogSettled(logger, move.Buckets.Count, move.Source, move.Target, isMoved ? "finished" : "undone");
        return move;
    }

    /// <summary>What both shards say once no transaction of the move runs any more.</summary>
    private static async Task<(ShardRecord Source, ShardRecord Target)> LookAsync(
        NpgsqlConnection source, NpgsqlConnection target, string from, string to, TimeProvider clock, CancellationToken cancellationToken)
    {
        (ShardRecord Source, ShardRecord Target) found = default;
        await LockRetry.RunAsync(async () =>
        {
            var there = await target.BeginTransactionAsync(cancellationToken).ConfigureAwait(false);
            await using var endThere = there.ConfigureAwait(false);
            var here = await source.BeginTransactionAsync(cancellationToken).ConfigureAwait(false);
            await using var endHere = here.ConfigureAwait(false);
            await LockAsync(target, to, cancellationToken).ConfigureAwait(false);
            await LockAsync(source, from, cancellationToken).ConfigureAwait(false);
            found = (await ShardRecord.ReadAsync(source, from).ConfigureAwait(false), await ShardRecord.ReadAsync(target, to).ConfigureAwait(false));
        }, Patience, clock, cancellationToken).ConfigureAwait(false);
        return found;
    }

    private static async Task LockAsync(NpgsqlConnection connection, string schema, CancellationToken cancellationToken)
    {
        await connection.ExecuteAsync($"SET LOCAL lock_timeout = {LeavingRows.LockTimeout}", cancellationToken).ConfigureAwait(false);
        // Waits for the last step of a move, and for no reader or writer.
        await connection.ExecuteAsync($"LOCK TABLE {schema}.nexus_shard IN ACCESS SHARE MODE", cancellationToken).ConfigureAwait(false);
    }

    private static async Task TellMapAsync(NpgsqlConnection home, string map, ShardMove move, ShardRecord source, ShardRecord target)
    {
        var transaction = await home.BeginTransactionAsync(CancellationToken.None).ConfigureAwait(false);
        await using var end = transaction.ConfigureAwait(false);
        await home.ExecuteAsync($"LOCK TABLE {map}.nexus_shards IN SHARE ROW EXCLUSIVE MODE", CancellationToken.None).ConfigureAwait(false);
        if ((await ShardRecord.ReadFromMapAsync(home, map, move.Target).ConfigureAwait(false)).Buckets.Covers(move.Buckets)) return;
        await ShardRecord.SaveToMapAsync(home, map, move.Source, source.Next()).ConfigureAwait(false);
        await ShardRecord.SaveToMapAsync(home, map, move.Target, target).ConfigureAwait(false);
        await transaction.CommitAsync(CancellationToken.None).ConfigureAwait(false);
    }

    /// <summary>Removes what the move has left on the source, unless that is done.</summary>
    private static async Task RemoveAsync(NpgsqlConnection source, string from, ShardMove move, ShardRecord map)
    {
        if ((await ShardRecord.ReadAsync(source, from).ConfigureAwait(false)).Epoch == map.Epoch) return;
        var transaction = await source.BeginTransactionAsync(CancellationToken.None).ConfigureAwait(false);
        await using var end = transaction.ConfigureAwait(false);
        foreach (var table in MovedTable.All)
            await source.ExecuteAsync(table.DeleteAll(from, move.Buckets), CancellationToken.None).ConfigureAwait(false);
        await map.SaveAsync(source, from).ConfigureAwait(false);
        await transaction.CommitAsync(CancellationToken.None).ConfigureAwait(false);
    }

    [LoggerMessage(EventId = 1761, Level = LogLevel.Warning,
        Message = "A move of {Buckets} buckets from shard {Source} to shard {Target} had been interrupted; it was {End}")]
    private static partial void LogSettled(ILogger logger, int buckets, int source, int target, string end);
}
