using System.Text.RegularExpressions;

namespace Nexus.Audit;

/// <summary>A condition on a JSON column, read from a normalised statement.</summary>
/// <param name="Column">The column.</param>
/// <param name="Operator"><c>-&gt;&gt;</c> for whatever takes a part out (<c>-&gt;</c>, <c>#&gt;&gt;</c>, subscripts and jsonb_extract_path_text
/// alike), otherwise <c>@&gt;</c>, <c>?</c>, <c>@?</c>, ….</param>
internal sealed partial record JsonFilter(string Column, string Operator)
{
    /// <summary>Takes a part out: no GIN index on the column serves it.</summary>
    public const string Extraction = "->>";

    private const int LongestRead = 20_000;

    /// <summary>Whether a key exists: the operator class jsonb_path_ops does not serve it.</summary>
    public bool IsExistence => Operator is "?" or "?|" or "?&";

    /// <summary>The conditions in WHERE, ON and HAVING. A select list, SET and ORDER BY are none.</summary>
    public static IReadOnlyList<JsonFilter> Read(string text) => [.. Clauses(text).SelectMany(Uses).Distinct()];

    /// <summary>Whether the column's content is read anywhere in the text, in conditions or in what is returned.</summary>
    public static bool LooksInto(string text, string column) => Uses(text).Any(use => use.Column == column);

    /// <summary>Keys that a text with constants takes out of the column in this way, if they look like names.</summary>
    public static IEnumerable<string> Keys(string text, string column) =>
        Key().Matches(Beginning(text)).Where(match => UpdateShape.Plain(match.Groups["column"].Value) == column)
            .Select(match => match.Groups["key"].Value);

    /// <summary>
    /// Whether each such condition on the column compares it with parameters and constants alone: where a function is called too, who knows what is
    /// found.
    /// </summary>
    public static bool ComparesWithGiven(string text, string column)
    {
        text = Beginning(text);
        var tokens = SqlLexer.Read(text).Where(token => token.Kind is not (SqlKind.Space or SqlKind.Comment)).ToArray();
        for (var i = 0; i < tokens.Length; i++)
        {
            if (tokens[i].Kind is not (SqlKind.Word or SqlKind.Quoted) || UpdateShape.Plain(tokens[i].Of(text).ToString()) != column) continue;
            for (var (at, depth) = (i + 1, 0); at < tokens.Length && depth >= 0 && !tokens[at].Is(text, "and") && !tokens[at].Is(text, "or"); at++)
            {
                if (tokens[at].Is(text, ")")) depth--;
                if (!tokens[at].Is(text, "(")) continue;
                depth++;
                if (tokens[at - 1].Kind is SqlKind.Word or SqlKind.Quoted) return false;
            }
        }
        return true;
    }

    private static IEnumerable<JsonFilter> Uses(string text) => Use().Matches(Beginning(text))
        .Select(match => match.Groups["function"].Success
            ? new JsonFilter(UpdateShape.Plain(match.Groups["argument"].Value), Extraction)
            : new JsonFilter(UpdateShape.Plain(match.Groups["column"].Value), match.Groups["operator"].Value is "->" or "->>" or "#>" or "#>>" or "["
                ? Extraction : match.Groups["operator"].Value));

    /// <summary>Statements of megabytes are lists of values.</summary>
    private static string Beginning(string text) => text.Length <= LongestRead ? text : text[..LongestRead];

    private static IEnumerable<string> Clauses(string text)
    {
        var begin = -1;
        text = Beginning(text);
        foreach (Match keyword in Keyword().Matches(text))
        {
            if (begin >= 0) yield return text[begin..keyword.Index];
            begin = Begins().IsMatch(keyword.Value) ? keyword.Index + keyword.Length : -1;
        }
        if (begin >= 0) yield return text[begin..];
    }

    private const RegexOptions Options =
        RegexOptions.CultureInvariant | RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking;

    [GeneratedRegex(
        @"\b(where|having|on\s+conflict|do\s+update|on|when|group\s+by|order\s+by|limit|offset|returning|select|set|values|union|for\s+update)\b",
            Options)]
    private static partial Regex Keyword();

    [GeneratedRegex(@"^(where|having|on|when)$", Options)]
    private static partial Regex Begins();

    [GeneratedRegex("""
        (?<function>\bjsonb?_extract_path(_text)?)\s*\(\s*((\w+|"[^"]+")\s*\.\s*)?(?<argument>[a-z_]\w*|"[^"]+")
        |(?<column>[a-z_]\w*|"[^"]+")\s*\)?\s*(::\s*jsonb?\s*)?\)?\s*(?<operator>->>|->|\#>>|\#>|@>|\?\||\?&|\?|@\?|@@|\[)
        """, Options | RegexOptions.IgnorePatternWhitespace)]
    private static partial Regex Use();

    [GeneratedRegex("""
        (?<column>[a-z_]\w*|"[^"]+")\s*->>?\s*'(?<key>[A-Za-z_]\w{0,40})'
        """, Options | RegexOptions.IgnorePatternWhitespace)]
    private static partial Regex Key();
}
