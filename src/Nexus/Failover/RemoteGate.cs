using Nexus.Engine;
using Nexus.Errors;
using Nexus.Postgres;

namespace Nexus.Failover;

/// <summary>PostgreSQL did not respond for all writes of a call.</summary>
/// <param name="Outcomes">One for each write; null where it is not known to be written.</param>
/// <param name="Error">Why.</param>
/// <param name="Doubt">Batches in which those writes may be committed nevertheless, as the outbox records them; null for none.</param>
internal sealed record RemoteFailure(WriteOutcome?[] Outcomes, StoreUnavailableException Error, string? Doubt);

/// <summary>The result of sending writes to PostgreSQL: their outcomes, or why they are not all known.</summary>
internal readonly record struct RemoteAttempt(WriteOutcome[]? Outcomes, RemoteFailure? Failure);

/// <summary>
/// The one way to PostgreSQL: reads, streams, writes, the status, the replica's own reads. While PostgreSQL is unavailable nothing passes, so that it
/// is not met by a storm of connections when it returns; only the prober, which holds the store itself, looks for it. A short failure is repeated.
/// </summary>
internal sealed class RemoteGate(IReplicatedPrimary remote, OutageState outages, Retry retry, TimeSpan patience, TimeProvider clock)
{
    /// <summary>A restart behind a pooler, a dropped connection: shorter than a caller would notice.</summary>
    private static readonly RetryPolicy Calls = new(TimeSpan.FromMilliseconds(50), TimeSpan.FromSeconds(1), MaxAttempts: 6,
        Budget: TimeSpan.FromSeconds(1));

    /// <summary>With several hosts the attempts open no connection before a primary is found.</summary>
    private readonly RetryPolicy _search = new(TimeSpan.FromMilliseconds(150), TimeSpan.FromSeconds(remote.HasSeveralHosts ? 0.3 : 3));

    /// <exception cref="StoreUnavailableException">PostgreSQL is unavailable after all retries.</exception>
    public Task<T> CallAsync<T>(Func<IReplicatedPrimary, CancellationToken, Task<T>> call, CancellationToken cancellationToken) =>
        retry.RunAsync(Calls, token => outages.Current is { } outage ? Task.FromException<T>(Refusal(outage)) : call(remote, token), MayPass,
            cancellationToken);

    /// <summary>
    /// As <see cref="CallAsync"/>, for callers that retry transient errors themselves: a replica that falls behind tries again later.
    /// </summary>
    public Task<T> CallOnceAsync<T>(Func<IReplicatedPrimary, CancellationToken, Task<T>> call, CancellationToken cancellationToken) =>
        outages.Current is { } outage ? Task.FromException<T>(Refusal(outage)) : call(remote, cancellationToken);

    /// <summary>Sends writes to PostgreSQL and returns in time, whatever happens to it.</summary>
    public async Task<RemoteAttempt> ApplyAsync(IReadOnlyList<Write> writes, bool atomic, CancellationToken cancellationToken)
    {
        var inFlight = new InFlightBatches();
        var giveUp = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var call = CallAsync((primary, token) => primary.ApplyAsync(writes, atomic, inFlight, token), giveUp.Token);
        try
        {
            var outcomes = await call.WaitAsync(patience, clock, CancellationToken.None).ConfigureAwait(false);
            return Sort(outcomes, inFlight);
        }
        catch (TimeoutException) when (!call.IsCompleted)
        {
            var open = inFlight.Close();
            await giveUp.CancelAsync().ConfigureAwait(false);
            return Failed(writes.Count, TimedOut("write"), DoubtOf(open, inFlight));
        }
        catch (StoreUnavailableException error) when (error.Reason != StoreUnavailableReason.Stopped)
        {
            return Failed(writes.Count, error, DoubtOf(inFlight.Close(), inFlight));
        }
        catch (UnknownOutcomeException error)
        {
            return Failed(writes.Count, BrokeAtCommit(error), DoubtOf(inFlight.Close(), inFlight) ?? OutboxEntry.Unsure);
        }
        finally
        {
            Abandon(call, giveUp);
        }
    }

