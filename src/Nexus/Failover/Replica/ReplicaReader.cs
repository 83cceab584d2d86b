using Nexus.Engine;
using Nexus.Sqlite;

namespace Nexus.Failover;

/// <summary>Reads records from PostgreSQL by key, for the local replica.</summary>
internal sealed class ReplicaReader(RemoteGate gate)
{
    /// <summary>Returns what puts the records into the replica as they are in PostgreSQL, and removes those that do not exist there.</summary>
    public async Task<Action<SqliteWriteTransaction>> ReadAsync(RecordTable table, IReadOnlyCollection<WriteKey> keys,
        CancellationToken cancellationToken)
    {
        string[] ids = [.. keys.Select(key => key.Id)];
        var rows = await gate.CallOnceAsync((primary, token) => primary.GetRowsAsync(table, ids, token), cancellationToken).ConfigureAwait(false);
        var found = rows.Select(row => row.RecordKey).ToHashSet();
        var local = SqliteTables.Of(table);
        return transaction =>
        {
            var now = transaction.Now;
            foreach (var key in keys)
            {
                if (!found.Contains(key)) local.Remove(transaction, key.Id);
            }
            foreach (var row in rows) local.PutRow(transaction, row);
            transaction.Now = now;
        };
    }
}
