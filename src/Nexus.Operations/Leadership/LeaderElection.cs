using Microsoft.Extensions.Logging;
using Nexus.Leases;

namespace Nexus.Operations.Leadership;

/// <summary>
/// Elects a leader by a lease in PostgreSQL (<see cref="NexusLeases"/>). The first job starts the campaign; from then on this instance renews the
/// lease, or asks for it, until the election is disposed of.
/// </summary>
public sealed partial class LeaderElection : ILeaderElection, IAsyncDisposable
{
    /// <summary>The lease for the background jobs of all instances.</summary>
    public const string BackgroundJobs = "background jobs";

    private static readonly TimeSpan ReleaseLimit = TimeSpan.FromSeconds(2);

    private readonly NexusLeases _leases;
    private readonly LeaderElectionOptions _options;
    private readonly TimeProvider _clock;
    private readonly ILogger _logger;
    private readonly string _holder;
    private readonly CancellationTokenSource _stop = new();
    private readonly SemaphoreSlim _taking = new(1, 1);
    private readonly Lock _gate = new();
    private TaskCompletionSource _elected = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private LeaderLease? _term;
    private Task? _campaign;
    private bool _isDisposed;

    private LeaderElection(string name, NexusLeases leases, LeaderElectionOptions options, ILogger logger, TimeProvider clock)
    {
        (Name, _leases, _options, _logger, _clock) = (name, leases, options, logger, clock);
        _holder = $"{Environment.MachineName[..Math.Min(Environment.MachineName.Length, 40)]}/{Environment.ProcessId}/{Guid.NewGuid():n}";
    }

    /// <inheritdoc/>
    public string Name { get; }

    /// <inheritdoc/>
    public bool IsLeader => Current is not null;

    /// <inheritdoc/>
    public long Epoch => Current?.Epoch ?? 0;

    private LeaderLease? Current
    {
        get
        {
            lock (_gate) return _term is { IsOver: false } term ? term : null;
        }
    }

    /// <summary>
    /// The election of a store: by a lease on PostgreSQL, <see cref="AlwaysLeader"/> on the embedded store. Dispose of it if it is disposable.
    /// </summary>
    /// <param name="db">The open store.</param>
    /// <param name="loggers">The logger factory.</param>
    /// <param name="clock">The clock of the process.</param>
    /// <param name="name">What the instances elect a leader for.</param>
    /// <param name="options">Times; null for the defaults.</param>
    /// <exception cref="ArgumentException">The times contradict each other.</exception>
    public static ILeaderElection Of(
        NexusDb db, ILoggerFactory loggers, TimeProvider clock, string name = BackgroundJobs, LeaderElectionOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(db);
        options ??= new LeaderElectionOptions();
        if (options.RenewEvery <= TimeSpan.Zero || options.Margin < TimeSpan.Zero || options.RenewEvery * 2 + options.Margin > options.LeaseDuration)
            throw new ArgumentException("a lease must last at least twice the time between renewals and the margin", nameof(options));
        return db.Leases is { } leases
            ? new LeaderElection(name, leases, options, loggers.CreateLogger<LeaderElection>(), clock)
            : AlwaysLeader.Instance;
    }

    /// <inheritdoc/>
    public async Task RunAsLeaderAsync(Func<ILeaderTerm, Task> work, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(work);
        Start();
        while (true)
        {
            var term = await WaitForTermAsync(cancellationToken).ConfigureAwait(false);
            if (await TryRunAsync(term, work, cancellationToken).ConfigureAwait(false)) return;
        }
    }

    /// <inheritdoc/>
    public async Task<bool> TryRunAsLeaderAsync(Func<ILeaderTerm, Task> work, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(work);
        var term = Current ?? await TakeAsync(cancellationToken).ConfigureAwait(false);
        if (term is null) return false;
        Start();
        return await TryRunAsync(term, work, cancellationToken).ConfigureAwait(false)
            ? true
            : throw new LeadershipLostException(Name, term.Epoch);
    }

    /// <summary>Stops the jobs and gives the lease back, so that another instance leads at once.</summary>
    public async ValueTask DisposeAsync()
    {
        LeaderLease? term;
        lock (_gate)
        {
            if (_isDisposed) return;
            _isDisposed = true;
            (term, _term) = (_term, null);
        }
        await _stop.CancelAsync().ConfigureAwait(false);
        if (_campaign is { } campaign) await campaign.ConfigureAwait(false);
        if (term is not null)
        {
            await term.EndAsync().ConfigureAwait(false);
            using var limit = new CancellationTokenSource(ReleaseLimit, _clock);
            try
            {
                await _leases.ReleaseAsync(term.Lease, limit.Token).ConfigureAwait(false);
            }
            catch (Exception error) when (IsUnavailable(error))
            {
                // It expires by itself.
            }
        }
        _stop.Dispose();
        _taking.Dispose();
    }

