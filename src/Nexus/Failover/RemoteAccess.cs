using Nexus.Errors;
using Polly;
using Polly.CircuitBreaker;
using Polly.Retry;

namespace Nexus.Failover;

/// <summary>
/// Calls of PostgreSQL: what fails in passing is repeated with jitter inside a budget of time; once PostgreSQL counts as away the circuit is open and
/// nobody but the one who looks for it knocks, so that it is not met by a storm of connections when it returns.
/// </summary>
internal sealed class RemoteAccess
{
    /// <summary>A restart behind a pooler, a dropped connection: shorter than a caller would notice.</summary>
    private static readonly TimeSpan RetryBudget = TimeSpan.FromSeconds(1);

    private static readonly TimeSpan FirstSearch = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan LongestSearch = TimeSpan.FromSeconds(3);
    private static readonly ResiliencePropertyKey<long> Started = new("started");

    private readonly CircuitBreakerManualControl _circuit = new();
    private readonly ResiliencePipeline _calls;
    private readonly ResiliencePipeline _search;
    private readonly TimeProvider _clock;

    public RemoteAccess(TimeProvider clock)
    {
        _clock = clock;
        _calls = new ResiliencePipelineBuilder { TimeProvider = clock }
            .AddRetry(new RetryStrategyOptions
            {
                ShouldHandle = arguments => ValueTask.FromResult(IsPassing(arguments.Outcome.Exception) && IsWithinBudget(arguments.Context)),
                MaxRetryAttempts = 5,
                Delay = TimeSpan.FromMilliseconds(50),
                BackoffType = DelayBackoffType.Exponential,
                UseJitter = true,
            })
            .AddCircuitBreaker(new CircuitBreakerStrategyOptions
            {
                ShouldHandle = arguments => ValueTask.FromResult(arguments.Outcome.Exception is StoreUnavailableException { Reason: not StoreUnavailableReason.Stopped }),
                FailureRatio = 0.5,
                MinimumThroughput = 10,
                SamplingDuration = TimeSpan.FromSeconds(5),
                BreakDuration = TimeSpan.FromSeconds(1),
                ManualControl = _circuit,
            })
            .Build();
        _search = new ResiliencePipelineBuilder { TimeProvider = clock }
            .AddRetry(new RetryStrategyOptions
            {
                ShouldHandle = arguments => ValueTask.FromResult(arguments.Outcome.Exception is not (null or OperationCanceledException)),
                MaxRetryAttempts = int.MaxValue,
                Delay = FirstSearch,
                MaxDelay = LongestSearch,
                BackoffType = DelayBackoffType.Exponential,
                UseJitter = true,
            })
            .Build();
    }

    /// <exception cref="StoreUnavailableException">PostgreSQL does not answer, also after repeats.</exception>
    public async Task<T> CallAsync<T>(Func<CancellationToken, Task<T>> call, CancellationToken cancellationToken)
    {
        var context = ResilienceContextPool.Shared.Get(cancellationToken);
        context.Properties.Set(Started, _clock.GetTimestamp());
        try
        {
            return await _calls.ExecuteAsync(async attempt => await call(attempt.CancellationToken).ConfigureAwait(false), context).ConfigureAwait(false);
        }
        catch (BrokenCircuitException error)
        {
            throw new StoreUnavailableException(StoreUnavailableReason.Unreachable, "PostgreSQL did not answer before and is not asked at the moment", error);
        }
        finally
        {
            ResilienceContextPool.Shared.Return(context);
        }
    }

    /// <summary>Tries again and again, at growing and uneven intervals, until it succeeds or is cancelled.</summary>
    public Task SearchAsync(Func<CancellationToken, Task> attempt, CancellationToken cancellationToken) =>
        _search.ExecuteAsync(async token => await attempt(token).ConfigureAwait(false), cancellationToken).AsTask();

    public Task OpenCircuitAsync() => _circuit.IsolateAsync();

    public Task CloseCircuitAsync() => _circuit.CloseAsync();

    private static bool IsPassing(Exception? error) =>
        error is StoreUnavailableException { Reason: StoreUnavailableReason.Unreachable or StoreUnavailableReason.TooManyConnections };

    private bool IsWithinBudget(ResilienceContext context) => _clock.GetElapsedTime(context.Properties.GetValue(Started, 0)) < RetryBudget;
}
