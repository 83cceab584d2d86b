using Nexus.Chats;
using Nexus.Engine;
using Nexus.Sessions;
using Nexus.Sqlite;
using Nexus.Trades;

namespace Nexus.Failover;

/// <summary>Compares whole tables of the copy with PostgreSQL's and mends what differs: at a start, and after changes could not be heard.</summary>
/// <remarks>
/// Page by page, each a short statement of its own: one that stays open would keep PostgreSQL from clearing away old versions of the rows that are
/// updated meanwhile, which slows every writer down.
/// </remarks>
internal sealed class ReplicaComparison(SqliteStore local, RemoteGate gate, SyncThrottle pace, TimeProvider clock, Func<bool> mayFollow)
{
    private const int Page = 500;

    /// <summary>Of a partition of trades in one statement: some hundred rows.</summary>
    private const int Blocks = 16;

    // Above every key: keys are text, and no text is above this one.
    private const string End = "\U0010FFFF\U0010FFFF";

    /// <summary>Longer than any transaction: its changes carry the time of its begin.</summary>
    private static readonly TimeSpan Overlap = TimeSpan.FromMinutes(10);

    /// <param name="table">Which one.</param>
    /// <param name="asOf">
    /// Up to when the copy is complete. Trades are only ever added and closed, so that those since then are enough; null: all.
    /// </param>
    /// <param name="cancellationToken">Gives up.</param>
    public Task CompareAsync(StateTable table, DateTimeOffset? asOf, CancellationToken cancellationToken) => table switch
    {
        StateTable.Sessions => CompareAsync(
            table, after => gate.CallOnceAsync((primary, token) => primary.ReadSessionPageAsync(after, Page, token), cancellationToken), row =>
                row.ChatId, SqliteReplica.Put,
            "SELECT chat_id FROM sessions WHERE chat_id > ?1 AND chat_id <= ?2", cancellationToken),
        StateTable.Users => CompareAsync(
            table, after => gate.CallOnceAsync((primary, token) => primary.ReadUserPageAsync(after, Page, token), cancellationToken), row =>
                row.ChatId, SqliteReplica.Put,
            "SELECT chat_id FROM users WHERE chat_id > ?1 AND chat_id <= ?2", cancellationToken),
        StateTable.SystemConfig => CompareAsync(
            table, after => gate.CallOnceAsync((primary, token) => primary.ReadSystemConfigPageAsync(after, Page, token), cancellationToken),
                row => row.Key, SqliteReplica.Put,
            "SELECT key FROM system_config WHERE key > ?1 AND key <= ?2", cancellationToken),
        StateTable.BotState => CompareBotStateAsync(cancellationToken),
        _ => CopyTradesAsync(asOf is { } at ? at - Overlap : DateTimeOffset.UnixEpoch, cancellationToken),
    };

    /// <summary>Both sides in key order: what lies between two of PostgreSQL's keys and is not there is gone.</summary>
    private async Task CompareAsync<TRow>(
        StateTable table, Func<string?, Task<List<TRow>>> read, Func<TRow, string> keyOf, Action<SqliteWriteTransaction, TRow> put, string range,
            CancellationToken cancellationToken)
    {
        string? after = null;
        bool isLast;
        do
        {
            var started = clock.GetTimestamp();
            var rows = await read(after).ConfigureAwait(false);
            isLast = rows.Count < Page;
            var (from, to) = (after ?? "", isLast ? End : keyOf(rows[^1]));
            await TransactAsync(transaction => Mend(transaction, table, rows, keyOf, put, range, from, to), cancellationToken).ConfigureAwait(false);
            after = to;
            await pace.RestAsync(started, cancellationToken).ConfigureAwait(false);
        }
        while (!isLast);
    }

    private static void Mend<TRow>(
        SqliteWriteTransaction transaction, StateTable table, List<TRow> rows, Func<TRow, string> keyOf, Action<SqliteWriteTransaction, TRow> put,
            string range, string from, string to)
    {
        var present = SqliteReplica.Keys(transaction.Connection, range, from, to);
        foreach (var row in rows)
        {
            // Whatever its version: a row may have been sealed under another key, which leaves the version.
            present.Remove(keyOf(row));
            put(transaction, row);
        }
        foreach (var gone in present) SqliteReplica.Remove(transaction, new WriteKey(table, gone));
    }

    private async Task CompareBotStateAsync(CancellationToken cancellationToken)
    {
        var row = await gate.CallOnceAsync((primary, token) => primary.GetBotStateAsync(token), cancellationToken).ConfigureAwait(false);
        await TransactAsync(transaction => SqliteReplica.Put(transaction, row), cancellationToken).ConfigureAwait(false);
    }

    /// <summary>
    /// By the place of the rows in their files, which needs no index and reads each block once. A row that moves meanwhile was changed, and is
    /// heard of.
    /// </summary>
    private async Task CopyTradesAsync(DateTimeOffset since, CancellationToken cancellationToken)
    {
        var blocks = await gate.CallOnceAsync((primary, token) => primary.CountTradeBlocksAsync(token), cancellationToken).ConfigureAwait(false);
        for (var from = 0L; from < blocks; from += Blocks)
        {
            var started = clock.GetTimestamp();
            var rows = await ReadBlocksAsync(since, from, cancellationToken).ConfigureAwait(false);
            foreach (var page in rows.Chunk(Page))
            {
                await TransactAsync(
                    transaction =>
                    {
                        foreach (var row in page) SqliteReplica.Put(transaction, row);
                    },
                    cancellationToken).ConfigureAwait(false);
            }
            await pace.RestAsync(started, cancellationToken).ConfigureAwait(false);
        }
    }

    private Task<List<TradeRow>> ReadBlocksAsync(DateTimeOffset since, long from, CancellationToken cancellationToken) =>
        gate.CallOnceAsync((primary, token) => primary.ReadChangedTradesAsync(since, from, from + Blocks, token), cancellationToken);

    private Task<bool> TransactAsync(Action<SqliteWriteTransaction> work, CancellationToken cancellationToken) => local.TransactAsync(
        transaction =>
        {
            // Asked on the thread that also spools: nothing is copied over a write that was spooled since.
            if (!mayFollow()) throw new OperationCanceledException("PostgreSQL went away");
            var now = transaction.Now;
            work(transaction);
            transaction.Now = now;
            return true;
        },
        Page,
        cancellationToken);
}
