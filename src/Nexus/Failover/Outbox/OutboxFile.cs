using System.Diagnostics.CodeAnalysis;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;
using Nexus.Engine;
using Nexus.Errors;
using Nexus.Infrastructure;
using Nexus.Secrets;
using Nexus.Sqlite;
using Nexus.Stores;

namespace Nexus.Failover;

/// <summary>
/// The outbox and the local replica of a data folder (<c>fallback.db</c>), opened without PostgreSQL; those of all shards of a database with shards.
/// </summary>
[Experimental(InfrastructureApi.Id, UrlFormat = InfrastructureApi.Url)]
public sealed class OutboxFile : IAsyncDisposable
{
    /// <summary>The code of a refusal of an entry that Nexus did not write.</summary>
    public const string NotAuthentic = OutboxSeal.Code;

    /// <summary>The reason of that refusal.</summary>
    public const string NotAuthenticReason = OutboxSeal.Reason;

    private const int PageSize = 500;

    /// <summary>The columns in which the outbox stores writes as text. The kind of a stored version follows from its table, as in a replay.</summary>
    private static readonly (OutboxBody Body, string Select)[] Bodies =
    [
        (OutboxBody.Queued, "SELECT seq, record_id, kind, CAST(body AS BLOB), record_table FROM outbox WHERE seq > ?1 ORDER BY seq LIMIT ?2"),
        (
            OutboxBody.Quarantined,
            "SELECT id, record_id, kind, CAST(body AS BLOB), record_table FROM outbox_quarantine WHERE id > ?1 ORDER BY id LIMIT ?2"),
        (
            OutboxBody.Spooled,
            "SELECT id, record_id, kind, CAST(spooled AS BLOB), record_table FROM outbox_conflicts WHERE id > ?1 ORDER BY id LIMIT ?2"),
        (OutboxBody.Stored, """
            SELECT id, record_id, kind, CAST(stored AS BLOB), record_table FROM outbox_conflicts WHERE id > ?1 AND stored IS NOT NULL
                ORDER BY id LIMIT ?2
            """),
    ];

    private readonly List<Part> _parts;
    private readonly bool _isSharded;
    private readonly TimeProvider _clock;

    private OutboxFile(List<Part> parts, bool isSharded, TimeProvider clock) => (_parts, _isSharded, _clock) = (parts, isSharded, clock);

    /// <summary>The local replica, or that of each shard. They belong to the file.</summary>
    public IReadOnlyList<IStore> Replicas => [.. _parts.Select(part => part.Store)];

    /// <summary>Whether a data folder has an outbox.</summary>
    public static bool Exists(string folder) => ShardFolders.Find(folder).Count > 0;

    /// <summary>The files of a data folder, by their paths in it: of the home shard, or of a database without shards, first.</summary>
    /// <param name="folder">The data folder.</param>
    public static IReadOnlyList<string> FilesIn(string folder) =>
        [.. ShardFolders.Find(folder).Select(shard => Path.Combine(ShardFolders.Of("", shard), FailoverStore.FileName))];

