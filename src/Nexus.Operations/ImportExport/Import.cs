using Microsoft.Extensions.Logging;
using Nexus.Failover;
using Nexus.Operations.Status;
using Nexus.Secrets;
using Nexus.Stores;

namespace Nexus.Operations.ImportExport;

/// <summary>How to import.</summary>
public sealed record ImportOptions
{
    /// <summary>Only say what would happen; the store may be in use by a server then.</summary>
    public bool DryRun { get; init; }

    /// <summary>Take the file's record also where the store's may be newer.</summary>
    public bool Overwrite { get; init; }

    /// <summary>Take API keys too. Keys that were removed after the export work again then.</summary>
    public bool ApiKeys { get; init; }

    /// <summary>What instants without an offset in legacy files are local to. Default UTC.</summary>
    public TimeZoneInfo LegacyZone { get; init; } = TimeZoneInfo.Utc;
}

/// <summary>Brings files into a store: exports of Nexus and the legacy's JSON files.</summary>
public static class Import
{
    /// <summary>Imports files one after the other.</summary>
    /// <param name="nexus">The store.</param>
    /// <param name="files">Each file's name in reports and how to open it.</param>
    /// <param name="options">How.</param>
    /// <param name="loggers">Where logs go.</param>
    /// <param name="clock">The process's clock.</param>
    /// <param name="progress">Told which file is being read and how many of its records are done.</param>
    /// <param name="cancellationToken">Ends between records; what was imported stays.</param>
    public static async Task<ImportReport> RunAsync(
        NexusOptions nexus,
        IReadOnlyList<(string Name, Func<Stream> Open)> files,
        ImportOptions options,
        ILoggerFactory loggers,
        TimeProvider clock,
        IProgress<(string File, long Done)>? progress,
        CancellationToken cancellationToken)
    {
        if (!options.DryRun)
        {
            // Beside the server, whose data folder is its own.
            nexus.Fallback = FallbackMode.Off;
            var db = await NexusDb.OpenAsync(nexus, loggers, clock, cancellationToken).ConfigureAwait(false);
            await using (db.ConfigureAwait(false))
            {
                var target = new ImportTarget(db.Store, db.Store, db.Sealer, nexus, clock);
                await using (target.ConfigureAwait(false)) return await RunAsync(target, files, options, progress, cancellationToken).ConfigureAwait(false);
            }
        }
        var sealer = new Sealer(await ReadOnlyStore.LoadKeysAsync(nexus, loggers, cancellationToken).ConfigureAwait(false));
        var store = await ReadOnlyStore.OpenAsync(nexus, loggers, clock, cancellationToken).ConfigureAwait(false);
        await using (store.ConfigureAwait(false))
        {
            await KeyCanary.VerifyAsync(store, sealer, cancellationToken).ConfigureAwait(false);
            var target = new ImportTarget(store, new DryRunWriter(store), sealer, nexus, clock);
            await using (target.ConfigureAwait(false)) return await RunAsync(target, files, options, progress, cancellationToken).ConfigureAwait(false);
        }
    }

    private static async Task<ImportReport> RunAsync(
        ImportTarget target, IReadOnlyList<(string Name, Func<Stream> Open)> files, ImportOptions options, IProgress<(string File, long Done)>? progress, CancellationToken cancellationToken)
    {
        var report = new ImportReport { DryRun = options.DryRun };
        var importer = new Importer(target, report, options);
        foreach (var (name, open) in files)
        {
            var warnings = new List<string>();
            var stream = open();
            await using (stream.ConfigureAwait(false))
            {
                var records = new ImportFile(target.Sealer, options.LegacyZone).ReadAsync(stream, warnings, cancellationToken);
                await importer.ImportAsync(name, records, progress is null ? null : new FileProgress(progress, name), cancellationToken).ConfigureAwait(false);
            }
            foreach (var warning in warnings) report.Warnings.Add($"{name} {warning}");
        }
        return report;
    }

    private sealed class FileProgress(IProgress<(string, long)> progress, string file) : IProgress<long>
    {
        public void Report(long value) => progress.Report((file, value));
    }
}
