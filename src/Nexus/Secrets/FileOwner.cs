using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Nexus.Secrets;

/// <summary>Who owns a file, which .NET does not tell.</summary>
internal static class FileOwner
{
    private const int CurrentFolder = -100;
    private const int EmptyPath = 0x1000;
    private const uint TypeAsked = 0x1;
    private const uint OwnerAsked = 0x8;

    /// <summary>
    /// The layout of statx is the same on every processor, unlike that of stat: https://man7.org/linux/man-pages/man2/statx.2.html.
    /// </summary>
    private const int StatxLength = 256;
    private const int OwnerOffset = 20;
    private const int ModeOffset = 28;
    private const int TypeMask = 0xF000, OrdinaryType = 0x8000;

    private const uint Root = 0;

    /// <summary>Whether the open file belongs to this process's user or to root. True where the system does not tell.</summary>
    public static bool IsTrusted(SafeFileHandle file) => IsTrusted(Read(file));

    /// <summary>Whether the open file belongs to root. False where the system does not tell.</summary>
    public static bool IsRoots(SafeFileHandle file) => Read(file) == Root;

    /// <summary>The same for a file or folder by its path.</summary>
    public static bool IsTrusted(string path) => IsTrusted(Read(CurrentFolder, path, 0));

    /// <summary>
    /// Whether a path names an ordinary file, so that opening it ends: that of a pipe waits for a writer, and no signal ends the wait. True where the
    /// system does not tell.
    /// </summary>
    public static bool IsOrdinary(string path) => Ask(CurrentFolder, path, 0, TypeAsked) is not { } answer
        || (BitConverter.ToUInt16(answer, ModeOffset) & TypeMask) == OrdinaryType;

    // Root reads the folders of others on purpose, as `sudo nexus status` does.
    private static bool IsTrusted(uint? owner) => owner is not { } user || user == Root || UserOfProcess() is var self
        && (self == Root || self == user);

    private static uint? Read(SafeFileHandle file)
    {
        var added = false;
        try
        {
            file.DangerousAddRef(ref added);
            return Read((int)file.DangerousGetHandle(), "", EmptyPath);
        }
        finally
        {
            if (added) file.DangerousRelease();
        }
    }

    private static uint? Read(int folder, string path, int flags) =>
        Ask(folder, path, flags, OwnerAsked) is { } answer ? BitConverter.ToUInt32(answer, OwnerOffset) : null;

    private static byte[]? Ask(int folder, string path, int flags, uint mask)
    {
        if (!OperatingSystem.IsLinux()) return null;
        var answer = new byte[StatxLength];
        try
        {
            return Statx(folder, path, flags, mask, answer) == 0 ? answer : null;
        }
        catch (EntryPointNotFoundException)
        {
            return null;
        }
    }

    [DllImport("libc", EntryPoint = "statx", CharSet = CharSet.Ansi, BestFitMapping = false, ThrowOnUnmappableChar = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Statx(int folder, [MarshalAs(UnmanagedType.LPUTF8Str)] string path, int flags, uint mask, byte[] answer);

    [DllImport("libc", EntryPoint = "geteuid")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern uint UserOfProcess();
}
