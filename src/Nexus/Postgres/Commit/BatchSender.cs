using Nexus.Engine;
using Nexus.Errors;
using Npgsql;

namespace Nexus.Postgres;

/// <summary>How a transaction ends.</summary>
internal enum TransactionMode
{
    Commit,
    CommitIfAllApplied,

    /// <summary>It was only to learn the outcomes.</summary>
    RollBack,
}

/// <summary>Sends one batch and comes back with what became of it, whatever happens to the connection.</summary>
internal sealed class BatchSender(ConnectionPool pool, SchemaNames names, WarmConnections writers, CommitLedger ledger, PostgresReads reads, ChangeFeed changes, TradePartitions partitions)
{
    private readonly TradeCopy _copy = new(names);
    private long _commits;

    /// <summary>Batches committed so far.</summary>
    public long Commits => Interlocked.Read(ref _commits);

    /// <param name="batch">The writes.</param>
    /// <param name="ending">How its transaction ends.</param>
    /// <param name="singly">So that a write that the server refuses fails alone, which costs more; otherwise it fails all of them.</param>
    /// <param name="cancellationToken">Until a connection is at hand.</param>
    /// <returns>The outcome of each write; null where it must be tried again.</returns>
    /// <exception cref="PostgresException">The server refused; nothing was written.</exception>
    /// <exception cref="LostBatchException">The connection broke; nothing was written.</exception>
    /// <exception cref="UnknownOutcomeException">The connection broke at the commit and nobody can tell.</exception>
    public Task<WriteOutcome?[]> SendAsync(PostgresBatch batch, TransactionMode ending, bool singly, CancellationToken cancellationToken) =>
        ending == TransactionMode.Commit && !singly ? SendAloneAsync(batch, cancellationToken) : SendInTransactionAsync(batch, ending, singly, cancellationToken);

    /// <summary>
    /// Whether the error is the server's word that the transaction is gone. An error that ends the connection is not: a server that is told to
    /// stop may send it in place of the answer to a commit.
    /// </summary>
    public static bool IsDefinite(PostgresException error) =>
        error.InvariantSeverity == "ERROR" && (ServerErrors.IsInsideFunction(error) || !PostgresErrors.IsConnectionLost(error));

