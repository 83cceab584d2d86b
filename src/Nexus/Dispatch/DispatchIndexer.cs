using System.Runtime.CompilerServices;
using Microsoft.Extensions.Logging;
using Nexus.Engine;

namespace Nexus.Dispatch;

/// <summary>
/// Keeps an index of the sessions of a store: builds it when a signal first needs it, in the background and in pages by key, and builds another one
/// when notices were missed or too much has changed.
/// </summary>
/// <param name="store">What is indexed.</param>
/// <param name="changes">Marks what changed. While changes of other instances are not proven to arrive, nothing is served from memory.</param>
/// <param name="create">Makes an empty index.</param>
/// <param name="clock">Measures how long a build takes.</param>
/// <param name="isEnabled">Whether there is an index at all.</param>
/// <param name="logger">Says when it was built, and why not.</param>
internal sealed class DispatchIndexer(
    IDispatchReader store, ChangeFeed changes, Func<DispatchIndex> create, TimeProvider clock, bool isEnabled, ILogger logger) : IAsyncDisposable
{
    /// <summary>A signal reads as many changed chats itself. With more it is a query of the store, and they are read in the background.</summary>
    private const int MaxPending = 5_000;

    private const int PageRows = 2_000;

    /// <summary>Of the time, a build takes at most one part in this many.</summary>
    private const int Share = 5;

    private static readonly TimeSpan AfterFailure = TimeSpan.FromSeconds(1);

    private readonly Lock _gate = new();
    private readonly CancellationTokenSource _stop = new();
    private volatile DispatchIndex? _index;
    private Task _working = Task.CompletedTask;
    private bool _isSubscribed;
    private long _restUntil = long.MinValue;
    private long _builds;

    public DispatchIndexStatus Status => _index is { } index
        ? new DispatchIndexStatus(index.IsReady && changes.IsLive, index.IsStale ? 0 : index.Sessions, index.Pending, index.Bytes,
            Interlocked.Read(ref _builds))
        : new DispatchIndexStatus(false, 0, 0, 0, Interlocked.Read(ref _builds));

    /// <summary>The index if it may serve a signal now; otherwise null, and what is missing is done in the background.</summary>
    public DispatchIndex? TryUse()
    {
        if (!isEnabled || !changes.IsLive) return null;
        if (_index is { IsReady: true } index && index.Pending <= MaxPending) return index;
        Work();
        return null;
    }

    /// <summary>Whether an index may still serve.</summary>
    public bool MayServe(DispatchIndex index) => !index.IsStale && changes.IsLive;

    /// <summary>Reads chats and gives their rows to the index.</summary>
    public async IAsyncEnumerable<(DispatchRow Row, TimeSpan Age)> ReadAsync(
        DispatchIndex index, IReadOnlyCollection<string> chats, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        foreach (var page in chats.Chunk(PageRows))
        {
            var mark = index.BeginRead();
            var missing = page.ToHashSet(StringComparer.Ordinal);
            var isReplica = false;
            await foreach (var row in store.ListDispatchRowsAsync(new DispatchRange(ChatIds: page), cancellationToken).ConfigureAwait(false))
            {
                missing.Remove(row.ChatId);
                // The local replica is not what the index is of.
                if (row.Replica is null) index.Apply(row, mark);
                else isReplica = true;
                yield return (row, TimeSpan.FromTicks(index.Now - mark.At));
            }
            // Without a row nothing says where the answer comes from; before a replica answers, the index was made stale.
            if (!isReplica) index.Remove(missing, mark);
        }
    }

    public async ValueTask DisposeAsync()
    {
        Task working;
        lock (_gate)
        {
            if (_isSubscribed) changes.Published -= Mark;
            working = _working;
        }
        await _stop.CancelAsync().ConfigureAwait(false);
        await working.ConfigureAwait(false);
    }

    private void Mark(IReadOnlyList<StateChange> changed) => _index?.Mark(changed);

    private void Work()
    {
        lock (_gate)
        {
            if (!_working.IsCompleted || _stop.IsCancellationRequested || clock.GetTimestamp() < _restUntil) return;
            if (!_isSubscribed) changes.Published += Mark;
            _isSubscribed = true;
            // As in LoadGatherer: it outlives the caller.
            if (ExecutionContext.IsFlowSuppressed()) _working = Task.Run(WorkAsync, CancellationToken.None);
            else
            {
                using (ExecutionContext.SuppressFlow()) _working = Task.Run(WorkAsync, CancellationToken.None);
            }
        }
    }

    private async Task WorkAsync()
    {
        var started = clock.GetTimestamp();
        try
        {
            if (_index is { IsReady: true } index)
                await foreach (var _ in ReadAsync(index, index.ListPending(), _stop.Token).ConfigureAwait(false)) continue;
            else if (await BuildAsync(_stop.Token).ConfigureAwait(false))
                DispatchLog.Built(logger, _index!.Sessions, clock.GetElapsedTime(started).TotalSeconds, _index.Bytes);
            Rest(clock.GetElapsedTime(started) * (Share - 1));
        }
        catch (Exception error)
        {
            _index = null;
            Rest(AfterFailure);
            if (!_stop.IsCancellationRequested) DispatchLog.BuildFailed(logger, error);
        }
    }

    private void Rest(TimeSpan time) => _restUntil = clock.GetTimestamp() + (long)(time.TotalSeconds * clock.TimestampFrequency);

    /// <summary>False if it was overtaken by a change of everything.</summary>
    private async Task<bool> BuildAsync(CancellationToken cancellationToken)
    {
        var index = create();
        // From here on changes are marked, so that what is read before they are committed is read again.
        _index = index;
        string? after = null;
        int count;
        do
        {
            var mark = index.BeginRead();
            count = 0;
            await foreach (var row in store.ListDispatchRowsAsync(new DispatchRange(after, PageRows), cancellationToken).ConfigureAwait(false))
            {
                if (row.Replica is not null) index.SetStale();
                if (index.IsStale) return false;
                index.Apply(row, mark);
                (after, count) = (row.ChatId, count + 1);
            }
        }
        while (count == PageRows);
        if (index.IsStale) return false;
        index.SetReady();
        Interlocked.Increment(ref _builds);
        return index.IsReady;
    }
}
