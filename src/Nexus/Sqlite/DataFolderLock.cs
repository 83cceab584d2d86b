using Nexus.Errors;
using Nexus.Secrets;

namespace Nexus.Sqlite;

/// <summary>
/// The right to be the one process that writes in a data folder. The kernel gives it back when the process ends, however it ends.
/// </summary>
/// <remarks>
/// On Linux and macOS <see cref="FileShare.None"/> takes flock(LOCK_EX), which belongs to the open file and is released with its last
/// descriptor; .NET opens files close-on-exec, so no child process keeps it. On Windows the share mode itself excludes others. The file is
/// never deleted: deleting would let one process lock the old file and another a new one of the same name.
/// </remarks>
internal sealed class DataFolderLock : IDisposable
{
    public const string FileName = "nexus.lock";

    private const UnixFileMode OwnerFile = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private readonly FileStream _file;

    private DataFolderLock(string folder, FileStream file) => (Folder, _file) = (folder, file);

    /// <summary>The folder's full path.</summary>
    public string Folder { get; }

    /// <summary>Creates the folder (mode 0700) where it is missing and locks it.</summary>
    /// <exception cref="DataFolderInUseException">Another process, or another store in this one, holds it.</exception>
    /// <exception cref="StoreUnavailableException">The folder cannot be made or written.</exception>
    /// <exception cref="NexusConfigurationException">Others than its owner can use the folder.</exception>
    public static DataFolderLock Acquire(string folder)
    {
        folder = Path.GetFullPath(folder);
        try
        {
            DataFolder.Prepare(folder);
            var path = Path.Combine(folder, FileName);
            var file = Open(path, FileMode.OpenOrCreate);
            if (LocksAreKept(path)) return new DataFolderLock(folder, file);
            file.Dispose();
            throw new NexusConfigurationException(DataFolder.Setting,
                $"{folder} is on a file system without file locks, or they are disabled: keep it on a local disk");
        }
        catch (IOException error) when (IsHeldElsewhere(error))
        {
            throw new DataFolderInUseException(folder, error);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw SqliteErrors.FolderUnusable(folder, error);
        }
    }

    /// <summary>Creates an empty file that only its owner may read (mode 0600), unless it exists.</summary>
    public static void CreateOwnerFile(string path)
    {
        try
        {
            // CreateNew never opens a file that is there: closing any descriptor of it would drop the locks that SQLite holds on it
            // in this process (https://www.sqlite.org/howtocorrupt.html, section 2.2).
            Open(path, FileMode.CreateNew).Dispose();
        }
        catch (IOException) when (File.Exists(path))
        {
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw SqliteErrors.FolderUnusable(Path.GetDirectoryName(path)!, error);
        }
    }

    public void Dispose() => _file.Dispose();

    /// <summary>
    /// .NET passes over file systems that know no locks, and has a switch to take none (DOTNET_SYSTEM_IO_DISABLEFILELOCKING). Then two
    /// processes would both believe that the folder is theirs.
    /// </summary>
    private static bool LocksAreKept(string path)
    {
        try
        {
            Open(path, FileMode.OpenOrCreate).Dispose();
            return false;
        }
        catch (IOException error) when (IsHeldElsewhere(error))
        {
            return true;
        }
    }

    private static FileStream Open(string path, FileMode mode)
    {
        var options = new FileStreamOptions { Mode = mode, Access = FileAccess.ReadWrite, Share = FileShare.None, BufferSize = 0 };
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = OwnerFile;
        return new FileStream(path, options);
    }

    // EWOULDBLOCK of flock comes through as the raw errno: 11 on Linux, 35 on macOS. On Windows it is ERROR_SHARING_VIOLATION.
    private static bool IsHeldElsewhere(IOException error) => error.HResult is 11 or 35 or unchecked((int)0x80070020);
}
