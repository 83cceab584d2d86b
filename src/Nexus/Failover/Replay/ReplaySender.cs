using System.Globalization;
using Nexus.Engine;
using Nexus.Errors;
using Nexus.Postgres;

namespace Nexus.Failover;

/// <summary>An entry about which something must be decided before its batch can be committed.</summary>
internal readonly record struct OpenItem(ReplayItem Item, ReplayDecision Decision, WriteOutcome? Refusal);

/// <summary>
/// Sends a batch in one transaction together with the position up to which the outbox is replayed then. The position is read after every crash and
/// every lost answer, so a batch is applied once, whatever happens.
/// </summary>
internal sealed class ReplaySender(IReplicatedPrimary remote)
{
    /// <summary>Up to where the outbox is replayed. Waits for a transaction of an earlier process that still runs.</summary>
    public async Task<long> ReadMarkAsync(string outbox, CancellationToken cancellationToken) => long.Parse(
        await remote.GetOrAddMetaAsync(NameOf(outbox), "0", cancellationToken).ConfigureAwait(false), CultureInfo.InvariantCulture);

    /// <returns>What must be decided first; empty when everything is applied and committed. Nothing is committed otherwise.</returns>
    /// <exception cref="StoreUnavailableException">The batch may be committed or not: read the position.</exception>
    public async Task<IReadOnlyList<OpenItem>> SendAsync(IReadOnlyList<ReplayItem> items, string outbox, long from, long through,
        CancellationToken cancellationToken)
    {
        var transaction = await remote.BeginReplayAsync([.. items.Select(item => item.Write)], cancellationToken).ConfigureAwait(false);
        await using var end = transaction.ConfigureAwait(false);
        var (writes, open) = await LookAsync(transaction, items).ConfigureAwait(false);
        if (open.Count > 0) return open;
        if (await transaction.ApplyAsync(writes).ConfigureAwait(false) is not { } outcomes)
            return await FindRefusedAsync(items, cancellationToken).ConfigureAwait(false);
        for (var n = 0; n < writes.Length; n++)
        {
            // If the trade exists already, the write has its effect; the transaction continues.
            if (outcomes[n] is not { IsApplied: true }) open.Add(new OpenItem(items[n], ReplayRules.Judge(items[n], outcomes[n]), outcomes[n]));
        }
        if (open.Count > 0) return open;
        await RaiseAsync(transaction, items, outcomes).ConfigureAwait(false);
        await transaction.CommitAsync(NameOf(outbox), from, through).ConfigureAwait(false);
        return [];
    }

    /// <summary>
    /// Raises the record's version above that of a write that leaves the outbox without being applied. Its caller knows that version: another state
    /// with the same version could be replaced by a conditional save although the caller never saw it.
    /// </summary>
    /// <param name="item">The write.</param>
    /// <param name="outbox">The name of the outbox.</param>
    /// <param name="mark">Up to where the outbox is replayed.</param>
    /// <param name="cancellationToken">Until the transaction has begun.</param>
    public async Task RaiseAboveAsync(ReplayItem item, string outbox, long mark, CancellationToken cancellationToken)
    {
        if (item.Key.Table.HasNamesakes) return;
        var transaction = await remote.BeginReplayAsync([], cancellationToken).ConfigureAwait(false);
        await using var end = transaction.ConfigureAwait(false);
        await transaction.RaiseVersionsAsync(item.Key.Table, [item.Key.Id], [item.Last.Version + 1]).ConfigureAwait(false);
        await transaction.CommitAsync(NameOf(outbox), mark, mark).ConfigureAwait(false);
    }

    /// <summary>
    /// Finds the writes that PostgreSQL refuses in a way that ends the transaction, as errors do for which the driver gives the connection up: in
    /// smaller transactions that are rolled back.
    /// </summary>
    private async Task<IReadOnlyList<OpenItem>> FindRefusedAsync(IReadOnlyList<ReplayItem> items, CancellationToken cancellationToken)
    {
        List<OpenItem> refused = [];
        foreach (var half in items.Chunk((items.Count + 1) / 2))
        {
            Write[] writes = [.. half.Select(item => item.Write)];
            var transaction = await remote.BeginReplayAsync(writes, cancellationToken).ConfigureAwait(false);
            WriteOutcome?[]? outcomes;
            await using (transaction.ConfigureAwait(false)) outcomes = await transaction.ApplyAsync(writes).ConfigureAwait(false);
            if (outcomes is null)
            {
                refused.AddRange(await FindRefusedAsync(half, cancellationToken).ConfigureAwait(false));
                continue;
            }
            for (var n = 0; n < half.Length; n++)
            {
                if (outcomes[n] is { Status: WriteStatus.Failed } failed)
                    refused.Add(new OpenItem(half[n], ReplayRules.Judge(half[n], failed), failed));
            }
        }
        // Together they are refused and by themselves none is: they are sent again, not for ever.
        return refused.Count > 0 ? refused : [.. items.Select(item => new OpenItem(item, ReplayDecision.Again, null))];
    }

    /// <summary>
    /// Locks the records that must be looked at, in the order in which every transaction locks, and judges their writes. Records of the same and of
    /// earlier tables are locked as well: their writes would otherwise lock them afterwards, out of that order.
    /// </summary>
    private static async Task<(Write[] Writes, List<OpenItem> Open)> LookAsync(IReplayTransaction transaction, IReadOnlyList<ReplayItem> items)
    {
        var open = new List<OpenItem>();
        var stored = new Dictionary<WriteKey, StoredRecord>();
        var last = items.Where(ReplayRules.MustLook).Select(item => item.Key.Table.LockOrder).DefaultIfEmpty(-1).Max();
        var tables = items.Where(item => item.Key.Table.LockOrder <= last).GroupBy(item => item.Key.Table);
        foreach (var table in tables.OrderBy(table => table.Key.LockOrder))
        {
            foreach (var record in await transaction.LockAsync(table.Key, [.. table.Select(item => item.Key.Id)]).ConfigureAwait(false))
                stored[new WriteKey(table.Key, record.Key)] = record;
        }
        var writes = new Write[items.Count];
        for (var n = 0; n < writes.Length; n++)
        {
            writes[n] = items[n].Write;
            if (!ReplayRules.MustLook(items[n])) continue;
            var record = stored.GetValueOrDefault(items[n].Key);
            var decision = ReplayRules.Judge(items[n], record);
            if (decision != ReplayDecision.Apply) open.Add(new OpenItem(items[n], decision, null));
            if (record is null) writes[n] = items[n].Write.ExpectingAbsence();
        }
        return (writes, open);
    }

    private static async Task RaiseAsync(IReplayTransaction transaction, IReadOnlyList<ReplayItem> items, WriteOutcome?[] outcomes)
    {
        var low = Enumerable.Range(0, items.Count)
            .Where(n => !items[n].Key.Table.HasNamesakes && outcomes[n] is { Status: WriteStatus.Applied } outcome
                && outcome.Version < items[n].Last.Version)
            .GroupBy(n => items[n].Key.Table);
        foreach (var table in low)
            await transaction.RaiseVersionsAsync(table.Key, [.. table.Select(n => items[n].Key.Id)],
                [.. table.Select(n => items[n].Last.Version)]).ConfigureAwait(false);
    }

    private static string NameOf(string outbox) => $"outbox/{outbox}";
}
