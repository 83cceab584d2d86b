using Microsoft.Extensions.Logging;
using Nexus.Errors;
using Nexus.Failover;
using Nexus.Sqlite;

namespace Nexus.Operations.Status;

/// <summary>Reads the outbox of a data folder while a server may be writing to it.</summary>
internal static class OutboxFile
{
    /// <summary>Zeros if the folder has no outbox; null if it cannot be read.</summary>
    public static async Task<OutboxStatus?> ReadStatusAsync(
        string folder, ILoggerFactory loggers, TimeProvider clock, CancellationToken cancellationToken)
    {
        try
        {
            var counts = await ReadAsync(folder, loggers, clock, OutboxCounts.Read, cancellationToken).ConfigureAwait(false);
            return new OutboxStatus(counts.Pending, counts.Conflicts, counts.Quarantined);
        }
        catch (NexusException)
        {
            return null;
        }
    }

    /// <summary>The default where the folder has no outbox.</summary>
    public static async Task<T?> ReadAsync<T>(
        string folder, ILoggerFactory loggers, TimeProvider clock, Func<SqliteSession, T> read, CancellationToken cancellationToken)
    {
        if (!File.Exists(Path.Combine(folder, FailoverStore.FileName))) return default;
        var store = new SqliteStore(folder, clock, loggers, readOnly: true, FailoverStore.FileName);
        await using (store.ConfigureAwait(false))
        {
            await store.OpenAsync(cancellationToken).ConfigureAwait(false);
            return await store.ReadAsync(read, cancellationToken).ConfigureAwait(false);
        }
    }
}
