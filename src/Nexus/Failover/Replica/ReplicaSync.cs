using Microsoft.Extensions.Logging;
using Nexus.Engine;
using Nexus.Errors;
using Nexus.Sqlite;
using Nexus.Stores;

namespace Nexus.Failover;

/// <summary>
/// Keeps the local replica warm while PostgreSQL is available: off the write path, in batches, and for a small share of the time, so that the
/// replica falls behind under load rather than slowing the engine down.
/// </summary>
internal sealed class ReplicaSync : IAsyncDisposable
{
    private const int Chunk = 500;
    private const string AsOfName = "copy_as_of";

    private static readonly TimeSpan ShortestPause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(30);

    private readonly SqliteStore _local;
    private readonly RemoteGate _gate;
    private readonly ChangeFeed _changes;
    private readonly ReplicaComparison _comparison;
    private readonly ReplicaReader _reader;
    private readonly SyncThrottle _pace;
    private readonly Func<bool> _mayFollow;
    private readonly FailoverClock _clock;
    private readonly ILogger _logger;
    private readonly CancellationTokenSource _stop = new();
    private readonly SemaphoreSlim _one = new(1, 1);
    private readonly SemaphoreSlim _applying = new(1, 1);
    private Task _following = Task.CompletedTask;
    private DateTimeOffset? _savedAsOf;

    public ReplicaSync(SqliteStore local, RemoteGate gate, ChangeFeed changes, Func<bool> mayFollow, FailoverClock clock, ILogger logger)
    {
        (_local, _gate, _changes, _mayFollow, _clock, _logger) = (local, gate, changes, mayFollow, clock, logger);
        _reader = new ReplicaReader(gate);
        _pace = new SyncThrottle(Backlog, clock);
        _comparison = new ReplicaComparison(local, gate, _pace, clock, mayFollow);
    }

    public ReplicaBacklog Backlog { get; } = new();

    /// <summary>Up to when the replica is complete; null if it never was.</summary>
    public DateTimeOffset? AsOf { get; private set; }

    public async Task OpenAsync(CancellationToken cancellationToken)
    {
        if (await _local.GetMetaAsync(AsOfName, cancellationToken).ConfigureAwait(false) is { } text) AsOf = _savedAsOf = ReplicaTime.Parse(text);
    }

    public void Start() => _following = Task.Run(FollowAsync, CancellationToken.None);

