namespace Nexus.Operations.Monitoring;

/// <summary>The disk of a folder.</summary>
/// <param name="Free">Bytes that this user may still write.</param>
/// <param name="Size">Its size in bytes.</param>
public readonly record struct DiskSpace(long Free, long Size)
{
    /// <summary>Measures the disk of a folder; zero if that is not possible.</summary>
    public static DiskSpace Of(string folder)
    {
        try
        {
            var drive = new DriveInfo(Path.GetFullPath(folder));
            return new DiskSpace(drive.AvailableFreeSpace, drive.TotalSize);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or ArgumentException)
        {
            return default;
        }
    }
}
