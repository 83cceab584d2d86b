using Microsoft.Data.Sqlite;
using Nexus.Errors;
using SQLitePCL;

namespace Nexus.Sqlite;

/// <summary>Translates errors of SQLite and the file system into the exceptions of the store. No other exception of theirs leaves it.</summary>
/// <remarks>Result codes: https://www.sqlite.org/rescode.html.</remarks>
internal static class SqliteErrors
{
    private const int Enospc = 28;
    private const int WindowsDiskFull = unchecked((int)0x80070070);

    /// <summary>The error as a caller of the store gets it.</summary>
    public static Exception Translate(Exception error, string file) => error switch
    {
        NexusException or OperationCanceledException => error,
        SqliteException sqlite => Translate(sqlite, file),
        _ => Rejected(error),
    };

    private static NexusException Translate(SqliteException error, string file) => error.SqliteErrorCode switch
    {
        raw.SQLITE_FULL => Unavailable(StoreUnavailableReason.DiskFull, $"no space is left for {file}: free some and try again", error),
        raw.SQLITE_READONLY =>
            Unavailable(StoreUnavailableReason.ReadOnly, $"{file} cannot be written: check its owner, its mode and its mount", error),
        raw.SQLITE_BUSY or raw.SQLITE_LOCKED => Unavailable(
            StoreUnavailableReason.TimedOut, $"{file} stayed locked by another program for {SqliteSession.BusyTimeout.TotalSeconds:0} s", error),
        raw.SQLITE_IOERR or raw.SQLITE_CANTOPEN or raw.SQLITE_PERM or raw.SQLITE_AUTH or raw.SQLITE_NOMEM or raw.SQLITE_PROTOCOL => Unavailable(
            StoreUnavailableReason.Unreachable, $"{file} cannot be read or written (SQLite code {error.SqliteExtendedErrorCode})", error),
        raw.SQLITE_CORRUPT =>
            new StoreIncompatibleException($"{file} is damaged: restore a backup, or move the file away to start with an empty one", error),
        raw.SQLITE_NOTADB =>
            new StoreIncompatibleException(
                $"{file} is not an SQLite database: move it away, or name another {nameof(NexusOptions)}.{nameof(NexusOptions.DataFolder)}", error),
        _ => Rejected(error),
    };

    /// <summary>Whether the error concerns just the statement, so that other writes of the same transaction can be saved.</summary>
    public static bool IsOfTheWriteAlone(Exception error) => error is not SqliteException sqlite || Translate(sqlite, "") is StoreRejectedException;

    /// <summary>The error of one write that failed by itself.</summary>
    public static NexusException Rejected(Exception error) => error switch
    {
        NexusException own => own,
        SqliteException sqlite => new StoreRejectedException(
            sqlite.SqliteExtendedErrorCode.ToString(), $"the embedded store refused a statement (SQLite code {sqlite.SqliteExtendedErrorCode})",
            sqlite),
        _ => new StoreRejectedException("document", "a stored document was changed by something other than the store", error),
    };

    public static NexusException FolderUnusable(string folder, Exception error) => error.HResult is Enospc or WindowsDiskFull
        ? Unavailable(StoreUnavailableReason.DiskFull, $"no space is left in the data folder {folder}", error)
        : Unavailable(StoreUnavailableReason.ReadOnly, $"the data folder {folder} cannot be written: check its owner, its mode and its mount", error);

    public static StoreUnavailableException Stopped() => Unavailable(StoreUnavailableReason.Stopped, "the embedded store is not open");

    public static StoreUnavailableException OpenedReadOnly(string file) =>
        Unavailable(StoreUnavailableReason.ReadOnly, $"{file} was opened for reading only");

    private static StoreUnavailableException Unavailable(StoreUnavailableReason reason, string message, Exception? inner = null) =>
        new(reason, message, inner);
}
