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
        // As many edits as the lengths differ are needed at least.
        var nearest = names
            .Where(name => Math.Abs(given.Length - name.Length) <= MaxDistance)
            .Select(name => (Name: name, Distance: Distance(given, name)))
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
        const int Width = MaxLength + MaxDistance + 1;
        Span<int> twoBefore = stackalloc int[Width], before = stackalloc int[Width], row = stackalloc int[Width];
        for (var j = 0; j <= other.Length; j++) before[j] = j;
        for (var i = 1; i <= one.Length; i++)
        {
            row[0] = i;
            for (var j = 1; j <= other.Length; j++)
            {
                var best = Math.Min(Math.Min(before[j] + 1, row[j - 1] + 1), before[j - 1] + (Same(i, j) ? 0 : 1));
                row[j] = i > 1 && j > 1 && Same(i, j - 1) && Same(i - 1, j) ? Math.Min(best, twoBefore[j - 2] + 1) : best;
            }
            var free = twoBefore;
            twoBefore = before;
            before = row;
            row = free;
        }
        return before[other.Length];

        bool Same(int i, int j) => char.ToLowerInvariant(one[i - 1]) == char.ToLowerInvariant(other[j - 1]);
    }
}
