using Nexus.Engine;
using Nexus.Secrets;
using Nexus.Sqlite;

namespace Nexus.Failover;

/// <summary>The durable queue of writes that are not in PostgreSQL yet. Every change is part of a transaction of the local store.</summary>
internal sealed class Outbox(SqliteStore local)
{
    /// <summary>Small enough for memory, large enough that the commits of PostgreSQL are few.</summary>
    public const int PageEntries = 4000;

    public const string IdName = "outbox_id";

    /// <summary>Set once every row of the file has a code of authenticity. A row without one that appears later is not Nexus's.</summary>
    public const string AuthenticName = "outbox_authentic";

    private const string InsertRow = """
        INSERT INTO outbox (seq, record_table, record_id, kind, write_id, spooled_at, base_version, base_write_id, version, doubt, known_at,
            is_forced, authentic, body)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, CAST(?14 AS TEXT))
        """;

    /// <summary>What a row takes beside its body.</summary>
    private const long RowOverhead = 256;

    private const string BytesOfRow = "length(CAST(body AS BLOB)) + 256";

    // The code covers the place, so it must be known before the row is there.
    private const string LastPlace =
        "SELECT max(coalesce((SELECT seq FROM sqlite_sequence WHERE name = 'outbox'), 0), coalesce((SELECT max(seq) FROM outbox), 0))";

    private long _pending;
    private long _conflicts;
    private long _quarantined;
    private long _bytes;
    private long _reserved;

    /// <summary>The name of this outbox in PostgreSQL, where it notes how far it was replayed.</summary>
    public string Id { get; private set; } = "";

    /// <summary>The ring that authenticates the rows. Set before it is opened; without one, rows have no code and none is asked for.</summary>
    public KeyRing? Keys { get; set; }

    /// <summary>Signs and judges rows; null without <see cref="Keys"/>.</summary>
    public OutboxSeal? Seal { get; private set; }

    /// <summary>The size limit of the queue, in bytes.</summary>
    public long Limit { get; init; } = long.MaxValue;

    /// <summary>The size of the writes in the queue, in bytes.</summary>
    public long Bytes => Interlocked.Read(ref _bytes);

    public long Pending => Interlocked.Read(ref _pending);

    public long Conflicts => Interlocked.Read(ref _conflicts);

    public long Quarantined => Interlocked.Read(ref _quarantined);