    /// <summary>Brings the replica up to date once. False while PostgreSQL is unavailable.</summary>
    public async Task<bool> FollowOnceAsync(CancellationToken cancellationToken)
    {
        await _one.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (!_mayFollow()) return false;
            var started = _clock.GetUtcNow();
            var (records, tables) = await TakeAsync(evenIfAway: false, cancellationToken).ConfigureAwait(false);
            try
            {
                foreach (var table in tables.OrderBy(table => table.LockOrder))
                    await _comparison.CompareAsync(table, AsOf, cancellationToken).ConfigureAwait(false);
                foreach (var table in records.Where(record => record.Value.MustBeRead).Select(record => record.Key).GroupBy(key => key.Table))
                {
                    foreach (var keys in table.Chunk(Chunk)) await ReadAsync(table.Key, keys, cancellationToken).ConfigureAwait(false);
                }
            }
            catch
            {
                Backlog.Return(records.Where(record => record.Value.MustBeRead).Select(record => record.Key), tables);
                throw;
            }
            // The replica is as old as the last response. While changes of others are not received, it becomes younger only
            // by comparing every table.
            _clock.Set(await _gate.CallOnceAsync((primary, token) => primary.GetTimeAsync(token), cancellationToken).ConfigureAwait(false));
            if (!_changes.IsLive && tables.Count < RecordTables.All.Count) return true;
            await AdvanceAsync(started, changed: records.Count > 0 || tables.Count > 0, cancellationToken).ConfigureAwait(false);
            return true;
        }
        finally
        {
            _one.Release();
        }
    }

    /// <summary>
    /// PostgreSQL has become unavailable: what this process wrote there since the last sync is put into the replica from memory, for
    /// read-your-writes. Records that others changed stay as they were.
    /// </summary>
    public async Task CatchUpAsync(CancellationToken cancellationToken)
    {
        var (records, tables) = await TakeAsync(evenIfAway: true, cancellationToken).ConfigureAwait(false);
        Backlog.Return(records.Where(record => record.Value.MustBeRead).Select(record => record.Key), tables);
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        await _following.ConfigureAwait(false);
        _stop.Dispose();
        _one.Dispose();
        _applying.Dispose();
    }

    private async Task FollowAsync()
    {
        var pause = TimeSpan.Zero;
        while (!_stop.IsCancellationRequested)
        {
            await Task.Delay(pause, _clock, _stop.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (_stop.IsCancellationRequested) return;
            var started = _clock.GetTimestamp();
            try
            {
                await FollowOnceAsync(_stop.Token).ConfigureAwait(false);
            }
            catch (Exception error) when (error is NexusException or OperationCanceledException)
            {
                if (!_stop.IsCancellationRequested) FailoverLog.FollowFailed(_logger, error);
            }
            catch (Exception error)
            {
                // A defect, but the sync must continue: otherwise the replica would be stale when it is needed.
                FailoverLog.FollowBroke(_logger, error);
            }
            var wanted = _pace.RestAfter(_clock.GetElapsedTime(started));
            pause = wanted < ShortestPause ? ShortestPause : wanted > LongestPause ? LongestPause : wanted;
        }
    }

    /// <summary>Takes what waits and applies to the replica what this process wrote. What remains must be read.</summary>
    private async Task<(Dictionary<WriteKey, ReplicaChange> Records, HashSet<RecordTable> Tables)> TakeAsync(bool evenIfAway,
        CancellationToken cancellationToken)
    {
        // This part never waits for PostgreSQL, so that a catch-up does not either.
        await _applying.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            var (records, tables) = Backlog.Take();
            try
            {
                foreach (var chunk in records.Chunk(Chunk)) await ApplyAsync(chunk, evenIfAway, cancellationToken).ConfigureAwait(false);
            }
            catch
            {
                Backlog.Return(records.Keys, tables);
                throw;
            }
            return (records, tables);
        }
        finally
        {
            _applying.Release();
        }
    }

    private Task<bool> ApplyAsync(KeyValuePair<WriteKey, ReplicaChange>[] chunk, bool evenIfAway, CancellationToken cancellationToken) =>
        _local.TransactAsync(
        transaction =>
        {
            // Asked on the thread that also spools: nothing is copied over a write that was spooled since.
            if (!evenIfAway && !_mayFollow()) throw new OperationCanceledException("PostgreSQL became unavailable");
            foreach (var (_, record) in chunk)
            {
                if (record.Applied.Count == 0 || (record.MustBeRead && !evenIfAway)) continue;
                if (!ReplicaApplier.TryApply(transaction, record)) record.MustBeRead = true;
            }
            return true;
        },
        writes: chunk.Length,
        cancellationToken);

    private async Task ReadAsync(RecordTable table, WriteKey[] keys, CancellationToken cancellationToken)
    {
        var put = await _reader.ReadAsync(table, keys, cancellationToken).ConfigureAwait(false);
        await _local.TransactAsync(
            transaction =>
            {
                if (!_mayFollow()) throw new OperationCanceledException("PostgreSQL became unavailable");
                put(transaction);
                return true;
            },
            writes: keys.Length,
            cancellationToken).ConfigureAwait(false);
    }

    private async Task AdvanceAsync(DateTimeOffset at, bool changed, CancellationToken cancellationToken)
    {
        AsOf = at;
        // What changes nothing is not written down each second: a start compares the tables anyhow.
        if (!changed && _savedAsOf is { } saved && at - saved < TimeSpan.FromMinutes(1)) return;
        await _local.SetMetaAsync(AsOfName, ReplicaTime.ToText(at), cancellationToken).ConfigureAwait(false);
        _savedAsOf = at;
    }
}
