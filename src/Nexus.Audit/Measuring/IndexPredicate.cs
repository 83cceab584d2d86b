using System.Text.RegularExpressions;

namespace Nexus.Audit;

/// <summary>
/// Whether the predicate of a partial index follows from a lookup, so that the planner may use the index for it: <c>a = $1</c> is never true for
/// NULL, hence it implies <c>a IS NOT NULL</c> (https://www.postgresql.org/docs/current/indexes-partial.html). The one place for every check that
/// asks whether an index serves.
/// </summary>
internal static partial class IndexPredicate
{
    /// <summary>A user of the audited database chooses the predicate. One that is nested deeper is none that a lookup implies.</summary>
    private const int MaxDepth = 100;

    /// <param name="predicate">As <c>pg_get_expr</c> writes it; null without one.</param>
    /// <param name="columns">The columns that the lookup compares with a strict operator, as they are named in the catalogue.</param>
    public static bool IsImpliedBy(string? predicate, IReadOnlyCollection<string> columns) =>
        predicate is null || IsImplied(predicate, columns, depth: 0);

    /// <summary>The names that a predicate speaks of, without the constants.</summary>
    public static IEnumerable<string> Names(string predicate) =>
        Word().Matches(StatementText.WithoutConstants(predicate)).Select(match => UpdateShape.Plain(match.Value))
            .Where(name => !Syntax.Contains(name));

    private static readonly HashSet<string> Syntax = ["and", "or", "not", "is", "null", "true", "false", "any", "all", "array", "text", "in", "like"];

    [GeneratedRegex("""
        (?<!::)\b[a-z_]\w*|"[^"]+"
        """, RegexOptions.CultureInvariant | RegexOptions.IgnoreCase | RegexOptions.IgnorePatternWhitespace, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Word();

    private static bool IsImplied(ReadOnlySpan<char> text, IReadOnlyCollection<string> columns, int depth)
    {
        if (depth > MaxDepth || text.Length > StatementText.LongestRead) return false;
        text = Bare(text);
        if (text.Equals("true", StringComparison.OrdinalIgnoreCase)) return true;
        if (Combined(text, " OR ", isAny: true, columns, depth) is { } either) return either;
        if (Combined(text, " AND ", isAny: false, columns, depth) is { } all) return all;
        const string not = "NOT ", isNull = " IS NULL", isNotNull = " IS NOT NULL";
        if (text.StartsWith(not, StringComparison.Ordinal))
        {
            var inner = Bare(text[not.Length..]);
            return inner.EndsWith(isNull, StringComparison.Ordinal) && Names(inner[..^isNull.Length], columns);
        }
        return text.EndsWith(isNotNull, StringComparison.Ordinal) && Names(text[..^isNotNull.Length], columns);
    }

    /// <summary>Whether any or all of the parts between separators are implied; null if there is no separator.</summary>
    private static bool? Combined(ReadOnlySpan<char> text, string separator, bool isAny, IReadOnlyCollection<string> columns, int depth)
    {
        var at = Outside(text, separator);
        if (at < 0) return null;
        for (; at >= 0; at = Outside(text, separator))
        {
            if (IsImplied(text[..at], columns, depth + 1) == isAny) return isAny;
            text = text[(at + separator.Length)..];
        }
        return IsImplied(text, columns, depth + 1);
    }

    private static bool Names(ReadOnlySpan<char> text, IReadOnlyCollection<string> columns)
    {
        text = Bare(text);
        // How the server writes a varchar column: (code)::text IS NOT NULL.
        const string asText = "::text";
        if (text.EndsWith(asText, StringComparison.Ordinal)) text = Bare(text[..^asText.Length]);
        return text.Length > 0 && !text.Contains('(') && columns.Contains(UpdateShape.Plain(text.ToString()));
    }

    /// <summary>Without the brackets around all of it.</summary>
    private static ReadOnlySpan<char> Bare(ReadOnlySpan<char> text)
    {
        text = text.Trim();
        for (var pairs = 0; pairs < MaxDepth && text.Length > 1 && text[0] == '(' && Closing(text) == text.Length - 1; pairs++)
            text = text[1..^1].Trim();
        return text;
    }

    private static int Closing(ReadOnlySpan<char> text)
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

    /// <summary>The position of the separator outside of brackets and quotes; -1 if there is none.</summary>
    private static int Outside(ReadOnlySpan<char> text, string separator)
    {
        var depth = 0;
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] is '\'' or '"') i = EndOfQuoted(text, i);
            else if (text[i] is '(' or '[') depth++;
            else if (text[i] is ')' or ']') depth--;
            else if (depth == 0 && text[i..].StartsWith(separator, StringComparison.Ordinal)) return i;
        }
        return -1;
    }

    private static int EndOfQuoted(ReadOnlySpan<char> text, int start)
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
