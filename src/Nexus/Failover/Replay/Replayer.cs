using Microsoft.Extensions.Logging;
using Nexus.Engine;
using Nexus.Errors;
using Nexus.Postgres;

namespace Nexus.Failover;

/// <summary>Replays the outbox to PostgreSQL: in order for each record, in batches, each write once. It resumes where it was interrupted.</summary>
internal sealed class Replayer(Outbox outbox, IReplicatedPrimary remote, Retry retry, TimeProvider clock, ILogger logger)
{
    /// <summary>A record that others keep changing must not block the rest.</summary>
    private static readonly RetryPolicy Looks = new(TimeSpan.FromMilliseconds(2), TimeSpan.FromMilliseconds(200), MaxAttempts: 20);

    private static readonly TimeSpan ReportEvery = TimeSpan.FromSeconds(5);

    /// <summary>Why a write must not be replayed, judged by its sealed values; null for none.</summary>
    public Func<Write, string?> FindFault { get; set; } = _ => null;

    /// <summary>Whether entries of an earlier version, which did not authenticate them, are replayed.</summary>
    public bool AcceptsAdopted { get; set; }

    private readonly ReplaySender _sender = new(remote);
    private readonly InDoubtResolver _doubts = new(outbox, remote, clock, logger);
    private OwnBuckets? _own;
    private long _mark;
    private long _replayed;
    private long _reported;

    /// <summary>Writes replayed since the start.</summary>
    public long Replayed => Interlocked.Read(ref _replayed);

    /// <summary>Replays until nothing is left, or until at most <paramref name="leave"/> entries are.</summary>
    /// <exception cref="NexusException">PostgreSQL became unavailable again or cannot be used: what was replayed stays replayed.</exception>
    public async Task ReplayAsync(long leave, CancellationToken cancellationToken)
    {
        await FindPlaceAsync(cancellationToken).ConfigureAwait(false);
        _own = await remote.GetOwnBucketsAsync(cancellationToken).ConfigureAwait(false);
        await _doubts.ResolveAsync(cancellationToken).ConfigureAwait(false);
        var page = await outbox.ReadAsync(_mark, cancellationToken).ConfigureAwait(false);
        var removal = Task.CompletedTask;
        try
        {
            while (page.Count > 0)
            {
                // The next page is read, and the one before removed, while PostgreSQL works.
                var next = outbox.ReadAsync(page[^1].Sequence, cancellationToken);
                await ReplayPageAsync(page, cancellationToken).ConfigureAwait(false);
                await removal.ConfigureAwait(false);
                removal = outbox.RemoveThroughAsync(page[^1].Sequence, CancellationToken.None);
                Interlocked.Add(ref _replayed, page.Count);
                Report();
                page = await next.ConfigureAwait(false);
                if (leave > 0 && outbox.Pending <= leave) break;
            }
        }
        finally
        {
            await removal.ConfigureAwait(false);
        }
    }

    /// <summary>Reads the replay position from PostgreSQL and removes what was replayed.</summary>
    private async Task FindPlaceAsync(CancellationToken cancellationToken)
    {
        _mark = await _sender.ReadMarkAsync(outbox.Id, cancellationToken).ConfigureAwait(false);
        if (_mark > await outbox.LastSequenceAsync(cancellationToken).ConfigureAwait(false))
        {
            // The folder is older than the database: numbers are reused, so the position says nothing about the current entries.
            FailoverLog.MarkLost(logger);
            await outbox.RestartAsync(cancellationToken).ConfigureAwait(false);
            _mark = await _sender.ReadMarkAsync(outbox.Id, cancellationToken).ConfigureAwait(false);
        }
        if (_mark > 0) await outbox.RemoveThroughAsync(_mark, cancellationToken).ConfigureAwait(false);
    }

