using Microsoft.Extensions.Logging;
using Nexus.Engine;
using Nexus.Errors;
using Nexus.Postgres;
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

    /// <summary>The tables that were complete at that time; all of them where it is missing, as in a folder of an earlier version.</summary>
    private const string TablesName = "copy_tables";

    private static readonly TimeSpan ShortestPause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(30);

    /// <summary>How long ranges are compared before what was written meanwhile is applied.</summary>
    private static readonly TimeSpan Slice = TimeSpan.FromSeconds(1);

    private readonly SqliteStore _local;
    private readonly RemoteGate _gate;
    private readonly ChangeFeed _changes;
    private readonly IReadOnlyList<RecordTable> _tables;
    private readonly ReplicaProgress _progress;
    private readonly ReplicaComparison _comparison;
    private readonly ReplicaReader _reader;
    private readonly ReplicaPurge _purge;
    private readonly SyncThrottle _pace;
    private readonly Func<long?> _period;
    private readonly FailoverClock _clock;
    private readonly ILogger _logger;
    private readonly CancellationTokenSource _stop = new();
    private readonly SemaphoreSlim _one = new(1, 1);
    private readonly SemaphoreSlim _applying = new(1, 1);
    private Task _following = Task.CompletedTask;
    private DateTimeOffset? _savedAsOf;
    private Moment? _moment;
    private long _read;
    private volatile bool _isComparing;

    /// <param name="local">Holds the replica.</param>
    /// <param name="gate">Leads to PostgreSQL.</param>
    /// <param name="changes">Says whether changes of other instances are received.</param>
    /// <param name="tables">What is copied.</param>
    /// <param name="period">The number of outages so far; null during one.</param>
    /// <param name="clock">The time of the database.</param>
    /// <param name="logger">Receives the logs.</param>
    public ReplicaSync(
        SqliteStore local, RemoteGate gate, ChangeFeed changes, IReadOnlyList<RecordTable> tables, Func<long?> period, FailoverClock clock,
        ILogger logger)
    {
        (_local, _gate, _changes, _tables, _period, _clock, _logger) = (local, gate, changes, tables, period, clock, logger);
        Backlog = new ReplicaBacklog(tables);
        _reader = new ReplicaReader(gate, logger);
        _pace = new SyncThrottle(Backlog, clock);
        _progress = new ReplicaProgress(local, tables);
        _comparison = new ReplicaComparison(local, gate, _progress, _reader, _pace, clock, period);
        _purge = new ReplicaPurge(local, tables, period);
    }

    public ReplicaBacklog Backlog { get; }

    /// <summary>As <see cref="FailoverOptions.SettleAfter"/>.</summary>
    public required TimeSpan SettleAfter { get; init; }

    /// <summary>Records that were read from PostgreSQL since the start.</summary>
    public long Copied => _comparison.Copied + Interlocked.Read(ref _read);

    /// <summary>Of which buckets of a shard it has the records.</summary>
    public required ReplicaBuckets Buckets { get; init; }

    /// <summary>Up to when the replica is complete; null if it never was, or if it is of other buckets than those that calls are routed to.</summary>
    public DateTimeOffset? AsOf => Buckets.IsOfRouted ? CompleteAt : null;

    /// <summary>Up to when the replica was complete for the buckets that its shard had; null if it never was.</summary>
    public DateTimeOffset? CompleteAt { get; private set; }

    /// <summary>Whether the replica has every change that PostgreSQL is known to have, apart from those of the last seconds.</summary>
    public bool IsCurrent => AsOf is not null && _changes.IsLive && !IsComparing;

    /// <summary>The share of the records that are compared or copied, 0 to 1; 1 while none are to be compared.</summary>
    public double Share => _tables.Count == 0 || !IsComparing ? 1 : _comparison.IsPending ? _comparison.Share : 0;

    private bool IsComparing => _isComparing || Backlog.HasTables;

    /// <summary>Whether the table is copied.</summary>
    public bool Copies(RecordTable table) => _tables.Contains(table);

    public async Task OpenAsync(CancellationToken cancellationToken)
    {
        await _progress.OpenAsync(cancellationToken).ConfigureAwait(false);
        await Buckets.OpenAsync(cancellationToken).ConfigureAwait(false);
        if (await _local.GetMetaAsync(AsOfName, cancellationToken).ConfigureAwait(false) is not { } text) return;
        var complete = await _local.GetMetaAsync(TablesName, cancellationToken).ConfigureAwait(false);
        // A table that was not copied is not complete.
        if (complete is not null && _tables.Any(table => !complete.Split(',').Contains(table.Name))) return;
        if (_tables.Count > 0) CompleteAt = _savedAsOf = ReplicaTime.Parse(text);
    }

    public void Start() => _following = Task.Run(FollowAsync, CancellationToken.None);

    /// <summary>Brings the replica up to date once. False while PostgreSQL is unavailable.</summary>
    public async Task<bool> FollowOnceAsync(CancellationToken cancellationToken)
    {
        await _one.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (_period() is not { } period) return false;
            await _purge.RunAsync(period, cancellationToken).ConfigureAwait(false);
            if (!Buckets.IsComparingRouted)
            {
                Buckets.Begin();
                Backlog.AllTables();
            }
            DateTimeOffset drained;
            DateTimeOffset? complete = null;
            var changed = false;
            while (true)
            {
                // What was written while ranges were compared is applied before the replica is held to be complete.
                drained = _clock.GetUtcNow();
                if (Backlog.HasTables) _isComparing = true;
                var (records, tables) = await TakeAsync(evenIfAway: false, cancellationToken).ConfigureAwait(false);
                try
                {
                    if (tables.Count > 0) _isComparing = true;
                    changed |= records.Count > 0 || tables.Count > 0;
                    if (tables.Count == _tables.Count) complete = drained;
                    await ReadOthersAsync(records, tables, cancellationToken).ConfigureAwait(false);
                    if (!_comparison.IsPending) break;
                    await _comparison.CompareAsync(Slice, cancellationToken).ConfigureAwait(false);
                }
                finally
                {
                    Backlog.EndReading();
                }
            }
            // The replica is as old as the last response. While changes of others are not received, it becomes younger only
            // by comparing every table.
            _clock.Set(await _gate.CallOnceAsync((primary, token) => primary.GetTimeAsync(token), cancellationToken).ConfigureAwait(false));
            if (Backlog.HasTables || !await Buckets.AreUnchangedAsync(_gate, cancellationToken).ConfigureAwait(false)) return true;
            if (_tables.Count > 0 && (_changes.IsLive ? drained : complete) is { } at)
                await AdvanceAsync(at, changed, period, cancellationToken).ConfigureAwait(false);
            _isComparing = false;
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
        Backlog.EndReading();
        Backlog.Return(UnreadOf(records), tables);
    }

    /// <summary>PostgreSQL serves again: what happened meanwhile is found by comparing.</summary>
    public void BeginPeriod()
    {
        Backlog.Everything();
        _purge.IsDue = true;
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        await _following.ConfigureAwait(false);
        await Buckets.Removed.ConfigureAwait(false);
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

    /// <summary>Reads what others changed, and begins to compare the tables of which it is not known what they changed.</summary>
    private async Task ReadOthersAsync(
        Dictionary<WriteKey, ReplicaChange> records, HashSet<RecordTable> tables, CancellationToken cancellationToken)
    {
        // What was read is not read again if the rest fails: own patches that follow it apply to it.
        var unread = UnreadOf(records).ToHashSet();
        try
        {
            if (tables.Count > 0)
            {
                _moment = null;
                await _comparison.BeginAsync(tables, cancellationToken).ConfigureAwait(false);
                tables = [];
            }
            foreach (var table in unread.GroupBy(key => key.Table).ToList())
            {
                foreach (var keys in table.Chunk(Chunk))
                {
                    await ReadAsync(table.Key, keys, cancellationToken).ConfigureAwait(false);
                    unread.ExceptWith(keys);
                }
            }
        }
        catch
        {
            Backlog.Return(unread, tables);
            throw;
        }
    }

    private static IEnumerable<WriteKey> UnreadOf(Dictionary<WriteKey, ReplicaChange> records) =>
        records.Where(record => record.Value.MustBeRead).Select(record => record.Key);

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
                // With the writes of this process: a catch-up that follows must find them.
                Backlog.EndReading();
                Backlog.Return(records, tables);
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
            if (!evenIfAway && _period() is null) throw new OperationCanceledException("PostgreSQL became unavailable");
            foreach (var (_, record) in chunk)
            {
                // Also where the record is read afterwards: until then an outage may begin, and this process reads what it wrote.
                if (record.Applied.Count == 0) continue;
                if (!ReplicaApplier.TryApply(transaction, record)) record.MustBeRead = true;
            }
            return true;
        },
        writes: chunk.Length,
        cancellationToken);

    private async Task ReadAsync(RecordTable table, WriteKey[] keys, CancellationToken cancellationToken)
    {
        // An outage that begins and ends meanwhile leaves what was read older than what was spooled and replayed.
        var period = _period();
        var put = await _reader.ReadAsync(table, keys, cancellationToken).ConfigureAwait(false);
        await _local.TransactAsync(
            transaction =>
            {
                if (period is null || _period() != period) throw new OperationCanceledException("PostgreSQL became unavailable");
                put(transaction);
                return true;
            },
            writes: keys.Length,
            cancellationToken).ConfigureAwait(false);
        Interlocked.Add(ref _read, keys.Length);
    }

    private async Task AdvanceAsync(DateTimeOffset at, bool changed, long period, CancellationToken cancellationToken)
    {
        if (_period() != period) return;
        CompleteAt = at;
        changed |= Buckets.Complete();
        await SettleAsync(period, cancellationToken).ConfigureAwait(false);
        // What changes nothing is not written down each second: a start compares the tables anyhow.
        if (!changed && _savedAsOf is { } saved && at - saved < TimeSpan.FromMinutes(1)) return;
        await _local.TransactAsync(
            transaction =>
            {
                SqliteMeta.Set(transaction.Connection, AsOfName, ReplicaTime.ToText(at));
                SqliteMeta.Set(transaction.Connection, TablesName, string.Join(',', _tables.Select(table => table.Name)));
                Buckets.Save(transaction.Connection);
                return true;
            },
            writes: 1,
            cancellationToken).ConfigureAwait(false);
        _savedAsOf = at;
    }

    /// <summary>
    /// Now and then the replica is held to have all that PostgreSQL had at an earlier moment: changes were received all the time since, and every
    /// write of this process that had begun by then is over and applied. A later start compares only what was written after that moment.
    /// </summary>
    private async Task SettleAsync(long period, CancellationToken cancellationToken)
    {
        if (!_changes.IsLive)
        {
            _moment = null;
            return;
        }
        if (_moment is { } moment && moment.Period == period)
        {
            if (_clock.GetElapsedTime(moment.At) < SettleAfter || Backlog.IsOpen(moment.LastCall)) return;
            if (_progress.IsOf(moment.Mark)) await _progress.AdvanceAsync(moment.Mark, cancellationToken).ConfigureAwait(false);
            // Another server, which the listener did not notice.
            else Backlog.Everything();
        }
        _moment = await _gate.CallOnceAsync((primary, token) => primary.GetMarkAsync(token), cancellationToken).ConfigureAwait(false) is { } mark
            ? new Moment(mark, _clock.GetTimestamp(), Backlog.LastCall, period)
            : null;
    }

    /// <param name="Mark">The moment at the server.</param>
    /// <param name="At">When it was read.</param>
    /// <param name="LastCall">The last call of this process that had begun by then.</param>
    /// <param name="Period">The outages until then.</param>
    private sealed record Moment(PrimaryMark Mark, long At, long LastCall, long Period);
}
