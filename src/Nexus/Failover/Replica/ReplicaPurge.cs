using Nexus.Engine;
using Nexus.Sqlite;
using Nexus.Stores;

namespace Nexus.Failover;

/// <summary>
/// Removes records of tables that are not copied: an earlier run has copied them, or they were spooled during an outage. They would grow old without
/// a sign.
/// </summary>
internal sealed class ReplicaPurge(SqliteStore local, IReadOnlyList<RecordTable> copied, Func<long?> period)
{
    private const int Chunk = 500;

    private readonly RecordTable[] _tables = [.. RecordTables.All.Except(copied)];

    /// <summary>Whether there may be some.</summary>
    public bool IsDue { get; set; } = true;

    /// <param name="now">The period without an outage in which they are removed.</param>
    /// <param name="cancellationToken">Ends it between two chunks.</param>
    public async Task RunAsync(long now, CancellationToken cancellationToken)
    {
        if (!IsDue) return;
        foreach (var table in _tables)
        {
            bool isMore;
            do
            {
                isMore = await local.TransactAsync(transaction => RemoveSome(transaction, SqliteTables.Of(table), now), Chunk, cancellationToken)
                    .ConfigureAwait(false);
            }
            while (isMore);
        }
        IsDue = false;
    }

    private bool RemoveSome(SqliteWriteTransaction transaction, SqliteTable table, long now)
    {
        if (period() != now) throw new OperationCanceledException("PostgreSQL became unavailable");
        var stamps = table.Stamps(transaction.Connection, "", RecordStamp.End, Chunk);
        foreach (var stamp in stamps) table.Remove(transaction, stamp);
        return stamps.Count == Chunk;
    }
}
