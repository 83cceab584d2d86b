using Nexus.Engine;
using Nexus.Errors;
using Nexus.Postgres;

namespace Nexus.Sharding;

/// <summary>
/// Writes go to the shards of their records. A batch of one shard is one transaction. One of several shards has a transaction on each if it is not
/// atomic; an atomic one is a <see cref="SpanningBatch"/>.
/// </summary>
internal sealed partial class ShardedStore
{
    public async Task<WriteOutcome[]> ApplyAsync(IReadOnlyList<Write> writes, bool atomic, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (writes.Count == 0) return [];
        var outcomes = new WriteOutcome?[writes.Count];
        for (var wait = new MoveWait(_clock); ;)
        {
            var topology = Current;
            StaleShardMapException? refusal = null;
            try
            {
                var (placed, owners) = await PlaceAsync(topology, writes, outcomes, cancellationToken).ConfigureAwait(false);
                if (atomic && Array.Exists(outcomes, outcome => outcome is { IsApplied: false }))
                    return await RefuseAsync(topology, placed, owners, outcomes, cancellationToken).ConfigureAwait(false);
                await ApplyAsync(topology, placed, owners, atomic, outcomes, cancellationToken).ConfigureAwait(false);
            }
            catch (StaleShardMapException stale)
            {
                refusal = stale;
            }
            if (!TakeOutStale(outcomes)) return Array.ConvertAll(outcomes, outcome => outcome!.Value);
            try
            {
                if (await TryReloadAsync(topology, wait, CancellationOf(outcomes, cancellationToken)).ConfigureAwait(false)) continue;
            }
            catch (NexusException error) when (Array.Exists(outcomes, outcome => outcome is not null))
            {
                return Array.ConvertAll(outcomes, outcome => outcome ?? WriteOutcome.Failed(error));
            }
            if (refusal is not null && Array.TrueForAll(outcomes, outcome => outcome is null)) throw Moving(refusal);
            return Array.ConvertAll(outcomes, outcome => outcome ?? WriteOutcome.Failed(Moving()));
        }
    }

    /// <summary>
    /// The shard of each write without an outcome. A trade that is named without its chat is looked for, and its write may get its outcome here.
    /// </summary>
    private static async Task<(Write[] Writes, int[] Owners)> PlaceAsync(
        Topology topology, IReadOnlyList<Write> writes, WriteOutcome?[] outcomes, CancellationToken cancellationToken)
    {
        var (placed, owners) = (new Write[writes.Count], new int[writes.Count]);
        for (var n = 0; n < placed.Length; n++)
        {
            placed[n] = writes[n];
            if (outcomes[n] is not null) continue;
            var owner = topology.Map.OwnerOf(placed[n].Place);
            if (owner is null)
            {
                (placed[n], outcomes[n]) = await TradeLocator.LocateAsync(topology.Stores, writes[n], cancellationToken).ConfigureAwait(false);
                owner = topology.Map.OwnerOf(placed[n].Place);
            }
            owners[n] = owner ?? 0;
        }
        return (placed, owners);
    }

    private async Task ApplyAsync(
        Topology topology, Write[] writes, int[] owners, bool atomic, WriteOutcome?[] outcomes, CancellationToken cancellationToken)
    {
        var open = Enumerable.Range(0, writes.Length).Where(n => outcomes[n] is null).ToArray();
        if (open.Length == 0) return;
        var groups = open.GroupBy(n => owners[n]).Select(group => group.ToArray()).ToList();
        if (atomic && groups.Count > 1)
        {
            await ApplySpanningAsync(topology, writes, owners, groups, outcomes, isTrial: false, cancellationToken).ConfigureAwait(false);
            return;
        }
        if (atomic || open.Length == writes.Length && groups.Count == 1)
        {
            var own = open.Length == writes.Length ? writes : Array.ConvertAll(open, n => writes[n]);
            Fill(outcomes, open, await topology.Stores[owners[open[0]]].ApplyAsync(own, atomic, cancellationToken).ConfigureAwait(false));
            return;
        }
        // Some are written on one shard, by this attempt or the one before: an exception would say of all that they are not.
        await Task.WhenAll(groups.Select(async group =>
        {
            try
            {
                Fill(outcomes, group, await topology.Stores[owners[group[0]]].ApplyAsync(
                    Array.ConvertAll(group, n => writes[n]), atomic: false, CancellationToken.None).ConfigureAwait(false));
            }
            catch (NexusException error)
            {
                foreach (var n in group) outcomes[n] = WriteOutcome.Failed(error);
            }
        })).ConfigureAwait(false);
        // Where no shard has written, the error is that of the call.
        if (Array.TrueForAll(outcomes, outcome => outcome is { Status: WriteStatus.Failed, Error: StoreUnavailableException }))
            throw outcomes[0]!.Value.Error!;
    }

    /// <summary>A batch of which some writes are committed is not given up.</summary>
    private static CancellationToken CancellationOf(WriteOutcome?[] outcomes, CancellationToken cancellationToken) =>
        Array.TrueForAll(outcomes, outcome => outcome is null) ? cancellationToken : CancellationToken.None;

    private static void Fill(WriteOutcome?[] outcomes, int[] places, WriteOutcome[] some)
    {
        for (var n = 0; n < places.Length; n++) outcomes[places[n]] = some[n];
    }

    /// <summary>Opens the outcomes again of writes that a shard has refused as not its own. False if every write has its outcome.</summary>
    private static bool TakeOutStale(WriteOutcome?[] outcomes)
    {
        var isOpen = false;
        for (var n = 0; n < outcomes.Length; n++)
        {
            if (outcomes[n] is { Status: WriteStatus.Failed, Error: StaleShardMapException }) outcomes[n] = null;
            isOpen |= outcomes[n] is null;
        }
        return isOpen;
    }

    /// <summary>
    /// An atomic batch in which a close without a chat means no trade that it can close. The shard finds out which other writes it would refuse: the
    /// close goes with them, to a trade that cannot exist, so that nothing is applied.
    /// </summary>
    private async Task<WriteOutcome[]> RefuseAsync(
        Topology topology, Write[] writes, int[] owners, WriteOutcome?[] outcomes, CancellationToken cancellationToken)
    {
        var open = Enumerable.Range(0, writes.Length).Where(n => outcomes[n] is not { IsApplied: true }).ToArray();
        var shards = open.Where(n => outcomes[n] is null).GroupBy(n => owners[n]).Select(group => group.ToArray()).ToList();
        if (shards.Count > 1)
        {
            await ApplySpanningAsync(topology, writes, owners, shards, outcomes, isTrial: true, cancellationToken).ConfigureAwait(false);
            return Array.ConvertAll(outcomes, outcome => outcome!.Value);
        }
        var sent = Array.ConvertAll(open, n => outcomes[n] is null ? writes[n] : writes[n].Naming(null, DateTimeOffset.MinValue));
        var found = await topology.Stores[shards.Count == 0 ? 0 : owners[shards[0][0]]].ApplyAsync(sent, atomic: true, cancellationToken)
            .ConfigureAwait(false);
        for (var n = 0; n < open.Length; n++) outcomes[open[n]] ??= found[n];
        return Array.ConvertAll(outcomes, outcome => outcome!.Value);
    }
}
