using System.Globalization;
using Nexus.Engine;
using Nexus.Errors;
using Nexus.Failover;

namespace Nexus.Sharding;

/// <summary>The fallback of every shard as one: an outage of one shard leaves the others as they are.</summary>
/// <param name="shards">The fallbacks that are open, with the numbers of their shards; that of the home shard first.</param>
/// <param name="apply">Applies a write wherever its chat is now.</param>
internal sealed class ShardedFallback(
    Func<IReadOnlyList<(int Number, FailoverStore Store)>> shards, Func<Write, CancellationToken, Task<WriteOutcome>> apply)
    : IFallback, IOutboxAdministration
{
    public IOutboxAdministration Administration => this;

    public long Outages => shards().Sum(shard => shard.Store.Outages);

    /// <summary>The sums; where one value stands for all, that of the shard that is worst off.</summary>
    public FallbackStatus Status
    {
        get
        {
            var open = shards();
            var all = open.Select(shard => shard.Store.Status).ToList();
            var first = all.FindIndex(status => status.IsLocal);
            var local = all.Where(status => status.IsLocal).ToList();
            return all[0] with
            {
                IsLocal = local.Count > 0,
                Reason = first < 0 ? null : all[first].Reason,
                Message = first < 0 ? null : string.Create(CultureInfo.InvariantCulture,
                    $"{local.Count} of {all.Count} shards are unavailable; shard {open[first].Number}: {all[first].Message}"),
                Since = local.Min(status => status.Since),
                Staleness = all.Exists(status => status.Staleness is null) ? null : all.Max(status => status.Staleness),
                Pending = all.Sum(status => status.Pending),
                Conflicts = all.Sum(status => status.Conflicts),
                Quarantined = all.Sum(status => status.Quarantined),
                Replayed = all.Sum(status => status.Replayed),
                CopyProgress = all.Average(status => status.CopyProgress),
                CopiedRecords = all.Sum(status => status.CopiedRecords),
                OutboxBytes = all.Sum(status => status.OutboxBytes),
                OutboxLimit = all.Sum(status => status.OutboxLimit),
            };
        }
    }

    public Task AdoptOutboxAsync(CancellationToken cancellationToken) =>
        Task.WhenAll(shards().Select(shard => shard.Store.AdoptOutboxAsync(cancellationToken)));

    public Task<List<OutboxConflict>> ListConflictsAsync(long after, int limit, CancellationToken cancellationToken) => ListAsync(
        (outbox, last) => outbox.ListConflictsAsync(last, limit, cancellationToken), entry => entry.Id,
        (entry, number) => entry with { Id = number }, after, limit);

    public Task<List<QuarantinedWrite>> ListQuarantinedAsync(long after, int limit, CancellationToken cancellationToken) => ListAsync(
        (outbox, last) => outbox.ListQuarantinedAsync(last, limit, cancellationToken), entry => entry.Id,
        (entry, number) => entry with { Id = number }, after, limit);

    public async Task<bool> ResolveAsync(long id, ConflictWinner keep, CancellationToken cancellationToken) =>
        Find(id) is var (shard, number) && await shard.Administration.ResolveAsync(number, keep, cancellationToken).ConfigureAwait(false);

    /// <summary>Retries a write to a chat that was moved on the shard where the chat is now.</summary>
    /// <exception cref="StoreRejectedException">The shard of the chat did not take the write, which stays in the quarantine.</exception>
    public async Task<bool> ReleaseAsync(long id, bool retry, CancellationToken cancellationToken)
    {
        if (Find(id) is not var (shard, number)) return false;
        if (retry && await shard.FindMovedAsync(number, cancellationToken).ConfigureAwait(false) is { } moved)
        {
            var outcome = await apply(moved.WithoutCondition(), cancellationToken).ConfigureAwait(false);
            if (!outcome.IsApplied && outcome.Status != WriteStatus.AlreadyApplied) throw outcome.Error ?? new StoreRejectedException(
                MovedWrites.Code, $"the write to {moved.RecordName} was not applied: {outcome.Status}");
            retry = false;
        }
        return await shard.Administration.ReleaseAsync(number, retry, cancellationToken).ConfigureAwait(false);
    }

    public async Task<int> ForgetAsync(string chat, bool isPreview, CancellationToken cancellationToken)
    {
        var found = 0;
        // The chat may have been moved since it was spooled.
        foreach (var shard in shards())
            found += await shard.Store.Administration.ForgetAsync(chat, isPreview, cancellationToken).ConfigureAwait(false);
        return found;
    }

    private (FailoverStore Shard, long Id)? Find(long number)
    {
        var (shard, id) = ShardedOutboxId.Parse(number);
        return shards().FirstOrDefault(open => open.Number == shard) is { Store: { } store } ? (store, id) : null;
    }

    private async Task<List<T>> ListAsync<T>(
        Func<IOutboxAdministration, long, Task<List<T>>> list, Func<T, long> idOf, Func<T, long, T> number, long after, int limit)
    {
        List<T> found = [];
        foreach (var (shard, store) in shards())
        {
            var entries = await list(store.Administration, ShardedOutboxId.After(shard, after)).ConfigureAwait(false);
            found.AddRange(entries.Select(entry => number(entry, ShardedOutboxId.Of(shard, idOf(entry)))));
        }
        return [.. found.OrderBy(idOf).Take(limit)];
    }
}
