namespace Nexus.Engine;

/// <summary>How often an operation is repeated and how long the waits between its attempts are.</summary>
/// <param name="FirstDelay">The longest wait after the first attempt; it doubles with each further one.</param>
/// <param name="LongestDelay">No wait is longer.</param>
/// <param name="MaxAttempts">Attempts at most, the first included.</param>
/// <param name="Budget">No attempt begins after this time; null for no limit.</param>
internal sealed record RetryPolicy(TimeSpan FirstDelay, TimeSpan LongestDelay, int MaxAttempts = int.MaxValue, TimeSpan? Budget = null);

/// <summary>
/// The one retry mechanism of Nexus: exponential delays with jitter, so that callers that failed together do not retry together. Every wait can be
/// cancelled.
/// </summary>
/// <param name="clock">Measures the budget and the delays.</param>
/// <param name="jitter">Returns a number from 0 to 1, exclusive; null for random numbers.</param>
internal sealed class Retry(TimeProvider clock, Func<double>? jitter = null)
{
    private readonly Func<double> _jitter = jitter ?? Random.Shared.NextDouble;

    /// <summary>A timestamp for <see cref="Since"/>.</summary>
    public long Now => clock.GetTimestamp();

    public TimeSpan Since(long timestamp) => clock.GetElapsedTime(timestamp);

    /// <summary>Begins to count attempts: for loops that do more than repeat one call.</summary>
    public RetryAttempts Begin(RetryPolicy policy) => new(policy, clock, _jitter);

    /// <summary>Repeats a call until it succeeds, fails in a way that is not repeated, or the policy allows no further attempt.</summary>
    /// <param name="policy">How often and how fast.</param>
    /// <param name="attempt">The call.</param>
    /// <param name="mayRepeat">Whether another attempt may succeed after this error.</param>
    /// <param name="cancellationToken">Ends the waits, and the call where it observes it.</param>
    public async Task<T> RunAsync<T>(RetryPolicy policy, Func<CancellationToken, Task<T>> attempt, Func<Exception, bool> mayRepeat,
        CancellationToken cancellationToken)
    {
        // Made only when the first attempt has failed: most do not.
        RetryAttempts? attempts = null;
        var started = clock.GetTimestamp();
        while (true)
        {
            try
            {
                return await attempt(cancellationToken).ConfigureAwait(false);
            }
            catch (Exception error) when (mayRepeat(error) && (attempts ??= new RetryAttempts(policy, clock, _jitter, started)).MayRepeat)
            {
                await attempts.WaitAsync(cancellationToken).ConfigureAwait(false);
            }
        }
    }
}

/// <summary>The attempts of one operation.</summary>
internal sealed class RetryAttempts(RetryPolicy policy, TimeProvider clock, Func<double> jitter, long? started = null)
{
    private readonly long _started = started ?? clock.GetTimestamp();

    /// <summary>The number of the present attempt, from 1.</summary>
    public int Number { get; private set; } = 1;

    /// <summary>Whether the policy allows another attempt.</summary>
    public bool MayRepeat => Number < policy.MaxAttempts && (policy.Budget is not { } budget || clock.GetElapsedTime(_started) < budget);

    /// <summary>Waits before the next attempt: at least half of the delay and at most all of it.</summary>
    public Task WaitAsync(CancellationToken cancellationToken) => Task.Delay(NextDelay(), clock, cancellationToken);

    /// <summary>Resets the delay to that of a first failure.</summary>
    public void Reset() => Number = 1;

    /// <summary>The delay before the next attempt, which it counts.</summary>
    public TimeSpan NextDelay()
    {
        var delay = policy.FirstDelay.TotalMilliseconds * Math.Pow(2, Math.Min(Number - 1, 40));
        Number++;
        delay = Math.Min(delay, policy.LongestDelay.TotalMilliseconds);
        return TimeSpan.FromMilliseconds((delay / 2) + (delay / 2 * jitter()));
    }
}
