using System.Diagnostics.CodeAnalysis;
using Nexus.Infrastructure;
using Nexus.Secrets;

namespace Nexus.Sqlite;

/// <summary>The embedded store's files, for tools that copy and replace them.</summary>
[Experimental(InfrastructureApi.Id, UrlFormat = InfrastructureApi.Url)]
public static class LocalStoreFiles
{
    /// <summary>The store.</summary>
    public const string Store = SqliteStore.FileName;

    /// <summary>The key that the store made for itself.</summary>
    public const string Key = KeyFile.FileName;

    /// <summary>Locks a data folder, and creates it where it is missing, until the result is disposed.</summary>
    /// <exception cref="Errors.DataFolderInUseException">Another process holds it.</exception>
    public static IDisposable Lock(string folder) => DataFolderLock.Acquire(folder);

    /// <summary>One of the store's own values, such as the canary; null if it has none.</summary>
    /// <param name="file">A store's file.</param>
    /// <param name="name">The value.</param>
    /// <param name="cancellationToken">Cancels the call before it begins.</param>
    public static Task<string?> ReadMetaAsync(string file, string name, CancellationToken cancellationToken) => RunAsync(
        () =>
        {
            using var session = SqliteSession.OpenReader(file);
            return SqliteMeta.Get(session, name);
        }, cancellationToken);

    /// <summary>Moves the log of a store that nobody uses into its file.</summary>
    /// <param name="file">The store's file.</param>
    /// <param name="cancellationToken">Cancels the call before it begins.</param>
    /// <returns>False if another program has it open.</returns>
    public static Task<bool> FoldLogAsync(string file, CancellationToken cancellationToken) => RunAsync(
        () =>
        {
            // Its end, as that of the last connection, removes the log.
            using (var session = SqliteSession.OpenWriter(file)) session.ReadText("PRAGMA wal_checkpoint(TRUNCATE)");
            return new FileInfo($"{file}-wal") is not { Exists: true, Length: > 0 };
        }, cancellationToken);

    /// <summary>Gives a file a second name unless that name is taken.</summary>
    public static bool TryAddName(string file, string name) => FileNames.TryAdd(file, name);

    /// <summary>Brings the names of a folder to the disk.</summary>
    public static void FlushNames(string folder) => FileNames.Flush(folder);

    // SQLite blocks, so it gets a thread of its own.
    private static Task<T> RunAsync<T>(Func<T> work, CancellationToken cancellationToken) =>
        Task.Factory.StartNew(work, cancellationToken, TaskCreationOptions.LongRunning, TaskScheduler.Default);
}
