using Microsoft.Extensions.Logging;
using Nexus.Errors;
using Npgsql;

namespace Nexus.Postgres;

/// <summary>
/// Knows which of several hosts is the primary. One check of each host runs in the background; callers never try hosts themselves, so that a host
/// that does not respond delays nobody for its connect timeout (https://github.com/npgsql/npgsql/issues/6483), and a promotion is noticed although
/// the connections to the earlier primary still work.
/// </summary>
internal sealed partial class PrimaryHosts : IAsyncDisposable
{
    /// <summary>How often the hosts other than the primary are checked.</summary>
    private static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(500);

    /// <summary>The same while no primary is known.</summary>
    private static readonly TimeSpan SearchEvery = TimeSpan.FromMilliseconds(200);

    private readonly HostLooker[] _hosts;
    private readonly PrimaryFence _fence;
    private readonly bool _needsWritable;
    private readonly TimeProvider _clock;
    private readonly ILogger _logger;
    private readonly CancellationTokenSource _stop = new();
    private readonly Lock _gate = new();
    private Task[]? _watching;
    private TaskCompletionSource _found = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _primary = -1;
    private bool _isDoubted;
    private bool _isSettled;

    /// <param name="names">As the connection string has them.</param>
    /// <param name="hosts">Looks at each.</param>
    /// <param name="fence">Judges what is found.</param>
    /// <param name="needsWritable">Whether a primary in read-only mode does not do.</param>
    public PrimaryHosts(string names, HostLooker[] hosts, PrimaryFence fence, bool needsWritable, TimeProvider clock, ILogger logger) =>
        (Names, _hosts, _fence, _needsWritable, _clock, _logger) = (names, hosts, fence, needsWritable, clock, logger);

    /// <summary>The hosts, as the connection string has them.</summary>
    public string Names { get; }

    /// <summary>Old primaries that accept connections, for the operator.</summary>
    public string? Concern
    {
        get
        {
            lock (_gate) return Array.Find(_hosts, host => host.Refusal is not null)?.Refusal?.Message;
        }
    }

    /// <summary>The numbers of the hosts that are standbys and respond.</summary>
    public List<int> Standbys()
    {
        lock (_gate)
            return [.. Enumerable.Range(0, _hosts.Length).Where(host => _hosts[host] is { Error: null, Refusal: null, Last.IsStandby: true })];
    }

    /// <summary>The host that is the primary, as its number. Waits for one check of all of them if none is known.</summary>
    /// <exception cref="NpgsqlException">None is.</exception>
    public async ValueTask<int> FindAsync(CancellationToken cancellationToken)
    {
        Task looks, found;
        lock (_gate)
        {
            if (_primary >= 0) return _primary;
            looks = Task.WhenAll(_hosts.Select(host => host.AskForLookAsync()));
            found = _found.Task;
            _watching ??= [.. Enumerable.Range(0, _hosts.Length).Select(host => Task.Run(() => WatchAsync(host), CancellationToken.None))];
        }
        try
        {
            await (_isSettled ? Task.WhenAny(looks, found) : looks).WaitAsync(HostLooker.Limit, _clock, cancellationToken).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            // A host that does not respond holds up no choice among the others.
        }
        lock (_gate)
        {
            if (!_isSettled) Settle();
            return _primary >= 0 ? _primary : throw NoPrimary();
        }
    }

    /// <summary>A connection to the primary failed: checks it again, and waits for the result.</summary>
    public async Task LeaveAsync(int host, CancellationToken cancellationToken)
    {
        Task look;
        lock (_gate)
        {
            if (_primary != host) return;
            _isDoubted = true;
            look = _hosts[host].AskForLookAsync();
        }
        try
        {
            await look.WaitAsync(HostLooker.Limit, _clock, cancellationToken).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            Drop(host);
        }
    }