    /// <summary>False if the lease was lost meanwhile, so that the job must start again.</summary>
    private static async Task<bool> TryRunAsync(LeaderLease term, Func<ILeaderTerm, Task> work, CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(term.Lost, cancellationToken);
        try
        {
            await work(new LeaderTerm(term, stop.Token)).ConfigureAwait(false);
            return true;
        }
        catch (LeadershipLostException lost) when (lost.Epoch == term.Epoch)
        {
            await term.EndAsync().ConfigureAwait(false);
            return false;
        }
        catch (OperationCanceledException) when (term.IsOver && !cancellationToken.IsCancellationRequested)
        {
            return false;
        }
    }

    /// <summary>The store may be closed while its elections still run.</summary>
    private static bool IsUnavailable(Exception error) =>
        error is Errors.NexusException or OperationCanceledException or ObjectDisposedException or InvalidOperationException;

    private void Start()
    {
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_isDisposed, this);
            _campaign ??= Task.Run(CampaignAsync, CancellationToken.None);
        }
    }

    private async Task<LeaderLease> WaitForTermAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            Task elected;
            lock (_gate)
            {
                ObjectDisposedException.ThrowIf(_isDisposed, this);
                if (_term is { IsOver: false } term) return term;
                elected = _elected.Task;
            }
            using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _stop.Token);
            await elected.WaitAsync(either.Token).ConfigureAwait(false);
        }
    }

    /// <summary>Renews the lease that is held, or asks for it, until the election is disposed of.</summary>
    private async Task CampaignAsync()
    {
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                if (Current is { } term) await RenewAsync(term).ConfigureAwait(false);
                else await TakeAsync(_stop.Token).ConfigureAwait(false);
            }
            catch (Exception error) when (IsUnavailable(error))
            {
                // PostgreSQL is unavailable: the lease ends by its own time, and nobody else can take it meanwhile.
                if (!_stop.IsCancellationRequested) LogNotAsked(_logger, Name, error.Message);
            }
            await Task.Delay(_options.RenewEvery, _clock, _stop.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>The lease if nobody else holds it; null otherwise.</summary>
    private async Task<LeaderLease?> TakeAsync(CancellationToken cancellationToken)
    {
        await _taking.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (Current is { } present) return present;
            // Before the question: the answer may take long.
            var asked = _clock.GetTimestamp();
            using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _stop.Token);
            limit.CancelAfter(_options.LeaseDuration);
            if (await _leases.TryTakeAsync(Name, _holder, _options.LeaseDuration, limit.Token).ConfigureAwait(false) is not { } lease) return null;
            var term = new LeaderLease(lease, _leases, _options.Margin, _clock, asked);
            TaskCompletionSource elected;
            lock (_gate)
            {
                ObjectDisposedException.ThrowIf(_isDisposed, this);
                _term = term;
                (elected, _elected) = (_elected, new(TaskCreationOptions.RunContinuationsAsynchronously));
            }
            LogElected(_logger, Name, lease.Epoch);
            elected.SetResult();
            return term;
        }
        finally
        {
            _taking.Release();
        }
    }

    private async Task RenewAsync(LeaderLease term)
    {
        var asked = _clock.GetTimestamp();
        // Beyond the end of the lease the answer is of no use.
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(term.Lost, _stop.Token);
        if (await _leases.RenewAsync(term.Lease, limit.Token).ConfigureAwait(false) is { } renewed && term.TryExtend(renewed, asked)) return;
        await term.EndAsync().ConfigureAwait(false);
        LogLost(_logger, Name, term.Epoch);
    }

    [LoggerMessage(2400, LogLevel.Information, "This instance leads the {Name} of all instances, epoch {Epoch}")]
    private static partial void LogElected(ILogger logger, string name, long epoch);

    [LoggerMessage(2401, LogLevel.Warning, "This instance no longer leads the {Name}, epoch {Epoch}: its lease expired or was taken over")]
    private static partial void LogLost(ILogger logger, string name, long epoch);

    [LoggerMessage(2402, LogLevel.Warning, "Could not request the lease of the {Name}: {Reason}")]
    private static partial void LogNotAsked(ILogger logger, string name, string reason);
}
