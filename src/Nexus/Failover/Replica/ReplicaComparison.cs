using Nexus.Engine;
using Nexus.Errors;
using Nexus.Postgres;
using Nexus.Sqlite;
using Nexus.Stores;

namespace Nexus.Failover;

/// <summary>
/// Compares the tables of the replica with PostgreSQL's and copies what differs: at a start, and after change notices were missed. What was never
/// copied is read as a whole; the rest is compared by checksums of ranges, and of a range that differs only the records that differ are read.
/// </summary>
/// <remarks>
/// Range by range, each in short statements: one that stays open would keep PostgreSQL from clearing away old versions of the rows that are updated
/// meanwhile, which slows every writer down. One task alone compares and applies what was written, so between reading a range and putting it into the
/// replica nothing else changes the replica, unless an outage begins: then the range is dropped.
/// </remarks>
internal sealed class ReplicaComparison(
    SqliteStore replica, RemoteGate gate, ReplicaProgress progress, ReplicaReader reader, SyncThrottle pace, TimeProvider clock,
    Func<long?> period)
{
    /// <summary>Records that are copied at once.</summary>
    private const int Page = 500;

    /// <summary>Records of a checksum.</summary>
    private const int Range = 2000;

    /// <summary>Records of the replica that are taken into memory at once: a range of PostgreSQL may be empty where the replica's is not.</summary>
    private const int MostLocal = 20_000;

    private readonly Dictionary<RecordTable, ReplicaPass> _passes = [];
    private int _pending;
    private long _copied;

    /// <summary>Whether a table is not compared to its end.</summary>
    public bool IsPending => Volatile.Read(ref _pending) > 0;

    /// <summary>Records that were read from PostgreSQL since the start.</summary>
    public long Copied => Interlocked.Read(ref _copied);

    /// <summary>The share of the records that are compared, 0 to 1.</summary>
    public double Share { get; private set; } = 1;

    /// <summary>Begins to compare tables, also those that are being compared: what was compared before may have changed unnoticed.</summary>
    public async Task BeginAsync(IEnumerable<RecordTable> tables, CancellationToken cancellationToken)
    {
        // Before the first range is read: later transactions are not covered.
        var mark = await gate.CallOnceAsync((primary, token) => primary.GetMarkAsync(token), cancellationToken).ConfigureAwait(false);
        foreach (var table in tables)
        {
            progress.Meet(table, mark);
            var expected = await gate.CallOnceAsync((primary, token) => primary.CountRoughlyAsync(table, token), cancellationToken)
                .ConfigureAwait(false);
            _passes[table] = new ReplicaPass(table, mark?.Oldest, expected);
        }
        Count();
    }

    /// <summary>Compares ranges for some time, or to the end.</summary>
    public async Task CompareAsync(TimeSpan slice, CancellationToken cancellationToken)
    {
        var began = clock.GetTimestamp();
        while (_passes.Values.Where(pass => !pass.IsComplete).MinBy(pass => pass.Table.LockOrder) is { } pass)
        {
            var started = clock.GetTimestamp();
            var segment = progress[pass.Table].After(pass.Cursor);
            if (segment.Horizon is not { } horizon || PostgresTables.Of(pass.Table).Ranges is null)
                await CopyAsync(pass, cancellationToken).ConfigureAwait(false);
            else await CompareRangeAsync(pass, segment.Through, horizon, cancellationToken).ConfigureAwait(false);
            Count();
            await pace.RestAsync(started, cancellationToken).ConfigureAwait(false);
            if (clock.GetElapsedTime(began) >= slice) return;
        }
        _passes.Clear();
        Count();
    }

    /// <summary>Reads a page and puts it into the replica. Records of the replica between two of PostgreSQL's records are removed.</summary>
    private async Task CopyAsync(ReplicaPass pass, CancellationToken cancellationToken)
    {
        var (table, local, after) = (pass.Table, SqliteTables.Of(pass.Table), pass.Cursor);
        var now = Permitted();
        var rows = await gate.CallOnceAsync(
            (primary, token) => primary.ListRowsAsync(table, after.Length == 0 ? null : after, Page, token), cancellationToken)
            .ConfigureAwait(false);
        var through = rows.Count < Page ? RecordStamp.End : local.IdentityOf(rows[^1]).Place;
        // Places behind the years that .NET knows would repeat.
        if (through == after) through = RecordStamp.End;
        var known = progress.After(table, through, pass.Horizon);
        await TransactAsync(
            now,
            transaction =>
            {
                Mend(transaction, local, rows, after, through);
                ReplicaProgress.Save(transaction.Connection, table, known);
            },
            cancellationToken).ConfigureAwait(false);
        progress.Keep(table, known);
        pass.Advance(through, rows.Count);
        Interlocked.Add(ref _copied, rows.Count);
    }

    private static void Mend(SqliteWriteTransaction transaction, SqliteTable local, IReadOnlyList<IStateRow> rows, string after, string through)
    {
        var there = rows.Select(local.IdentityOf).ToHashSet();
        List<RecordStamp> present;
        do
        {
            present = local.Stamps(transaction.Connection, after, through, MostLocal);
            foreach (var gone in present.Where(stamp => !there.Contains(stamp.Identity))) local.Remove(transaction, gone);
            if (present.Count > 0) after = present[^1].Place;
        }
        while (present.Count == MostLocal);
        // Whatever its version: a row may have been sealed under another key, which leaves the version.
        foreach (var row in rows) local.PutRow(transaction, row);
    }

    private async Task CompareRangeAsync(ReplicaPass pass, string end, long horizon, CancellationToken cancellationToken)
    {
        var (table, after, through, records) = (pass.Table, pass.Cursor, end, 0L);
        var now = Permitted();
        var isSame = false;
        if (!pass.IsListing)
        {
            var digest = await gate.CallOnceAsync(
                (primary, token) => primary.DigestAsync(table, after, end, Range, horizon, token), cancellationToken).ConfigureAwait(false);
            if (digest.Count >= Range) through = digest.Last!;
            records = digest.Count;
            var local = await LocalAsync(table, after, through, cancellationToken).ConfigureAwait(false);
            pass.IsListing = local.Exists(IsOwn);
            isSame = digest.Changed == 0 && !pass.IsListing && digest.Count == local.Count
                && digest.Hash.AsSpan().SequenceEqual(RecordStamp.HashOf(local));
        }
        if (!isSame) (through, records) = await MendRangeAsync(table, after, through, horizon, now, pass, cancellationToken).ConfigureAwait(false);
        var known = progress.After(table, through, pass.Horizon);
        await TransactAsync(now, transaction => ReplicaProgress.Save(transaction.Connection, table, known), cancellationToken).ConfigureAwait(false);
        progress.Keep(table, known);
        pass.Advance(through, records);
    }

    /// <summary>Compares a range record by record, reads those that differ and removes those that are gone.</summary>
    private async Task<(string Through, long Records)> MendRangeAsync(
        RecordTable table, string after, string end, long horizon, long now, ReplicaPass pass, CancellationToken cancellationToken)
    {
        var stamps = await gate.CallOnceAsync(
            (primary, token) => primary.ListStampsAsync(table, after, end, Range, horizon, token), cancellationToken).ConfigureAwait(false);
        var through = stamps.Count < Range ? end : stamps[^1].Place;
        var local = await LocalAsync(table, after, through, cancellationToken).ConfigureAwait(false);
        if (local.Count >= MostLocal)
        {
            through = local[^1].Place;
            stamps = [.. stamps.TakeWhile(stamp => Utf8Order.Instance.Compare(stamp.Place, through) <= 0)];
        }
        pass.IsListing = local.Exists(IsOwn);
        var copies = local.ToDictionary(stamp => stamp.Identity);
        var differing = new HashSet<WriteKey>();
        foreach (var stamp in stamps)
        {
            if (!copies.Remove(stamp.Identity, out var copy) || stamp.IsChanged || stamp.Version != copy.Version
                || (IsOwn(copy) && copy.WriteId != stamp.WriteId)) differing.Add(new WriteKey(table, stamp.Id));
        }
        foreach (var keys in differing.Chunk(Page))
        {
            var put = await reader.ReadAsync(table, keys, cancellationToken).ConfigureAwait(false);
            await TransactAsync(now, put, cancellationToken).ConfigureAwait(false);
            Interlocked.Add(ref _copied, keys.Length);
        }
        var half = SqliteTables.Of(table);
        foreach (var gone in copies.Values.Chunk(Page))
        {
            await TransactAsync(
                now,
                transaction =>
                {
                    foreach (var stamp in gone) half.Remove(transaction, stamp);
                },
                cancellationToken).ConfigureAwait(false);
        }
        return (through, stamps.Count);
    }

    /// <summary>Whether this process made the copy by repeating its own write, or during an outage, and did not read it.</summary>
    private static bool IsOwn(RecordStamp local) => local.WriteId != Guid.Empty;

    private Task<List<RecordStamp>> LocalAsync(RecordTable table, string after, string through, CancellationToken cancellationToken) =>
        replica.ReadAsync(connection => SqliteTables.Of(table).Stamps(connection, after, through, MostLocal), cancellationToken);

    private void Count()
    {
        var (records, expected) = (_passes.Values.Sum(pass => pass.Records), _passes.Values.Sum(pass => pass.Expected));
        Volatile.Write(ref _pending, _passes.Values.Count(pass => !pass.IsComplete));
        Share = IsPending ? Math.Min(expected == 0 ? 0 : (double)records / expected, 0.999) : 1;
    }

    /// <summary>The time without an outage in which a range is read; it must be the same when the range is put into the replica.</summary>
    private long Permitted() => period() ?? throw Unavailable();

    private static StoreUnavailableException Unavailable() => new(StoreUnavailableReason.Unreachable, "PostgreSQL became unavailable");

    private Task<bool> TransactAsync(long now, Action<SqliteWriteTransaction> work, CancellationToken cancellationToken) => replica.TransactAsync(
        transaction =>
        {
            // Asked on the thread that also spools: nothing is copied over a write that was spooled since.
            if (period() != now) throw new OperationCanceledException("PostgreSQL became unavailable");
            var at = transaction.Now;
            work(transaction);
            transaction.Now = at;
            return true;
        },
        Page,
        cancellationToken);
}
