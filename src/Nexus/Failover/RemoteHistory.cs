using Nexus.Errors;
using Nexus.History;

namespace Nexus.Failover;

/// <summary>The history of PostgreSQL, which is refused at once during an outage.</summary>
internal sealed class RemoteHistory(IHistoryStore remote, OutageState outages) : IHistoryStore
{
    public ChangeDescriber? Describer
    {
        get => remote.Describer;
        set => remote.Describer = value;
    }

    public Task<IReadOnlyList<HistoryEntry>> ListAsync(HistoryQuery query, CancellationToken cancellationToken) =>
        RefuseInOutage<IReadOnlyList<HistoryEntry>>() ?? remote.ListAsync(query, cancellationToken);

    public Task<long> RemoveAsync(IReadOnlyList<string> tables, string key, CancellationToken cancellationToken) =>
        RefuseInOutage<long>() ?? remote.RemoveAsync(tables, key, cancellationToken);

    public Task<long> PruneAsync(DateTimeOffset before, long keep, CancellationToken cancellationToken) =>
        RefuseInOutage<long>() ?? remote.PruneAsync(before, keep, cancellationToken);

    private Task<T>? RefuseInOutage<T>() => outages.Current is { } outage
        ? Task.FromException<T>(new StoreUnavailableException(outage.Reason, $"{outage.Message}; the local replica has no history of changes"))
        : null;
}
