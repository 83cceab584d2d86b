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
        Refusal is { } refusal ? Task.FromException<IReadOnlyList<HistoryEntry>>(refusal) : remote.ListAsync(query, cancellationToken);

    public Task<long> RemoveAsync(IReadOnlyList<string> tables, string key, bool isDryRun, CancellationToken cancellationToken) =>
        Refusal is { } refusal ? Task.FromException<long>(refusal) : remote.RemoveAsync(tables, key, isDryRun, cancellationToken);

    public Task<long> PruneAsync(DateTimeOffset before, long keep, CancellationToken cancellationToken) =>
        Refusal is { } refusal ? Task.FromException<long>(refusal) : remote.PruneAsync(before, keep, cancellationToken);

    private StoreUnavailableException? Refusal => outages.Current is { } outage
        ? new StoreUnavailableException(outage.Reason, $"{outage.Message}; the local replica has no history of changes")
        : null;
}
