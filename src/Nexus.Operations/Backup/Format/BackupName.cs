using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text.RegularExpressions;

namespace Nexus.Operations.Backup;

/// <summary>Names of backups: the UTC time of the snapshot and eight digits of the id. Names sort by time.</summary>
internal static partial class BackupName
{
    private const string TimeFormat = "yyyyMMdd'T'HHmmss'Z'";

    /// <summary>The name of a new backup.</summary>
    public static string Create(DateTimeOffset createdAt, Guid id) =>
        string.Create(CultureInfo.InvariantCulture, $"nexus-{createdAt.UtcDateTime.ToString(TimeFormat, CultureInfo.InvariantCulture)}-{id:n}")[..31];

    /// <summary>The time in a name.</summary>
    public static DateTimeOffset TimeOf(string name) => DateTimeOffset.TryParseExact(
        name.AsSpan(6, 16), TimeFormat, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time) ? time : DateTimeOffset.MinValue;

    /// <summary>Whether a name of a target is that of a backup.</summary>
    public static bool IsName([NotNullWhen(true)] string? text) => text is not null && Form().IsMatch(text);

    /// <summary>Whether a relative file name of a manifest stays inside the folder of its backup.</summary>
    public static bool IsFileName(string text) => text.Length <= 200 && FileForm().IsMatch(text) && !text.Contains("..", StringComparison.Ordinal);

    [GeneratedRegex(@"^nexus-[0-9]{8}T[0-9]{6}Z-[0-9a-f]{8}\z", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex Form();

    [GeneratedRegex(@"^[A-Za-z0-9_][A-Za-z0-9._-]*(/[A-Za-z0-9_][A-Za-z0-9._-]*){0,3}\z",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex FileForm();
}
