using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Nexus.Errors;
using Nexus.Failover;
using Nexus.Operations.Status;
using Nexus.Secrets;
using Nexus.Stores;

namespace Nexus.Operations.ImportExport;

/// <summary>Imports files into a store: exports of Nexus and JSON files of the legacy bot.</summary>
public static class Import
{
    /// <summary>Imports files in order.</summary>
    /// <param name="nexus">The store.</param>
    /// <param name="files">The files, each with its name in the report and a function that opens it.</param>
    /// <param name="options">The options.</param>
    /// <param name="loggers">The logger factory.</param>
    /// <param name="clock">The clock.</param>
    /// <param name="progress">Receives the current file and the number of its processed records.</param>
    /// <param name="cancellationToken">Cancels the operation between records. Imported records stay.</param>
    public static async Task<ImportReport> RunAsync(
        NexusOptions nexus,
        IReadOnlyList<(string Name, Func<Stream> Open)> files,
        ImportOptions options,
        ILoggerFactory loggers,
        TimeProvider clock,
        IProgress<(string File, long Done)>? progress,
        CancellationToken cancellationToken)
    {
        return await OpenAsync(
            nexus, options, loggers, clock, target => RunAsync(target, files, options, progress, cancellationToken), cancellationToken)
            .ConfigureAwait(false);
    }

    /// <summary>Imports records that are there already.</summary>
    internal static Task<ImportReport> RunAsync(
        NexusOptions nexus, string name, IEnumerable<ImportRecord> records, ImportOptions options, ILoggerFactory loggers, TimeProvider clock,
        IProgress<(string File, long Done)>? progress, CancellationToken cancellationToken) => OpenAsync(
        nexus, options, loggers, clock, async target =>
        {
            var report = new ImportReport { DryRun = options.DryRun };
            await new Importer(target, report, options).ImportAsync(
                name, records.ToAsyncEnumerable(), progress is null ? null : new FileProgress(progress, name), cancellationToken)
                .ConfigureAwait(false);
            return report;
        }, cancellationToken);

    private static async Task<ImportReport> OpenAsync(
        NexusOptions nexus, ImportOptions options, ILoggerFactory loggers, TimeProvider clock, Func<ImportTarget, Task<ImportReport>> import,
        CancellationToken cancellationToken)
    {
        if (!options.DryRun)
        {
            // A running server owns the data folder, so the import uses no fallback.
            nexus.Fallback = FallbackMode.Off;
            var db = await NexusDb.OpenAsync(nexus, loggers, clock, cancellationToken).ConfigureAwait(false);
            await using (db.ConfigureAwait(false))
            {
                var target = new ImportTarget(db.Store, db.Store, db.Sealer, nexus, clock);
                await using (target.ConfigureAwait(false)) return await import(target).ConfigureAwait(false);
            }
        }
        if (!nexus.UsesPostgres && !(Directory.Exists(nexus.DataFolder) && Directory.EnumerateFileSystemEntries(nexus.DataFolder).Any()))
            return await RehearseAsync(nexus, clock, import, cancellationToken).ConfigureAwait(false);
        var sealer = new Sealer(await ReadOnlyStore.LoadKeysAsync(nexus, loggers, cancellationToken).ConfigureAwait(false));
        var store = await ReadOnlyStore.OpenAsync(nexus, loggers, clock, cancellationToken).ConfigureAwait(false);
        await using (store.ConfigureAwait(false))
        {
            await KeyCanary.VerifyAsync(store, sealer, cancellationToken).ConfigureAwait(false);
            var target = new ImportTarget(store, new DryRunWriter(store), sealer, nexus, clock);
            await using (target.ConfigureAwait(false)) return await import(target).ConfigureAwait(false);
        }
    }

    /// <summary>The first import makes the store: until then a dry run is against an empty one, elsewhere.</summary>
    private static async Task<ImportReport> RehearseAsync(
        NexusOptions nexus, TimeProvider clock, Func<ImportTarget, Task<ImportReport>> import, CancellationToken cancellationToken)
    {
        var folder = Directory.CreateTempSubdirectory("nexus-import-");
        try
        {
            (nexus.DataFolder, nexus.Fallback) = (folder.FullName, FallbackMode.Off);
            var db = await NexusDb.OpenAsync(nexus, NullLoggerFactory.Instance, clock, cancellationToken).ConfigureAwait(false);
            await using (db.ConfigureAwait(false))
            {
                var target = new ImportTarget(db.Store, new DryRunWriter(db.Store), db.Sealer, nexus, clock);
                await using (target.ConfigureAwait(false)) return await import(target).ConfigureAwait(false);
            }
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static async Task<ImportReport> RunAsync(
        ImportTarget target, IReadOnlyList<(string Name, Func<Stream> Open)> files, ImportOptions options,
        IProgress<(string File, long Done)>? progress, CancellationToken cancellationToken)
    {
        // Of an export. Records of another bot are new here.
        StoredNames.Accept();
        var report = new ImportReport { DryRun = options.DryRun };
        var importer = new Importer(target, report, options);
        foreach (var (name, open) in files)
        {
            var warnings = new List<string>();
            var stream = open();
            await using (stream.ConfigureAwait(false))
            {
                var records = new ImportFile(target.Sealer, options.LegacyZone).ReadAsync(stream, warnings, cancellationToken);
                await importer.ImportAsync(
                    name, records, progress is null ? null : new FileProgress(progress, name), cancellationToken).ConfigureAwait(false);
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
