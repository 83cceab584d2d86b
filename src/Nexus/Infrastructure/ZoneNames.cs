using System.Text.RegularExpressions;

namespace Nexus.Infrastructure;

/// <summary>Time zones by the names of the IANA database (https://www.iana.org/time-zones).</summary>
internal static partial class ZoneNames
{
    /// <summary>
    /// The zone; null if the name is not one of a zone. Some files beside the zones are none: <c>localtime</c> and <c>posixrules</c> differ from
    /// machine to machine, <c>right/</c> counts leap seconds, <c>posix/</c> repeats the zones, and <c>Factory</c> stands for none.
    /// </summary>
    public static TimeZoneInfo? Find(string name) =>
        Name.IsMatch(name) && name is not ("localtime" or "posixrules" or "Factory")
        && !name.StartsWith("right/", StringComparison.Ordinal) && !name.StartsWith("posix/", StringComparison.Ordinal)
        && TimeZoneInfo.TryFindSystemTimeZoneById(name, out var zone) && zone.HasIanaId ? zone : null;

    /// <summary>Whether a text has the form of a name, which stored zones may have without being known here.</summary>
    public static bool IsName(string text) => Text.IsMatch(text);

    [GeneratedRegex(@"^[A-Za-z0-9_+\-/]+\z", RegexOptions.CultureInvariant, 100)]
    private static partial Regex Text { get; }

    /// <summary>The system looks for a file of this name: it must not leave the folder of the zones.</summary>
    [GeneratedRegex(@"^[A-Za-z][A-Za-z0-9_+\-]*(/[A-Za-z0-9_+\-]+){0,3}\z", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 100)]
    private static partial Regex Name { get; }
}
