using System.Globalization;

namespace Nexus.TestKit;

/// <summary>
/// A file system in memory for servers that need not survive the machine. Most of the time of CREATE DATABASE on ext4 is its search for inodes
/// that were not deleted a moment ago, and a test run makes thousands of databases.
/// </summary>
internal static class MemoryDisk
{
    private const string Folder = "/dev/shm";
    private const long Enough = 8L << 30;

    /// <summary>Null where there is none, or where it or the memory is too small for a test run.</summary>
    public static string? Find()
    {
        try
        {
            return new DriveInfo(Folder).AvailableFreeSpace >= Enough && AvailableMemory() >= Enough ? Folder : null;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or ArgumentException)
        {
            return null;
        }
    }

    private static long AvailableMemory()
    {
        const string name = "MemAvailable:";
        var line = File.ReadLines("/proc/meminfo").FirstOrDefault(line => line.StartsWith(name, StringComparison.Ordinal));
        return line is null ? 0 : long.Parse(line[name.Length..].Replace("kB", "", StringComparison.Ordinal), CultureInfo.InvariantCulture) << 10;
    }
}
