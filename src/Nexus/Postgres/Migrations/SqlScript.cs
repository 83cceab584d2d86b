namespace Nexus.Postgres;

/// <summary>Cuts SQL text into statements the way psql does: at semicolons outside quotes, dollar quotes and comments.</summary>
internal static class SqlScript
{
    public static IReadOnlyList<string> Split(string text)
    {
        var statements = new List<string>();
        var start = 0;
        var hasCode = false;
        for (var at = 0; at < text.Length;)
        {
            var end = EndOfToken(text, at);
            if (text[at] == ';')
            {
                if (hasCode) statements.Add(text[start..at].Trim());
                (start, hasCode) = (end, false);
            }
            else if (!char.IsWhiteSpace(text[at]) && !IsComment(text, at)) hasCode = true;
            at = end;
        }
        if (hasCode) statements.Add(text[start..].Trim());
        return statements;
    }

    private static bool IsComment(string text, int at) => Begins(text, at, "--") || Begins(text, at, "/*");

    private static bool Begins(string text, int at, string token) => string.CompareOrdinal(text, at, token, 0, token.Length) == 0;

    private static int EndOfToken(string text, int at)
    {
        if (Begins(text, at, "--")) return After(text, "\n", at);
        if (Begins(text, at, "/*")) return EndOfComment(text, at);
        switch (text[at])
        {
            case '"': return After(text, "\"", at + 1);
            // A doubled quote inside reads as two texts side by side. Backslashes escape in E'' only.
            case '\'': return EndOfText(text, at + 1, hasEscapes: at > 0 && text[at - 1] is 'E' or 'e' && (at < 2 || !IsNamePart(text[at - 2])));
            case '$' when at == 0 || !IsNamePart(text[at - 1]): return EndOfDollarQuote(text, at);
            default: return at + 1;
        }
    }

    private static int EndOfText(string text, int at, bool hasEscapes)
    {
        for (; at < text.Length; at++)
        {
            if (hasEscapes && text[at] == '\\') at++;
            else if (text[at] == '\'') return at + 1;
        }
        return text.Length;
    }

    private static int EndOfComment(string text, int at)
    {
        var depth = 0;
        while (at < text.Length)
        {
            if (Begins(text, at, "/*")) (depth, at) = (depth + 1, at + 2);
            else if (Begins(text, at, "*/")) (depth, at) = (depth - 1, at + 2);
            else at++;
            if (depth == 0) return at;
        }
        return text.Length;
    }

    private static int EndOfDollarQuote(string text, int at)
    {
        var tagEnd = at + 1;
        while (tagEnd < text.Length && IsNamePart(text[tagEnd]) && text[tagEnd] != '$') tagEnd++;
        if (tagEnd == text.Length || text[tagEnd] != '$' || char.IsAsciiDigit(text[at + 1])) return at + 1;
        var tag = text[at..(tagEnd + 1)];
        return After(text, tag, tagEnd + 1);
    }

    private static bool IsNamePart(char c) => char.IsLetterOrDigit(c) || c is '_' or '$';

    private static int After(string text, string token, int from)
    {
        var found = text.IndexOf(token, Math.Min(from, text.Length), StringComparison.Ordinal);
        return found < 0 ? text.Length : found + token.Length;
    }
}