    /// <summary>The primary said that it takes no writes: checks all hosts again.</summary>
    public void Doubt()
    {
        lock (_gate)
        {
            _isDoubted = true;
            foreach (var host in _hosts) _ = host.AskForLookAsync();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        if (_watching is { } watching) await Task.WhenAll(watching).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        foreach (var host in _hosts) await host.DisposeAsync().ConfigureAwait(false);
        _stop.Dispose();
    }

    private async Task WatchAsync(int number)
    {
        var host = _hosts[number];
        while (!_stop.IsCancellationRequested)
        {
            var asked = host.TakeRequest();
            bool isPrimary;
            lock (_gate) isPrimary = _primary == number && !_isDoubted;
            // The primary's own connections are checked when they are opened.
            if (isPrimary) await host.CloseAsync().ConfigureAwait(false);
            else await LookAsync(number).ConfigureAwait(false);
            asked.TrySetResult();
            await host.WaitAsync(Volatile.Read(ref _primary) < 0 ? SearchEvery : LookEvery, _clock, _stop.Token).ConfigureAwait(false);
        }
    }

    private async Task LookAsync(int number)
    {
        var host = _hosts[number];
        StoreUnavailableException? refusal = null;
        await host.LookAsync(_clock, _stop.Token).ConfigureAwait(false);
        if (host.Last is { } look)
        {
            try
            {
                await _fence.AcceptAsync(look, host.Name, _stop.Token).ConfigureAwait(false);
            }
            catch (StoreUnavailableException error)
            {
                refusal = error;
            }
            catch (Exception error) when (error is NexusException or OperationCanceledException)
            {
                host.Fail(error);
            }
        }
        bool isNew;
        lock (_gate)
        {
            isNew = refusal is not null && host.Refusal is null;
            host.Refusal = refusal;
            Consider(number);
        }
        if (isNew) LogFenced(_logger, refusal!.Message);
    }

    private void Consider(int number)
    {
        if (_hosts[number].Error is { } error && PostgresErrors.IsTooManyConnections(error)) return;
        if (!CanServe(number))
        {
            if (_primary == number) Drop(number);
            return;
        }
        if (_primary == number) _isDoubted = false;
        // Of two that take writes the one that was promoted later serves; of equals the one that serves already.
        else if (_isSettled && (_primary < 0 || _hosts[number].Last?.Timeline > _hosts[_primary].Last?.Timeline)) Choose(number);
    }

    /// <summary>The first choice is made when every host was checked: an old primary may be the first to respond.</summary>
    private void Settle()
    {
        var able = Enumerable.Range(0, _hosts.Length).Where(CanServe).ToArray();
        if (able.Length == 0) return;
        Choose(able.MaxBy(host => _hosts[host].Last?.Timeline ?? 0));
    }

    private bool CanServe(int number) => _hosts[number] is { Error: null, Refusal: null, Last: { IsStandby: false } look }
        && !(_needsWritable && look.IsReadOnly);

    private void Choose(int number)
    {
        var isFirst = !_isSettled;
        (_primary, _isDoubted, _isSettled) = (number, false, true);
        _found.TrySetResult();
        if (isFirst) return;
        LogFound(_logger, _hosts[number].Name);
        // What is open leads to the earlier primary.
        _fence.Move();
    }

    private void Drop(int number)
    {
        lock (_gate)
        {
            if (_primary != number) return;
            (_primary, _isDoubted) = (-1, false);
            _found = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            foreach (var host in _hosts) _ = host.AskForLookAsync();
        }
    }

    private NpgsqlException NoPrimary() => new("No suitable host was found.", new AggregateException(_hosts.Select(host =>
        host.Refusal ?? host.Error ?? new StoreUnavailableException(StoreUnavailableReason.ReadOnly,
            host.Last is null ? $"{host.Name} did not respond in time" : $"{host.Name} is a standby or read-only, and no other host takes writes"))));

    [LoggerMessage(EventId = 1132, Level = LogLevel.Warning, Message = "{Message}")]
    private static partial void LogFenced(ILogger logger, string message);

    [LoggerMessage(EventId = 1133, Level = LogLevel.Information, Message = "The primary is now {Server}")]
    private static partial void LogFound(ILogger logger, string server);
}
