using Microsoft.Extensions.Logging;
using Nexus.Errors;
using Nexus.Postgres;
using Nexus.Stores;

namespace Nexus.Sharding;

/// <summary>The map changes while the store is open, as buckets are moved.</summary>
internal sealed partial class ShardedStore
{
    /// <summary>Reads the map again, after a wait if that was not enough before.</summary>
    /// <returns>False when it is no use to repeat the call.</returns>
    private async Task<bool> TryReloadAsync(Topology old, MoveWait wait, CancellationToken cancellationToken)
    {
        if (!await wait.NextAsync(Home.AreBucketsMovingAsync, SettleAsync, cancellationToken).ConfigureAwait(false)) return false;
        await ReloadAsync(old, old.Stores[0].GetShardMapAsync, cancellationToken).ConfigureAwait(false);
        return true;
    }

    /// <summary>Finishes or undoes a move whose process is gone; another instance may do the same.</summary>
    private async Task SettleAsync(CancellationToken cancellationToken)
    {
        try
        {
            var shards = _servers.Connect(Current.Map);
            await using var end = shards.ConfigureAwait(false);
            if (await MoveJournal.TryOpenAsync(shards, _clock, cancellationToken).ConfigureAwait(false) is not { } journal) return;
            await using var release = journal.ConfigureAwait(false);
            await MoveSettlement.RunAsync(journal, shards, _logger, _retry, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception error) when (PostgresErrors.Covers(error) || error is NexusException)
        {
            LogNotSettled(_logger, PostgresErrors.Translate(error).Message);
        }
    }

    /// <summary>Reads the map again, unless another call has done so since <paramref name="old"/> was in use.</summary>
    private async Task ReloadAsync(Topology old, Func<CancellationToken, Task<List<ShardRow>>> read, CancellationToken cancellationToken)
    {
        await _reloading.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (!ReferenceEquals(Current, old)) return;
            var map = ShardMap.Of(await read(cancellationToken).ConfigureAwait(false));
            if (map.Id != old.Map.Id) throw new StoreIncompatibleException("the home shard is of another database with shards now");
            var topology = await ExtendAsync(map, old, cancellationToken).ConfigureAwait(false);
            // First the map and then the epochs: a read that was routed by the old map finds it replaced.
            Volatile.Write(ref _topology, topology);
            for (var n = 0; n < map.Shards.Count; n++)
            {
                if (topology.Guards[n].Epoch == map.Shards[n].Epoch) continue;
                topology.Guards[n].Own = map.Shards[n].Own;
                topology.Stores[n].BucketsChanged();
            }
            await _servers.RememberAsync(map, cancellationToken).ConfigureAwait(false);
            _history.DescribeAll();
            // Who copied a record from its former shard looks at it again.
            Changes.Publish(RecordTables.Everything);
            LogReloaded(_logger, map.Shards.Max(shard => shard.Epoch));
        }
        finally
        {
            _reloading.Release();
        }
    }

    /// <summary>The stores of a map that may have further shards, which are opened.</summary>
    /// <exception cref="StoreUnavailableException">A further shard cannot be opened, such as one on an unknown server.</exception>
    private async Task<Topology> ExtendAsync(ShardMap map, Topology old, CancellationToken cancellationToken)
    {
        Topology? topology = null;
        try
        {
            topology = Arrange(map, old.Stores);
            await Task.WhenAll(topology.Stores.Skip(old.Stores.Length).Select(store => store.OpenAsync(cancellationToken))).ConfigureAwait(false);
            return topology;
        }
        catch (Exception error)
        {
            foreach (var store in topology?.Stores.Skip(old.Stores.Length) ?? []) await store.DisposeAsync().ConfigureAwait(false);
            if (error is not NexusConfigurationException reason) throw;
            throw new StoreUnavailableException(StoreUnavailableReason.Unreachable,
                $"the database has a further shard that this instance cannot open: {reason.Message}; restart the instance with the new list", reason);
        }
    }

    /// <summary>
    /// Opens shards that were added, before chats are moved there. A local replica that serves refuses no call by an old map, so with a fallback a
    /// moved bucket is looked for here.
    /// </summary>
    private async Task LookForShardsAsync(CancellationToken cancellationToken)
    {
        var old = Current;
        try
        {
            var found = await old.Stores[0].ProbeShardMapAsync(cancellationToken).WaitAsync(LookPatience, _clock, cancellationToken)
                .ConfigureAwait(false);
            if (found.Count > old.Stores.Length || HasFallback && found.Exists(shard => shard.Epoch != old.Guards[shard.Number].Epoch))
                await ReloadAsync(old, _ => Task.FromResult(found), cancellationToken).ConfigureAwait(false);
            _unknownShard = null;
        }
        catch (StoreUnavailableException error) when (error.InnerException is NexusConfigurationException)
        {
            if (_unknownShard is null) LogUnknownShard(_logger, error.Message);
            _unknownShard = new StoreConcern(StoreConcern.UnknownShard, error.Message);
        }
        catch (Exception error) when (PostgresErrors.Covers(error) || error is NexusException or TimeoutException)
        {
            // A server does not respond: tried again.
        }
    }

    [LoggerMessage(EventId = 1766, Level = LogLevel.Error, Message = "Calls to chats on a new shard will fail: {Reason}")]
    private static partial void LogUnknownShard(ILogger logger, string reason);

    [LoggerMessage(EventId = 1751, Level = LogLevel.Information, Message = "The map of the shards was read again; its newest epoch is {Epoch}")]
    private static partial void LogReloaded(ILogger logger, long epoch);

    [LoggerMessage(EventId = 1762, Level = LogLevel.Warning,
        Message = "A move of buckets was interrupted, and cannot be finished or undone now: {Reason}")]
    private static partial void LogNotSettled(ILogger logger, string reason);
}
