namespace Nexus.Operations.Backup;

/// <summary>
/// A lock that the kernel releases when the process ends, however it ends: flock on Linux and macOS, the share mode on Windows. The file stays,
/// because
/// deleting it would let one process lock the old file and another a new one.
/// </summary>
internal sealed class FileLock : IAsyncDisposable
{
    private readonly FileStream _file;

    private FileLock(FileStream file) => _file = file;

    /// <exception cref="BackupException">Another process, or another operation of this one, holds it.</exception>
    public static FileLock Acquire(string path, string busy)
    {
        var options = new FileStreamOptions { Mode = FileMode.OpenOrCreate, Access = FileAccess.ReadWrite, Share = FileShare.None, BufferSize = 0 };
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        try
        {
            return new FileLock(new FileStream(path, options));
        }
        // EWOULDBLOCK of flock comes as the raw errno: 11 on Linux, 35 on macOS. On Windows it is ERROR_SHARING_VIOLATION.
        catch (IOException error) when (error.HResult is 11 or 35 or unchecked((int)0x80070020))
        {
            throw new BackupException(BackupErrorKind.Busy, busy, error);
        }
    }

    public ValueTask DisposeAsync() => _file.DisposeAsync();
}
