using Microsoft.Extensions.Logging;
using Nexus.Errors;
using Nexus.Failover;
using Nexus.Secrets;

namespace Nexus.Operations.Keys;

/// <summary>
/// Scans <c>fallback.db</c>: the local replica, and the pending, conflicting and quarantined writes. If a running server owns the file, it
/// is only counted.
/// </summary>
internal sealed class FallbackFileScan(NexusOptions options, Sealer sealer, SecretScanOptions scan, TimeProvider clock, ILoggerFactory loggers)
{
    private const string Outbox = "outbox";
    private const string Copy = "local copy";

    /// <summary>Null if the file does not exist.</summary>
    public async Task<SecretScanReport?> RunAsync(CancellationToken cancellationToken)
    {
        if (!options.UsesPostgres) return null;
        if (scan.DryRun) return await RunAsync(scan, cancellationToken).ConfigureAwait(false);
        try
        {
            return await RunAsync(scan, cancellationToken).ConfigureAwait(false);
        }
        catch (DataFolderInUseException)
        {
            var counted = await RunAsync(scan with { DryRun = true }, cancellationToken).ConfigureAwait(false);
            return counted is null ? null : counted with { OutboxInUse = counted.Found.Count > 0 };
        }
    }

    private async Task<SecretScanReport?> RunAsync(SecretScanOptions scan, CancellationToken cancellationToken)
    {
        if (await OutboxFile.OpenAsync(options.DataFolder, scan.DryRun, loggers, clock, cancellationToken).ConfigureAwait(false) is not { } file)
            return null;
        await using var closing = file.ConfigureAwait(false);
        SecretScanReport? copies = null;
        foreach (var replica in file.Replicas)
        {
            var copy = await new SecretScan(replica, scan.DryRun ? null : replica, sealer, scan, loggers.CreateLogger<SecretScan>(), Copy)
                .RunAsync(progress: null, cancellationToken)
                .ConfigureAwait(false);
            copies = copies is null ? copy : copies.With(copy);
        }
        var cleaner = new SecretCleaner(sealer, scan);
        var counts = new SecretScanCounts(Outbox, scan.DryRun);
        var changed = await file.ReplaceAsync(write => cleaner.Clean(write, counts), scan.DryRun ? null : sealer.Keys, cancellationToken)
            .ConfigureAwait(false);
        return copies!.With(counts.ToReport(changed, remaining: 0));
    }
}
