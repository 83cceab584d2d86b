using System.Globalization;
using Nexus.Engine;
using Nexus.Errors;
using Nexus.Sqlite;

namespace Nexus.Failover;

/// <summary>Applies writes to the local replica and adds them to the outbox, in one commit that is on disk before they are acknowledged.</summary>
internal sealed class SpoolWriter(SqliteStore local, Outbox outbox)
{
    /// <param name="writes">At most one for each record.</param>
    /// <param name="atomic">All or none.</param>
    /// <param name="doubt">Batches in which they may be committed already.</param>
    /// <param name="since">When PostgreSQL last served.</param>
    /// <param name="isKnown">Whether a record that the replica lacks does not exist.</param>
    /// <param name="cancellationToken">Before the writer takes them: nothing is written.</param>
    /// <exception cref="StoreUnavailableException">
    /// The outbox has reached its limit, or the local disk is full or cannot be written; nothing was written.
    /// </exception>
    public async Task<WriteOutcome[]> SpoolAsync(IReadOnlyList<Write> writes, bool atomic, string? doubt, DateTimeOffset since,
        Func<WriteKey, bool> isKnown, CancellationToken cancellationToken)
    {
        if (writes.Select(write => write.SpoolRefusal).FirstOrDefault(refusal => refusal is not null) is { } refusal)
        {
            throw doubt is null
                ? new StoreUnavailableException(StoreUnavailableReason.Unreachable, $"PostgreSQL is unavailable: {refusal}")
                : new UnknownOutcomeException(
                    $"the response to a commit was lost, and its status is unknown until PostgreSQL is available: {refusal}");
        }
        var size = writes.Sum(write => write.Size);
        if (!outbox.TryReserve(size)) throw Full();
        WriteOutcome[] outcomes;
        try
        {
            (outcomes, var added, var bytes) = await local.TransactAsync(
                transaction => Spool(transaction, writes, atomic, since, doubt, outbox.Seal), writes.Count, cancellationToken).ConfigureAwait(false);
            outbox.Added(added, bytes);
        }
        finally
        {
            outbox.Free(size);
        }
        for (var n = 0; n < outcomes.Length; n++) outcomes[n] = Judge(outcomes[n], doubt is not null, isKnown(writes[n].Key));
        return outcomes;
    }

    private static (WriteOutcome[] Outcomes, int Added, long Bytes) Spool(SqliteWriteTransaction transaction, IReadOnlyList<Write> writes,
        bool atomic, DateTimeOffset since, string? doubt, OutboxSeal? seal)
    {
        var settled = new Write[writes.Count];
        var before = new (long Version, Guid WriteId)[writes.Count];
        for (var n = 0; n < settled.Length; n++)
        {
            settled[n] = SqliteOperations.Settle(transaction, writes[n]);
            before[n] = SqliteTables.Of(settled[n].Table).Find(transaction.Connection, settled[n]) ?? default;
        }
        var outcomes = SqliteBatch.Apply(transaction, settled, atomic);
        var (added, bytes) = (0, 0L);
        for (var n = 0; n < outcomes.Length; n++)
        {
            if (outcomes[n].Status != WriteStatus.Applied) continue;
            var knownAt = ReferenceEquals(writes[n], writes[n].WithoutCondition()) ? since : DateTimeOffset.UnixEpoch;
            bytes += Outbox.Append(transaction, settled[n], outcomes[n], before[n], knownAt, doubt, seal);
            added++;
        }
        return (outcomes, added, bytes);
    }

    private static WriteOutcome Judge(WriteOutcome outcome, bool isInDoubt, bool isKnown)
    {
        if (outcome.IsApplied) return outcome with { IsSpooled = true };
        if (outcome.Status == WriteStatus.RolledBack) return outcome;
        // It was refused here and may have been applied there.
        if (isInDoubt)
            return WriteOutcome.Failed(new UnknownOutcomeException(
                "the response to a commit was lost, and the write does not apply to the local replica"));
        if (isKnown || outcome is not ({ Status: WriteStatus.NotFound } or { Status: WriteStatus.Conflict, Version: 0 })) return outcome;
        return WriteOutcome.Failed(CopyIncomplete());
    }

    private StoreUnavailableException Full() => new(
        StoreUnavailableReason.OutboxFull,
        string.Create(
            CultureInfo.InvariantCulture,
            $"PostgreSQL is unavailable, and the outbox has reached its limit: it holds {outbox.Bytes} of {outbox.Limit} bytes, so the write was "
                + $"refused. Restore PostgreSQL, or raise NexusOptions.{nameof(NexusOptions.OutboxBytes)} if the disk has room"));

    public static StoreUnavailableException CopyIncomplete() => new(
        StoreUnavailableReason.Unreachable,
        "PostgreSQL is unavailable, and the local replica is incomplete and lacks the record: it is unknown whether the record exists");
}
