using System.Runtime.InteropServices;

namespace Nexus.Secrets;

/// <summary>What .NET cannot do with the names in a folder, asked of the C library.</summary>
internal static class FileNames
{
    private const int ReadOnly = 0;

    // The same on Linux, macOS and the BSDs.
    private const int Interrupted = 4;
    private const int Exists = 17;

    /// <summary>Gives a file a second name unless that name is taken, in one step; on Windows the new name takes the old one's place.</summary>
    /// <remarks>
    /// File.Move(overwrite: false) looks first and renames then, so that of two at once the later replaces what the earlier has put there:
    /// https://github.com/dotnet/runtime/issues/31228. On Windows it is one step.
    /// </remarks>
    /// <returns>False when the name is taken.</returns>
    /// <exception cref="IOException">The file cannot have that name, for instance on a file system without hard links.</exception>
    public static bool TryAdd(string file, string name)
    {
        if (OperatingSystem.IsWindows()) return TryMove(file, name);
        while (Link(file, name) != 0)
        {
            var error = Marshal.GetLastPInvokeError();
            if (error == Exists) return false;
            if (error != Interrupted)
                throw new IOException($"{name} cannot be created as a hard link: {Marshal.GetPInvokeErrorMessage(error)} (the " +
                $"folder's file system must support hard links)");
        }
        return true;
    }

    /// <summary>
    /// Brings a folder's names to the disk, without which a file that was made there may be gone after a power cut, whole as it is.
    /// </summary>
    /// <remarks>https://github.com/apache/lucenenet/issues/933. Windows has no such step.</remarks>
    public static void Flush(string folder)
    {
        if (OperatingSystem.IsWindows()) return;
        var descriptor = Open(folder, ReadOnly);
        if (descriptor < 0) return;
        // Some file systems refuse it and need none; the file itself is on the disk either way.
        _ = Fsync(descriptor);
        _ = Close(descriptor);
    }

    private static bool TryMove(string file, string name)
    {
        try
        {
            File.Move(file, name, overwrite: false);
            return true;
        }
        catch (IOException) when (File.Exists(name))
        {
            return false;
        }
    }

    [DllImport("libc", EntryPoint = "link", SetLastError = true, CharSet = CharSet.Ansi, BestFitMapping = false, ThrowOnUnmappableChar = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Link([MarshalAs(UnmanagedType.LPUTF8Str)] string file, [MarshalAs(UnmanagedType.LPUTF8Str)] string name);

    [DllImport("libc", EntryPoint = "open", CharSet = CharSet.Ansi, BestFitMapping = false, ThrowOnUnmappableChar = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Open([MarshalAs(UnmanagedType.LPUTF8Str)] string path, int flags);

    [DllImport("libc", EntryPoint = "fsync")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Fsync(int descriptor);

    [DllImport("libc", EntryPoint = "close")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Close(int descriptor);
}
