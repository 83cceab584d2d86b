using Microsoft.Extensions.Logging;
using Nexus.Errors;
using Nexus.Failover;
using Nexus.Operations.ApiKeys;
using Nexus.Operations.Status;
using Nexus.Secrets;
using Nexus.Stores;

namespace Nexus.Operations.Keys;

/// <summary>Operations of the command line on the key ring.</summary>
public static class KeyMaintenance
{
    /// <summary>A new random key for <c>NEXUS_KEYS</c>.</summary>
    public static string Generate() => NexusKeys.Generate();

    /// <summary>Counts the values that each key sealed. Works while a server runs.</summary>
    public static async Task<KeyList> ListAsync(NexusOptions options, ILoggerFactory loggers, TimeProvider clock, CancellationToken cancellationToken)
    {
        var store = await ReadOnlyStore.OpenAsync(options, loggers, clock, cancellationToken).ConfigureAwait(false);
        await using (store.ConfigureAwait(false))
        {
            var ring = await ReadOnlyStore.LoadKeysAsync(options, loggers, cancellationToken).ConfigureAwait(false);
            return await KeyInspection.ListAsync(store, ring, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Opens every sealed value. Works while a server runs.</summary>
    public static async Task<KeyVerification> VerifyAsync(NexusOptions options, ILoggerFactory loggers, TimeProvider clock, IProgress<long>? progress,
        CancellationToken cancellationToken)
    {
        var store = await ReadOnlyStore.OpenAsync(options, loggers, clock, cancellationToken).ConfigureAwait(false);
        await using (store.ConfigureAwait(false))
        {
            var ring = await ReadOnlyStore.LoadKeysAsync(options, loggers, cancellationToken).ConfigureAwait(false);
            return await KeyInspection.VerifyAsync(store, new Sealer(ring), progress, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Reseals everything under the first key. On PostgreSQL the bot keeps running; the embedded store must not be in use.</summary>
    /// <param name="options">The store and the key ring.</param>
    /// <param name="loggers">The logger factory.</param>
    /// <param name="clock">The clock.</param>
    /// <param name="progress">Receives the number of processed records and an estimate of the total.</param>
    /// <param name="cancellationToken">Cancels the operation between batches. Another run continues.</param>
    /// <exception cref="NexusStateException">The API keys were put back to the form of an earlier version.</exception>
    public static async Task<KeyRotationReport> RotateAsync(
        NexusOptions options, ILoggerFactory loggers, TimeProvider clock, IProgress<(long Done, long Total)>? progress,
            CancellationToken cancellationToken)
    {
        // A running server owns the data folder, and resealed records must be in PostgreSQL, so there is no fallback.
        options.Fallback = FallbackMode.Off;
        var db = await NexusDb.OpenAsync(options, loggers, clock, cancellationToken).ConfigureAwait(false);
        await using (db.ConfigureAwait(false))
        {
            await UpgradeApiKeysAsync(db, options.DataFolder, loggers.CreateLogger<KeyRotation>(), cancellationToken).ConfigureAwait(false);
            var status = await db.GetStatusAsync(cancellationToken).ConfigureAwait(false);
            var rotation = new KeyRotation(db.Store, db.Sealer, loggers.CreateLogger<KeyRotation>());
            return await rotation.RunAsync(progress is null ? null : new OfTotal(progress, status.Sessions + status.Trades), cancellationToken)
                .ConfigureAwait(false);
        }
    }

    /// <summary>As the server does: a data folder that has seen whole records is proof that their earlier form was put back.</summary>
    private static async Task UpgradeApiKeysAsync(NexusDb db, string folder, ILogger logger, CancellationToken cancellationToken)
    {
        if (await ApiKeyUpgrade.IsDoneAsync(db.Store, db.Sealer, cancellationToken).ConfigureAwait(false)) return;
        var seen = await new ApiKeyAnchor(folder, db.Sealer).ReadAsync(cancellationToken).ConfigureAwait(false);
        if (seen > 0) throw new NexusStateException("API keys", ApiKeyVault.RolledBack(stored: 0, seen));
        await new ApiKeyUpgrade(db.Store, db.Sealer, logger).EnsureAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Lists the API keys of a store, with the reason for each that is not accepted. Works while a server runs.</summary>
    public static async Task<ApiKeyReport> ListApiKeysAsync(NexusOptions options, ILoggerFactory loggers, TimeProvider clock,
        CancellationToken cancellationToken)
    {
        var store = await ReadOnlyStore.OpenAsync(options, loggers, clock, cancellationToken).ConfigureAwait(false);
        await using (store.ConfigureAwait(false))
        {
            var sealer = new Sealer(await ReadOnlyStore.LoadKeysAsync(options, loggers, cancellationToken).ConfigureAwait(false));
            await KeyCanary.VerifyAsync(store, sealer, cancellationToken).ConfigureAwait(false);
            var set = await new ApiKeyVault(store, writer: null, sealer).ReadAsync(cancellationToken).ConfigureAwait(false);
            var seen = await new ApiKeyAnchor(options.DataFolder, sealer).ReadAsync(cancellationToken).ConfigureAwait(false);
            return ApiKeyReport.Of(set.IndexVersion > 0 && set.Index.Generation < seen
                ? set with { Distrust = ApiKeyVault.RolledBack(set.Index.Generation, seen) } : set);
        }
    }

    /// <summary>
    /// Accepts only the given API keys, after the store's index of them was lost, altered or restored to an
    /// earlier state. All other API keys are removed. On PostgreSQL the server keeps running; the embedded store must not be in
    /// use.
    /// </summary>
    /// <param name="options">The store and the key ring.</param>
    /// <param name="ids">Ids of readable records; empty to accept no key.</param>
    /// <param name="loggers">The logger factory.</param>
    /// <param name="clock">The clock.</param>
    /// <param name="cancellationToken">Cancels the operation before anything is written.</param>
    /// <exception cref="NexusNotFoundException">An id has no readable record.</exception>
    public static async Task<ApiKeyReport> AcceptApiKeysAsync(NexusOptions options, IReadOnlyCollection<string> ids, ILoggerFactory loggers,
        TimeProvider clock, CancellationToken cancellationToken)
    {
        options.Fallback = FallbackMode.Off;
        var db = await NexusDb.OpenAsync(options, loggers, clock, cancellationToken).ConfigureAwait(false);
        await using (db.ConfigureAwait(false))
        {
            var vault = new ApiKeyVault(db.Store, db.Sealer);
            var seen = await new ApiKeyAnchor(options.DataFolder, db.Sealer).ReadAsync(cancellationToken).ConfigureAwait(false);
            await vault.AcceptAsync(ids, seen, cancellationToken).ConfigureAwait(false);
            await KeyCanary.RenewAsync(db.Store, db.Sealer, SealFeatures.WholeApiKeys, cancellationToken).ConfigureAwait(false);
            return ApiKeyReport.Of(await vault.ReadAsync(cancellationToken).ConfigureAwait(false));
        }
    }

    /// <summary>
    /// Finds secrets that older versions left in plain text and seals them, in the store and in <c>fallback.db</c>. On PostgreSQL the bot keeps
    /// running.
    /// </summary>
    /// <param name="options">The store and the key ring.</param>
    /// <param name="scan">The options. With <see cref="SecretScanOptions.DryRun"/> nothing is changed, and the embedded store may be in use.</param>
    /// <param name="loggers">The logger factory.</param>
    /// <param name="clock">The clock.</param>
    /// <param name="progress">Receives the number of processed records and an estimate of the total.</param>
    /// <param name="cancellationToken">Cancels the operation between batches. Another run continues.</param>
    public static async Task<SecretScanReport> ScanAsync(
        NexusOptions options, SecretScanOptions scan, ILoggerFactory loggers, TimeProvider clock, IProgress<(long Done, long Total)>? progress,
        CancellationToken cancellationToken)
    {
        options.Fallback = FallbackMode.Off;
        var logger = loggers.CreateLogger<SecretScan>();
        SecretScanReport report;
        KeyRing ring;
        if (scan.DryRun)
        {
            var store = await ReadOnlyStore.OpenAsync(options, loggers, clock, cancellationToken).ConfigureAwait(false);
            await using var closing = store.ConfigureAwait(false);
            ring = await ReadOnlyStore.LoadKeysAsync(options, loggers, cancellationToken).ConfigureAwait(false);
            var ofTotal = progress is null ? null : new OfTotal(progress, 0);
            report =
                await new SecretScan(store, writer: null, new Sealer(ring), scan, logger).RunAsync(ofTotal, cancellationToken).ConfigureAwait(false);
        }
        else
        {
            var db = await NexusDb.OpenAsync(options, loggers, clock, cancellationToken).ConfigureAwait(false);
            await using var closing = db.ConfigureAwait(false);
            ring = db.Sealer.Keys;
            var status = await db.GetStatusAsync(cancellationToken).ConfigureAwait(false);
            var ofTotal = progress is null ? null : new OfTotal(progress, status.Sessions + status.Trades);
            report = await new SecretScan(db.Store, db.Store, db.Sealer, scan, logger).RunAsync(ofTotal, cancellationToken).ConfigureAwait(false);
        }
        var fallback = await new FallbackFileScan(options, new Sealer(ring), scan, clock, loggers).RunAsync(cancellationToken).ConfigureAwait(false);
        return fallback is null ? report : report.With(fallback);
    }

    private sealed class OfTotal(IProgress<(long, long)> progress, long total) : IProgress<long>
    {
        public void Report(long value) => progress.Report((value, Math.Max(value, total)));
    }
}
