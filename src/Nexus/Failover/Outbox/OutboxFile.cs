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

/// <summary>The outbox and the local replica of a data folder (<c>fallback.db</c>), opened without PostgreSQL.</summary>
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

    private readonly SqliteStore _store;
    private readonly TimeProvider _clock;

    private OutboxFile(SqliteStore store, TimeProvider clock) => (_store, _clock) = (store, clock);

    /// <summary>The local replica. It belongs to the file.</summary>
    public IStore Replica => _store;

    /// <summary>Whether a data folder has an outbox.</summary>
    public static bool Exists(string folder) => File.Exists(Path.Combine(folder, FailoverStore.FileName));

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
        if (!Exists(folder)) return null;
        var store = new SqliteStore(folder, clock, loggers, readOnly, FailoverStore.FileName);
        try
        {
            await store.OpenAsync(cancellationToken).ConfigureAwait(false);
            return new OutboxFile(store, clock);
        }
        catch
        {
            await store.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>How much the outbox holds.</summary>
    public Task<OutboxCounts> CountAsync(CancellationToken cancellationToken) => _store.ReadAsync(OutboxCounts.Read, cancellationToken);

    /// <summary>The counts, and the first conflicts and quarantined writes, as they stand at one moment.</summary>
    /// <param name="limit">The most entries of each kind, 1 or more.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    public Task<OutboxListing> ListAsync(int limit, CancellationToken cancellationToken) => _store.ReadAsync(
        connection => new OutboxListing(OutboxCounts.Read(connection), OutboxLists.Conflicts(connection, after: 0, limit),
            OutboxLists.Quarantined(connection, after: 0, limit)),
        cancellationToken);

    /// <summary>Resolves a conflict: puts the chosen version into the queue if it is not the one that was kept.</summary>
    /// <param name="id">The number of the conflict.</param>
    /// <param name="keep">The version that wins.</param>
    /// <param name="sealer">Verifies the entry and signs what is put back.</param>
    /// <param name="cancellationToken">Cancels the call before it is written.</param>
    /// <returns>False if there is no conflict with this number.</returns>
    /// <exception cref="StoreRejectedException">Nexus did not write the entry (<see cref="NotAuthentic"/>).</exception>
    public Task<bool> ResolveAsync(long id, ConflictWinner keep, Sealer sealer, CancellationToken cancellationToken) =>
        DecideAsync((connection, seal) => DeadLetters.Resolve(connection, id, keep, _clock.GetUtcNow(), seal), sealer, cancellationToken);

    /// <summary>Removes the conflicts and quarantined writes of a chat that is erased.</summary>
    /// <param name="chatId">The chat.</param>
    /// <param name="isPreview">Only counts them.</param>
    /// <param name="cancellationToken">Cancels the call before it is written.</param>
    /// <returns>How many there were.</returns>
    public Task<int> ForgetAsync(Chats.ChatId chatId, bool isPreview, CancellationToken cancellationToken) => _store.TransactAsync(
        transaction => DeadLetters.Forget(transaction.Connection, chatId.Value, isPreview), writes: 1, cancellationToken);

    /// <summary>Puts a quarantined write back into the queue.</summary>
    /// <param name="id">The number of the write.</param>
    /// <param name="sealer">Verifies the entry and signs what is put back.</param>
    /// <param name="cancellationToken">Cancels the call before it is written.</param>
    /// <returns>False if the quarantine has no write with this number.</returns>
    /// <exception cref="StoreRejectedException">Nexus did not write the entry (<see cref="NotAuthentic"/>).</exception>
    public Task<bool> RetryAsync(long id, Sealer sealer, CancellationToken cancellationToken) =>
        DecideAsync((connection, seal) => DeadLetters.Release(connection, id, retry: true, seal), sealer, cancellationToken);

    /// <summary>Discards a quarantined write permanently.</summary>
    /// <param name="id">The number of the write.</param>
    /// <param name="cancellationToken">Cancels the call before it is written.</param>
    /// <returns>False if the quarantine has no write with this number.</returns>
    public Task<bool> DiscardAsync(long id, CancellationToken cancellationToken) =>
        DecideAsync((connection, seal) => DeadLetters.Release(connection, id, retry: false, seal), sealer: null, cancellationToken);

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
        foreach (var (place, select) in Bodies)
        {
            for (long? after = 0; after is { } from;)
            {
                var page = await _store.ReadAsync(connection => ReadPage(connection.Query(select, from, (long)PageSize), place), cancellationToken)
                    .ConfigureAwait(false);
                var replaced = page.Select(body => (body.Id, Json: Replace(replace, body))).Where(body => body.Json is not null).ToList();
                if (keys is not null && replaced.Count > 0)
                {
                    changed += await _store.TransactAsync(
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
    public ValueTask DisposeAsync() => _store.DisposeAsync();

    private async Task<bool> DecideAsync(Func<SqliteSession, OutboxSeal?, bool> decide, Sealer? sealer, CancellationToken cancellationToken)
    {
        if (sealer is not null) await KeyCanary.VerifyAsync(_store, sealer, cancellationToken).ConfigureAwait(false);
        var outbox = new Outbox(_store) { Keys = sealer?.Keys };
        await outbox.OpenAsync(cancellationToken).ConfigureAwait(false);
        await outbox.AdoptAsync(cancellationToken).ConfigureAwait(false);
        return await _store.TransactAsync(transaction => decide(transaction.Connection, outbox.Seal), writes: 1, cancellationToken)
            .ConfigureAwait(false);
    }

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

    private sealed record Body(long Id, string RecordId, string Kind, byte[] Json);
}
