using Nexus.Engine;
using Nexus.Errors;
using Npgsql;

namespace Nexus.Postgres;

/// <summary>Executes a batch once on one connection: in one round trip, or the same statements under savepoints.</summary>
internal sealed class BatchExecutor(ConnectionPool pool, WarmConnections connections, TradeCopy copy, OutcomeResolver resolver,
    PostgresHistory history, Func<Write, PostgresException, NexusException> explain) : IBatchExecutor
{
    public async Task<WriteOutcome?[]> ExecuteAsync(PostgresBatch batch, ExecutionMode execution, TransactionMode transaction,
        CancellationToken cancellationToken)
    {
        var connection = await connections.RentAsync(cancellationToken).ConfigureAwait(false);
        // A single batch is its own transaction: the server commits it before it responds. An entry in the history needs what the statements
        // returned.
        var isOneMessage = execution == ExecutionMode.OneRoundTrip && transaction == TransactionMode.Commit && !batch.HasAuthors;
        try
        {
            var outcomes = isOneMessage
                ? (TradeCopy.Takes(batch) ? await copy.TryAsync(connection, batch, cancellationToken).ConfigureAwait(false) : null)
                    ?? await batch.SendAsync(connection.CreateBatch()).ConfigureAwait(false)
                : await TransactAsync(connection, batch, execution, transaction, cancellationToken).ConfigureAwait(false);
            if (isOneMessage) connection.ThrowIfReplaced();
            await connections.ReturnAsync(connection).ConfigureAwait(false);
            return outcomes;
        }
        catch (Exception error)
        {
            if (Refusals.IsOfUnknownState(error)) pool.Renew();
            if (PostgresErrors.IsWrongServer(error)) pool.Leave();
            await connection.DisposeAsync().ConfigureAwait(false);
            if (isOneMessage && Refusals.IsConnectionBroken(error)) throw new ConnectionBrokenException(error, new WriteOutcome?[batch.Count]);
            throw;
        }
    }

    private async Task<WriteOutcome?[]> TransactAsync(
        PooledConnection connection, PostgresBatch batch, ExecutionMode execution, TransactionMode mode, CancellationToken cancellationToken)
    {
        WriteOutcome?[]? atCommit = null;
        try
        {
            // Costs no round trip: the driver sends BEGIN together with the batch.
            var transaction = await connection.BeginAsync(cancellationToken).ConfigureAwait(false);
            await using var end = transaction.ConfigureAwait(false);
            var outcomes = execution == ExecutionMode.Savepoints
                ? await new SavepointRun(batch, connection.Connection, SavepointScope.RowsAndTables, explain).ExecuteAsync().ConfigureAwait(false)
                : await batch.SendAsync(new NpgsqlBatch(connection.Connection)).ConfigureAwait(false);
            if (mode != TransactionMode.Commit) await resolver.ExplainAsync(batch, outcomes, connection.Connection).ConfigureAwait(false);
            if (!mode.Keeps(outcomes))
            {
                await transaction.RollbackAsync(CancellationToken.None).ConfigureAwait(false);
                return outcomes;
            }
            await history.AddAsync(connection.Connection, batch, outcomes).ConfigureAwait(false);
            atCommit = Array.ConvertAll(outcomes, static outcome => outcome is { Status: WriteStatus.Failed } ? outcome : null);
            await transaction.CommitAsync(CancellationToken.None).ConfigureAwait(false);
            connection.ThrowIfReplaced();
            return outcomes;
        }
        catch (Exception error) when (Refusals.IsConnectionBroken(error))
        {
            // Without a COMMIT the server rolls back.
            throw new ConnectionBrokenException(error, atCommit);
        }
    }
}