    private async Task ReplayPageAsync(List<OutboxEntry> page, CancellationToken cancellationToken)
    {
        var refused = new HashSet<OutboxEntry>(ReferenceEqualityComparer.Instance);
        foreach (var entry in page)
        {
            if (FindFaultOf(entry) is not var (code, reason)) continue;
            refused.Add(entry);
            await QuarantineAsync(entry, code, reason, cancellationToken).ConfigureAwait(false);
        }
        foreach (var batch in ReplayBatch.Cut(page.Where(entry => !refused.Contains(entry)), compose: true))
        {
            if (await TrySendAsync(batch, cancellationToken).ConfigureAwait(false)) continue;
            // Something in it is refused that is composed of several writes: one by one, to find the culprit.
            var parts = batch.Items.SelectMany(item => item.Parts).OrderBy(part => part.Sequence);
            foreach (var single in ReplayBatch.Cut(parts, compose: false)) await TrySendAsync(single, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Why an entry goes to the quarantine without being sent to PostgreSQL; null if it does not.</summary>
    private (string Code, string Reason)? FindFaultOf(OutboxEntry entry)
    {
        if (entry.Origin == OutboxOrigin.Unknown || entry.Origin == OutboxOrigin.Adopted && !AcceptsAdopted)
            return (OutboxSeal.Code, OutboxSeal.Reason);
        if (entry.Write is not { } write) return ("unreadable", "the entry is damaged, or its kind is unknown to this version of Nexus");
        if (_own?.Include(write.Place) == false) return (MovedWrites.Code, entry.IsUnsure ? MovedWrites.UnsureReason : MovedWrites.Reason);
        return FindFault(write) is { } reason ? (SpooledWriteCheck.Code, reason) : null;
    }

    /// <summary>False when a composed write is refused and nothing of the batch was applied.</summary>
    private async Task<bool> TrySendAsync(ReplayBatch batch, CancellationToken cancellationToken)
    {
        var looks = retry.Begin(Looks);
        while (batch.Items.Count > 0)
        {
            var open = await _sender.SendAsync(batch.Items, outbox.Id, _mark, batch.Through, cancellationToken).ConfigureAwait(false);
            if (open.Count == 0)
            {
                _mark = batch.Through;
                return true;
            }
            if (open.Any(item => item.Decision == ReplayDecision.Split)) return false;
            if (await DecideAsync(batch, open, cancellationToken).ConfigureAwait(false)) continue;
            if (!looks.MayRepeat) throw new StoreUnavailableException(StoreUnavailableReason.TimedOut,
                $"gave up the replay after {looks.Number} attempts: records kept changing");
            await looks.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        return true;
    }

    /// <summary>Records the decisions about entries and removes finished ones from the batch. False if there were none.</summary>
    private async Task<bool> DecideAsync(ReplayBatch batch, IReadOnlyList<OpenItem> open, CancellationToken cancellationToken)
    {
        var isDecided = false;
        List<ParkedConflict> parked = [];
        List<OutboxEntry> done = [];
        foreach (var (item, decision, refusal) in open)
        {
            isDecided |= decision != ReplayDecision.Again;
            switch (decision)
            {
                case ReplayDecision.Done:
                    done.AddRange(item.Parts);
                    batch.Items.Remove(item);
                    break;
                case ReplayDecision.Quarantine:
                    await _sender.RaiseAboveAsync(item, outbox.Id, _mark, cancellationToken).ConfigureAwait(false);
                    foreach (var part in item.Parts) await QuarantineAsync(part, CodeOf(refusal), ReasonOf(item.Write, refusal),
                        cancellationToken).ConfigureAwait(false);
                    batch.Items.Remove(item);
                    break;
                case ReplayDecision.KeepStored:
                    await _sender.RaiseAboveAsync(item, outbox.Id, _mark, cancellationToken).ConfigureAwait(false);
                    parked.Add(await ParkAsync(item, ConflictWinner.Remote, refusal, cancellationToken).ConfigureAwait(false));
                    batch.Items.Remove(item);
                    break;
                case ReplayDecision.ReplaceOlder:
                    parked.Add(await ParkAsync(item, ConflictWinner.Local, refusal, cancellationToken).ConfigureAwait(false));
                    item.IsOlderParked = true;
                    break;
            }
        }
        if (parked.Count > 0) await outbox.ParkAsync(parked, clock.GetUtcNow(), cancellationToken).ConfigureAwait(false);
        if (done.Count > 0) await outbox.RemoveAsync(done, cancellationToken).ConfigureAwait(false);
        return isDecided;
    }

    private async Task<ParkedConflict> ParkAsync(ReplayItem item, ConflictWinner kept, WriteOutcome? refusal, CancellationToken cancellationToken)
    {
        var (version, at, body) = await StoredVersion.ReadAsync(remote, item.Key, cancellationToken).ConfigureAwait(false);
        var reason = kept == ConflictWinner.Local ? ReplayRules.OlderStored
            : refusal is not null ? ReplayRules.Deleted
            : item.Write.Replay == ReplayRule.NewerWins && !item.First.IsUnsure ? ReplayRules.NewerStored : ReplayRules.MayBeApplied;
        FailoverLog.Conflict(logger, item.Last.Kind, item.Key.Table.Name, DeadLetters.NameOf(kept));
        return new ParkedConflict(item.Last, item.Parts, WriteCodec.Encode(item.Write), kept, reason, version, at, body);
    }

    private async Task QuarantineAsync(OutboxEntry entry, string code, string reason, CancellationToken cancellationToken)
    {
        await outbox.QuarantineAsync(entry, code, reason, clock.GetUtcNow(), cancellationToken).ConfigureAwait(false);
        FailoverLog.Quarantined(logger, entry.Kind, entry.Key.Table.Name, reason);
    }

    private void Report()
    {
        if (_reported != 0 && clock.GetElapsedTime(_reported) < ReportEvery) return;
        _reported = clock.GetTimestamp();
        FailoverLog.Replaying(logger, Replayed, outbox.Pending);
    }

    private static string CodeOf(WriteOutcome? refusal) => refusal?.Status switch
    {
        WriteStatus.NotFound => "not_found",
        WriteStatus.InvalidState => "invalid_state",
        _ => refusal?.Error?.Code ?? "refused",
    };

    private static string ReasonOf(Write write, WriteOutcome? refusal) => refusal?.Status switch
    {
        WriteStatus.NotFound => write.NotFoundInReplay,
        WriteStatus.InvalidState => write.InvalidStateInReplay,
        _ => refusal?.Error?.Message ?? "PostgreSQL refused the write",
    };
}
