using Nexus.Sqlite;

namespace Nexus.Simulation;

/// <summary>A server that is one of several shards.</summary>
internal sealed partial class ModelServer
{
    /// <summary>What it keeps as one of several shards; null for a server that is none.</summary>
    public ModelShard? Shard { get; set; }

    /// <summary>Lets time pass here.</summary>
    public Task WaitAsync(TimeSpan time) => wait(time);

    /// <summary>Does work on the records and beside them, as the commit of a transaction of several statements.</summary>
    public async Task CommitAsync(ModelTransaction transaction, IReadOnlyList<Action<SqliteSession>> rows, IReadOnlyList<Action<ModelShard>> facts)
    {
        if (CommitTime() is var time && time > TimeSpan.Zero) await wait(time).ConfigureAwait(false);
        if (transaction.IsOver) throw new SessionLostException();
        Admit();
        await DoAsync(rows, facts).ConfigureAwait(false);
        RollBack(transaction);
    }

    /// <summary>The same for a statement by itself.</summary>
    public async Task DoAsync(IReadOnlyList<Action<SqliteSession>> rows, IReadOnlyList<Action<ModelShard>> facts)
    {
        if (rows.Count > 0)
            await Records.TransactAsync(sqlite =>
            {
                foreach (var work in rows) work(sqlite.Connection);
                return true;
            }, 1, CancellationToken.None).ConfigureAwait(false);
        foreach (var fact in facts) fact(Shard!);
    }
}
