using System.Diagnostics.CodeAnalysis;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Nexus.Operations.Backup;

/// <summary>
/// Copies an SQLite file with SQLite's backup API (https://www.sqlite.org/backup.html) while another process writes to it, and digests the same
/// snapshot.
/// It blocks, so it runs on a thread of its own.
/// </summary>
[SuppressMessage("Security", "CA2100", Justification = "SQL is made of constants and of quoted names.")]
internal static class SqliteSnapshot
{
    private const int PagesAtOnce = 2048;

    /// <summary>Copies, digests the source in the snapshot of the copy, and checks the copy.</summary>
    /// <returns>The tables, and the version of SQLite.</returns>
    /// <exception cref="BackupException">The source or the copy is damaged.</exception>
    public static Task<(IReadOnlyList<TableContents> Tables, string Version)> CopyAsync(
        string source, string copy, Action<long, long>? progress, CancellationToken cancellationToken) => Task.Factory.StartNew(
            () => Copy(source, copy, progress, cancellationToken), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    /// <summary>Checks a copy and digests it.</summary>
    /// <exception cref="BackupException">It is damaged.</exception>
    public static Task<IReadOnlyList<TableContents>> ReadAsync(string copy, CancellationToken cancellationToken) => Task.Factory.StartNew(
        () => Read(copy, cancellationToken), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    private static (IReadOnlyList<TableContents> Tables, string Version) Copy(
        string source, string copy, Action<long, long>? progress, CancellationToken cancellationToken)
    {
        PrivateFolder.CreateFile(copy).Dispose();
        IReadOnlyList<TableContents> tables;
        string version;
        try
        {
            using var from = Open(source, SqliteOpenMode.ReadOnly);
            // An open read transaction keeps the snapshot: without it, each write of another process would start the copy again.
            Execute(from, "BEGIN");
            version = SqliteDigest.Text(from, "SELECT sqlite_version() FROM sqlite_schema LIMIT 1") ?? "";
            using (var to = Open(copy, SqliteOpenMode.ReadWrite))
            {
                CopyPages(from, to, source, copy, progress, cancellationToken);
                // The copy is one file, without a log beside it.
                SqliteDigest.Text(to, "PRAGMA journal_mode = DELETE");
            }
            tables = SqliteDigest.Read(from, cancellationToken);
            Execute(from, "ROLLBACK");
        }
        catch (SqliteException error)
        {
            throw Damaged(source, error);
        }
        var copied = Read(copy, cancellationToken);
        if (ContentComparison.Compare(tables, copied) is [var difference, ..])
            throw new BackupException(BackupErrorKind.Failed, $"the copy of {Path.GetFileName(source)} differs from the store: {difference}");
        return (tables, version);
    }

    private static void CopyPages(
        SqliteConnection from, SqliteConnection to, string source, string copy, Action<long, long>? progress, CancellationToken cancellationToken)
    {
        using var backup = raw.sqlite3_backup_init(to.Handle, "main", from.Handle, "main");
        if (backup is null || backup.IsInvalid) throw new BackupException(BackupErrorKind.Failed, $"{Path.GetFileName(source)} cannot be copied");
        int result;
        while ((result = raw.sqlite3_backup_step(backup, PagesAtOnce)) == raw.SQLITE_OK)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var total = raw.sqlite3_backup_pagecount(backup);
            progress?.Invoke(total - raw.sqlite3_backup_remaining(backup), total);
        }
        if (result == raw.SQLITE_FULL)
            throw new BackupException(BackupErrorKind.DiskFull, $"no space is left on the disk of {copy}");
        if (result != raw.SQLITE_DONE)
            throw new BackupException(BackupErrorKind.Failed, $"{Path.GetFileName(source)} cannot be copied (SQLite code {result})");
    }

    private static IReadOnlyList<TableContents> Read(string copy, CancellationToken cancellationToken)
    {
        try
        {
            using var connection = Open(copy, SqliteOpenMode.ReadOnly);
            var finding = SqliteDigest.Text(connection, "PRAGMA integrity_check(1)");
            if (finding != "ok") throw new BackupException(BackupErrorKind.Damaged, $"{Path.GetFileName(copy)} is damaged: {finding}");
            return SqliteDigest.Read(connection, cancellationToken);
        }
        catch (SqliteException error)
        {
            throw Damaged(copy, error);
        }
    }

    private static BackupException Damaged(string file, SqliteException error) => new(
        error.SqliteErrorCode == raw.SQLITE_FULL ? BackupErrorKind.DiskFull : BackupErrorKind.Damaged,
        $"{Path.GetFileName(file)} cannot be read or copied (SQLite code {error.SqliteExtendedErrorCode})", error);

    private static SqliteConnection Open(string file, SqliteOpenMode mode)
    {
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = file, Mode = mode, Pooling = false }.ToString());
        try
        {
            connection.Open();
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    private static void Execute(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }
}
