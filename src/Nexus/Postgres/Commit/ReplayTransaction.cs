using System.Globalization;
using Nexus.Engine;
using Nexus.Errors;
using Npgsql;
using NpgsqlTypes;

namespace Nexus.Postgres;

/// <summary>A transaction of the replay: the same savepoint run and the same outcome resolver as any other batch.</summary>
internal sealed class ReplayTransaction : IReplayTransaction
{
    private const string MovePosition = "UPDATE nexus_meta SET value = $3, updated_at = now() WHERE name = $1 AND value = $2";

    private readonly ConnectionPool _pool;
    private readonly PooledConnection _pooled;
    private readonly NpgsqlTransaction _transaction;
    private readonly ChangeNotice _notice;
    private readonly PostgresReads _reads;
    private readonly OutcomeResolver _resolver;
    private readonly TradePartitions _partitions;
    private readonly PostgresHistory _history;
    private readonly ShardGuard? _guard;
    private readonly List<(PostgresBatch Batch, WriteOutcome?[] Outcomes)> _applied = [];
    private readonly Dictionary<WriteKey, long> _raised = [];

    private ReplayTransaction(
        ConnectionPool pool, PooledConnection pooled, NpgsqlTransaction transaction, ChangeNotice notice, PostgresReads reads,
        OutcomeResolver resolver, TradePartitions partitions, PostgresHistory history, ShardGuard? guard)
    {
        (_pool, _pooled, _transaction, _notice, _reads) = (pool, pooled, transaction, notice, reads);
        (_resolver, _partitions, _history, _guard) = (resolver, partitions, history, guard);
    }

    public static async Task<IReplayTransaction> BeginAsync(
        ConnectionPool pool, ChangeNotice notice, PostgresReads reads, OutcomeResolver resolver, TradePartitions partitions,
        PostgresHistory history, ShardGuard? guard, CancellationToken cancellationToken)
    {
        var pooled = await pool.OpenAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            return new ReplayTransaction(pool, pooled, await pooled.BeginAsync(cancellationToken).ConfigureAwait(false), notice, reads, resolver,
                partitions, history, guard);
        }
        catch
        {
            await pooled.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    public Task<IReadOnlyList<StoredRecord>> LockAsync(RecordTable table, string[] ids) => TranslateAsync<IReadOnlyList<StoredRecord>>(async () =>
    {
        await ExecuteAsync(PostgresTables.Of(table).LockRows,
            new NpgsqlParameter<string[]> { TypedValue = ids, NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Text }).ConfigureAwait(false);
        return await _reads.ListAsync(_pooled.Connection, StoredRecord.Query(table, ids)).ConfigureAwait(false);
    });

    public Task<WriteOutcome?[]?> ApplyAsync(Write[] writes) => TranslateAsync<WriteOutcome?[]?>(async () =>
    {
        try
        {
            return await ExecuteAsync(writes).ConfigureAwait(false);
        }
        catch (PostgresException error) when (Refusals.MayBeOneRow(error) && ServerErrors.EndsConnection(error))
        {
            // The driver gives the connection up, so there is no savepoint to go back to.
            if (Refusals.IsOfUnknownState(error)) _pool.Renew();
            return writes is [var only] ? [WriteOutcome.Failed(Explain(only, error))] : null;
        }
    });

    private async Task<WriteOutcome?[]> ExecuteAsync(Write[] writes)
    {
        var batch = new PostgresBatch(writes, _notice, _guard);
        var outcomes = await new SavepointRun(batch, _pooled.Connection, SavepointScope.Rows,
            Explain).ExecuteAsync(startWhole: true).ConfigureAwait(false);
        await _resolver.ExplainAsync(batch, outcomes, _pooled.Connection).ConfigureAwait(false);
        _applied.Add((batch, outcomes));
        return outcomes;
    }

    public Task RaiseVersionsAsync(RecordTable table, string[] ids, long[] versions) => TranslateAsync(async () =>
    {
        for (var n = 0; n < ids.Length; n++) _raised[new WriteKey(table, ids[n])] = versions[n];
        await ExecuteAsync(ChangeNotifier.ToCommand(
            _notice.Plain([.. ids.Select(id => new StateChange(table.Name, id))]), isDeferred: false)).ConfigureAwait(false);
        return await ExecuteAsync(
            PostgresTables.Of(table).RaiseVersion!,
            new NpgsqlParameter<string[]> { TypedValue = ids, NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Text },
            new NpgsqlParameter<long[]> { TypedValue = versions, NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Bigint }).ConfigureAwait(false);
    });

    public Task CommitAsync(string position, long from, long through) => TranslateAsync(async () =>
    {
        foreach (var (batch, outcomes) in _applied)
            await _history.AddAsync(_pooled.Connection, batch, outcomes, _raised).ConfigureAwait(false);
        var moved = await ExecuteAsync(
            MovePosition,
            new NpgsqlParameter<string> { TypedValue = position },
            new NpgsqlParameter<string> { TypedValue = from.ToString(CultureInfo.InvariantCulture) },
            new NpgsqlParameter<string> { TypedValue = through.ToString(CultureInfo.InvariantCulture) }).ConfigureAwait(false);
        if (moved != 1) throw new StoreUnavailableException(StoreUnavailableReason.Unreachable,
            "the replay position of the outbox has moved; it is read again");
        await _transaction.CommitAsync(CancellationToken.None).ConfigureAwait(false);
        _pooled.ThrowIfReplaced();
        return true;
    });

    public async ValueTask DisposeAsync()
    {
        try
        {
            await _transaction.DisposeAsync().ConfigureAwait(false);
        }
        catch (Exception error) when (PostgresErrors.Covers(error))
        {
            // The connection broke: without a COMMIT the server rolls back.
        }
        await _pooled.DisposeAsync().ConfigureAwait(false);
    }

    /// <summary>What may pass is waited for; anything else is that write's own fault.</summary>
    private NexusException Explain(Write write, PostgresException error)
    {
        if (TradePartitions.IsMissing(error) && _partitions.Forget([write]))
            throw new StoreUnavailableException(StoreUnavailableReason.Unreachable,
                "a partition of the table trades is missing; it is created before the replay continues");
        if (TradePartitions.IsMissing(error) && _partitions.RefusalOf(write) is StoreUnavailableException unavailable) throw unavailable;
        return _partitions.Explain(write, error);
    }

    private Task<int> ExecuteAsync(string sql, params NpgsqlParameter[] parameters)
    {
        var command = new NpgsqlBatchCommand(_notice.Names.Qualify(sql));
        foreach (var parameter in parameters) command.Parameters.Add(parameter);
        return ExecuteAsync(command);
    }

    private async Task<int> ExecuteAsync(NpgsqlBatchCommand command)
    {
        using var commands = new NpgsqlBatch(_pooled.Connection) { BatchCommands = { command } };
        return await commands.ExecuteNonQueryAsync(CancellationToken.None).ConfigureAwait(false);
    }

    private static async Task<T> TranslateAsync<T>(Func<Task<T>> run)
    {
        try
        {
            return await run().ConfigureAwait(false);
        }
        catch (Exception error) when (PostgresErrors.Covers(error))
        {
            throw PostgresErrors.Translate(error);
        }
    }
}