    /// <summary>Opens the outbox of a data folder; null if it has none.</summary>
    /// <param name="folder">The data folder.</param>
    /// <param name="readOnly">Another process may write to the file meanwhile. Otherwise the folder must not be in use.</param>
    /// <param name="loggers">Receives the logs.</param>
    /// <param name="clock">The time of decisions.</param>
    /// <param name="cancellationToken">Cancels the opening.</param>
    /// <exception cref="DataFolderInUseException">Another process has the folder open, and it is opened for writing.</exception>
    public static async Task<OutboxFile?> OpenAsync(string folder, bool readOnly, ILoggerFactory loggers, TimeProvider clock,
        CancellationToken cancellationToken)
    {
        var shards = ShardFolders.Find(folder);
        if (shards.Count == 0) return null;
        var file = new OutboxFile([], ShardFolders.AreIn(folder) || shards is not [0], clock);
        try
        {
            // The folder of the home shard first: who has it open has the others open too.
            foreach (var shard in shards)
            {
                var store = new SqliteStore(ShardFolders.Of(folder, shard), clock, loggers, readOnly, FailoverStore.FileName);
                file._parts.Add(new Part(shard, store));
                await store.OpenAsync(cancellationToken).ConfigureAwait(false);
            }
            return file;
        }
        catch
        {
            await file.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>How much the outbox holds.</summary>
    public async Task<OutboxCounts> CountAsync(CancellationToken cancellationToken)
    {
        var counts = await Task.WhenAll(_parts.Select(part => part.Store.ReadAsync(OutboxCounts.Read, cancellationToken))).ConfigureAwait(false);
        return Sum(counts);
    }

    /// <summary>The counts, and the first conflicts and quarantined writes, of each outbox as they stand at one moment.</summary>
    /// <param name="limit">The most entries of each kind, 1 or more.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    public async Task<OutboxListing> ListAsync(int limit, CancellationToken cancellationToken)
    {
        var lists = await Task.WhenAll(_parts.Select(part => part.Store.ReadAsync(
            connection => new OutboxListing(
                OutboxCounts.Read(connection),
                [.. OutboxLists.Conflicts(connection, after: 0, limit).Select(entry => entry with { Id = NumberOf(part, entry.Id) })],
                [.. OutboxLists.Quarantined(connection, after: 0, limit).Select(entry => entry with { Id = NumberOf(part, entry.Id) })]),
            cancellationToken))).ConfigureAwait(false);
        return new OutboxListing(
            Sum(lists.Select(list => list.Counts)),
            [.. lists.SelectMany(list => list.Conflicts).OrderBy(entry => entry.Id).Take(limit)],
            [.. lists.SelectMany(list => list.Quarantined).OrderBy(entry => entry.Id).Take(limit)]);
    }

    /// <summary>Resolves a conflict: puts the chosen version into the queue if it is not the one that was kept.</summary>
    /// <param name="id">The number of the conflict.</param>
    /// <param name="keep">The version that wins.</param>
    /// <param name="sealer">Verifies the entry and signs what is put back.</param>
    /// <param name="cancellationToken">Cancels the call before it is written.</param>
    /// <returns>False if there is no conflict with this number.</returns>
    /// <exception cref="StoreRejectedException">Nexus did not write the entry (<see cref="NotAuthentic"/>).</exception>
    public Task<bool> ResolveAsync(long id, ConflictWinner keep, Sealer sealer, CancellationToken cancellationToken) =>
        DecideAsync(id, (connection, seal, own) => DeadLetters.Resolve(connection, own, keep, _clock.GetUtcNow(), seal), sealer, cancellationToken);

    /// <summary>Removes the conflicts and quarantined writes of a chat that is erased.</summary>
    /// <param name="chatId">The chat.</param>
    /// <param name="isPreview">Only counts them.</param>
    /// <param name="cancellationToken">Cancels the call before it is written.</param>
    /// <returns>How many there were.</returns>
    public async Task<int> ForgetAsync(Chats.ChatId chatId, bool isPreview, CancellationToken cancellationToken) =>
        (await Task.WhenAll(_parts.Select(part => part.Store.TransactAsync(
            transaction => DeadLetters.Forget(transaction.Connection, chatId.Value, isPreview), writes: 1, cancellationToken)))
            .ConfigureAwait(false)).Sum();

    /// <summary>Puts a quarantined write back into the queue.</summary>
    /// <param name="id">The number of the write.</param>
    /// <param name="sealer">Verifies the entry and signs what is put back.</param>
    /// <param name="cancellationToken">Cancels the call before it is written.</param>
    /// <returns>False if the quarantine has no write with this number.</returns>
    /// <exception cref="StoreRejectedException">
    /// Nexus did not write the entry (<see cref="NotAuthentic"/>), or its chat was moved to another shard.
    /// </exception>
    public Task<bool> RetryAsync(long id, Sealer sealer, CancellationToken cancellationToken) => DecideAsync(
        id,
        (connection, seal, own) => DeadLetters.FindMoved(connection, own, seal) is null
            ? DeadLetters.Release(connection, own, retry: true, seal)
            : throw new StoreRejectedException(MovedWrites.Code, MovedWrites.NeedsServer),
        sealer,
        cancellationToken);

    /// <summary>Discards a quarantined write permanently.</summary>
    /// <param name="id">The number of the write.</param>
    /// <param name="cancellationToken">Cancels the call before it is written.</param>
    /// <returns>False if the quarantine has no write with this number.</returns>
    public Task<bool> DiscardAsync(long id, CancellationToken cancellationToken) =>
        DecideAsync(id, (connection, seal, own) => DeadLetters.Release(connection, own, retry: false, seal), sealer: null, cancellationToken);

    /// <summary>
    /// Replaces pending, conflicting and quarantined writes. A write that cannot be read stays: the replay quarantines it. So does one that was
    /// written without an encryption key.
    /// </summary>
    /// <param name="replace">The write that replaces one; null if it stays.</param>
    /// <param name="keys">Sign what is replaced; null to replace nothing and only show each write.</param>
    /// <param name="cancellationToken">Cancels the call between two pages.</param>
    /// <returns>The number of replaced writes.</returns>
    public async Task<long> ReplaceAsync(Func<Write, Write?> replace, KeyRing? keys, CancellationToken cancellationToken)
    {
        var changed = 0L;
        foreach (var (store, (place, select)) in _parts.SelectMany(part => Bodies.Select(body => (part.Store, body))))
        {
            for (long? after = 0; after is { } from;)
            {
                var page = await store.ReadAsync(connection => ReadPage(connection.Query(select, from, (long)PageSize), place), cancellationToken)
                    .ConfigureAwait(false);
                var replaced = page.Select(body => (body.Id, Json: Replace(replace, body))).Where(body => body.Json is not null).ToList();
                if (keys is not null && replaced.Count > 0)
                {
                    changed += await store.TransactAsync(
                        transaction => replaced.Count(body => OutboxBodies.TryReplace(transaction.Connection, place, body.Id, body.Json!, keys)),
                        replaced.Count,
                        cancellationToken).ConfigureAwait(false);
                }
                after = page.Count == 0 ? null : page[^1].Id;
            }
        }
        return changed;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        foreach (var part in _parts) await part.Store.DisposeAsync().ConfigureAwait(false);
    }

    private async Task<bool> DecideAsync(
        long number, Func<SqliteSession, OutboxSeal?, long, bool> decide, Sealer? sealer, CancellationToken cancellationToken)
    {
        var (shard, id) = _isSharded ? ShardedOutboxId.Parse(number) : (0, number);
        if (_parts.Find(part => part.Shard == shard) is not { Store: var store }) return false;
        // The home shard has the canary.
        if (sealer is not null) await KeyCanary.VerifyAsync(_parts[0].Store, sealer, cancellationToken).ConfigureAwait(false);
        var outbox = new Outbox(store) { Keys = sealer?.Keys };
        await outbox.OpenAsync(cancellationToken).ConfigureAwait(false);
        await outbox.AdoptAsync(cancellationToken).ConfigureAwait(false);
        return await store.TransactAsync(transaction => decide(transaction.Connection, outbox.Seal, id), writes: 1, cancellationToken)
            .ConfigureAwait(false);
    }

    private long NumberOf(Part part, long id) => _isSharded ? ShardedOutboxId.Of(part.Shard, id) : id;

    private static OutboxCounts Sum(IEnumerable<OutboxCounts> all) => all.Aggregate(
        (sum, one) => new OutboxCounts(sum.Pending + one.Pending, sum.Conflicts + one.Conflicts, sum.Quarantined + one.Quarantined));

    private static List<Body> ReadPage(SqliteDataReader reader, OutboxBody place)
    {
        using (reader)
        {
            var page = new List<Body>();
            while (reader.Read()) page.Add(new Body(reader.GetInt64(0), reader.GetString(1), KindOf(reader, place), reader.GetFieldValue<byte[]>(3)));
            return page;
        }
    }

    private static string KindOf(SqliteDataReader reader, OutboxBody place) =>
        (place == OutboxBody.Stored ? RecordTables.Of(reader.GetInt64(4)).RestoringKind : null) ?? reader.GetString(2);

    private static byte[]? Replace(Func<Write, Write?> replace, Body body)
    {
        try
        {
            return WriteCodec.Decode(body.Kind, body.RecordId, Guid.Empty, body.Json) is { } write && replace(write) is { } replaced
                ? WriteCodec.Encode(replaced)
                : null;
        }
        catch (StoreRejectedException)
        {
            return null;
        }
    }

    private sealed record Part(int Shard, SqliteStore Store);

    private sealed record Body(long Id, string RecordId, string Kind, byte[] Json);
}
