using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using Nexus.Infrastructure;

namespace Nexus.Errors;

/// <summary>Text that a caller, a file or a database chose, where a message or a log repeats it: the one place that cuts and cleans it.</summary>
[Experimental(InfrastructureApi.Id, UrlFormat = InfrastructureApi.Url)]
public static class ClientText
{
    /// <summary>Characters of a name that are shown, the sign of the cut among them.</summary>
    internal const int MaxLength = 64;

    /// <summary>Characters of a path of names that are shown.</summary>
    internal const int MaxPathLength = 256;

    private const char CutMark = '…';

    /// <summary>
    /// A name or a value, which can be anything: at most <see cref="MaxLength"/> characters, and none that breaks a line or a terminal.
    /// </summary>
    public static string Short(string text) => Cut(text, MaxLength);

    /// <summary>A path whose names went through <see cref="Short"/>, or are ours.</summary>
    internal static string Path(string path) =>
        path.Length <= MaxPathLength && !path.AsSpan().ContainsAnyInRange('\u007F', '\uFFFF') && !path.AsSpan().ContainsAnyInRange('\0', '\u001F')
        ? path
        : Cut(path, MaxPathLength);

    private static string Cut(string text, int length)
    {
        var kept = text.Length <= length ? text : $"{text.AsSpan(0, char.IsHighSurrogate(text[length - 2]) ? length - 2 : length - 1)}{CutMark}";
        return kept.Any(IsUnfit) ? string.Concat(kept.Select(character => IsUnfit(character) ? '\uFFFD' : character)) : kept;
    }

    /// <summary>Control characters, and the invisible ones that change the direction of the text around them.</summary>
    private static bool IsUnfit(char character) =>
        char.GetUnicodeCategory(character) is UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator
            or UnicodeCategory.ParagraphSeparator;
}
