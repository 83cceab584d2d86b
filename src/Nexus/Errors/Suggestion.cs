using System.Diagnostics.CodeAnalysis;
using Nexus.Infrastructure;

namespace Nexus.Errors;

/// <summary>Finds the name that was most likely meant.</summary>
[Experimental(InfrastructureApi.Id, UrlFormat = InfrastructureApi.Url)]
public static class Suggestion
{
    /// <summary>Names further away than this many edits are never suggested.</summary>
    private const int MaxDistance = 3;

    /// <summary>Longer texts are no typing errors of a name, and the distance takes their length squared.</summary>
    private const int MaxLength = 64;

    /// <summary>The nearest name by edits (insert, delete, replace, swap two neighbours), or null where none is near.</summary>
    internal static string? Nearest(string given, IEnumerable<string> names)
    {
        if (given.Length > MaxLength) return null;
        var nearest = names
            .Select(name => (Name: name, Distance: Distance(given.ToLowerInvariant(), name.ToLowerInvariant())))
            .Where(candidate => candidate.Distance <= Math.Min(MaxDistance, Math.Max(given.Length, candidate.Name.Length) / 2))
            .OrderBy(candidate => candidate.Distance)
            .ThenBy(candidate => candidate.Name, StringComparer.Ordinal)
            .FirstOrDefault();
        return nearest.Name;
    }

    /// <summary>"; did you mean X?" for the end of a message, or nothing.</summary>
    public static string For(string given, IEnumerable<string> names) => Nearest(given, names) is { } name ? $"; did you mean {name}?" : "";

    /// <summary>Optimal string alignment: https://en.wikipedia.org/wiki/Damerau%E2%80%93Levenshtein_distance.</summary>
    private static int Distance(string one, string other)
    {
        var rows = new int[one.Length + 1, other.Length + 1];
        for (var i = 0; i <= one.Length; i++) rows[i, 0] = i;
        for (var j = 0; j <= other.Length; j++) rows[0, j] = j;
        for (var i = 1; i <= one.Length; i++)
        {
            for (var j = 1; j <= other.Length; j++)
            {
                var replace = one[i - 1] == other[j - 1] ? 0 : 1;
                var best = Math.Min(Math.Min(rows[i - 1, j] + 1, rows[i, j - 1] + 1), rows[i - 1, j - 1] + replace);
                if (i > 1 && j > 1 && one[i - 1] == other[j - 2] && one[i - 2] == other[j - 1]) best = Math.Min(best, rows[i - 2, j - 2] + 1);
                rows[i, j] = best;
            }
        }
        return rows[one.Length, other.Length];
    }
}
