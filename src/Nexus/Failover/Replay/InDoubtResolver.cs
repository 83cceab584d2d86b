using Microsoft.Extensions.Logging;
using Nexus.Engine;
using Nexus.Postgres;

namespace Nexus.Failover;

/// <summary>
/// Finds out which of the writes that were spooled in doubt were committed, by asking for their batches (docs/decisions/0006-commit-ledger.md).
/// Asking also keeps a batch that is still on its way from being committed later.
/// </summary>
internal sealed class InDoubtResolver(Outbox outbox, PostgresStore remote, TimeProvider clock, ILogger logger)
{
    /// <summary>The ledger forgets after an hour: beyond this, that a batch is not in it says nothing.</summary>
    private static readonly TimeSpan LedgerMemory = TimeSpan.FromMinutes(50);

    private static readonly Exception Lost = new TimeoutException("the answer was lost before the write was spooled");

    public async Task ResolveAsync(CancellationToken cancellationToken)
    {
        Dictionary<string, CommitStatus?> fates = new(StringComparer.Ordinal);
        var (writes, committed) = (0, 0);
        for (var after = 0L; ;)
        {
            var page = await outbox.ReadDoubtsAsync(after, cancellationToken).ConfigureAwait(false);
            if (page.Count == 0) break;
            after = page[^1].Sequence;
            writes += page.Count;
            foreach (var group in page.GroupBy(entry => entry.Doubt!, StringComparer.Ordinal))
            {
                if (!fates.TryGetValue(group.Key, out var fate)) fates[group.Key] = fate = await FindAsync(group.Key).ConfigureAwait(false);
                committed += await NoteAsync([.. group], fate, cancellationToken).ConfigureAwait(false);
            }
        }
        if (writes > 0) FailoverLog.DoubtsResolved(logger, writes, committed);
    }

    /// <summary>The fate of the batch that was committed; null when none was.</summary>
    private async Task<CommitStatus?> FindAsync(string batches)
    {
        CommitStatus? found = null;
        // Each is asked for: that fences it.
        foreach (var batch in batches.Split(','))
        {
            var fate = await remote.Ledger.FindOutAsync(Guid.Parse(batch), Lost).ConfigureAwait(false);
            if (fate.IsCommitted) found = fate;
        }
        return found;
    }

    private async Task<int> NoteAsync(IReadOnlyList<OutboxEntry> entries, CommitStatus? fate, CancellationToken cancellationToken)
    {
        if (fate is not { } committed)
        {
            var old = entries.Where(entry => clock.GetUtcNow() - entry.At > LedgerMemory).ToList();
            if (old.Count > 0) await outbox.SetDoubtAsync(old, OutboxEntry.Unsure, cancellationToken).ConfigureAwait(false);
            var clear = entries.Except(old).ToList();
            if (clear.Count > 0) await outbox.SetDoubtAsync(clear, doubt: null, cancellationToken).ConfigureAwait(false);
            return 0;
        }
        List<OutboxEntry> applied = [], unsure = [];
        foreach (var table in entries.GroupBy(entry => entry.Key.Table))
        {
            var records = await remote.Reads.ListAsync(StoredRecord.Query(table.Key, [.. table.Select(entry => entry.Key.Id)]), cancellationToken).ConfigureAwait(false);
            var byKey = records.ToLookup(record => record.Key, StringComparer.Ordinal);
            foreach (var entry in table)
            {
                if (entry.Write is not { } write) continue;
                var record = StoredRecord.MeantBy(write, byKey[entry.Key.Id]);
                var outcome = OutcomeResolver.Recollection(Statements.For(write), write, record, committed.At);
                (outcome is { IsApplied: true } ? applied : unsure).Add(entry);
            }
        }
        if (applied.Count > 0) await outbox.RemoveAsync(applied, cancellationToken).ConfigureAwait(false);
        if (unsure.Count > 0) await outbox.SetDoubtAsync(unsure, OutboxEntry.Unsure, cancellationToken).ConfigureAwait(false);
        return applied.Count;
    }
}
