using Nexus.Storage.Embedded;
using Nexus.Storage.Postgres;

namespace Nexus.Storage.Fallback;

/// <summary>Reads records from PostgreSQL by key, for the copy.</summary>
internal sealed class CopyReader(PostgresStore remote)
{
    /// <summary>What puts the records into the copy as they stand in PostgreSQL, and takes away those that are not there.</summary>
    public async Task<Action<EmbeddedTransaction>> ReadAsync(StateTable table, IReadOnlyCollection<WriteKey> keys, CancellationToken cancellationToken)
    {
        string[] ids = [.. keys.Select(key => key.Id)];
        switch (table)
        {
            case StateTable.Sessions:
                var sessions = await remote.GetSessionsAsync(ids, cancellationToken).ConfigureAwait(false);
                return Putting(keys, sessions, row => row.ChatId, EmbeddedCopy.Put);
            case StateTable.Users:
                var users = await remote.GetUsersAsync(ids, cancellationToken).ConfigureAwait(false);
                return Putting(keys, users, row => row.ChatId, EmbeddedCopy.Put);
            case StateTable.BotState:
                var state = await remote.GetBotStateAsync(cancellationToken).ConfigureAwait(false);
                return transaction => EmbeddedCopy.Put(transaction, state);
            case StateTable.SystemConfig:
                var entries = new List<SystemConfig.SystemConfigRow>();
                foreach (var id in ids)
                {
                    if (await remote.GetSystemConfigAsync(id, cancellationToken).ConfigureAwait(false) is { } row) entries.Add(row);
                }
                return Putting(keys, entries, row => row.Key, EmbeddedCopy.Put);
            default:
                var trades = await remote.Reads.ListAsync(PostgresTradeReads.Get(ids), cancellationToken).ConfigureAwait(false);
                return Putting(keys, trades, row => row.Id.ToString(), EmbeddedCopy.Put);
        }
    }

    private static Action<EmbeddedTransaction> Putting<TRow>(IReadOnlyCollection<WriteKey> keys, IReadOnlyList<TRow> rows, Func<TRow, string> keyOf, Action<EmbeddedTransaction, TRow> put)
    {
        var found = rows.Select(keyOf).ToHashSet(StringComparer.Ordinal);
        return transaction =>
        {
            var now = transaction.Now;
            foreach (var key in keys)
            {
                if (!found.Contains(key.Id)) EmbeddedCopy.Remove(transaction, key);
            }
            foreach (var row in rows) put(transaction, row);
            transaction.Now = now;
        };
    }
}
