using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Nexus.Errors;

namespace Nexus.Postgres;

/// <summary>
/// Keeps out a primary that a standby has replaced. A promotion raises the timeline, so a server on a lower timeline than the highest one seen takes
/// no writes from here, and connections that were open before a higher one was seen are not used again: docs/decisions/0030-failover.md.
/// </summary>
/// <param name="file">Remembers the highest timeline over restarts; null: for the life of this object.</param>
[SuppressMessage("Design", "CA1001", Justification = "A semaphore without a wait handle and a source without a timer hold no resource.")]
internal sealed partial class PrimaryFence(TimelineFile? file = null)
{
    private readonly Lock _gate = new();
    private readonly SemaphoreSlim _filing = new(1);
    private OpenTerm _term = new(0, new CancellationTokenSource());
    private KnownTimeline? _remembered;
    private KnownTimeline? _highest;
    private bool _isRead;
    private bool _keeps;
    private bool _isReported;

    /// <summary>Where it reports.</summary>
    public ILogger Logger { get; set; } = NullLogger.Instance;

    /// <summary>Grows whenever the open connections must no longer be used.</summary>
    public long Epoch => Volatile.Read(ref _term).Epoch;

    /// <summary>The time of the present primary.</summary>
    public PrimaryTerm Term
    {
        get
        {
            var term = Volatile.Read(ref _term);
            return new PrimaryTerm(this, term.Epoch, term.End.Token);
        }
    }

    /// <summary>Called after <see cref="Epoch"/> has grown.</summary>
    public event Action? Raised;

    /// <summary>The highest timeline that was seen; null if none was.</summary>
    public int? Timeline
    {
        get
        {
            lock (_gate) return _highest?.Timeline;
        }
    }

    /// <summary>Judges the server of a new connection.</summary>
    /// <param name="look">What the server says.</param>
    /// <param name="server">How messages name it.</param>
    /// <param name="cancellationToken">Ends the wait for the file.</param>
    /// <exception cref="StoreUnavailableException">It is an old primary, or belongs to another cluster.</exception>
    public async Task AcceptAsync(ServerLook look, string server, CancellationToken cancellationToken)
    {
        await ReadAsync(cancellationToken).ConfigureAwait(false);
        OpenTerm? left = null;
        KnownTimeline? before;
        lock (_gate)
        {
            before = _highest ?? (look.Cluster is null || look.Cluster == _remembered?.Cluster ? _remembered : null);
            if (look.Cluster is { } cluster && before?.Cluster is { } expected && cluster != expected) throw OtherCluster(server, cluster, expected);
            // What a standby follows is the primary's affair, and it takes no writes.
            if (look.IsStandby || look.Timeline is not { } timeline) return;
            if (timeline < before?.Timeline) throw OldPrimary(server, timeline, before.Timeline);
            // At once: what responds from now on does not count.
            if (timeline > _highest?.Timeline) left = Leave();
            _highest = new KnownTimeline(look.Cluster ?? before?.Cluster, timeline);
        }
        if (left is not null)
        {
            LogRaised(Logger, server, look.Timeline!.Value, before!.Timeline);
            End(left);
        }
        await KeepAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Closes what is open, as when another host has become the primary.</summary>
    public void Move()
    {
        OpenTerm left;
        lock (_gate) left = Leave();
        End(left);
    }

    /// <summary>Begins the next term; under the lock.</summary>
    private OpenTerm Leave()
    {
        var left = _term;
        Volatile.Write(ref _term, new OpenTerm(left.Epoch + 1, new CancellationTokenSource()));
        return left;
    }

    private void End(OpenTerm left)
    {
        _ = left.End.CancelAsync();
        Raised?.Invoke();
    }

    /// <summary>The database is known to be the right one: from now on what is seen is kept in the file.</summary>
    public Task AdoptAsync(CancellationToken cancellationToken)
    {
        lock (_gate) _keeps = true;
        return KeepAsync(cancellationToken);
    }

    private async Task ReadAsync(CancellationToken cancellationToken)
    {
        if (file is null || Volatile.Read(ref _isRead)) return;
        await _filing.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (_isRead) return;
            var remembered = await file.ReadAsync(cancellationToken).ConfigureAwait(false);
            lock (_gate) _remembered = remembered;
            Volatile.Write(ref _isRead, true);
        }
        finally
        {
            _filing.Release();
        }
    }

    private async Task KeepAsync(CancellationToken cancellationToken)
    {
        if (file is null || IsKept) return;
        await _filing.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (IsKept) return;
            KnownTimeline highest;
            lock (_gate) highest = _highest!;
            if (!await file.TryWriteAsync(highest, cancellationToken).ConfigureAwait(false)) return;
            lock (_gate) _remembered = highest;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            if (!_isReported) LogNotKept(Logger, error, file.Path);
            _isReported = true;
        }
        finally
        {
            _filing.Release();
        }
    }

    private bool IsKept
    {
        get
        {
            lock (_gate) return !_keeps || _highest is null || _highest == _remembered;
        }
    }

    private static StoreUnavailableException OldPrimary(string server, int timeline, int highest) => new(StoreUnavailableReason.Fenced,
        $"the server {server} is on timeline {timeline}, but a server of the same cluster on timeline {highest} was seen: {server} is an old "
            + "primary that was replaced by a promoted standby, and what is written there is lost. Stop it and make it a standby of the new primary "
            + "(pg_rewind or pg_basebackup). If it was restored to an earlier state on purpose, set NexusOptions.AcceptOtherStore for one start");

    private static StoreUnavailableException OtherCluster(string server, string cluster, string expected) => new(StoreUnavailableReason.Fenced,
        $"the server {server} belongs to another cluster (system identifier {cluster} instead of {expected}): NexusOptions.Database must name hosts "
            + "of one cluster. If the data was moved to a new cluster on purpose, set NexusOptions.AcceptOtherStore for one start");

    private sealed record OpenTerm(long Epoch, CancellationTokenSource End);

    [LoggerMessage(EventId = 1130, Level = LogLevel.Warning,
        Message = "The server {Server} is a promoted primary (timeline {Timeline} after {Before}): connections to the earlier one are closed")]
    private static partial void LogRaised(ILogger logger, string server, int timeline, int before);

    [LoggerMessage(EventId = 1131, Level = LogLevel.Warning, Message = "The highest timeline cannot be kept in {File}: after a restart, a primary "
        + "that was replaced before it is not recognised")]
    private static partial void LogNotKept(ILogger logger, Exception error, string file);
}
