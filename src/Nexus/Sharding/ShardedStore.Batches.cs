using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Nexus.Engine;
using Nexus.Errors;
using Nexus.Failover;
using Nexus.Postgres;
using Nexus.Stores;

namespace Nexus.Sharding;

/// <summary>Atomic batches over several shards, and the end of those whose process is gone.</summary>
internal sealed partial class ShardedStore
{
    private static readonly TimeSpan KeepEvery = TimeSpan.FromSeconds(5);

    private readonly CancellationTokenSource _stop = new();
    private readonly ConcurrentDictionary<int, bool> _silentServers = new();
    private Task _keeping = Task.CompletedTask;
    private volatile StoreConcern? _unsettled;
    private volatile StoreConcern? _unknownShard;

    /// <summary>Told of each stage of an atomic batch over several shards, for tests that stop a process there.</summary>
    internal Action<BatchStage>? BatchReached { get; set; }

    /// <summary>Applies a batch of several shards as a whole.</summary>
    /// <param name="topology">The shards.</param>
    /// <param name="writes">The batch.</param>
    /// <param name="owners">The shard of each.</param>
    /// <param name="groups">The writes to be applied, by shard.</param>
    /// <param name="outcomes">Get their outcomes.</param>
    /// <param name="isTrial">Only finds out which writes would be refused.</param>
    /// <param name="cancellationToken">Ends waits before anything is sent.</param>
    private async Task ApplySpanningAsync(
        Topology topology, Write[] writes, int[] owners, List<int[]> groups, WriteOutcome?[] outcomes, bool isTrial,
        CancellationToken cancellationToken)
    {
        ShardPart[] parts = [.. groups.OrderBy(group => owners[group[0]]).Select(group => new ShardPart(
            topology.Map.Shards[owners[group[0]]].Server, owners[group[0]], topology.Stores[owners[group[0]]],
            Array.ConvertAll(group, n => writes[n]), group))];
        if (!_servers.TwoPhaseBatches && parts.Any(part => part.Server != parts[0].Server)) throw Spanning(writes, owners, groups);
        var batch = new SpanningBatch(topology.Map.Id, topology.Stores[0], _logger, _clock, BatchReached);
        var found = await batch.ApplyAsync(parts, writes.Length, isTrial, cancellationToken).ConfigureAwait(false);
        for (var n = 0; n < found.Length; n++) outcomes[n] ??= found[n];
    }

    private NexusValidationException Spanning(Write[] writes, int[] owners, List<int[]> groups)
    {
        var one = groups[0][0];
        var other = groups.First(group => Server(group[0]) != Server(one))[0];
        return new NexusValidationException("batch",
            $"must be on one server to be applied as a whole: {writes[one].RecordName} is on shard {owners[one]} and {writes[other].RecordName} on "
                + $"shard {owners[other]}, which are on two servers; save the records of each shard separately, or set "
                + "NexusOptions.TwoPhaseBatches");

        int Server(int write) => Current.Map.Shards[owners[write]].Server;
    }

    /// <summary>Checks that the servers can prepare transactions, ends what is left behind, and goes on looking for it and for new shards.</summary>
    private async Task BeginKeepingAsync(Topology topology, CancellationToken cancellationToken)
    {
        var settlement = SettlementOf(topology);
        if (settlement.IsNeeded && _servers.TwoPhaseBatches)
        {
            foreach (var shard in topology.Map.Shards.Where(shard => shard.Server != 0).DistinctBy(shard => shard.Server))
            {
                if (!_absent.ContainsKey(shard.Number))
                    await RequirePreparedAsync(topology, topology.Stores[shard.Number], shard.Number, cancellationToken).ConfigureAwait(false);
            }
        }
        await SettleBatchesAsync(settlement, cancellationToken).ConfigureAwait(false);
        _keeping = Task.Run(KeepAsync, CancellationToken.None);
    }

    /// <exception cref="NexusConfigurationException">Batches in two phases are wanted, and the server cannot prepare transactions.</exception>
    private async Task RequirePreparedAsync(Topology topology, IShardStore store, int shard, CancellationToken cancellationToken)
    {
        if (!_servers.TwoPhaseBatches || topology.Map.Shards[shard].Server == 0) return;
        try
        {
            if (await store.GetMaxPreparedAsync(cancellationToken).ConfigureAwait(false) > 0) return;
        }
        catch (StoreUnavailableException) when (store is FailoverStore)
        {
            // Its local replica serves. The server refuses the first batch if it cannot prepare transactions.
            return;
        }
        throw new NexusConfigurationException(nameof(NexusOptions.TwoPhaseBatches),
            $"needs prepared transactions, which {store.Location} has turned off: set max_prepared_transactions there, to the number of "
                + "connections of all instances, and restart that server; or turn the setting off, and batches over several servers are "
                + "refused");
    }

    private async Task KeepAsync()
    {
        using var timer = new PeriodicTimer(KeepEvery, _clock);
        try
        {
            while (await timer.WaitForNextTickAsync(_stop.Token).ConfigureAwait(false))
            {
                await LookForShardsAsync(_stop.Token).ConfigureAwait(false);
                await OpenAbsentAsync(_stop.Token).ConfigureAwait(false);
                await AskSilentAsync(_stop.Token).ConfigureAwait(false);
                await SettleBatchesAsync(SettlementOf(Current), _stop.Token).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException)
        {
            // The store is closed.
        }
    }

    /// <summary>Ends now what is older than a time.</summary>
    internal Task<int> SettleBatchesAsync(TimeSpan grace, CancellationToken cancellationToken) =>
        SettlementOf(Current).RunAsync(grace, cancellationToken);

    private async Task SettleBatchesAsync(BatchSettlement settlement, CancellationToken cancellationToken)
    {
        try
        {
            var left = await settlement.RunAsync(BatchSettlement.Grace, cancellationToken).ConfigureAwait(false);
            _unsettled = left == 0 ? null : new StoreConcern(StoreConcern.UnsettledBatches,
                "a server of the shards does not let this instance end batches that a process has left behind: their records stay locked there; the "
                    + "log names the server and the reason");
        }
        catch (Exception error) when (PostgresErrors.Covers(error) || error is NexusException)
        {
            // The home shard does not respond, which those who read and write notice.
        }
    }

    private BatchSettlement SettlementOf(Topology topology) => new(topology.Map, async (shard, work) =>
    {
        var connection = await topology.Stores[shard].OpenForWritesAsync(_stop.Token).ConfigureAwait(false);
        await using var end = connection.ConfigureAwait(false);
        await work(connection.Connection).ConfigureAwait(false);
    }, _logger, _silentServers);
}
