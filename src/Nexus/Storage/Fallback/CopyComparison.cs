using Nexus.Sessions;
using Nexus.Storage.Embedded;
using Nexus.Storage.Postgres;

namespace Nexus.Storage.Fallback;

/// <summary>Compares whole tables of the copy with PostgreSQL's, streaming, and mends what differs: at a start, and after changes could not be heard.</summary>
internal sealed class CopyComparison(EmbeddedStore local, PostgresStore remote, Func<bool> mayFollow)
{
    private const int Page = 500;

    /// <summary>Longer than any transaction: its changes carry the time of its begin.</summary>
    private static readonly TimeSpan Overlap = TimeSpan.FromMinutes(10);

    /// <param name="table">Which one.</param>
    /// <param name="asOf">Up to when the copy is complete. Trades are only ever added and closed, so that those since then are enough; null: all.</param>
    public Task CompareAsync(StateTable table, DateTimeOffset? asOf, CancellationToken cancellationToken) => table switch
    {
        StateTable.Sessions => CompareAsync(
            table, remote.ListSessionsAsync(new SessionQuery(), cancellationToken), row => row.ChatId, EmbeddedCopy.Put,
            "SELECT chat_id FROM sessions WHERE chat_id > ?1 AND chat_id <= ?2", cancellationToken),
        StateTable.Users => CompareAsync(
            table, remote.ListUsersAsync(after: null, cancellationToken), row => row.ChatId, EmbeddedCopy.Put,
            "SELECT chat_id FROM users WHERE chat_id > ?1 AND chat_id <= ?2", cancellationToken),
        StateTable.SystemConfig => CompareAsync(
            table, remote.ListSystemConfigAsync(cancellationToken), row => row.Key, EmbeddedCopy.Put,
            "SELECT key FROM system_config WHERE key > ?1 AND key <= ?2", cancellationToken),
        StateTable.BotState => CompareBotStateAsync(cancellationToken),
        _ => CopyTradesAsync(asOf is { } at ? at - Overlap : DateTimeOffset.UnixEpoch, cancellationToken),
    };

    /// <summary>Both sides in key order: what lies between two of PostgreSQL's keys and is not there is gone.</summary>
    private async Task CompareAsync<TRow>(
        StateTable table, IAsyncEnumerable<TRow> rows, Func<TRow, string> keyOf, Action<EmbeddedTransaction, TRow> put, string range, CancellationToken cancellationToken)
    {
        // Above every key: keys are text, and no text is above this one.
        const string end = "\U0010FFFF\U0010FFFF";
        var from = "";
        List<TRow> page = new(Page);
        await foreach (var row in rows.WithCancellation(cancellationToken).ConfigureAwait(false))
        {
            page.Add(row);
            if (page.Count < Page) continue;
            var to = keyOf(page[^1]);
            await MendAsync(from, to).ConfigureAwait(false);
            (from, page) = (to, new List<TRow>(Page));
        }
        await MendAsync(from, end).ConfigureAwait(false);

        Task MendAsync(string after, string through)
        {
            var rowsOfPage = page;
            return TransactAsync(
                transaction =>
                {
                    var present = new HashSet<string>(StringComparer.Ordinal);
                    using (var reader = transaction.Connection.Query(range, after, through))
                    {
                        while (reader.Read()) present.Add(reader.GetString(0));
                    }
                    foreach (var row in rowsOfPage)
                    {
                        // Whatever its version: a row may have been sealed under another key, which leaves the version.
                        present.Remove(keyOf(row));
                        put(transaction, row);
                    }
                    foreach (var gone in present) EmbeddedCopy.Remove(transaction, new WriteKey(table, gone));
                },
                cancellationToken);
        }
    }

    private async Task CompareBotStateAsync(CancellationToken cancellationToken)
    {
        var row = await remote.GetBotStateAsync(cancellationToken).ConfigureAwait(false);
        await TransactAsync(transaction => EmbeddedCopy.Put(transaction, row), cancellationToken).ConfigureAwait(false);
    }

    private async Task CopyTradesAsync(DateTimeOffset since, CancellationToken cancellationToken)
    {
        List<Trades.TradeRow> page = new(Page);
        await foreach (var row in remote.Reads.StreamAsync(PostgresTradeReads.ChangedSince(since), cancellationToken).ConfigureAwait(false))
        {
            page.Add(row);
            if (page.Count < Page) continue;
            await PutAsync(page).ConfigureAwait(false);
            page = new List<Trades.TradeRow>(Page);
        }
        await PutAsync(page).ConfigureAwait(false);

        Task PutAsync(List<Trades.TradeRow> rows) => TransactAsync(
            transaction =>
            {
                foreach (var row in rows) EmbeddedCopy.Put(transaction, row);
            },
            cancellationToken);
    }

    private Task<bool> TransactAsync(Action<EmbeddedTransaction> work, CancellationToken cancellationToken) => local.TransactAsync(
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