    /// <summary>
    /// Reads, and abandons a read that takes too long if PostgreSQL does not respond at all: a query may be slow on a healthy server.
    /// </summary>
    /// <exception cref="StoreUnavailableException">PostgreSQL is unavailable.</exception>
    public async Task<T> ReadAsync<T>(Func<IReplicatedPrimary, CancellationToken, Task<T>> read, CancellationToken cancellationToken)
    {
        var giveUp = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var call = CallAsync(read, giveUp.Token);
        try
        {
            return await call.WaitAsync(patience, clock, cancellationToken).ConfigureAwait(false);
        }
        catch (TimeoutException) when (!call.IsCompleted)
        {
            if (await AnswersAsync(cancellationToken).ConfigureAwait(false)) return await call.ConfigureAwait(false);
            await giveUp.CancelAsync().ConfigureAwait(false);
            throw TimedOut("read");
        }
        finally
        {
            Abandon(call, giveUp);
        }
    }

    /// <summary>Whether PostgreSQL responds to the cheapest query.</summary>
    public async Task<bool> AnswersAsync(CancellationToken cancellationToken)
    {
        try
        {
            await CallAsync((primary, token) =>
                primary.GetTimeAsync(token), cancellationToken).WaitAsync(patience, clock, cancellationToken).ConfigureAwait(false);
            return true;
        }
        catch (Exception error) when (error is NexusException or TimeoutException)
        {
            return false;
        }
    }

    /// <summary>Tries again and again, at growing and uneven intervals, until it succeeds or is cancelled. For the prober alone.</summary>
    public Task SearchAsync(Func<CancellationToken, Task> attempt, CancellationToken cancellationToken) => retry.RunAsync(
        _search,
        async token =>
        {
            await attempt(token).ConfigureAwait(false);
            return true;
        },
        error => error is not OperationCanceledException,
        cancellationToken);

    private bool MayPass(Exception error) => outages.Current is null
        && error is StoreUnavailableException { Reason: StoreUnavailableReason.Unreachable or StoreUnavailableReason.TooManyConnections };

    private static StoreUnavailableException Refusal(Outage outage) => new(outage.Reason, outage.Message);

    private StoreUnavailableException TimedOut(string what) =>
        new(StoreUnavailableReason.TimedOut, $"PostgreSQL did not respond to a {what} within {patience.TotalSeconds:0.#} s");

    private static StoreUnavailableException BrokeAtCommit(UnknownOutcomeException error) =>
        new(StoreUnavailableReason.Unreachable, "the connection to PostgreSQL broke during a commit", error);

    private static RemoteAttempt Failed(int writes, StoreUnavailableException error, string? doubt) =>
        new(null, new RemoteFailure(new WriteOutcome?[writes], error, doubt));

    /// <summary>A batch that was applied in parts may have parts that failed because PostgreSQL became unavailable in between.</summary>
    private static RemoteAttempt Sort(WriteOutcome[] outcomes, InFlightBatches inFlight)
    {
        if (!Array.Exists(outcomes, static outcome => outcome.Error is not null)) return new RemoteAttempt(outcomes, null);
        StoreUnavailableException? error = null;
        var sorted = new WriteOutcome?[outcomes.Length];
        for (var n = 0; n < outcomes.Length; n++)
        {
            switch (outcomes[n].Error)
            {
                case StoreUnavailableException { Reason: not StoreUnavailableReason.Stopped } unavailable:
                    error = unavailable;
                    break;
                case UnknownOutcomeException unknown:
                    error = BrokeAtCommit(unknown);
                    break;
                default:
                    sorted[n] = outcomes[n];
                    break;
            }
        }
        if (error is null) return new RemoteAttempt(outcomes, null);
        return new RemoteAttempt(null, new RemoteFailure(sorted, error, DoubtOf(inFlight.Close(), inFlight) ?? OutboxEntry.Unsure));
    }

    private static string? DoubtOf(IReadOnlyList<Guid> open, InFlightBatches inFlight) =>
        inFlight.HasCommitted ? OutboxEntry.Unsure : open.Count == 0 ? null : string.Join(',', open);

    /// <summary>
    /// No caller waits for a call that has not ended yet: its error is ignored, what it opened is closed, and its source then releases the caller's
    /// token, which may live as long as the program.
    /// </summary>
    private static void Abandon<T>(Task<T> call, CancellationTokenSource giveUp)
    {
        if (!call.IsCompleted)
        {
            _ = EndAsync(call, giveUp);
            return;
        }
        _ = call.Exception;
        giveUp.Dispose();
    }

    private static async Task EndAsync<T>(Task<T> call, CancellationTokenSource giveUp)
    {
        await ((Task)call).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        giveUp.Dispose();
        if (call.IsCompletedSuccessfully
            && await call.ConfigureAwait(false) is IAsyncDisposable opened) await opened.DisposeAsync().ConfigureAwait(false);
    }
}
