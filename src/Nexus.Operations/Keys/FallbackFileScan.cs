using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;
using Nexus.Errors;
using Nexus.Failover;
using Nexus.Secrets;
using Nexus.Sqlite;
using Nexus.Stores;

namespace Nexus.Operations.Keys;

/// <summary>
/// Scans <c>fallback.db</c>: the local replica, and the pending, conflicting and quarantined writes. If a running server owns the file, it
/// is only counted.
/// </summary>
internal sealed class FallbackFileScan(NexusOptions options, Sealer sealer, SecretScanOptions scan, TimeProvider clock, ILoggerFactory loggers)
{
    private const string Outbox = "outbox";
    private const string Copy = "local copy";
    private const int PageSize = 500;

    /// <summary>The columns in which the outbox stores writes as text. The kind of a stored version follows from its table, as in a replay.</summary>
    private static readonly (OutboxBody Body, string Select)[] Bodies =
    [
        (OutboxBody.Queued, "SELECT seq, record_id, kind, CAST(body AS BLOB), record_table FROM outbox WHERE seq > ?1 ORDER BY seq LIMIT ?2"),
        (
            OutboxBody.Quarantined,
            "SELECT id, record_id, kind, CAST(body AS BLOB), record_table FROM outbox_quarantine WHERE id > ?1 ORDER BY id LIMIT ?2"),
        (
            OutboxBody.Spooled,
            "SELECT id, record_id, kind, CAST(spooled AS BLOB), record_table FROM outbox_conflicts WHERE id > ?1 ORDER BY id LIMIT ?2"),
        (OutboxBody.Stored, """
            SELECT id, record_id, kind, CAST(stored AS BLOB), record_table FROM outbox_conflicts WHERE id > ?1 AND stored IS NOT NULL
                ORDER BY id LIMIT ?2
            """),
    ];

    /// <summary>Null if the file does not exist.</summary>
    public async Task<SecretScanReport?> RunAsync(CancellationToken cancellationToken)
    {
        if (!options.UsesPostgres || !File.Exists(Path.Combine(options.DataFolder, FailoverStore.FileName))) return null;
        if (scan.DryRun) return await RunAsync(scan, cancellationToken).ConfigureAwait(false);
        try
        {
            return await RunAsync(scan, cancellationToken).ConfigureAwait(false);
        }
        catch (DataFolderInUseException)
        {
            var counted = await RunAsync(scan with { DryRun = true }, cancellationToken).ConfigureAwait(false);
            return counted with { OutboxInUse = counted.Found.Count > 0 };
        }
    }

    private async Task<SecretScanReport> RunAsync(SecretScanOptions scan, CancellationToken cancellationToken)
    {
        var local = new SqliteStore(options.DataFolder, clock, loggers, scan.DryRun, FailoverStore.FileName);
        await using var closing = local.ConfigureAwait(false);
        await local.OpenAsync(cancellationToken).ConfigureAwait(false);
        var copy = await new SecretScan(local, scan.DryRun ? null : local, sealer, scan, loggers.CreateLogger<SecretScan>(), Copy)
            .RunAsync(progress: null, cancellationToken)
            .ConfigureAwait(false);
        var cleaner = new SecretCleaner(sealer, scan);
        var counts = new SecretScanCounts(Outbox, scan.DryRun);
        var changed = 0L;
        foreach (var (place, select) in Bodies)
        {
            for (long? after = 0; after is { } from;)
            {
                var page = await local.ReadAsync(connection => ReadPage(connection.Query(select, from, (long)PageSize), place), cancellationToken)
                    .ConfigureAwait(false);
                var cleaned = page.Select(body => (body.Id, Json: Clean(cleaner, body, counts))).Where(body => body.Json is not null).ToList();
                if (!scan.DryRun && cleaned.Count > 0)
                {
                    changed += await local.TransactAsync(
                        transaction =>
                            cleaned.Count(body => OutboxBodies.TryReplace(transaction.Connection, place, body.Id, body.Json!, sealer.Keys)),
                        cleaned.Count,
                        cancellationToken).ConfigureAwait(false);
                }
                after = page.Count == 0 ? null : page[^1].Id;
            }
        }
        return copy.With(counts.ToReport(changed, remaining: 0));
    }

    private static List<Body> ReadPage(SqliteDataReader reader, OutboxBody place)
    {
        using (reader)
        {
            var page = new List<Body>();
            while (reader.Read()) page.Add(new Body(reader.GetInt64(0), reader.GetString(1), KindOf(reader, place), reader.GetFieldValue<byte[]>(3)));
            return page;
        }
    }

    private static string KindOf(SqliteDataReader reader, OutboxBody place) =>
        (place == OutboxBody.Stored ? RecordTables.Of(reader.GetInt64(4)).RestoringKind : null) ?? reader.GetString(2);

    /// <summary>A write that cannot be read stays: the replay quarantines it.</summary>
    private static byte[]? Clean(SecretCleaner cleaner, Body body, SecretScanCounts counts)
    {
        try
        {
            return WriteCodec.Decode(body.Kind, body.RecordId, Guid.Empty, body.Json) is { } write && cleaner.Clean(write, counts) is { } cleaned
                ? WriteCodec.Encode(cleaned) : null;
        }
        catch (StoreRejectedException)
        {
            return null;
        }
    }

    private sealed record Body(long Id, string RecordId, string Kind, byte[] Json);
}
