using Microsoft.Extensions.Logging;
using Nexus.Errors;
using Nexus.Operations.Status;

namespace Nexus.Operations.ImportExport;

/// <summary>Exports to a file that is written atomically and readable only by its owner.</summary>
public static class ExportFile
{
    /// <summary>Exports the store, with or without a running server.</summary>
    /// <param name="options">The store.</param>
    /// <param name="path">The file. An existing file is replaced.</param>
    /// <param name="loggers">The logger factory.</param>
    /// <param name="clock">The clock.</param>
    /// <param name="progress">Receives the number of written records and an estimate of the total.</param>
    /// <param name="cancellationToken">Cancels the operation and leaves no file.</param>
    public static async Task<ExportReport> WriteAsync(
        NexusOptions options, string path, ILoggerFactory loggers, TimeProvider clock, IProgress<(long Done, long Total)>? progress,
        CancellationToken cancellationToken)
    {
        var draft = $"{path}.{Guid.NewGuid():n}.part";
        try
        {
            ExportReport report;
            var create = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, Options = FileOptions.Asynchronous };
            if (!OperatingSystem.IsWindows()) create.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
            var stream = new FileStream(draft, create);
            await using (stream.ConfigureAwait(false))
            {
                report = await WriteAsync(options, stream, loggers, clock, progress, cancellationToken).ConfigureAwait(false);
                await stream.FlushAsync(cancellationToken).ConfigureAwait(false);
                RandomAccess.FlushToDisk(stream.SafeFileHandle);
            }
            File.Move(draft, path, overwrite: true);
            return report;
        }
        finally
        {
            File.Delete(draft);
        }
    }

    /// <summary>Exports to a stream, such as standard output.</summary>
    public static async Task<ExportReport> WriteAsync(
        NexusOptions options, Stream output, ILoggerFactory loggers, TimeProvider clock, IProgress<(long Done, long Total)>? progress,
        CancellationToken cancellationToken)
    {
        var store = await ReadOnlyStore.OpenAsync(options, loggers, clock, cancellationToken).ConfigureAwait(false);
        await using (store.ConfigureAwait(false))
        {
            var keyIds = await FindKeyIdsAsync(options, loggers, cancellationToken).ConfigureAwait(false);
            var status = await store.GetStatusAsync(cancellationToken).ConfigureAwait(false);
            var total = status.Sessions + status.Users + status.Trades;
            return await new Exporter(store).WriteAsync(
                output, keyIds, progress is null ? null : new Portions(progress, total), cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>An export needs no keys, so that backups can be made without access to them.</summary>
    private static async Task<IReadOnlyList<string>> FindKeyIdsAsync(
        NexusOptions options, ILoggerFactory loggers, CancellationToken cancellationToken)
    {
        try
        {
            return (await ReadOnlyStore.LoadKeysAsync(options, loggers, cancellationToken).ConfigureAwait(false)).Ids;
        }
        catch (NexusConfigurationException)
        {
            return [];
        }
    }

    private sealed class Portions(IProgress<(long, long)> progress, long total) : IProgress<long>
    {
        public void Report(long value)
        {
            if (value % 256 == 0 || value >= total) progress.Report((value, Math.Max(value, total)));
        }
    }
}
