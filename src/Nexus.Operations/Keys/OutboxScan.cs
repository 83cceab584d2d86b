using Microsoft.Extensions.Logging;
using Nexus.Failover;
using Nexus.Secrets;
using Nexus.Sqlite;

namespace Nexus.Operations.Keys;

/// <summary>
/// Counts secrets in plain text among the writes that wait for PostgreSQL. They are not changed there, since the server owns the file: they are sealed by
/// a scan after they were replayed.
/// </summary>
internal static class OutboxScan
{
    private const int PageSize = 1000;

    public static async Task<IReadOnlyList<PlainSecrets>> CountAsync(NexusOptions options, TimeProvider clock, ILoggerFactory loggers, CancellationToken cancellationToken)
    {
        if (!options.UsesPostgres || !File.Exists(Path.Combine(options.DataFolder, FailoverStore.FileName))) return [];
        var local = new SqliteStore(options.DataFolder, clock, loggers, readOnly: true, FailoverStore.FileName);
        await using var closing = local.ConfigureAwait(false);
        await local.OpenAsync(cancellationToken).ConfigureAwait(false);
        // Nothing that is sealed for the count is kept, so any key serves.
        var documents = new DocumentSealer(new Sealer(KeyRing.Parse(KeyRing.GenerateKey(), null)));
        var counts = new SecretScanCounts();
        for (long after = 0, last = -1; last != after;)
        {
            last = after;
            var page = await local.ReadAsync(
                connection => OutboxReader.ReadPage(connection.Query($"SELECT {OutboxReader.Columns} FROM outbox WHERE seq > ?1 ORDER BY seq LIMIT ?2", last, (long)PageSize)),
                cancellationToken).ConfigureAwait(false);
            foreach (var entry in page)
            {
                Count(documents, entry, counts);
                after = entry.Sequence;
            }
        }
        return counts.Unsealable;
    }

    private static void Count(DocumentSealer documents, OutboxEntry entry, SecretScanCounts counts)
    {
        // What is never spooled was put there by somebody else and is not replayed.
        if (entry.Write is not { CanBeSpooled: true } write) return;
        foreach (var part in write.SealedParts())
        {
            if (part.Document is not { } json) continue;
            foreach (var field in DocumentScanner.Scan(documents, part.Place, json.Span).Fields) counts.AddUnsealable("outbox", $"{part.Place.Table}: {field}");
        }
    }
}
