using Nexus.Chats;
using Nexus.Engine;
using Nexus.Sqlite;

namespace Nexus.Failover;

/// <summary>Reads records from PostgreSQL by key, for the copy.</summary>
internal sealed class ReplicaReader(RemoteGate gate)
{
    /// <summary>What puts the records into the copy as they stand in PostgreSQL, and takes away those that are not there.</summary>
    public async Task<Action<SqliteWriteTransaction>> ReadAsync(StateTable table, IReadOnlyCollection<WriteKey> keys,
        CancellationToken cancellationToken)
    {
        string[] ids = [.. keys.Select(key => key.Id)];
        switch (table)
        {
            case StateTable.Sessions:
                var sessions = await gate.CallOnceAsync((primary, token) =>
                    primary.GetSessionsAsync(ids, token), cancellationToken).ConfigureAwait(false);
                return Putting(keys, sessions, row => row.ChatId, SqliteReplica.Put);
            case StateTable.Users:
                var users = await gate.CallOnceAsync((primary, token) => primary.GetUsersAsync(ids, token), cancellationToken).ConfigureAwait(false);
                return Putting(keys, users, row => row.ChatId, SqliteReplica.Put);
            case StateTable.BotState:
                var state = await gate.CallOnceAsync((primary, token) => primary.GetBotStateAsync(token), cancellationToken).ConfigureAwait(false);
                return transaction => SqliteReplica.Put(transaction, state);
            case StateTable.SystemConfig:
                var entries = new List<Nexus.SystemConfig.SystemConfigRow>();
                foreach (var id in ids)
                {
                    if (await gate.CallOnceAsync((primary, token) =>
                        primary.GetSystemConfigAsync(id, token), cancellationToken).ConfigureAwait(false) is { } row) entries.Add(row);
                }
                return Putting(keys, entries, row => row.Key, SqliteReplica.Put);
            default:
                var trades = await gate.CallOnceAsync((primary, token) =>
                    primary.ReadTradesAsync(ids, token), cancellationToken).ConfigureAwait(false);
                return Putting(keys, trades, row => row.Id.ToString(), SqliteReplica.Put);
        }
    }

    private static Action<SqliteWriteTransaction> Putting<TRow>(IReadOnlyCollection<WriteKey> keys, IReadOnlyList<TRow> rows,
        Func<TRow, string> keyOf, Action<SqliteWriteTransaction, TRow> put)
    {
        var found = rows.Select(keyOf).ToHashSet(StringComparer.Ordinal);
        return transaction =>
        {
            var now = transaction.Now;
            foreach (var key in keys)
            {
                if (!found.Contains(key.Id)) SqliteReplica.Remove(transaction, key);
            }
            foreach (var row in rows) put(transaction, row);
            transaction.Now = now;
        };
    }
}
