using System.Diagnostics.CodeAnalysis;
using Microsoft.Data.Sqlite;
using Nexus.Errors;
using Nexus.Infrastructure;

namespace Nexus.Sqlite;

/// <summary>
/// Upkeep of an SQLite file of Nexus beside the store that has it open: the embedded store's file, or that of the local replica and the outbox. Each
/// call uses a connection of its own and returns when it is done; writers of the store wait for short steps only.
/// </summary>
[Experimental(InfrastructureApi.Id, UrlFormat = InfrastructureApi.Url)]
public static class LocalFileUpkeep
{
    /// <summary>A file with fewer free bytes is left as it is.</summary>
    private const long FewFreeBytes = 4L * 1024 * 1024;

    /// <summary>
    /// A larger file that cannot give pages back step by step is not rewritten: its writers would wait for longer than they wait for a lock.
    /// </summary>
    private const long LargestRewrite = 256L * 1024 * 1024;

    private const int PagesAStep = 500;

    /// <summary>Has SQLite renew the figures of its planner where they are old (<c>PRAGMA optimize</c>).</summary>
    /// <param name="file">An existing file of Nexus.</param>
    /// <param name="cancellationToken">Cancels the call before it begins.</param>
    /// <exception cref="StoreIncompatibleException">The file is not one of Nexus, or is damaged.</exception>
    /// <exception cref="StoreUnavailableException">The file is locked by another program.</exception>
    public static Task OptimizeAsync(string file, CancellationToken cancellationToken = default) => RunAsync(
        file,
        connection =>
        {
            connection.Execute("PRAGMA analysis_limit = 1000");
            connection.Execute("PRAGMA optimize");
            return true;
        },
        cancellationToken);

    /// <summary>
    /// Gives free pages back to the file system: step by step, or once by rewriting a file of at most 256 MiB that was made without it.
    /// </summary>
    /// <param name="file">An existing file of Nexus.</param>
    /// <param name="isDryRun">Only measures.</param>
    /// <param name="cancellationToken">Ends the call after the present step.</param>
    /// <returns>Bytes that were freed, or that would be; 0 if it is not worth it.</returns>
    /// <exception cref="StoreIncompatibleException">The file is not one of Nexus, or is damaged.</exception>
    /// <exception cref="StoreUnavailableException">The file is locked by another program.</exception>
    public static Task<long> CompactAsync(string file, bool isDryRun = false, CancellationToken cancellationToken = default) => RunAsync(
        file,
        connection =>
        {
            var (pageSize, free, pages) = (connection.ReadNumber("PRAGMA page_size"), connection.ReadNumber("PRAGMA freelist_count"),
                connection.ReadNumber("PRAGMA page_count"));
            var isGradual = connection.ReadNumber("PRAGMA auto_vacuum") == 2;
            if (free * pageSize < FewFreeBytes || free * 4 < pages || (!isGradual && pages * pageSize > LargestRewrite)) return 0;
            if (isDryRun) return free * pageSize;
            if (!isGradual) connection.ExecuteScript("PRAGMA auto_vacuum = INCREMENTAL; VACUUM");
            for (var left = free; isGradual && left > 0 && !cancellationToken.IsCancellationRequested; left -= PagesAStep)
                connection.ExecuteScript($"PRAGMA incremental_vacuum({PagesAStep})");
            connection.ReadNumber("PRAGMA wal_checkpoint(PASSIVE)");
            return (free - connection.ReadNumber("PRAGMA freelist_count")) * pageSize;
        },
        cancellationToken);

    /// <summary>Looks for damage of the file's structure.</summary>
    /// <returns>What was found, in SQLite's words; null if the file is whole.</returns>
    /// <exception cref="StoreIncompatibleException">The file is not one of Nexus.</exception>
    public static Task<string?> CheckAsync(string file, CancellationToken cancellationToken = default) => RunAsync(
        file,
        connection => connection.ReadText("PRAGMA integrity_check(1)") is { } finding and not "ok" ? finding : null,
        cancellationToken);

    private static async Task<T> RunAsync<T>(string file, Func<SqliteSession, T> work, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return await Task.Factory.StartNew(
            () =>
            {
                try
                {
                    using var connection = SqliteSession.OpenWriter(file);
                    return work(connection);
                }
                catch (SqliteException error)
                {
                    throw SqliteErrors.Translate(error, file);
                }
            },
            cancellationToken, TaskCreationOptions.LongRunning, TaskScheduler.Default).ConfigureAwait(false);
    }
}
