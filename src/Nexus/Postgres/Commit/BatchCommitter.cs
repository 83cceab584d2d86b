using Microsoft.Extensions.Logging;
using Nexus.Engine;
using Nexus.Errors;
using Nexus.Stores;
using Npgsql;

namespace Nexus.Postgres;

/// <summary>
/// Commits writes: executes them as a batch, asks the ledger if the response was lost, explains refusals, and retries what may succeed. It loses
/// nothing and guesses nothing.
/// </summary>
/// <param name="executor">Executes a batch once.</param>
/// <param name="ledger">Knows which batches are committed.</param>
/// <param name="resolver">Determines the outcome of a write that no statement reported.</param>
/// <param name="partitions">Prepares the months of new trades.</param>
/// <param name="notice">Writes the notices of batches that announce themselves.</param>
/// <param name="notifier">Announces the others after their commit.</param>
/// <param name="changes">Where commits are announced in this process.</param>
/// <param name="retry">Waits between attempts.</param>
/// <param name="budget">How long a batch is sent again whose connection broke.</param>
/// <param name="guard">On one of several shards: makes the shard check the buckets.</param>
internal sealed partial class BatchCommitter(
    IBatchExecutor executor, CommitLedger ledger, OutcomeResolver resolver, ITradePartitions partitions, ChangeNotice notice,
        ChangeNotifier notifier, ChangeFeed changes, Retry retry, TimeSpan budget, ILogger logger,
        ShardGuard? guard = null)
{
    private long _commits;

    /// <summary>Batches committed so far.</summary>
    public long Commits => Interlocked.Read(ref _commits);

    /// <inheritdoc cref="IStateWriter.ApplyAsync"/>
    /// <param name="inFlight">Learns which batches were sent; null if the call is never abandoned.</param>
    public Task<WriteOutcome[]> CommitAsync(IReadOnlyList<Write> writes, bool atomic, InFlightBatches? inFlight, CancellationToken cancellationToken)
    {
        if (cancellationToken.IsCancellationRequested) return Task.FromCanceled<WriteOutcome[]>(cancellationToken);
        if (writes.Count == 0) return Task.FromResult<WriteOutcome[]>([]);
        return CommitAsync(new CommitJob(writes as Write[] ?? [.. writes], atomic, retry), inFlight, cancellationToken);
    }

    private async Task<WriteOutcome[]> CommitAsync(CommitJob job, InFlightBatches? inFlight, CancellationToken cancellationToken)
    {
        while (true)
        {
            var batch = new PostgresBatch(job.Open, notice, guard);
            BatchNotice? announcement = null;
            try
            {
                if (!await partitions.EnsureAsync(job.Open, cancellationToken).ConfigureAwait(false)
                    && job.Transaction == TransactionMode.Commit) job.UseSavepoints();
                inFlight?.Begin(batch.Id, cancellationToken);
                batch.IsNoticeDeferred = (announcement = notifier.Begin(batch.Keys)) is not null;
                WriteOutcome?[] outcomes;
                try
                {
                    outcomes = await executor.ExecuteAsync(batch, job.Execution, job.Transaction, cancellationToken).ConfigureAwait(false);
                    await FinishAsync(batch, job.Transaction, outcomes, inFlight, announcement).ConfigureAwait(false);
                }
                catch (ConnectionBrokenException broken) when (broken.AtCommit is { } known)
                {
                    outcomes = await FindOutAsync(batch, known, broken.Reason, inFlight, announcement).ConfigureAwait(false);
                }
                if (job.TrySettle(outcomes)) return Result(job);
                if (!job.Attempts.MayRepeat)
                {
                    // Other transactions change a record now and then, not at each attempt. The database is available, and so are other records.
                    job.FailLeft(new StoreRejectedException(PostgresErrorCodes.NoData,
                        $"the database left the record as it is in {job.Attempts.Number} attempts and gave no reason: a trigger or rule on its "
                            + "table may suppress the write"));
                    return Result(job);
                }
            }
            catch (Exception error) when (error is ConnectionBrokenException or NexusException || PostgresErrors.Covers(error))
            {
                if (error is not UnknownOutcomeException)
                {
                    inFlight?.End(batch.Id, committed: false);
                    announcement?.NotCommitted();
                }
                switch (Next(job, error))
                {
                    case NextStep.AtOnce: continue;
                    case NextStep.Done: return Result(job);
                    case NextStep.InHalves:
                        await HalveAsync(job, inFlight, cancellationToken).ConfigureAwait(false);
                        return Result(job);
                    case NextStep.AfterDelay: break;
                }
            }
            catch (OperationCanceledException)
            {
                // It waited for a connection: a batch that was sent is not given up.
                announcement?.NotCommitted();
                throw;
            }
            finally
            {
                announcement?.Dispose();
            }
            await job.Attempts.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>How the job goes on after an error. Throws where it does not.</summary>
    private NextStep Next(CommitJob job, Exception error)
    {
        var isOneMessage = job.Execution == ExecutionMode.OneRoundTrip;
        switch (error)
        {
            // The batch as a whole is at the wrong shard.
            case PostgresException refusal when ServerErrors.IsOfOtherShard(refusal): break;
            case PostgresException refusal when job.Attempts.MayRepeat && MayPass(refusal, job):
                LogRetried(logger, job.Attempts.Number, refusal.SqlState);
                return NextStep.AfterDelay;
            case PostgresException refusal when isOneMessage && job.Transaction == TransactionMode.CommitIfAllApplied
                && Refusals.MayBeOneRow(refusal):
                job.FindRefused(refusal);
                return NextStep.AtOnce;
            case PostgresException refusal when job.Open is [var only] && Refusals.MayBeOneRow(refusal) && IsAlone(job, refusal):
                job.Fail(partitions.Explain(only, refusal));
                return NextStep.Done;
            case PostgresException refusal when job.Open.Length > 1 && ServerErrors.EndsConnection(refusal) && MayBeSome(job, refusal):
                // The driver gives the connection up, so there is no savepoint to go back to.
                LogRefused(logger, job.Open.Length, refusal.SqlState);
                return NextStep.InHalves;
            case PostgresException refusal when isOneMessage && job.Transaction == TransactionMode.Commit && job.Open.Length > 1
                && MayBeSome(job, refusal):
                // A set-based statement does not say which row it failed on, so all are sent again, and each refused write fails alone.
                LogRefused(logger, job.Open.Length, refusal.SqlState);
                job.UseSavepoints();
                return NextStep.AtOnce;
            case ConnectionBrokenException { IsTimeout: true } when isOneMessage && job.Transaction == TransactionMode.Commit && job.Open.Length > 1:
                // It waited for the whole command timeout, most likely for a lock on one table or row, and was not committed.
                LogRefused(logger, job.Open.Length, "timeout");
                job.UseSavepoints();
                return NextStep.AtOnce;
            // A failover is under way: nothing was written, and the new primary is looked for.
            case not ConnectionBrokenException when PostgresErrors.IsWrongServer(error) && job.Attempts.MayRepeat && job.Elapsed < budget:
                LogRetried(logger, job.Attempts.Number, "the server takes no writes");
                return NextStep.AfterDelay;
            case ConnectionBrokenException { IsTimeout: false } when job.Attempts.MayRepeat && job.Elapsed < budget:
                LogRetried(logger, job.Attempts.Number, "connection lost");
                return NextStep.AfterDelay;
        }
        var final = PostgresErrors.Translate(error is ConnectionBrokenException broken ? broken.Reason : error);
        if (!job.IsPartlyDone) throw final;
        // An exception would also claim that the writes which an earlier attempt has committed were not written.
        job.Fail(final);
        return NextStep.Done;
    }

    /// <summary>Whether nothing else can be tried with a write that was refused alone.</summary>
    private static bool IsAlone(CommitJob job, PostgresException refusal) => job.Transaction switch
    {
        TransactionMode.Commit => job.Execution == ExecutionMode.OneRoundTrip || ServerErrors.EndsConnection(refusal),
        TransactionMode.RollBack => ServerErrors.EndsConnection(refusal),
        _ => false,
    };

    /// <summary>Whether some of the writes may be refused and others not.</summary>
    private static bool MayBeSome(CommitJob job, PostgresException refusal) => job.Transaction != TransactionMode.CommitIfAllApplied
        && (Refusals.MayBeOneRow(refusal) || (job.Execution == ExecutionMode.OneRoundTrip && Refusals.MayBeOneTable(refusal)));

    /// <summary>Splits into halves, each in its own transaction, until each refused write is alone.</summary>
    private async Task HalveAsync(CommitJob job, InFlightBatches? inFlight, CancellationToken cancellationToken)
    {
        var (writes, outcomes) = (job.Open, new List<WriteOutcome?>(job.Open.Length));
        foreach (var half in (Write[][])[writes[..(writes.Length / 2)], writes[(writes.Length / 2)..]])
        {
            try
            {
                foreach (var outcome in await CommitAsync(job.Part(half), inFlight, cancellationToken).ConfigureAwait(false)) outcomes.Add(outcome);
            }
            catch (Exception error) when (job.Transaction == TransactionMode.Commit && (PostgresErrors.Covers(error) || error is NexusException))
            {
                // The other half may be committed, of which an exception would say that it is not.
                var failed = WriteOutcome.Failed(PostgresErrors.Translate(error));
                outcomes.AddRange(Enumerable.Repeat<WriteOutcome?>(failed, half.Length));
            }
        }
        job.TrySettle([.. outcomes]);
    }

    private static WriteOutcome[] Result(CommitJob job)
    {
        if (job.IsPart) return job.Outcomes;
        if (job.Transaction == TransactionMode.Commit || Array.TrueForAll(job.Outcomes, static outcome => outcome.IsApplied))
        {
            // The rows were refused together and none is refused by itself: the error belongs to all of them.
            return job.Refusal is { } refusal ? throw PostgresErrors.Translate(refusal) : job.Outcomes;
        }
        return Array.ConvertAll(job.Outcomes, static outcome => outcome.IsApplied ? WriteOutcome.RolledBack : outcome);
    }

    /// <summary>A batch was executed and its response has arrived: announces it and explains what it did not change.</summary>
    private Task FinishAsync(
        PostgresBatch batch, TransactionMode transaction, WriteOutcome?[] outcomes, InFlightBatches? inFlight, BatchNotice? announcement)
    {
        var isCommitted = transaction == TransactionMode.Commit || transaction.Keeps(outcomes);
        inFlight?.End(batch.Id, isCommitted);
        if (isCommitted) Announce(batch, outcomes, announcement);
        else announcement?.NotCommitted();
        return transaction == TransactionMode.Commit && Array.Exists(outcomes, static outcome => outcome is null) ? ExplainAsync(batch, outcomes)
            : Task.CompletedTask;
    }

    private async Task ExplainAsync(PostgresBatch batch, WriteOutcome?[] outcomes)
    {
        try
        {
            await resolver.ExplainAsync(batch, outcomes, connection: null).ConfigureAwait(false);
        }
        catch (NexusException error)
        {
            // The batch is committed, or none of it was applied; what is left open in it did not change anything: only the reason is missing.
            for (var n = 0; n < outcomes.Length; n++) outcomes[n] ??= WriteOutcome.Failed(error);
        }
    }

    /// <summary>The response to a commit was lost: asks the ledger, and the records if it is committed.</summary>
    /// <param name="batch">What was sent.</param>
    /// <param name="outcomes">Those that are known whether it is committed or not.</param>
    /// <param name="lost">How the connection broke.</param>
    /// <param name="inFlight">Learns of the commit.</param>
    /// <param name="announcement">The same.</param>
    private async Task<WriteOutcome?[]> FindOutAsync(
        PostgresBatch batch, WriteOutcome?[] outcomes, Exception lost, InFlightBatches? inFlight, BatchNotice? announcement)
    {
        var status = await ledger.FindOutAsync(batch.Id, lost).ConfigureAwait(false);
        if (!status.IsCommitted) throw new ConnectionBrokenException(lost, atCommit: null);
        try
        {
            await resolver.RecollectAsync(batch, outcomes, status.At).ConfigureAwait(false);
        }
        catch (NexusException error)
        {
            throw new UnknownOutcomeException("a batch was committed but its response was lost, and the outcome of each write could not be read",
                error);
        }
        finally
        {
            Announce(batch, outcomes: null, announcement);
        }
        inFlight?.End(batch.Id, committed: true);
        for (var n = 0; n < outcomes.Length; n++)
        {
            outcomes[n] ??= WriteOutcome.Failed(new UnknownOutcomeException(
                "the response to a commit was lost, and the record has changed since; it is unknown whether this write was applied", lost));
        }
        return outcomes;
    }

    private void Announce(PostgresBatch batch, WriteOutcome?[]? outcomes, BatchNotice? announcement)
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
        notifier.Announce(announcement, changed);
    }

    /// <summary>Whether the same batch may succeed when it is sent again.</summary>
    private bool MayPass(PostgresException error, CommitJob job) => Refusals.IsDefinite(error) && error.SqlState switch
    {
        // Savepoints find the write whose lock is not free, so that its neighbours do not wait for that lock again.
        PostgresErrorCodes.LockNotAvailable =>
            job.Transaction != TransactionMode.Commit || job.Execution == ExecutionMode.Savepoints || job.Open.Length == 1,
        PostgresErrorCodes.FeatureNotSupported => ServerErrors.IsStalePlan(error),
        // What a trigger says in such words is looked for in halves, each of which would be tried as often.
        _ when ServerErrors.IsRaised(error) && ServerErrors.EndsConnection(error) => false,
        _ => PostgresErrors.IsTransient(error) || (TradePartitions.IsMissing(error) && partitions.Forget(job.Open)),
    };

    private enum NextStep
    {
        AtOnce,
        AfterDelay,
        InHalves,
        Done,
    }

    [LoggerMessage(EventId = 1112, Level = LogLevel.Warning,
        Message = "A batch of {Writes} writes was refused (SQLSTATE {SqlState}); sending it again in parts under savepoints")]
    private static partial void LogRefused(ILogger logger, int writes, string sqlState);

    [LoggerMessage(EventId = 1113, Level = LogLevel.Debug, Message = "Attempt {Attempt} to commit a batch failed ({Reason}); trying again")]
    private static partial void LogRetried(ILogger logger, int attempt, string reason);
}
