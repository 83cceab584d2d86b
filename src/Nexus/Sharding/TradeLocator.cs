using Nexus.Engine;
using Nexus.Postgres;

namespace Nexus.Sharding;

/// <summary>
/// Finds the shard of a write to a trade that names no chat. Several chats may have a trade with the same id, on several shards, so every shard is
/// asked: a write that means several open trades must be refused (docs/decisions/0007-identity-of-a-trade.md).
/// </summary>
internal static class TradeLocator
{
    /// <summary>The same write with the chat of the open trade that it means, or of the only one; or its outcome, where there is none.</summary>
    /// <param name="stores">All shards.</param>
    /// <param name="write">A write whose place is not known.</param>
    /// <param name="cancellationToken">Ends the search.</param>
    public static async Task<(Write Write, WriteOutcome? Outcome)> LocateAsync(
        IReadOnlyList<IShardStore> stores, Write write, CancellationToken cancellationToken)
    {
        var table = PostgresTables.Of(write.Table);
        var found = await Task.WhenAll(stores.Select(store => store.FindTradeRecordsAsync(write.RecordId, cancellationToken))).ConfigureAwait(false);
        var meant = found.SelectMany(records => records).Where(record => table.IsMeant(record, write)).ToList();
        if (meant.FindAll(record => record.IsOpen) is [var open]) return (Name(write, open), null);
        // Its shard judges: fills that the trade has already are no error, and a close is.
        if (meant is [var only]) return (Name(write, only), null);
        if (meant.Find(record => record.WriteId == write.WriteId) is { } done)
            return (write, new WriteOutcome(WriteStatus.AlreadyApplied, done.Version, done.At));
        return (write, meant.Count == 0 ? WriteOutcome.NotFound : WriteOutcome.InvalidState);
    }

    private static Write Name(Write write, StoredRecord record)
    {
        var named = write.Naming(record.ChatId!, record.EntryTimestamp);
        return named.Place.IsInBucket ? named : throw new InvalidOperationException($"{write.Kind} does not name its trade");
    }
}
