using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Nexus.Errors;
using Nexus.Postgres;
using Nexus.Stores;

namespace Nexus.Sharding;

/// <summary>
/// Shards that do not respond. One shard must not take the others with it: an instance also starts without it, refuses the calls of its chats, and
/// opens it once its server responds. Without the home shard it does not start.
/// </summary>
internal sealed partial class ShardedStore
{
    private static readonly TimeSpan LookPatience = TimeSpan.FromSeconds(5);

    /// <summary>Shards that were not opened, by their numbers. Their stores refuse every call.</summary>
    private readonly ConcurrentDictionary<int, string> _absent = [];

    /// <summary>Open shards that did not respond when they were asked last, by their numbers.</summary>
    private readonly ConcurrentDictionary<int, string> _silent = [];

    private IEnumerable<StoreConcern> SilentShards =>
        _absent.Concat(_silent).OrderBy(found => found.Key).Select(found => new StoreConcern(StoreConcern.ShardUnavailable,
            $"shard {found.Key} does not respond, so calls to its chats and lists over all chats fail: {found.Value}"));

    /// <summary>Opens a shard other than the home shard, or has its store refuse every call.</summary>
    private async Task OpenOrRefuseAsync(IShardStore store, int number, CancellationToken cancellationToken)
    {
        try
        {
            await store.OpenAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (StoreUnavailableException error)
        {
            _absent[number] = error.Message;
            // What was not checked at the opening, such as its version, must not be used before it is.
            store.Refuse(new StoreUnavailableException(error.Reason, $"shard {number} at {store.Location} is not open: {error.Message}", error));
            LogAbsent(_logger, number, store.Location, error.Message);
        }
    }

    /// <summary>Opens shards that did not respond at the start.</summary>
    private async Task OpenAbsentAsync(CancellationToken cancellationToken)
    {
        foreach (var number in _absent.Keys.Order())
        {
            var topology = Current;
            var store = CreateStore(topology.Map, topology.Map.Shards[number], topology.Guards[number]);
            try
            {
                await store.OpenAsync(cancellationToken).ConfigureAwait(false);
                await RequirePreparedAsync(topology, store, number, cancellationToken).ConfigureAwait(false);
            }
            catch (Exception error)
            {
                await store.DisposeAsync().ConfigureAwait(false);
                if (!PostgresErrors.Covers(error) && error is not NexusException) throw;
                _absent[number] = PostgresErrors.Translate(error).Message;
                continue;
            }
            await ReplaceAsync(number, store, cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task ReplaceAsync(int number, IShardStore store, CancellationToken cancellationToken)
    {
        IShardStore former;
        await _reloading.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            var topology = Current;
            former = topology.Stores[number];
            var stores = topology.Stores.ToArray();
            stores[number] = store;
            store.Changes.Published += Changes.Publish;
            Volatile.Write(ref _topology, topology with { Stores = stores });
            _absent.TryRemove(number, out _);
            _history.DescribeAll();
            Changes.Publish(RecordTables.Everything);
        }
        finally
        {
            _reloading.Release();
        }
        await former.DisposeAsync().ConfigureAwait(false);
        LogFound(_logger, number, store.Location);
    }

    /// <summary>Asks shards whose changes are not heard whether they respond at all.</summary>
    private async Task AskSilentAsync(CancellationToken cancellationToken)
    {
        var stores = Current.Stores;
        for (var number = 1; number < stores.Length; number++)
        {
            if (_absent.ContainsKey(number)) continue;
            if (stores[number].Changes.IsLive) _silent.TryRemove(number, out _);
            else await AskAsync(number, store => store.GetTimeAsync(cancellationToken).WaitAsync(LookPatience, _clock, cancellationToken))
                .ConfigureAwait(false);
        }
    }

    /// <summary>Asks a shard, and notes whether it responds.</summary>
    /// <returns>The default of the type if it does not respond.</returns>
    private async Task<T?> AskAsync<T>(int number, Func<IShardStore, Task<T>> ask)
    {
        var store = Current.Stores[number];
        try
        {
            var answer = await ask(store).ConfigureAwait(false);
            _silent.TryRemove(number, out _);
            return answer;
        }
        catch (Exception error) when (number > 0 && error is StoreUnavailableException or TimeoutException)
        {
            if (!_absent.ContainsKey(number))
                _silent[number] = error is TimeoutException ? $"{store.Location} does not respond in time" : error.Message;
            return default;
        }
    }

    [LoggerMessage(EventId = 1767, Level = LogLevel.Error,
        Message = "Shard {Shard} at {Location} could not be opened, so calls to its chats fail until it responds: {Reason}")]
    private static partial void LogAbsent(ILogger logger, int shard, string location, string reason);

    [LoggerMessage(EventId = 1768, Level = LogLevel.Information, Message = "Shard {Shard} at {Location} responds again and was opened")]
    private static partial void LogFound(ILogger logger, int shard, string location);
}
