using System.Text.RegularExpressions;

namespace Nexus.Operations.Backup;

/// <summary>
/// A new folder for decrypted files, deleted at disposal. A process that is killed leaves its folder; the next one deletes it, so that what a backup
/// keeps encrypted does not stay on a disk in plain text.
/// </summary>
internal sealed partial class WorkFolder : IDisposable
{
    /// <summary>Held as long as the folder is in use. The kernel releases it with the process.</summary>
    private const string LockName = ".in-use";

    /// <summary>A younger folder may not have its lock yet.</summary>
    private static readonly TimeSpan Young = TimeSpan.FromMinutes(1);

    /// <summary>A folder without a lock is of a process that was killed before it had one.</summary>
    private static readonly TimeSpan Old = TimeSpan.FromDays(1);

    private readonly FileStream _lock;

    private WorkFolder(string path, FileStream held) => (Path, _lock) = (path, held);

    public string Path { get; }

    /// <param name="parent">The folder above it; null for that of temporary files.</param>
    /// <param name="label"><c>restore</c>, <c>verify</c> or <c>upload</c>.</param>
    /// <param name="now">The time by the clock of the files.</param>
    public static WorkFolder Create(string? parent, string label, DateTimeOffset now)
    {
        parent ??= System.IO.Path.GetTempPath();
        var path = System.IO.Path.Combine(parent, $"nexus-{label}-{Guid.NewGuid():n}");
        PrivateFolder.Create(path);
        var held = new FileStream(System.IO.Path.Combine(path, LockName), FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None);
        DeleteLeftovers(parent, now.UtcDateTime);
        return new WorkFolder(path, held);
    }

    public void Dispose()
    {
        _lock.Dispose();
        PrivateFolder.TryDelete(Path);
    }

    private static void DeleteLeftovers(string parent, DateTime now)
    {
        foreach (var folder in new DirectoryInfo(parent).EnumerateDirectories("nexus-*").Where(folder => Name.IsMatch(folder.Name)
            && folder.LinkTarget is null && now - folder.LastWriteTimeUtc > Young && !IsInUse(folder, now)).ToList())
        {
            PrivateFolder.TryDelete(folder.FullName);
        }
    }

    private static bool IsInUse(DirectoryInfo folder, DateTime now)
    {
        try
        {
            new FileStream(System.IO.Path.Combine(folder.FullName, LockName), FileMode.Open, FileAccess.ReadWrite, FileShare.None).Dispose();
            return false;
        }
        catch (FileNotFoundException)
        {
            return now - folder.LastWriteTimeUtc < Old;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // Held, gone, or of another user.
            return true;
        }
    }

    [GeneratedRegex("^nexus-(restore|verify|upload)-[0-9a-f]{32}$", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 100)]
    private static partial Regex Name { get; }
}
