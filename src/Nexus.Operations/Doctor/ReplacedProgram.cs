using System.Globalization;

namespace Nexus.Operations.Doctor;

/// <summary>Whether a process still runs a program whose file was replaced or removed, as by an upgrade without a restart.</summary>
internal static class ReplacedProgram
{
    /// <summary>What Linux adds to the path of a program whose file is gone.</summary>
    private const string Mark = " (deleted)";

    /// <returns>The path of the program; null if it is still there, or cannot be told.</returns>
    public static string? Of(int processId)
    {
        try
        {
            var target = new FileInfo(string.Create(CultureInfo.InvariantCulture, $"/proc/{processId}/exe")).LinkTarget;
            return target is not null && target.EndsWith(Mark, StringComparison.Ordinal) ? target[..^Mark.Length] : null;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // Of another user, or ended.
            return null;
        }
    }
}
