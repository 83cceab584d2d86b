using Nexus.Errors;

namespace Nexus.Sharding;

/// <summary>
/// Copies the rows of a move into a transaction of the target that is not committed yet, follows their changes, and compares both sides. Until that
/// transaction is committed nobody sees the copies, and if it ends otherwise they are gone.
/// </summary>
/// <param name="move">What is moved.</param>
/// <param name="source">A session with the source, without a transaction.</param>
/// <param name="target">A session with the target, in the transaction.</param>
/// <param name="beside">Another one with the target, which makes partitions.</param>
internal sealed class RowTransfer(ShardMove move, IShardSession source, IShardSession target, IShardSession beside)
{
    private readonly Dictionary<MovedTable, string> _columns = [];
    private readonly Dictionary<MovedTable, MovedKeys> _late = [];

    /// <summary>The keys of all rows at the target.</summary>
    public Dictionary<MovedTable, MovedKeys> Keys { get; } = [];

    /// <summary>The rows at the target.</summary>
    public long Rows => Keys.Values.Sum(keys => keys.Count);

    /// <summary>Finds the columns, and makes the partitions that the source has.</summary>
    /// <exception cref="StoreIncompatibleException">The tables of the two shards differ.</exception>
    public async Task PrepareAsync(CancellationToken cancellationToken)
    {
        foreach (var table in source.Tables)
        {
            var columns = await source.FindColumnsAsync(move.Source, table, cancellationToken).ConfigureAwait(false);
            if (columns != await target.FindColumnsAsync(move.Target, table, cancellationToken).ConfigureAwait(false))
                throw new StoreIncompatibleException(
                    $"the table {table.Name} of shard {move.Source} has other columns than that of shard {move.Target}: migrate both, and compare "
                        + "them");
            _columns.Add(table, columns);
            Keys.Add(table, new MovedKeys());
        }
        await MakePartitionsAsync(await source.FindMonthsAsync(move.Source, cancellationToken).ConfigureAwait(false), cancellationToken)
            .ConfigureAwait(false);
    }

    /// <summary>Copies every row.</summary>
    public Task CopyAllAsync(CancellationToken cancellationToken) => WithSnapshotAsync(async () =>
    {
        foreach (var table in source.Tables)
            await source.CopyAsync(move, table, _columns[table], onlyNoted: false, target, cancellationToken).ConfigureAwait(false);
    }, cancellationToken);

    /// <summary>Copies the rows again that were changed since, by one snapshot of the source, and takes their notes away.</summary>
    /// <returns>The keys of these rows.</returns>
    public async Task<Dictionary<MovedTable, MovedKeys>> FollowAsync(Func<Task>? inSnapshot, CancellationToken cancellationToken)
    {
        Dictionary<MovedTable, MovedKeys> changed = [];
        await WithSnapshotAsync(async () =>
        {
            foreach (var (table, keys) in await source.ReadNotesAsync(move.Source, move, cancellationToken).ConfigureAwait(false))
            {
                changed.Add(table, keys);
                if (table.Name == "trades")
                    await MakePartitionsAsync(keys.Instants.Select(at => $"{at:yyyy-MM}-01").Distinct(), cancellationToken).ConfigureAwait(false);
                await target.RemoveAsync(move.Target, table, keys, cancellationToken).ConfigureAwait(false);
                await source.CopyAsync(move, table, _columns[table], onlyNoted: true, target, cancellationToken).ConfigureAwait(false);
            }
            if (inSnapshot is not null) await inSnapshot().ConfigureAwait(false);
            // The same rows as were read: the snapshot is one, and nobody else removes them.
            await source.RemoveNotesAsync(move.Source, move, cancellationToken).ConfigureAwait(false);
        }, cancellationToken).ConfigureAwait(false);
        return changed;
    }

    /// <summary>Follows once more, and compares every row of both sides by the snapshot of that. Notes the keys of all rows.</summary>
    /// <exception cref="StoreRejectedException">They differ.</exception>
    public Task CompareAllAsync(CancellationToken cancellationToken) => FollowAsync(async () =>
    {
        foreach (var table in source.Tables)
        {
            Compare(
                table, await source.SumAsync(move.Source, table, _columns[table], move.Buckets, cancellationToken).ConfigureAwait(false),
                await target.SumAsync(move.Target, table, _columns[table], move.Buckets, cancellationToken).ConfigureAwait(false));
            Keys[table] = await target.FindKeysAsync(move.Target, table, move.Buckets, cancellationToken).ConfigureAwait(false);
        }
    }, cancellationToken);

    /// <summary>
    /// The last rows, when no more can change: all others were compared before, and only this transaction has touched them at the target.
    /// </summary>
    /// <exception cref="StoreRejectedException">They differ.</exception>
    public async Task FinishAsync()
    {
        Note(await FollowAsync(inSnapshot: null, CancellationToken.None).ConfigureAwait(false));
        foreach (var (table, keys) in _late)
        {
            Compare(
                table, await source.SumAsync(move.Source, table, _columns[table], keys).ConfigureAwait(false),
                await target.SumAsync(move.Target, table, _columns[table], keys).ConfigureAwait(false));
        }
    }

    /// <summary>Adds keys of rows that were copied after all were compared. They are compared again in the end.</summary>
    public void Note(Dictionary<MovedTable, MovedKeys> changed)
    {
        foreach (var (table, keys) in changed)
        {
            Keys[table].Add(keys);
            if (!_late.TryGetValue(table, out var late)) _late.Add(table, late = new MovedKeys());
            late.Add(keys);
        }
    }

    /// <summary>Notes that are not followed yet.</summary>
    public Task<long> CountNotesAsync(CancellationToken cancellationToken) => source.CountNotesAsync(move.Source, move, cancellationToken);

    private async Task WithSnapshotAsync(Func<Task> work, CancellationToken cancellationToken)
    {
        var transaction = await source.BeginAsync(cancellationToken, isSnapshot: true).ConfigureAwait(false);
        await using var end = transaction.ConfigureAwait(false);
        await work().ConfigureAwait(false);
        await transaction.CommitAsync(cancellationToken).ConfigureAwait(false);
    }

    private async Task MakePartitionsAsync(IEnumerable<string> months, CancellationToken cancellationToken)
    {
        foreach (var month in months) await beside.AddMonthAsync(move.Target, month, cancellationToken).ConfigureAwait(false);
    }

    private void Compare(MovedTable table, (long Rows, string Sum) here, (long Rows, string Sum) there)
    {
        if (here != there)
            throw new StoreRejectedException("XX001",
                $"{table.Name}: shard {move.Source} has {here.Rows} rows of the buckets and shard {move.Target} {there.Rows} with other contents. "
                    + "Nothing was moved");
    }
}
