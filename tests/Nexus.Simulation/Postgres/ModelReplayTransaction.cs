using System.Globalization;
using Nexus.Engine;
using Nexus.Errors;
using Nexus.Postgres;
using Nexus.Sqlite;
using Npgsql;

namespace Nexus.Simulation;

/// <summary>A transaction of the replay. Its writes are judged under locks when they are sent, and done when they are committed.</summary>
/// <param name="link">The way to the server.</param>
/// <param name="notice">Makes the payload for other instances.</param>
internal sealed class ModelReplayTransaction(IModelLink link, ChangeNotice notice) : IReplayTransaction
{
    private IModelLink? _open;
    private readonly List<Write> _writes = [];
    private readonly Dictionary<WriteKey, long> _raised = [];
    private ModelServer? _server;
    private ModelTransaction? _transaction;

    public async Task BeginAsync(CancellationToken cancellationToken)
    {
        try
        {
            _open = await link.OpenAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (Exception error) when (PostgresErrors.Covers(error))
        {
            throw PostgresErrors.Translate(error);
        }
        await CallAsync("begin a replay", server =>
        {
            (_server, _transaction) = (server, server.Begin(Connection.Session));
            return Task.FromResult(true);
        }, cancellationToken: cancellationToken).ConfigureAwait(false);
    }

    public Task<IReadOnlyList<StoredRecord>> LockAsync(RecordTable table, string[] ids) => CallAsync<IReadOnlyList<StoredRecord>>(
        $"lock {table.Name}",
        async server =>
        {
            await server.LockAsync(Transaction, [.. ids.Order(StringComparer.Ordinal).Select(id => new WriteKey(table, id))]).ConfigureAwait(false);
            return await server.Records.ReadAsync(
                sqlite => ModelRecords.Find(sqlite, table, ids, Transaction.StartedAt), CancellationToken.None).ConfigureAwait(false);
        });

    public Task<WriteOutcome?[]?> ApplyAsync(Write[] writes) => CallAsync<WriteOutcome?[]?>("replay writes", async server =>
    {
        // As PostgresBatch.Arrange, which orders tables and then keys.
        var keys = new PostgresBatch(writes, notice).InOrder().Select(write => write.Key).Distinct().ToList();
        await server.LockAsync(Transaction, keys).ConfigureAwait(false);
        if (server.Shard is { } shard) Transaction.Leaving = await shard.HoldAsync(Transaction, writes).ConfigureAwait(false);
        var outcomes = await server.TryAsync(Transaction, writes).ConfigureAwait(false);
        _writes.AddRange(writes.Where((_, n) => outcomes[n].Status == WriteStatus.Applied));
        return [.. outcomes.Select(outcome => (WriteOutcome?)outcome)];
    });

    public Task RaiseVersionsAsync(RecordTable table, string[] ids, long[] versions) => CallAsync("raise versions", async server =>
    {
        // Rows that leave are noted by a trigger, whoever changes them.
        if (server.Shard is { } shard) Transaction.Leaving = await shard.HoldAsync(Transaction, []).ConfigureAwait(false);
        for (var n = 0; n < ids.Length; n++) _raised[new WriteKey(table, ids[n])] = versions[n];
        return true;
    });

    public Task CommitAsync(string position, long from, long through) => CallAsync("commit a replay", async server =>
    {
        await server.LockAsync(Transaction, $"nexus_meta {position}").ConfigureAwait(false);
        string[] payloads =
        [
            .. _writes.Count == 0 ? [] : ModelBatchExecutor.PayloadsOf(new PostgresBatch([.. _writes], notice)),
            .. _raised.Count == 0 ? [] : notice.Plain([.. _raised.Keys.Select(key => new StateChange(key.Table.Name, key.Id))]),
        ];
        var moved = await server.CommitAsync(Transaction, batch: null, payloads, sqlite =>
        {
            if (SqliteMeta.Get(sqlite.Connection, position) != from.ToString(CultureInfo.InvariantCulture)) return (false, false);
            SqliteBatch.Apply(sqlite, _writes, atomic: false);
            foreach (var (key, version) in _raised)
            {
                if (ModelRecords.VersionOf(sqlite.Connection, key) is > 0 and var present && present < version)
                    SqliteTables.Of(key.Table).SetVersion(sqlite, key.Id, version);
            }
            SqliteMeta.Set(sqlite.Connection, position, through.ToString(CultureInfo.InvariantCulture));
            return (true, true);
        }, _raised.Keys).ConfigureAwait(false);
        if (!moved) throw new StoreUnavailableException(StoreUnavailableReason.Unreachable, "the replay position of the outbox has moved");
        return true;
    }, isCommit: true);

    public ValueTask DisposeAsync()
    {
        if (_transaction is { IsOver: false } open) Connection.Post("roll back", server => server.RollBack(open));
        return ValueTask.CompletedTask;
    }

    private ModelTransaction Transaction => _transaction!;

    private IModelLink Connection => _open!;

    private async Task<T> CallAsync<T>(string label, Func<ModelServer, Task<T>> atServer, bool isCommit = false,
        CancellationToken cancellationToken = default)
    {
        try
        {
            var result = await Connection.CallAsync(label, atServer, cancellationToken).ConfigureAwait(false);
            if (isCommit) Connection.ThrowIfReplaced();
            return result;
        }
        catch (PostgresException error)
        {
            if (_transaction is { } open) _server?.RollBack(open);
            throw PostgresErrors.Translate(error);
        }
        catch (Exception error) when (PostgresErrors.Covers(error))
        {
            throw PostgresErrors.Translate(error);
        }
    }
}
