using Nexus.Engine;
using Nexus.Errors;
using Nexus.Postgres;

namespace Nexus.Failover;

/// <summary>What came of handing writes to PostgreSQL.</summary>
/// <param name="Outcomes">One for each write; null where it must be spooled.</param>
/// <param name="Error">Why, where anything must be spooled.</param>
/// <param name="Doubt">Batches in which what must be spooled may be committed, as the outbox notes it; null for none.</param>
internal sealed record RemoteAttempt(WriteOutcome?[] Outcomes, StoreUnavailableException? Error = null, string? Doubt = null);

/// <summary>Hands writes to PostgreSQL and comes back in time, whatever happens to it.</summary>
internal sealed class RemoteWrites(PostgresStore remote, RemoteAccess access, TimeSpan patience, TimeProvider clock)
{
    public async Task<RemoteAttempt> ApplyAsync(IReadOnlyList<Write> writes, bool atomic, CancellationToken cancellationToken)
    {
        var trail = new InFlightBatches();
        var giveUp = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var call = access.CallAsync(token => remote.ApplyAsync(writes, atomic, trail, token), giveUp.Token);
        try
        {
            var outcomes = await call.WaitAsync(patience, clock, CancellationToken.None).ConfigureAwait(false);
            return Sort(outcomes, trail);
        }
        catch (TimeoutException) when (!call.IsCompleted)
        {
            var open = trail.Close();
            await giveUp.CancelAsync().ConfigureAwait(false);
            var error = new StoreUnavailableException(StoreUnavailableReason.TimedOut, $"PostgreSQL did not answer a write within {patience.TotalSeconds:0.#} s");
            return new RemoteAttempt(new WriteOutcome?[writes.Count], error, DoubtOf(open, trail));
        }
        catch (StoreUnavailableException error) when (error.Reason != StoreUnavailableReason.Stopped)
        {
            return new RemoteAttempt(new WriteOutcome?[writes.Count], error, DoubtOf(trail.Close(), trail));
        }
        catch (UnknownOutcomeException error)
        {
            var away = new StoreUnavailableException(StoreUnavailableReason.Unreachable, "the connection to PostgreSQL broke at a commit", error);
            return new RemoteAttempt(new WriteOutcome?[writes.Count], away, DoubtOf(trail.Close(), trail));
        }
        finally
        {
            Leave(call, giveUp);
        }
    }

    /// <summary>A batch that was applied in parts may have parts that failed because PostgreSQL went away in between.</summary>
    private static RemoteAttempt Sort(WriteOutcome[] outcomes, InFlightBatches trail)
    {
        StoreUnavailableException? error = null;
        var sorted = new WriteOutcome?[outcomes.Length];
        for (var n = 0; n < outcomes.Length; n++)
        {
            switch (outcomes[n].Error)
            {
                case StoreUnavailableException { Reason: not StoreUnavailableReason.Stopped } away:
                    error = away;
                    break;
                case UnknownOutcomeException unknown:
                    error = new StoreUnavailableException(StoreUnavailableReason.Unreachable, "the connection to PostgreSQL broke at a commit", unknown);
                    break;
                default:
                    sorted[n] = outcomes[n];
                    break;
            }
        }
        return error is null ? new RemoteAttempt(sorted) : new RemoteAttempt(sorted, error, DoubtOf(trail.Close(), trail) ?? OutboxEntry.Unsure);
    }

    private static string? DoubtOf(IReadOnlyList<Guid> open, InFlightBatches trail) =>
        trail.HasCommitted ? OutboxEntry.Unsure : open.Count == 0 ? null : string.Join(',', open);

    /// <summary>
    /// Nobody waits for the call any more: its error is nobody's, and once it has ended its source lets go of the caller's token, which may live as long
    /// as the program.
    /// </summary>
    public static void Leave(Task call, CancellationTokenSource giveUp)
    {
        if (call.IsCompleted) End(call, giveUp);
        else _ = call.ContinueWith(static (ended, source) => End(ended, source), giveUp, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);

        static void End(Task ended, object? source)
        {
            _ = ended.Exception;
            ((CancellationTokenSource)source!).Dispose();
        }
    }
}
