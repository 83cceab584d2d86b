using Nexus.Engine;
using Nexus.Postgres;
using Nexus.Sqlite;
using Nexus.Trades;

namespace Nexus.Failover;

/// <summary>
/// Compares whole tables of the replica with PostgreSQL's and fixes the differences: at a start, and after change notices were missed.
/// </summary>
/// <remarks>
/// Page by page, each in a short statement: one that stays open would keep PostgreSQL from clearing away old versions of the rows that are
/// updated meanwhile, which slows every writer down.
/// </remarks>
internal sealed class ReplicaComparison(SqliteStore replica, RemoteGate gate, SyncThrottle pace, TimeProvider clock, Func<bool> mayFollow)
{
    private const int Page = 500;

    /// <summary>Of a partition of trades in one statement: some hundred rows.</summary>
    private const int Blocks = 16;

    // Above every key: keys are text, and no text is above this one.
    private const string End = "\U0010FFFF\U0010FFFF";

    /// <summary>Longer than any transaction: its changes carry the time of its begin.</summary>
    private static readonly TimeSpan Overlap = TimeSpan.FromMinutes(10);

    /// <param name="table">Which one.</param>
    /// <param name="asOf">Up to when the replica is complete. Of a table whose records are never removed, those changed since then are enough; null:
    /// all.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    public Task CompareAsync(RecordTable table, DateTimeOffset? asOf, CancellationToken cancellationToken) => PostgresTables.Of(table).IsListed
        ? ComparePagesAsync(table, cancellationToken)
        : CopyChangedAsync(table, asOf is { } at ? at - Overlap : DateTimeOffset.UnixEpoch, cancellationToken);

    /// <summary>Both sides in key order: what lies between two of PostgreSQL's keys and is not there is gone.</summary>
    private async Task ComparePagesAsync(RecordTable table, CancellationToken cancellationToken)
    {
        string? after = null;
        bool isLast;
        do
        {
            var started = clock.GetTimestamp();
            var page = after;
            var rows = await gate.CallOnceAsync(
                (primary, token) => primary.ListRowsAsync(table, page, Page, token), cancellationToken).ConfigureAwait(false);
            isLast = rows.Count < Page;
            var (from, to) = (after ?? "", isLast ? End : rows[^1].RecordKey.Id);
            await TransactAsync(transaction => Mend(transaction, SqliteTables.Of(table), rows, from, to), cancellationToken).ConfigureAwait(false);
            after = to;
            await pace.RestAsync(started, cancellationToken).ConfigureAwait(false);
        }
        while (!isLast);
    }

    private static void Mend(SqliteWriteTransaction transaction, SqliteTable local, IReadOnlyList<IStateRow> rows, string from, string to)
    {
        var present = local.Keys(transaction.Connection, from, to);
        foreach (var row in rows)
        {
            // Whatever its version: a row may have been sealed under another key, which leaves the version.
            present.Remove(row.RecordKey.Id);
            local.PutRow(transaction, row);
        }
        foreach (var gone in present) local.Remove(transaction, gone);
    }

    /// <summary>
    /// By the place of the rows in their files, which needs no index and reads each block once. A row that moves meanwhile was changed, and is heard
    /// of.
    /// </summary>
    private async Task CopyChangedAsync(RecordTable table, DateTimeOffset since, CancellationToken cancellationToken)
    {
        var local = SqliteTables.Of(table);
        var blocks = await gate.CallOnceAsync(
            (primary, token) => primary.CountBlocksAsync(table, token), cancellationToken).ConfigureAwait(false);
        for (var from = 0L; from < blocks; from += Blocks)
        {
            var started = clock.GetTimestamp();
            var first = from;
            var rows = await gate.CallOnceAsync(
                (primary, token) => primary.ListChangedRowsAsync(table, since, first, first + Blocks, token),
                cancellationToken).ConfigureAwait(false);
            foreach (var page in rows.Chunk(Page))
            {
                await TransactAsync(
                    transaction =>
                    {
                        foreach (var row in page) local.PutRow(transaction, row);
                    },
                    cancellationToken).ConfigureAwait(false);
            }
            await pace.RestAsync(started, cancellationToken).ConfigureAwait(false);
        }
    }

    private Task<bool> TransactAsync(Action<SqliteWriteTransaction> work, CancellationToken cancellationToken) => replica.TransactAsync(
        transaction =>
        {
            // Asked on the thread that also spools: nothing is copied over a write that was spooled since.
            if (!mayFollow()) throw new OperationCanceledException("PostgreSQL became unavailable");
            var now = transaction.Now;
            work(transaction);
            transaction.Now = now;
            return true;
        },
        Page,
        cancellationToken);
}
