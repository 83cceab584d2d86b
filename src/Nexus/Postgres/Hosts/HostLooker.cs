using Nexus.Errors;

namespace Nexus.Postgres;

/// <summary>Looks at one host, and keeps what it said last.</summary>
/// <param name="name">As messages name the host.</param>
/// <param name="probe">Asks it.</param>
internal sealed class HostLooker(string name, IHostProbe probe) : IAsyncDisposable
{
    /// <summary>How long a host may take to respond.</summary>
    public static readonly TimeSpan Limit = TimeSpan.FromSeconds(2);

    private readonly SemaphoreSlim _wake = new(0);
    private TaskCompletionSource _request = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public string Name => name;

    /// <summary>What it said last; null before, and after an error.</summary>
    public ServerLook? Last { get; private set; }

    /// <summary>Why it could not be checked.</summary>
    public Exception? Error { get; private set; }

    /// <summary>Why it may not be used although it takes writes.</summary>
    public StoreUnavailableException? Refusal { get; set; }

    /// <summary>Completes when a check that has not started yet is done.</summary>
    public Task AskForLookAsync()
    {
        var request = Volatile.Read(ref _request);
        if (_wake.CurrentCount == 0) _wake.Release();
        return request.Task;
    }

    /// <summary>The requests that the check which starts now completes.</summary>
    public TaskCompletionSource TakeRequest() =>
        Interlocked.Exchange(ref _request, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));

    /// <summary>Waits until a check is requested, or for this time.</summary>
    public async Task WaitAsync(TimeSpan time, TimeProvider clock, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(time, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        await _wake.WaitAsync(either.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    public async Task LookAsync(TimeProvider clock, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(Limit, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            (Last, Error) = (await probe.LookAsync(either.Token).ConfigureAwait(false), null);
        }
        catch (Exception error) when (PostgresErrors.Covers(error) || error is OperationCanceledException or NexusException)
        {
            Fail(error is OperationCanceledException ? new TimeoutException($"{name} did not respond within {Limit.TotalSeconds:0} s", error)
                : error);
            await CloseAsync().ConfigureAwait(false);
        }
    }

    public void Fail(Exception error) => (Last, Error) = (null, error);

    public ValueTask CloseAsync() => probe.CloseAsync();

    public async ValueTask DisposeAsync()
    {
        await probe.DisposeAsync().ConfigureAwait(false);
        _wake.Dispose();
    }
}
