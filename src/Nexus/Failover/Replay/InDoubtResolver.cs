using Microsoft.Extensions.Logging;
using Nexus.Engine;
using Nexus.Postgres;

namespace Nexus.Failover;

/// <summary>
/// Determines which of the writes that were spooled in doubt were committed, by looking up their batches (docs/decisions/0006-commit-ledger.md).
/// Asking also keeps a batch that is still on its way from being committed later.
/// </summary>
internal sealed class InDoubtResolver(Outbox outbox, IReplicatedPrimary remote, TimeProvider clock, ILogger logger)
{
    /// <summary>The ledger forgets after an hour: beyond this, that a batch is not in it says nothing.</summary>
    private static readonly TimeSpan LedgerMemory = TimeSpan.FromMinutes(50);

    private static readonly Exception Lost = new TimeoutException("the response was lost before the write was spooled");

    public async Task ResolveAsync(CancellationToken cancellationToken)
    {
        Dictionary<string, CommitStatus?> statuses = new(StringComparer.Ordinal);
        var (writes, committed) = (0, 0);
        for (var after = 0L; ;)
        {
            var page = await outbox.ReadDoubtsAsync(after, cancellationToken).ConfigureAwait(false);
            if (page.Count == 0) break;
            after = page[^1].Sequence;
            writes += page.Count;
            // What Nexus did not write names batches of its writer's choice; the replay quarantines it.
            foreach (var group in page.Where(entry => entry.Origin != OutboxOrigin.Unknown).GroupBy(entry => entry.Doubt!, StringComparer.Ordinal))
            {
                if (!statuses.TryGetValue(group.Key, out var status))
                {
                    if (BatchesOf(group.Key) is not { } batches)
                    {
                        await outbox.SetDoubtAsync([.. group], OutboxEntry.Unsure, cancellationToken).ConfigureAwait(false);
                        continue;
                    }
                    statuses[group.Key] = status = await FindAsync(batches).ConfigureAwait(false);
                }
                committed += await NoteAsync([.. group], status, cancellationToken).ConfigureAwait(false);
            }
        }
        if (writes > 0) FailoverLog.DoubtsResolved(logger, writes, committed);
    }

    /// <summary>The status of the batch that was committed; null when none was.</summary>
    private async Task<CommitStatus?> FindAsync(IReadOnlyList<Guid> batches)
    {
        CommitStatus? found = null;
        // Each is asked for: that fences it.
        foreach (var batch in batches)
        {
            var status = await remote.FindCommitStatusAsync(batch, Lost).ConfigureAwait(false);
            if (status.IsCommitted) found = status;
        }
        return found;
    }

    /// <summary>The batches that an entry names; null where they cannot be read, as in a damaged file.</summary>
    private static List<Guid>? BatchesOf(string doubt)
    {
        List<Guid> batches = [];
        foreach (var text in doubt.Split(','))
        {
            if (!Guid.TryParse(text, out var batch)) return null;
            batches.Add(batch);
        }
        return batches;
    }

    private async Task<int> NoteAsync(IReadOnlyList<OutboxEntry> entries, CommitStatus? status, CancellationToken cancellationToken)
    {
        if (status is not { } committed)
        {
            var old = entries.Where(entry => clock.GetUtcNow() - entry.At > LedgerMemory).ToList();
            if (old.Count > 0) await outbox.SetDoubtAsync(old, OutboxEntry.Unsure, cancellationToken).ConfigureAwait(false);
            var clear = entries.Except(old).ToList();
            if (clear.Count > 0) await outbox.SetDoubtAsync(clear, doubt: null, cancellationToken).ConfigureAwait(false);
            return 0;
        }
        List<OutboxEntry> applied = [], unsure = [];
        var known = entries.Where(entry => entry.Write is not null).ToList();
        var outcomes = await remote.RecollectAsync([.. known.Select(entry => entry.Write!)], committed.At).ConfigureAwait(false);
        for (var n = 0; n < known.Count; n++) (outcomes[n] is { IsApplied: true } ? applied : unsure).Add(known[n]);
        if (applied.Count > 0) await outbox.RemoveAsync(applied, cancellationToken).ConfigureAwait(false);
        if (unsure.Count > 0) await outbox.SetDoubtAsync(unsure, OutboxEntry.Unsure, cancellationToken).ConfigureAwait(false);
        return applied.Count;
    }
}
