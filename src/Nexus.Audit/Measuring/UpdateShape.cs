using System.Text.RegularExpressions;

namespace Nexus.Audit;

/// <summary>What an UPDATE or an upsert sets, read from its normalised text.</summary>
/// <param name="Schema">As the text names it, null when it does not.</param>
/// <param name="Table">The table.</param>
/// <param name="Columns">The columns that it sets.</param>
internal sealed partial record UpdateShape(string? Schema, string Table, IReadOnlyList<string> Columns)
{
    private const int LongestRead = 20_000;

    /// <summary>Null for a text that sets nothing.</summary>
    public static UpdateShape? Read(string text)
    {
        // Statements of megabytes are lists of values.
        var bare = StatementText.WithoutConstants(text.Length <= LongestRead ? text : text[..LongestRead]);
        var match = Update().Match(bare) is { Success: true } update ? update : Upsert().Match(bare);
        if (!match.Success) return null;
        var columns = Targets(bare[(match.Index + match.Length)..]);
        if (columns.Count == 0) return null;
        return new UpdateShape(match.Groups["schema"] is { Success: true } schema
            ? Plain(schema.Value) : null, Plain(match.Groups["table"].Value), columns);
    }

    /// <summary>As the catalogue has a name: unquoted ones in small letters.</summary>
    public static string Plain(string name) =>
        name is ['"', .., '"'] ? name[1..^1].Replace("\"\"", "\"", StringComparison.Ordinal) : name.ToLowerInvariant();

    /// <summary>The names left of = in a SET list; it ends at FROM, WHERE or RETURNING outside of brackets.</summary>
    private static List<string> Targets(string set)
    {
        var columns = new List<string>();
        var depth = 0;
        var atTarget = true;
        foreach (Match token in Token().Matches(set))
        {
            switch (token.Value)
            {
                case "(" or "[": depth++; break;
                case ")" or "]": depth--; break;
                case "," when depth == 0: atTarget = true; break;
                case "=" when depth == 0: atTarget = false; break;
                default:
                    if (depth < 0) return columns;
                    if (depth == 0 && End().IsMatch(token.Value)) return columns;
                    // In (a, b) = (…) the names stand inside brackets.
                    if (atTarget && token.Value is not "," and not "=" and not ".") columns.Add(Plain(token.Value));
                    break;
            }
            if (depth < 0) return columns;
        }
        return columns;
    }

    private const string Name = """(?:(?<schema>"(?:[^"]|"")+"|[a-z_]\w*)\s*\.\s*)?(?<table>"(?:[^"]|"")+"|[a-z_]\w*)""";

    private const RegexOptions Options =
        RegexOptions.CultureInvariant | RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking;

    [GeneratedRegex($@"\bupdate\s+(only\s+)?{Name}(\s*\*)?(\s+(as\s+)?(""[^""]+""|\w+))?\s+set\s", Options)]
    private static partial Regex Update();

    [GeneratedRegex($@"\binsert\s+into\s+{Name}.*?\bon\s+conflict\b.*?\bdo\s+update\s+set\s", Options | RegexOptions.Singleline)]
    private static partial Regex Upsert();

    [GeneratedRegex(@"""(?:[^""]|"""")*""|\$\d+|\w+|[^\s\w]", Options)]
    private static partial Regex Token();

    [GeneratedRegex(@"^(from|where|returning)$", Options)]
    private static partial Regex End();
}
