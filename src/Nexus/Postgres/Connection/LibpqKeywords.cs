using System.Text;

namespace Nexus.Postgres;

/// <summary>
/// Reads libpq's <c>host=localhost dbname='my db'</c>: https://www.postgresql.org/docs/current/libpq-connect.html#LIBPQ-CONNSTRING-KEYWORD-VALUE.
/// </summary>
internal static class LibpqKeywords
{
    /// <summary>
    /// False where the text is not of this form. A single setting and anything with a semicolon are left to the driver's own form, which reads
    /// <c>Host=a dbname=b</c> as one strange host; so here every keyword must be one of libpq's.
    /// </summary>
    public static bool TryRead(string text, out List<KeyValuePair<string, string>> options)
    {
        options = [];
        var at = 0;
        while (true)
        {
            SkipSpace(text, ref at);
            if (at == text.Length) break;
            var start = at;
            while (at < text.Length && (char.IsAsciiLetter(text[at]) || text[at] == '_')) at++;
            var name = text[start..at];
            SkipSpace(text, ref at);
            if (at == text.Length || text[at] != '=' || !LibpqOptions.IsLibpq(name)) return false;
            at++;
            SkipSpace(text, ref at);
            if (!TryReadValue(text, ref at, out var value)) return false;
            options.Add(new(name, value));
        }
        return options.Count > 1;
    }

    private static bool TryReadValue(string text, ref int at, out string value)
    {
        var result = new StringBuilder();
        var quoted = at < text.Length && text[at] == '\'';
        if (quoted) at++;
        value = "";
        for (; at < text.Length; at++)
        {
            var c = text[at];
            if (c == '\\' && at + 1 < text.Length) result.Append(text[++at]);
            else if (quoted ? c == '\'' : char.IsWhiteSpace(c)) break;
            else if (!quoted && c == ';') return false;
            else result.Append(c);
        }
        if (quoted && at++ >= text.Length) return false;
        value = result.ToString();
        return true;
    }

    private static void SkipSpace(string text, ref int at)
    {
        while (at < text.Length && char.IsWhiteSpace(text[at])) at++;
    }
}
