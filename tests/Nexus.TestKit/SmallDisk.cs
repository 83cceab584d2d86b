using System.Globalization;

namespace Nexus.TestKit;

/// <summary>A file system of its own that is soon full. Needs root.</summary>
public sealed class SmallDisk : IAsyncDisposable
{
    private readonly TempFolder _folder = new("disk",
        UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute);

    private SmallDisk()
    {
    }

    /// <summary>Where it is.</summary>
    public string Path => _folder["disk"];

    /// <summary>Null if this machine does not allow mounts.</summary>
    public static async Task<SmallDisk?> MountAsync(int mebibytes)
    {
        var disk = new SmallDisk();
        Directory.CreateDirectory(disk.Path);
        var (exitCode, _, _) = await ChildProcess.RunAsync("mount", ["-t", "tmpfs", "-o", Size(mebibytes), "tmpfs", disk.Path]);
        if (exitCode == 0) return disk;
        disk._folder.Dispose();
        return null;
    }

    /// <summary>Gives it to the user that PostgreSQL runs as.</summary>
    public Task GiveToServerAsync() => PostgresBinaries.GiveToServerUserAsync(Path);

    /// <summary>Makes it larger.</summary>
    public async Task GrowAsync(int mebibytes)
    {
        var (exitCode, _, error) = await ChildProcess.RunAsync("mount", ["-o", $"remount,{Size(mebibytes)}", Path]);
        if (exitCode != 0) throw new InvalidOperationException(error);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await ChildProcess.RunAsync("umount", ["-l", Path]);
        _folder.Dispose();
    }

    private static string Size(int mebibytes) => $"size={mebibytes.ToString(CultureInfo.InvariantCulture)}m";
}
