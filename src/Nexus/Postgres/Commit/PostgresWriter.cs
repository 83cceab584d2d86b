using Microsoft.Extensions.Logging;
using Nexus.Engine;
using Nexus.Errors;
using Nexus.Stores;
using Npgsql;

namespace Nexus.Postgres;

/// <summary>Applies batches: one transaction where all goes well, and for the rest a way that loses nothing and guesses nothing.</summary>
internal sealed partial class PostgresWriter(
    BatchSender sender, TradePartitions partitions, ChangeNotice notice, TimeSpan budget, TimeProvider clock, ILogger logger)
{
    /// <summary>How often a batch is tried that loses against other transactions.</summary>
    private const int MaxAttempts = 10;

    /// <inheritdoc cref="IStateWriter.ApplyAsync"/>
    /// <param name="trail">Learns which batches were sent; null where nobody gives the call up.</param>
    public async Task<WriteOutcome[]> ApplyAsync(IReadOnlyList<Write> writes, bool atomic, InFlightBatches? trail, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (writes.Count == 0) return [];
        var batch = writes as Write[] ?? [.. writes];
        try
        {
            return atomic
                ? await ApplyAllAsync(batch, trail, cancellationToken).ConfigureAwait(false)
                : await ApplyEachAsync(batch, trail, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception error) when (PostgresErrors.Covers(error))
        {
            throw PostgresErrors.Translate(error);
        }
    }

    private async Task<WriteOutcome[]> ApplyAllAsync(Write[] writes, InFlightBatches? trail, CancellationToken cancellationToken)
    {
        WriteOutcome[] outcomes;
        try
        {
            outcomes = await RunAsync(writes, TransactionMode.CommitIfAllApplied, singly: false, trail, cancellationToken).ConfigureAwait(false);
        }
        catch (PostgresException error) when (IsAboutARow(error))
        {
            outcomes = await TryEachAsync(writes, trail, cancellationToken).ConfigureAwait(false);
            // The rows were refused together and by themselves none is: the error belongs to all of them.
            if (Array.TrueForAll(outcomes, outcome => outcome.IsApplied)) throw;
        }
        if (Array.TrueForAll(outcomes, outcome => outcome.IsApplied)) return outcomes;
        return Array.ConvertAll(outcomes, outcome => outcome.IsApplied ? WriteOutcome.RolledBack : outcome);
    }

    /// <summary>
    /// A set-based statement does not say which row it failed on, so all are sent once more under savepoints: what is refused fails alone, and its neighbours
    /// have paid one more commit, which they share.
    /// </summary>
    private async Task<WriteOutcome[]> ApplyEachAsync(Write[] writes, InFlightBatches? trail, CancellationToken cancellationToken)
    {
        try
        {
            return await RunAsync(writes, TransactionMode.Commit, singly: false, trail, cancellationToken).ConfigureAwait(false);
        }
        catch (PostgresException error) when (IsAboutARow(error) || (IsOfSomeTable(error) && writes.Length > 1))
        {
            if (writes.Length == 1) return [WriteOutcome.Failed(partitions.Explain(writes[0], error))];
            LogRefused(logger, writes.Length, error.SqlState);
            if (ServerErrors.EndsConnection(error)) return await ApplyHalvesAsync(writes, trail, cancellationToken).ConfigureAwait(false);
        }
        catch (LostBatchException lost)
        {
            // It waited for the whole command timeout, most likely for a lock on one table or row, and was not committed.
            if (writes.Length == 1) throw PostgresErrors.Translate(lost.Reason);
            LogRefused(logger, writes.Length, "timeout");
        }
        try
        {
            return await RunAsync(writes, TransactionMode.Commit, singly: true, trail, cancellationToken).ConfigureAwait(false);
        }
        catch (PostgresException error) when (IsAboutARow(error) && ServerErrors.EndsConnection(error))
        {
            return await ApplyHalvesAsync(writes, trail, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>
    /// Where no savepoint helps, because the driver gives the connection up: in halves of halves, each a transaction of its own, until what is refused stands alone.
    /// </summary>
    private async Task<WriteOutcome[]> ApplyHalvesAsync(Write[] writes, InFlightBatches? trail, CancellationToken cancellationToken)
    {
        var outcomes = new List<WriteOutcome>(writes.Length);
        foreach (var half in (Write[][])[writes[..(writes.Length / 2)], writes[(writes.Length / 2)..]])
        {
            try
            {
                outcomes.AddRange(await ApplyEachAsync(half, trail, cancellationToken).ConfigureAwait(false));
            }
            catch (Exception error) when (PostgresErrors.Covers(error) || error is NexusException)
            {
                // The other half may be committed, of which an exception would say that it is not.
                var failed = WriteOutcome.Failed(PostgresErrors.Translate(error));
                outcomes.AddRange(Enumerable.Repeat(failed, half.Length));
            }
        }
        return [.. outcomes];
    }

    /// <summary>Learns the outcome of each write and rolls back.</summary>
    private async Task<WriteOutcome[]> TryEachAsync(Write[] writes, InFlightBatches? trail, CancellationToken cancellationToken)
    {
        try
        {
            return await RunAsync(writes, TransactionMode.RollBack, singly: true, trail, cancellationToken).ConfigureAwait(false);
        }
        catch (PostgresException error) when (IsAboutARow(error) && ServerErrors.EndsConnection(error))
        {
            if (writes.Length == 1) return [WriteOutcome.Failed(partitions.Explain(writes[0], error))];
            var middle = writes.Length / 2;
            return
            [
                .. await TryEachAsync(writes[..middle], trail, cancellationToken).ConfigureAwait(false),
                .. await TryEachAsync(writes[middle..], trail, cancellationToken).ConfigureAwait(false),
            ];
        }
    }

    /// <summary>One transaction, tried again while it loses against others or finds records changed under its hands.</summary>
    private async Task<WriteOutcome[]> RunAsync(Write[] writes, TransactionMode ending, bool singly, InFlightBatches? trail, CancellationToken cancellationToken)
    {
        var started = clock.GetTimestamp();
        var outcomes = new WriteOutcome[writes.Length];
        var open = Enumerable.Range(0, writes.Length).ToArray();
        for (var attempt = 1; ; attempt++)
        {
            var batch = new PostgresBatch(Array.ConvertAll(open, n => writes[n]), notice);
            try
            {
                var isPrepared = await partitions.EnsureAsync(writes, cancellationToken).ConfigureAwait(false);
                var results = await SendAsync(batch, ending, singly || (ending == TransactionMode.Commit && !isPrepared), trail, cancellationToken).ConfigureAwait(false);
                List<int> unexplained = [];
                for (var n = 0; n < open.Length; n++)
                {
                    if (results[n] is { } outcome) outcomes[open[n]] = outcome;
                    else unexplained.Add(open[n]);
                }
                if (unexplained.Count == 0) return outcomes;
                if (attempt == MaxAttempts) throw Contended();
                // An all-or-nothing batch was rolled back and is repeated whole.
                if (ending != TransactionMode.CommitIfAllApplied) open = [.. unexplained];
            }
            catch (PostgresException error) when (attempt < MaxAttempts && MayPass(error, writes, ending, singly))
            {
                LogRetried(logger, attempt, error.SqlState);
            }
            catch (LostBatchException lost) when (attempt < MaxAttempts && clock.GetElapsedTime(started) < budget && !lost.IsTimeout)
            {
                LogRetried(logger, attempt, "connection lost");
            }
            catch (Exception error) when (ending == TransactionMode.Commit && open.Length < writes.Length && (PostgresErrors.Covers(error) || error is NexusException or LostBatchException))
            {
                // An exception would say of those that an earlier attempt has committed, too, that nothing was written.
                var failed = WriteOutcome.Failed(PostgresErrors.Translate(error is LostBatchException gone ? gone.Reason : error));
                foreach (var n in open) outcomes[n] = failed;
                return outcomes;
            }
            catch (LostBatchException lost) when (!(lost.IsTimeout && ending == TransactionMode.Commit && !singly))
            {
                throw PostgresErrors.Translate(lost.Reason);
            }
            await Task.Delay(TimeSpan.FromMilliseconds(Random.Shared.Next(1, 1 << Math.Min(attempt + 2, 9))), clock, cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task<WriteOutcome?[]> SendAsync(PostgresBatch batch, TransactionMode ending, bool singly, InFlightBatches? trail, CancellationToken cancellationToken)
    {
        if (trail is null) return await sender.SendAsync(batch, ending, singly, cancellationToken).ConfigureAwait(false);
        trail.Begin(batch.Id, cancellationToken);
        try
        {
            var results = await sender.SendAsync(batch, ending, singly, cancellationToken).ConfigureAwait(false);
            trail.End(batch.Id, committed: ending != TransactionMode.RollBack);
            return results;
        }
        catch (Exception error) when (error is not UnknownOutcomeException)
        {
            trail.End(batch.Id, committed: false);
            throw;
        }
    }

    private static StoreUnavailableException Contended() =>
        new(StoreUnavailableReason.TimedOut, $"a record changed under the hands of {MaxAttempts} attempts to write it");

    /// <summary>
    /// Whether the same batch may succeed when it is sent again.
    /// </summary>
    private bool MayPass(PostgresException error, Write[] writes, TransactionMode ending, bool singly) => BatchSender.IsDefinite(error) && error.SqlState switch
    {
        // A lock that many wait for is looked for under savepoints: the neighbours need not wait for it again.
        PostgresErrorCodes.LockNotAvailable => ending != TransactionMode.Commit || singly || writes.Length == 1,
        PostgresErrorCodes.FeatureNotSupported => ServerErrors.IsStalePlan(error),
        // What a trigger says in such words is looked for in halves, each of which would be tried as often.
        _ when ServerErrors.IsRaised(error) && ServerErrors.EndsConnection(error) => false,
        _ => PostgresErrors.IsTransient(error) || (TradePartitions.IsMissing(error) && partitions.Forget(writes)),
    };

    /// <summary>
    /// Whether the error may come from one row among many: data, constraints, limits, triggers, damaged pages, a row security policy
    /// (https://www.postgresql.org/docs/current/errcodes-appendix.html). Inside a trigger or function it may have any code.
    /// </summary>
    internal static bool IsAboutARow(PostgresException error) => BatchSender.IsDefinite(error)
        && (error.SqlState[..2] is "21" or "22" or "23" or "44" or "54" or "NX" or "P0" or "XX" || error.SqlState == PostgresErrorCodes.InsufficientPrivilege
            || error.SqlState == PostgresErrorCodes.FeatureNotSupported && !ServerErrors.IsStalePlan(error)
            || ServerErrors.IsRaised(error) || ServerErrors.IsInsideFunction(error) && !PostgresErrors.IsTransient(error));

    /// <summary>
    /// Whether the error may come from one table among several, so that writes to the others succeed. A full disk is that of all: where a part of each batch
    /// found room, the fallback would go to the outbox and come back all the time.
    /// </summary>
    internal static bool IsOfSomeTable(PostgresException error) => BatchSender.IsDefinite(error)
        && (error.SqlState is PostgresErrorCodes.LockNotAvailable or PostgresErrorCodes.OutOfMemory or PostgresErrorCodes.QueryCanceled or PostgresErrorCodes.ObjectNotInPrerequisiteState
            || error.SqlState.StartsWith("42", StringComparison.Ordinal));

    [LoggerMessage(EventId = 1112, Level = LogLevel.Warning, Message = "A batch of {Writes} writes was refused (SQLSTATE {SqlState}); sending it once more, in parts under savepoints")]
    private static partial void LogRefused(ILogger logger, int writes, string sqlState);

    [LoggerMessage(EventId = 1113, Level = LogLevel.Debug, Message = "Attempt {Attempt} to commit a batch failed ({Reason}); trying again")]
    private static partial void LogRetried(ILogger logger, int attempt, string reason);
}
