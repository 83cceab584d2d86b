using Nexus.Engine;
using Nexus.Postgres;
using Nexus.Sqlite;
using Npgsql;

namespace Nexus.Simulation;

/// <summary>Executes a batch in one round trip, as <see cref="BatchExecutor"/> does on a connection.</summary>
internal sealed class ModelBatchExecutor(IModelLink link) : IBatchExecutor
{
    public async Task<WriteOutcome?[]> ExecuteAsync(PostgresBatch batch, ExecutionMode execution, TransactionMode transaction,
        CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return await SendAsync(link, batch, server => RunAsync(server, batch, transaction)).ConfigureAwait(false);
    }

    internal static async Task<WriteOutcome?[]> SendAsync(IModelLink link, PostgresBatch batch, Func<ModelServer, Task<WriteOutcome?[]>> run)
    {
        var connection = await link.OpenAsync(CancellationToken.None).ConfigureAwait(false);
        try
        {
            var outcomes = await connection.CallAsync($"batch of {batch.Count}", run, CancellationToken.None).ConfigureAwait(false);
            connection.ThrowIfReplaced();
            return outcomes;
        }
        catch (Exception error) when (Refusals.IsConnectionBroken(error) && PostgresErrors.IsConnectionLost(error))
        {
            throw new ConnectionBrokenException(error, new WriteOutcome?[batch.Count]);
        }
        catch (Exception error) when (PostgresErrors.IsWrongServer(error))
        {
            connection.Leave();
            throw;
        }
    }

    /// <summary>What the server does.</summary>
    internal static async Task<WriteOutcome?[]> RunAsync(ModelServer server, PostgresBatch batch, TransactionMode mode,
        Func<IReadOnlyList<WriteKey>, IReadOnlyList<WriteKey>>? lockOrder = null, bool isAnnounced = true)
    {
        var transaction = server.Begin();
        try
        {
            // Rows that a statement holds beforehand are among its writes again.
            Write[] writes = [.. batch.InOrder().DistinctBy(write => write.Key)];
            IReadOnlyList<WriteKey> keys = [.. writes.Select(write => write.Key)];
            await server.LockAsync(transaction, lockOrder is null ? keys : lockOrder(keys)).ConfigureAwait(false);
            if (server.Shard is { } shard) transaction.Leaving = await shard.HoldAsync(transaction, writes).ConfigureAwait(false);
            var outcomes = await server.CommitAsync(transaction, batch.Id, isAnnounced ? NoticesOf(server, transaction, batch) : [], sqlite =>
            {
                var applied = SqliteBatch.Apply(sqlite, writes, atomic: false);
                return (applied, mode == TransactionMode.Commit || mode.Keeps([.. applied.Select(outcome => (WriteOutcome?)outcome)]));
            }).ConfigureAwait(false);
            return InOrderOf(batch, writes, outcomes, mode);
        }
        catch
        {
            server.RollBack(transaction);
            throw;
        }
    }

    /// <summary>What the batch announces in its own transaction: nothing if it is announced after its commit, unless it took long.</summary>
    internal static string[] NoticesOf(ModelServer server, ModelTransaction transaction, PostgresBatch batch) =>
        batch.IsNoticeDeferred && server.Clock.GetUtcNow() - transaction.StartedAt < BatchNotices.LateAfter ? [] : PayloadsOf(batch);

    internal static string[] PayloadsOf(PostgresBatch batch) => ((NpgsqlParameter<string[]>)batch.Notes()[1].Parameters[0]).TypedValue!;

    /// <summary>A statement reports only what it changed; in a transaction that may be rolled back the reasons are read as well.</summary>
    private static WriteOutcome?[] InOrderOf(PostgresBatch batch, Write[] writes, WriteOutcome[] outcomes, TransactionMode mode)
    {
        var reported = new WriteOutcome?[batch.Count];
        for (var n = 0; n < reported.Length; n++)
        {
            var outcome = outcomes[Array.FindIndex(writes, write => ReferenceEquals(write, batch[n]))];
            if (outcome.Status is WriteStatus.Applied or WriteStatus.Failed || mode != TransactionMode.Commit) reported[n] = outcome;
        }
        return reported;
    }
}

/// <summary>The rows of the ledger on the model server.</summary>
internal sealed class ModelCommitRows(IModelLink link) : ICommitRows
{
    public async Task<CommitStatus> AskAsync(Guid batch, DateTimeOffset deadline)
    {
        var at = await link.CallAsync("ask for a batch", server => server.AskAsync(batch), CancellationToken.None).ConfigureAwait(false);
        return new CommitStatus(at is not null, at ?? default);
    }

    /// <summary>The ledger remembers an hour, longer than a simulation.</summary>
    public Task ForgetAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}

/// <summary>Stored records of the model server.</summary>
internal sealed class ModelStoredRecords(IModelLink link, ShardGuard? guard = null) : IStoredRecords
{
    public async Task<IReadOnlyList<StoredRecord>> FindAsync(RecordTable table, string[] keys, NpgsqlConnection? connection)
    {
        try
        {
            return await link.CallAsync(
                $"look up {table.Name}",
                server => ModelPrimary.ReadAsync(server, guard, store => store.ReadAsync(
                    sqlite => ModelRecords.Find(sqlite, table, keys, server.Clock.GetUtcNow()), CancellationToken.None)),
                CancellationToken.None).ConfigureAwait(false);
        }
        catch (Exception error) when (PostgresErrors.Covers(error))
        {
            throw PostgresErrors.Translate(error);
        }
    }
}

/// <summary>Each month has its partition.</summary>
internal sealed class ModelPartitions : ITradePartitions
{
    public Task<bool> EnsureAsync(Write[] writes, CancellationToken cancellationToken) => Task.FromResult(true);

    public bool Forget(Write[] writes) => false;

    public Errors.NexusException Explain(Write write, PostgresException error) => PostgresErrors.Translate(error);
}