    public async Task OpenAsync(CancellationToken cancellationToken)
    {
        Id = await local.GetOrAddMetaAsync(IdName, Guid.NewGuid().ToString("n"), cancellationToken).ConfigureAwait(false);
        Seal = Keys is { } keys ? new OutboxSeal(keys, Id) : null;
        await CountAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Signs the rows that an earlier version left, once. Only with keys that were proven to be the store's.</summary>
    public async Task AdoptAsync(CancellationToken cancellationToken)
    {
        if (Seal is { } seal)
            await local.TransactAsync(transaction => Adopt(transaction.Connection, seal), writes: 1, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>A new name, under which nothing was replayed yet. What was replayed of the pending writes is no longer known.</summary>
    public async Task RestartAsync(CancellationToken cancellationToken)
    {
        var id = Guid.NewGuid().ToString("n");
        var (former, seal) = (Seal, Keys is { } keys ? new OutboxSeal(keys, id) : null);
        await local.TransactAsync(
            transaction =>
            {
                ForEach(transaction.Connection, former, entry => Update(transaction.Connection, entry with { Doubt = OutboxEntry.Unsure }, seal));
                SqliteMeta.Set(transaction.Connection, IdName, id);
                return true;
            },
            writes: 1,
            cancellationToken).ConfigureAwait(false);
        (Id, Seal) = (id, seal);
    }

    /// <summary>Counts again, after changes that are not counted one by one.</summary>
    public async Task CountAsync(CancellationToken cancellationToken)
    {
        var ((pending, conflicts, quarantined), bytes) = await local.ReadAsync(
            connection => (OutboxCounts.Read(connection), connection.ReadNumber($"SELECT coalesce(sum({BytesOfRow}), 0) FROM outbox")),
            cancellationToken).ConfigureAwait(false);
        Interlocked.Exchange(ref _bytes, bytes);
        Interlocked.Exchange(ref _pending, pending);
        Interlocked.Exchange(ref _conflicts, conflicts);
        Interlocked.Exchange(ref _quarantined, quarantined);
    }

    /// <summary>Writes were added by a transaction that is committed.</summary>
    public void Added(int count, long bytes)
    {
        Interlocked.Add(ref _pending, count);
        Interlocked.Add(ref _bytes, bytes);
    }

    /// <summary>Keeps room for writes, so that calls which run at once cannot exceed the limit together. <see cref="Free"/> follows.</summary>
    public bool TryReserve(long bytes)
    {
        if (Interlocked.Add(ref _reserved, bytes) + Bytes <= Limit) return true;
        Free(bytes);
        return false;
    }

    /// <summary>The writes are counted, or were not written.</summary>
    public void Free(long bytes) => Interlocked.Add(ref _reserved, -bytes);

    /// <param name="before">The record before the write.</param>
    /// <param name="knownAt">As <see cref="OutboxEntry.KnownAt"/>.</param>
    /// <returns>The size of the entry, in bytes.</returns>
    public static long Append(
        SqliteWriteTransaction transaction, Write write, WriteOutcome outcome, (long Version, Guid WriteId) before, DateTimeOffset knownAt,
        string? doubt, OutboxSeal? seal)
    {
        var body = WriteCodec.Encode(write);
        Insert(
            transaction.Connection,
            new OutboxEntry(
                Sequence: 0, write, write.Key, write.Kind, write.WriteId, outcome.At, before.Version, before.WriteId, outcome.Version, knownAt, doubt,
                IsForced: false, body),
            seal);
        return body.Length + RowOverhead;
    }

    /// <summary>Puts an entry at the end of the queue.</summary>
    public static void Insert(SqliteSession connection, OutboxEntry entry, OutboxSeal? seal)
    {
        var placed = entry with { Sequence = connection.ReadNumber(LastPlace) + 1 };
        connection.Execute(
            InsertRow,
            placed.Sequence, (long)placed.Key.Table.Number, placed.Key.Id, placed.Kind, ToBytes(placed.WriteId), SqliteTime.ToMicroseconds(placed.At),
            placed.BaseVersion,
            placed.BaseWriteId == Guid.Empty ? null : ToBytes(placed.BaseWriteId), placed.Version, placed.Doubt,
            SqliteTime.ToMicroseconds(placed.KnownAt),
            placed.IsForced ? 1L : 0L, seal?.Sign(placed), placed.Body);
    }

    /// <summary>The entries after a place, in order, as many as a page holds.</summary>
    public Task<List<OutboxEntry>> ReadAsync(long after, CancellationToken cancellationToken) => local.ReadAsync(
        connection =>
            OutboxReader.ReadPage(connection.Query($"SELECT {OutboxReader.Columns} FROM outbox WHERE seq > ?1 ORDER BY seq LIMIT ?2", after,
                (long)PageEntries), Seal),
        cancellationToken);

    /// <summary>The entries that may have been committed before they were spooled.</summary>
    public Task<List<OutboxEntry>> ReadDoubtsAsync(long after, CancellationToken cancellationToken) => local.ReadAsync(
        connection => OutboxReader.ReadPage(connection.Query(
            $"SELECT {OutboxReader.Columns} FROM outbox WHERE doubt IS NOT NULL AND doubt <> ?1 AND seq > ?2 ORDER BY seq LIMIT ?3",
            OutboxEntry.Unsure, after, (long)PageEntries), Seal),
        cancellationToken);

    /// <summary>Removes what PostgreSQL has.</summary>
    public async Task RemoveThroughAsync(long sequence, CancellationToken cancellationToken) =>
        await RemoveAsync(connection => Delete(connection, "seq <= ?1", sequence), cancellationToken).ConfigureAwait(false);

    public async Task RemoveAsync(IReadOnlyCollection<OutboxEntry> entries, CancellationToken cancellationToken) => await RemoveAsync(
        connection => entries.Select(entry => Delete(connection, "seq = ?1", entry.Sequence))
            .Aggregate((Rows: 0L, Bytes: 0L), (sum, one) => (sum.Rows + one.Rows, sum.Bytes + one.Bytes)),
        cancellationToken).ConfigureAwait(false);

    /// <summary>Notes what was found out about entries that were in doubt.</summary>
    public Task SetDoubtAsync(IReadOnlyCollection<OutboxEntry> entries, string? doubt, CancellationToken cancellationToken) => local.TransactAsync(
        transaction =>
        {
            foreach (var entry in entries) Update(transaction.Connection, entry with { Doubt = doubt }, Seal);
            return true;
        },
        entries.Count,
        cancellationToken);

    /// <summary>The highest place that was ever given.</summary>
    public Task<long> LastSequenceAsync(CancellationToken cancellationToken) => local.ReadAsync(
        connection => connection.ReadNumber("SELECT seq FROM sqlite_sequence WHERE name = 'outbox'"), cancellationToken);

    /// <summary>Parks both versions; the write leaves the queue where PostgreSQL's was kept.</summary>
    public async Task ParkAsync(IReadOnlyCollection<ParkedConflict> conflicts, DateTimeOffset now, CancellationToken cancellationToken)
    {
        await local.TransactAsync(
            transaction =>
            {
                foreach (var conflict in conflicts) DeadLetters.Park(transaction.Connection, conflict, now, Seal);
                return true;
            },
            conflicts.Count,
            cancellationToken).ConfigureAwait(false);
        await CountAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Takes a write that PostgreSQL refuses out of the queue, with the reason.</summary>
    public async Task QuarantineAsync(OutboxEntry entry, string code, string reason, DateTimeOffset now, CancellationToken cancellationToken)
    {
        await local.TransactAsync(
            transaction =>
            {
                DeadLetters.Quarantine(transaction.Connection, entry, code, reason, now, Seal);
                return true;
            },
            writes: 1,
            cancellationToken).ConfigureAwait(false);
        await CountAsync(cancellationToken).ConfigureAwait(false);
    }

    internal static byte[] ToBytes(Guid id) => id.ToByteArray(bigEndian: true);

    private static bool Adopt(SqliteSession connection, OutboxSeal seal)
    {
        if (SqliteMeta.Get(connection, AuthenticName) is not null) return false;
        ForEach(connection, seal, entry =>
        {
            if (entry.Origin == OutboxOrigin.Unknown) Update(connection, entry with { Origin = OutboxOrigin.Adopted }, seal);
        });
        ParkedRow.Adopt(connection, seal);
        SqliteMeta.Set(connection, AuthenticName, "1");
        return true;
    }

    /// <summary>Records the commit status of an entry. The origin does not change.</summary>
    private static void Update(SqliteSession connection, OutboxEntry entry, OutboxSeal? seal) => connection.Execute(
        "UPDATE outbox SET doubt = ?2, authentic = ?3 WHERE seq = ?1", entry.Sequence, entry.Doubt,
        entry.Origin == OutboxOrigin.Unknown ? null : seal?.Sign(entry));

    private static void ForEach(SqliteSession connection, OutboxSeal? seal, Action<OutboxEntry> action)
    {
        for (var after = 0L; ;)
        {
            var page = OutboxReader.ReadPage(
                connection.Query($"SELECT {OutboxReader.Columns} FROM outbox WHERE seq > ?1 ORDER BY seq LIMIT ?2", after, (long)PageEntries), seal);
            if (page.Count == 0) return;
            page.ForEach(action);
            after = page[^1].Sequence;
        }
    }

    private static (long Rows, long Bytes) Delete(SqliteSession connection, string condition, long sequence)
    {
        var (rows, bytes) = (0L, 0L);
        using var reader = connection.Query($"DELETE FROM outbox WHERE {condition} RETURNING {BytesOfRow}", sequence);
        while (reader.Read()) (rows, bytes) = (rows + 1, bytes + reader.GetInt64(0));
        return (rows, bytes);
    }

    private async Task RemoveAsync(Func<SqliteSession, (long Rows, long Bytes)> delete, CancellationToken cancellationToken)
    {
        var (rows, bytes) = await local.TransactAsync(transaction => delete(transaction.Connection), writes: 1, cancellationToken)
            .ConfigureAwait(false);
        Interlocked.Add(ref _pending, -rows);
        Interlocked.Add(ref _bytes, -bytes);
    }
}
