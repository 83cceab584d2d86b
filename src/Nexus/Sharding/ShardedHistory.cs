using Nexus.Engine;
using Nexus.History;
using Nexus.Postgres;

namespace Nexus.Sharding;

/// <summary>The history of changes of all shards. An entry is on the shard of its record, since the transaction of the change adds it.</summary>
/// <param name="store">The shards.</param>
internal sealed class ShardedHistory(ShardedStore store) : IHistoryStore
{
    private ChangeDescriber? _describer;

    public ChangeDescriber? Describer
    {
        get => _describer;
        set
        {
            _describer = value;
            DescribeAll();
        }
    }

    /// <summary>Gives the describer to shards that were opened after it was set.</summary>
    public void DescribeAll()
    {
        foreach (var shard in store.Shards) shard.History.Describer = _describer;
    }

    public async Task<IReadOnlyList<HistoryEntry>> ListAsync(HistoryQuery query, CancellationToken cancellationToken)
    {
        var lists = await store.AskAllAsync(shard => shard.History.ListAsync(query, cancellationToken), cancellationToken).ConfigureAwait(false);
        return [.. lists.SelectMany(list => list).OrderByDescending(entry => entry.At).ThenByDescending(entry => entry.Id).Take(query.Limit)];
    }

    public async Task<long> RemoveAsync(IReadOnlyList<string> tables, string key, bool isDryRun, CancellationToken cancellationToken) =>
        (await store.AskAllAsync(shard => shard.History.RemoveAsync(tables, key, isDryRun, cancellationToken), cancellationToken)
            .ConfigureAwait(false)).Sum();

    /// <summary>Each shard keeps its share of the entries.</summary>
    public async Task<long> PruneAsync(DateTimeOffset before, long keep, CancellationToken cancellationToken)
    {
        var share = ((keep - 1) / store.Shards.Count) + 1;
        return (await store.AskAllAsync(shard => shard.History.PruneAsync(before, share, cancellationToken), cancellationToken)
            .ConfigureAwait(false)).Sum();
    }
}