    private async Task<WriteOutcome?[]> SendAloneAsync(PostgresBatch batch, CancellationToken cancellationToken)
    {
        WriteOutcome?[] outcomes = [];
        Exception? lost = null;
        var connection = await writers.RentAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            outcomes = await _copy.TryAsync(connection, batch, cancellationToken).ConfigureAwait(false) ?? await ExecuteAsync(batch, connection).ConfigureAwait(false);
            await writers.ReturnAsync(connection).ConfigureAwait(false);
        }
        catch (Exception error)
        {
            if (IsOfUnknownState(error)) pool.Renew();
            await connection.DisposeAsync().ConfigureAwait(false);
            if (!IsLost(error)) throw;
            lost = error;
        }
        if (lost is not null) return await FindOutAsync(batch, new WriteOutcome?[batch.Count], lost).ConfigureAwait(false);
        Announce(batch, outcomes);
        await ExplainAsync(batch, outcomes).ConfigureAwait(false);
        return outcomes;
    }

    private async Task<WriteOutcome?[]> SendInTransactionAsync(PostgresBatch batch, TransactionMode ending, bool singly, CancellationToken cancellationToken)
    {
        WriteOutcome?[] outcomes = [];
        var isKept = false;
        Exception? lost = null;
        var pooled = await pool.OpenAsync(cancellationToken).ConfigureAwait(false);
        await using (pooled.ConfigureAwait(false))
        {
            try
            {
                // Costs no round trip: the driver sends BEGIN together with the batch.
                var transaction = await pooled.BeginAsync(cancellationToken).ConfigureAwait(false);
                await using var end = transaction.ConfigureAwait(false);
                var connection = pooled.Connection;
                using var commands = new NpgsqlBatch(connection);
                outcomes = await (singly ? new SavepointRun(batch, connection, partitions.Explain).ExecuteAsync() : batch.ExecuteAsync(commands)).ConfigureAwait(false);
                if (ending != TransactionMode.Commit) await JudgeAsync(batch, outcomes, OutcomeResolver.Refusal, connection).ConfigureAwait(false);
                isKept = ending switch
                {
                    TransactionMode.Commit => Array.Exists(outcomes, IsApplied),
                    TransactionMode.CommitIfAllApplied => Array.TrueForAll(outcomes, IsApplied),
                    _ => false,
                };
                if (isKept) await transaction.CommitAsync(CancellationToken.None).ConfigureAwait(false);
                else await transaction.RollbackAsync(CancellationToken.None).ConfigureAwait(false);
            }
            catch (PostgresException error) when (IsOfUnknownState(error))
            {
                pool.Renew();
                throw;
            }
            catch (Exception error) when (IsLost(error))
            {
                // Without a COMMIT the server rolls back.
                if (!isKept) throw new LostBatchException(error);
                lost = error;
            }
        }
        if (lost is not null) return await FindOutAsync(batch, Array.ConvertAll(outcomes, KeepFailed), lost).ConfigureAwait(false);
        if (isKept) Announce(batch, outcomes);
        if (ending == TransactionMode.Commit) await ExplainAsync(batch, outcomes).ConfigureAwait(false);
        return outcomes;

        static bool IsApplied(WriteOutcome? outcome) => outcome is { IsApplied: true };
        static WriteOutcome? KeepFailed(WriteOutcome? outcome) => outcome is { Status: WriteStatus.Failed } ? outcome : null;
    }

    private static async Task<WriteOutcome?[]> ExecuteAsync(PostgresBatch batch, PooledConnection connection)
    {
        using var commands = connection.CreateBatch();
        return await batch.ExecuteAsync(commands).ConfigureAwait(false);
    }

    private async Task ExplainAsync(PostgresBatch batch, WriteOutcome?[] outcomes)
    {
        try
        {
            await JudgeAsync(batch, outcomes, OutcomeResolver.Refusal, connection: null).ConfigureAwait(false);
        }
        catch (NexusException error)
        {
            // The batch is committed, or none of it was applied; what is left open in it did not change anything: only the reason is missing.
            for (var n = 0; n < outcomes.Length; n++) outcomes[n] ??= WriteOutcome.Failed(error);
        }
    }

    /// <param name="batch">What was sent.</param>
    /// <param name="outcomes">Those that are known whether it is committed or not: what was refused.</param>
    /// <param name="lost">How the connection broke.</param>
    private async Task<WriteOutcome?[]> FindOutAsync(PostgresBatch batch, WriteOutcome?[] outcomes, Exception lost)
    {
        var fate = await ledger.FindOutAsync(batch.Id, lost).ConfigureAwait(false);
        if (!fate.IsCommitted) throw new LostBatchException(lost);
        try
        {
            await JudgeAsync(batch, outcomes, (statement, write, record) => OutcomeResolver.Recollection(statement, write, record, fate.At), connection: null).ConfigureAwait(false);
        }
        catch (NexusException error)
        {
            throw new UnknownOutcomeException("a batch whose answer was lost was committed, but what it did to each record could not be read", error);
        }
        finally
        {
            Announce(batch, null);
        }
        for (var n = 0; n < outcomes.Length; n++)
        {
            outcomes[n] ??= WriteOutcome.Failed(new UnknownOutcomeException(
                "the answer to a commit was lost, and the record has changed again since: whether this write was applied before that cannot be told", lost));
        }
        return outcomes;
    }

    /// <summary>Fills in the outcomes that are missing from the records as they stand.</summary>
    private async Task JudgeAsync(
        PostgresBatch batch, WriteOutcome?[] outcomes, Func<Statement, Write, StoredRecord?, WriteOutcome?> judge, NpgsqlConnection? connection)
    {
        if (Array.TrueForAll(outcomes, outcome => outcome is not null)) return;
        var missing = Enumerable.Range(0, outcomes.Length).Where(n => outcomes[n] is null).ToLookup(n => batch.KeyOf(n).Table);
        foreach (var table in missing)
        {
            var query = StoredRecord.Query(table.Key, [.. table.Select(n => batch.KeyOf(n).Id)]);
            var records = connection is null
                ? await reads.ListAsync(query, CancellationToken.None).ConfigureAwait(false)
                : await reads.ListAsync(connection, query).ConfigureAwait(false);
            var byKey = records.ToLookup(record => record.Key, StringComparer.Ordinal);
            foreach (var n in table)
            {
                var write = batch[n];
                outcomes[n] = judge(batch.StatementOf(n), write, StoredRecord.MeantBy(write, byKey[batch.KeyOf(n).Id]));
            }
        }
    }

    private void Announce(PostgresBatch batch, WriteOutcome?[]? outcomes)
    {
        Interlocked.Increment(ref _commits);
        var changed = new List<StateChange>(batch.Count);
        for (var n = 0; n < batch.Count; n++)
        {
            if (outcomes is not null && outcomes[n]?.Status != WriteStatus.Applied) continue;
            var key = batch.KeyOf(n);
            changed.Add(new StateChange(key.Table.Name, key.Id));
        }
        changes.Publish(changed);
    }

    /// <summary>As <see cref="BatchReader"/> leaves a connection.</summary>
    private static bool IsOfUnknownState(Exception error) => error is PostgresException { SqlState: PostgresErrorCodes.FeatureNotSupported };

    private static bool IsLost(Exception error) => PostgresErrors.Covers(error) && !(error is PostgresException server && IsDefinite(server));
}

/// <summary>The connection broke under a batch which, as is certain by now, was not committed and will not be.</summary>
internal sealed class LostBatchException(Exception reason) : Exception("the connection broke and the batch was not committed", reason)
{
    public Exception Reason => InnerException!;

    /// <summary>It took too long, as it would again.</summary>
    public bool IsTimeout => Reason.InnerException is TimeoutException;
}
