using System.Text.RegularExpressions;

namespace Nexus.Audit;

/// <summary>
/// Whether the predicate of a partial index follows from a lookup, so that the planner may use the index for it: <c>a = $1</c> is never true for
/// NULL, hence it implies <c>a IS NOT NULL</c> (https://www.postgresql.org/docs/current/indexes-partial.html). The one place for every check that
/// asks whether an index serves.
/// </summary>
internal static partial class IndexPredicate
{
    /// <param name="predicate">As <c>pg_get_expr</c> writes it; null without one.</param>
    /// <param name="columns">The columns that the lookup compares with a strict operator, as they are named in the catalogue.</param>
    public static bool IsImpliedBy(string? predicate, IReadOnlyCollection<string> columns) => predicate is null || IsImplied(predicate, columns);

    /// <summary>The names that a predicate speaks of, without the constants.</summary>
    public static IEnumerable<string> Names(string predicate) =>
        Word().Matches(StatementText.WithoutConstants(predicate)).Select(match => UpdateShape.Plain(match.Value))
            .Where(name => !Syntax.Contains(name));

    private static readonly HashSet<string> Syntax = ["and", "or", "not", "is", "null", "true", "false", "any", "all", "array", "text", "in", "like"];

    [GeneratedRegex("""
        (?<!::)\b[a-z_]\w*|"[^"]+"
        """, RegexOptions.CultureInvariant | RegexOptions.IgnoreCase | RegexOptions.IgnorePatternWhitespace, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Word();

    private static bool IsImplied(string text, IReadOnlyCollection<string> columns)
    {
        text = Bare(text);
        if (text.Equals("true", StringComparison.OrdinalIgnoreCase)) return true;
        if (Split(text, " OR ") is { Count: > 1 } alternatives) return alternatives.Exists(part => IsImplied(part, columns));
        if (Split(text, " AND ") is { Count: > 1 } conditions) return conditions.TrueForAll(part => IsImplied(part, columns));
        const string not = "NOT ", isNull = " IS NULL", isNotNull = " IS NOT NULL";
        if (text.StartsWith(not, StringComparison.Ordinal))
        {
            var inner = Bare(text[not.Length..]);
            return inner.EndsWith(isNull, StringComparison.Ordinal) && Names(inner[..^isNull.Length], columns);
        }
        return text.EndsWith(isNotNull, StringComparison.Ordinal) && Names(text[..^isNotNull.Length], columns);
    }

    private static bool Names(string text, IReadOnlyCollection<string> columns)
    {
        text = Bare(text);
        // How the server writes a varchar column: (code)::text IS NOT NULL.
        const string asText = "::text";
        if (text.EndsWith(asText, StringComparison.Ordinal)) text = Bare(text[..^asText.Length]);
        return text.Length > 0 && !text.Contains('(', StringComparison.Ordinal) && columns.Contains(UpdateShape.Plain(text));
    }

    /// <summary>Without the brackets around all of it.</summary>
    private static string Bare(string text)
    {
        text = text.Trim();
        while (text.Length > 1 && text[0] == '(' && Closing(text) == text.Length - 1) text = text[1..^1].Trim();
        return text;
    }

    private static int Closing(string text)
    {
        var depth = 0;
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] is '\'' or '"') i = EndOfQuoted(text, i);
            else if (text[i] == '(') depth++;
            else if (text[i] == ')' && --depth == 0) return i;
        }
        return -1;
    }

    private static List<string> Split(string text, string separator)
    {
        var parts = new List<string>();
        while (Outside(text, separator) is var at and >= 0)
        {
            parts.Add(text[..at]);
            text = text[(at + separator.Length)..];
        }
        parts.Add(text);
        return parts;
    }

    /// <summary>The position of the separator outside of brackets and quotes; -1 if there is none.</summary>
    private static int Outside(string text, string separator)
    {
        var depth = 0;
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] is '\'' or '"') i = EndOfQuoted(text, i);
            else if (text[i] is '(' or '[') depth++;
            else if (text[i] is ')' or ']') depth--;
            else if (depth == 0 && string.CompareOrdinal(text, i, separator, 0, separator.Length) == 0) return i;
        }
        return -1;
    }

    private static int EndOfQuoted(string text, int start)
    {
        var quote = text[start];
        var escapes = quote == '\'' && start > 0 && text[start - 1] == 'E';
        for (var i = start + 1; i < text.Length; i++)
        {
            if (escapes && text[i] == '\\') i++;
            else if (text[i] != quote) continue;
            else if (i + 1 < text.Length && text[i + 1] == quote) i++;
            else return i;
        }
        return text.Length - 1;
    }
}
