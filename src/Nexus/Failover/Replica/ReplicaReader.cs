using Microsoft.Extensions.Logging;
using Nexus.Engine;
using Nexus.Sqlite;

namespace Nexus.Failover;

/// <summary>Reads records from PostgreSQL by key, for the local replica.</summary>
internal sealed class ReplicaReader(RemoteGate gate, ILogger logger)
{
    /// <summary>
    /// Returns what puts the records into the replica as they are in PostgreSQL, and removes those that do not exist there. A record that the replica
    /// cannot hold, as something other than Nexus may have stored it, is left out alone: an outage shows none rather than an older one.
    /// </summary>
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
            foreach (var row in rows)
            {
                if (local.TryPutRow(transaction, row) is not { } error) continue;
                FailoverLog.LeftOut(logger, table.Describe(row.RecordKey.Id), error.GetType().Name);
            }
            transaction.Now = now;
        };
    }
}
