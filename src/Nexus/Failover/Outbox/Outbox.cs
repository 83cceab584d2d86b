using Nexus.Engine;
using Nexus.Sqlite;

namespace Nexus.Failover;

/// <summary>The durable queue of writes that PostgreSQL has not got yet. Every change is part of a transaction of the local store.</summary>
internal sealed class Outbox(SqliteStore local)
{
    /// <summary>Small enough for memory, large enough that the commits of PostgreSQL are few.</summary>
    public const int PageEntries = 4000;

    private const string IdName = "outbox_id";

    private const string Insert = """
        INSERT INTO outbox (record_table, record_id, kind, write_id, spooled_at, base_version, base_write_id, version, doubt, known_at, body)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, CAST(?11 AS TEXT))
        """;

    private long _pending;
    private long _conflicts;
    private long _quarantined;

    /// <summary>The name of this outbox in PostgreSQL, where it notes how far it was replayed.</summary>
    public string Id { get; private set; } = "";

    public long Pending => Interlocked.Read(ref _pending);

    public long Conflicts => Interlocked.Read(ref _conflicts);

    public long Quarantined => Interlocked.Read(ref _quarantined);

    public async Task OpenAsync(CancellationToken cancellationToken)
    {
        Id = await local.GetOrAddMetaAsync(IdName, Guid.NewGuid().ToString("n"), cancellationToken).ConfigureAwait(false);
        await CountAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>A new name, under which nothing was replayed yet.</summary>
    public async Task RenameAsync(CancellationToken cancellationToken)
    {
        Id = Guid.NewGuid().ToString("n");
        await local.SetMetaAsync(IdName, Id, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Counts anew: after changes that are not counted one by one.</summary>
    public async Task CountAsync(CancellationToken cancellationToken)
    {
        var (pending, conflicts, quarantined) = await local.ReadAsync(OutboxCounts.Read, cancellationToken).ConfigureAwait(false);
        Interlocked.Exchange(ref _pending, pending);
        Interlocked.Exchange(ref _conflicts, conflicts);
        Interlocked.Exchange(ref _quarantined, quarantined);
    }

    /// <summary>Writes were added by a transaction that is committed.</summary>
    public void Added(int count) => Interlocked.Add(ref _pending, count);

    /// <param name="before">The record before the write.</param>
    /// <param name="knownAt">As <see cref="OutboxEntry.KnownAt"/>.</param>
    public static void Append(SqliteWriteTransaction transaction, Write write, WriteOutcome outcome, (long Version, Guid WriteId) before, DateTimeOffset knownAt, string? doubt) =>
        transaction.Connection.Execute(
            Insert,
            (long)write.Table.Number, write.RecordId, write.Kind, ToBytes(write.WriteId), SqliteTime.ToMicroseconds(outcome.At), before.Version,
            before.WriteId == Guid.Empty ? null : ToBytes(before.WriteId), outcome.Version, doubt, SqliteTime.ToMicroseconds(knownAt), WriteCodec.Encode(write));

    /// <summary>The entries after a place, in order, as many as a page holds.</summary>
    public Task<List<OutboxEntry>> ReadAsync(long after, CancellationToken cancellationToken) => local.ReadAsync(
        connection => OutboxReader.ReadPage(connection.Query($"SELECT {OutboxReader.Columns} FROM outbox WHERE seq > ?1 ORDER BY seq LIMIT ?2", after, (long)PageEntries)), cancellationToken);

    /// <summary>The entries that may have been committed before they were spooled.</summary>
    public Task<List<OutboxEntry>> ReadDoubtsAsync(long after, CancellationToken cancellationToken) => local.ReadAsync(
        connection => OutboxReader.ReadPage(connection.Query(
            $"SELECT {OutboxReader.Columns} FROM outbox WHERE doubt IS NOT NULL AND doubt <> ?1 AND seq > ?2 ORDER BY seq LIMIT ?3", OutboxEntry.Unsure, after, (long)PageEntries)),
        cancellationToken);

    /// <summary>Removes what PostgreSQL has.</summary>
    public async Task RemoveThroughAsync(long sequence, CancellationToken cancellationToken) =>
        await RunAsync(connection => connection.Execute("DELETE FROM outbox WHERE seq <= ?1", sequence), cancellationToken).ConfigureAwait(false);

    public async Task RemoveAsync(IReadOnlyCollection<OutboxEntry> entries, CancellationToken cancellationToken) => await RunAsync(
        connection => entries.Sum(entry => connection.Execute("DELETE FROM outbox WHERE seq = ?1", entry.Sequence)), cancellationToken).ConfigureAwait(false);

    /// <summary>Notes what was found out about entries that were in doubt.</summary>
    public Task SetDoubtAsync(IReadOnlyCollection<OutboxEntry> entries, string? doubt, CancellationToken cancellationToken) => local.TransactAsync(
        transaction =>
        {
            foreach (var entry in entries) transaction.Connection.Execute("UPDATE outbox SET doubt = ?2 WHERE seq = ?1", entry.Sequence, doubt);
            return true;
        },
        entries.Count,
        cancellationToken);

    /// <summary>Nothing is known any more about what was replayed of all that is pending.</summary>
    public Task DoubtAllAsync(CancellationToken cancellationToken) => local.TransactAsync(
        transaction => transaction.Connection.Execute("UPDATE outbox SET doubt = ?1", OutboxEntry.Unsure), writes: 1, cancellationToken);

    /// <summary>The highest place that was ever given.</summary>
    public Task<long> LastSequenceAsync(CancellationToken cancellationToken) => local.ReadAsync(
        connection => connection.ReadNumber("SELECT seq FROM sqlite_sequence WHERE name = 'outbox'"), cancellationToken);

    /// <summary>Parks both versions; the write leaves the queue where PostgreSQL's was kept.</summary>
    public async Task ParkAsync(IReadOnlyCollection<ParkedConflict> conflicts, DateTimeOffset now, CancellationToken cancellationToken)
    {
        await local.TransactAsync(
            transaction =>
            {
                foreach (var conflict in conflicts) DeadLetters.Park(transaction.Connection, conflict, now);
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
                DeadLetters.Quarantine(transaction.Connection, entry, code, reason, now);
                return true;
            },
            writes: 1,
            cancellationToken).ConfigureAwait(false);
        await CountAsync(cancellationToken).ConfigureAwait(false);
    }

    internal static byte[] ToBytes(Guid id) => id.ToByteArray(bigEndian: true);

    private async Task RunAsync(Func<SqliteSession, int> delete, CancellationToken cancellationToken)
    {
        var deleted = await local.TransactAsync(transaction => delete(transaction.Connection), writes: 1, cancellationToken).ConfigureAwait(false);
        Interlocked.Add(ref _pending, -deleted);
    }
}
