using Microsoft.Extensions.Logging.Abstractions;
using Nexus.Engine;
using Nexus.Errors;
using Nexus.History;
using Nexus.Leases;
using Nexus.Postgres;
using Nexus.Stores;

namespace Nexus.Simulation;

/// <summary>The seams of <see cref="ModelPrimary"/>, which planted defects replace.</summary>
internal class ModelParts(IModelLink link)
{
    public IModelLink Link => link;

    public virtual IBatchExecutor CreateExecutor(ChangeNotice notice) => new ModelBatchExecutor(link);

    public virtual ICommitRows CreateCommitRows() => new ModelCommitRows(link);

    public virtual INoticeSource CreateNoticeSource() => new ModelNoticeSource(link);

    public virtual INoticeSenders CreateNoticeSenders() => new ModelNoticeSenders(link);

    /// <summary>Whether commits may be announced after they happened.</summary>
    public virtual bool AnnouncesAfterCommit => true;

    public virtual ILeaseStore CreateLeases() => new ModelLeaseStore(link);

    public virtual IReplayTransaction WrapReplay(IReplayTransaction transaction) => transaction;

    public virtual Task<CommitStatus> FindOutAsync(CommitLedger ledger, Guid batch, Exception lost) => ledger.FindOutAsync(batch, lost);
}

/// <summary>
/// As <see cref="PostgresStore"/>, of the same parts above the connection: committer, ledger, resolver, notices, listener, proof of the caches.
/// Below it are the model server and the way to it.
/// </summary>
internal sealed partial class ModelPrimary : IReplicatedPrimary
{
    private readonly ModelParts _parts;
    private readonly IModelLink _link;
    private readonly ChangeNotice _notice;
    private readonly CommitLedger _ledger;
    private readonly OutcomeResolver _resolver;
    private readonly BatchCommitter _committer;
    private readonly ChangeListener _listener;
    private readonly ShardGuard? _guard;
    private int _closed;

    private bool IsClosed => Volatile.Read(ref _closed) == 1;

    /// <param name="parts">The seams.</param>
    /// <param name="clock">The instance's clock.</param>
    /// <param name="retry">Waits between attempts.</param>
    /// <param name="budget">How long a lost answer is looked for.</param>
    /// <param name="mode">The fallback mode that heartbeats carry.</param>
    /// <param name="guard">On one of several shards: what it proves.</param>
    public ModelPrimary(ModelParts parts, TimeProvider clock, Retry retry, TimeSpan budget, string mode, ShardGuard? guard = null)
    {
        (_parts, _link, _guard) = (parts, parts.Link, guard);
        Changes = new ChangeFeed(RecordTables.Everything, new CacheProof(clock));
        _notice = new ChangeNotice("public", mode);
        var notifier = new ChangeNotifier(parts.CreateNoticeSenders(), _notice, Changes, clock, parts.AnnouncesAfterCommit);
        _resolver = new OutcomeResolver(new ModelStoredRecords(_link, guard), guard);
        _ledger = new CommitLedger(parts.CreateCommitRows(), budget, clock, NullLogger.Instance, retry);
        _committer = new BatchCommitter(parts.CreateExecutor(_notice), _ledger, _resolver, new ModelPartitions(), _notice, notifier, Changes, retry,
            budget, NullLogger.Instance, guard);
        Leases = parts.CreateLeases();
        History = new ModelHistory();
        _listener = new ChangeListener(parts.CreateNoticeSource(), notifier, _notice, Changes, new PeerInstances(clock),
            changes => Heard?.Invoke(changes), () => { }, retry, clock, NullLogger.Instance);
    }

    /// <inheritdoc/>
    public bool HasSeveralHosts => _link is RoutedLink;

    public string Kind => "postgresql";

    public string Location => "10.0.0.1:5432/nexus";

    public ChangeFeed Changes { get; }

    public ILeaseStore Leases { get; }

    public IHistoryStore History { get; }

    public PoolUse PoolUse => default;

    public NoticeUse NoticeUse => _listener.Use;

    public Action<IReadOnlyList<StateChange>>? Heard { get; set; }

    public Func<StoreIdentity, Task>? Identified { get; set; }

    public async Task OpenAsync(CancellationToken cancellationToken)
    {
        await GetTimeAsync(cancellationToken).ConfigureAwait(false);
        await _link.AdoptAsync(cancellationToken).ConfigureAwait(false);
        await _listener.StartAsync(cancellationToken).ConfigureAwait(false);
    }

    public Task<WriteOutcome[]> ApplyAsync(IReadOnlyList<Write> writes, bool atomic, CancellationToken cancellationToken) =>
        IsClosed ? Task.FromException<WriteOutcome[]>(Stopped()) : _committer.CommitAsync(writes, atomic, inFlight: null, cancellationToken);

    public Task<WriteOutcome[]> ApplyAsync(IReadOnlyList<Write> writes, bool atomic, InFlightBatches inFlight, CancellationToken cancellationToken) =>
        _committer.CommitAsync(writes, atomic, inFlight, cancellationToken);

    public Task<CommitStatus> FindCommitStatusAsync(Guid batch, Exception lost) => _parts.FindOutAsync(_ledger, batch, lost);

    public async Task<WriteOutcome?[]> RecollectAsync(IReadOnlyList<Write> writes, DateTimeOffset committedAt)
    {
        var outcomes = new WriteOutcome?[writes.Count];
        if (writes.Count > 0) await _resolver.RecollectAsync(new PostgresBatch([.. writes], _notice), outcomes, committedAt).ConfigureAwait(false);
        return outcomes;
    }

    public async Task<IReplayTransaction> BeginReplayAsync(IReadOnlyList<Write> writes, CancellationToken cancellationToken)
    {
        var transaction = new ModelReplayTransaction(_link, _notice);
        await transaction.BeginAsync(cancellationToken).ConfigureAwait(false);
        return _parts.WrapReplay(transaction);
    }

    public void Pause() => _listener.Pause();

    public void Resume() => _listener.Resume();

    public ValueTask DisposeAsync() => Interlocked.Exchange(ref _closed, 1) == 1 ? ValueTask.CompletedTask : _listener.DisposeAsync();

    private static StoreUnavailableException Stopped() => new(StoreUnavailableReason.Stopped, "the store is closed");

    /// <summary>Changes of the simulation have no authors.</summary>
    private sealed class ModelHistory : IHistoryStore
    {
        public ChangeDescriber? Describer { get; set; }

        public Task<IReadOnlyList<HistoryEntry>> ListAsync(HistoryQuery query, CancellationToken cancellationToken) =>
            Task.FromResult<IReadOnlyList<HistoryEntry>>([]);

        public Task<long> RemoveAsync(IReadOnlyList<string> tables, string key, bool isDryRun, CancellationToken cancellationToken) =>
            Task.FromResult(0L);

        public Task<long> PruneAsync(DateTimeOffset before, long keep, CancellationToken cancellationToken) => Task.FromResult(0L);
    }
}
