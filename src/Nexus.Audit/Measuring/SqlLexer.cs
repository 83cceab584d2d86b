namespace Nexus.Audit;

/// <summary>What a token of SQL is.</summary>
internal enum SqlKind
{
    /// <summary>White space.</summary>
    Space,

    /// <summary>A comment of either form.</summary>
    Comment,

    /// <summary>A keyword or an unquoted name.</summary>
    Word,

    /// <summary>A name in double quotes, also U&amp;"…".</summary>
    Quoted,

    /// <summary>$1.</summary>
    Parameter,

    /// <summary>A constant: a string of any form, a bit string, a dollar-quoted body, or what a broken text leaves open.</summary>
    String,

    /// <summary>A number.</summary>
    Number,

    /// <summary>An operator or a single other character.</summary>
    Symbol,
}

/// <summary>A token and where it stands.</summary>
internal readonly record struct SqlToken(SqlKind Kind, int Start, int Length)
{
    /// <summary>The token's text.</summary>
    public ReadOnlySpan<char> Of(string text) => text.AsSpan(Start, Length);

    /// <summary>Whether it is that keyword or symbol.</summary>
    public bool Is(string text, string word) => Kind is SqlKind.Word or SqlKind.Symbol && Of(text).Equals(word, StringComparison.OrdinalIgnoreCase);
}

/// <summary>
/// Cuts SQL into tokens as the server does (src/backend/parser/scan.l), in one pass over the text. Every character belongs to one token. What is not
/// closed is a constant up to the end, so that a text cut off by the server shows nothing.
/// </summary>
/// <param name="text">The text.</param>
/// <param name="backslashEscapes">Whether a backslash escapes in plain strings: <c>standard_conforming_strings = off</c>.</param>
internal ref struct SqlLexer(string text, bool backslashEscapes = false)
{
    private const string Operators = "~!@#^&|`?+-*/%<>=";

    private int _at;

    /// <summary>All tokens of a text.</summary>
    public static List<SqlToken> Read(string text, bool backslashEscapes = false)
    {
        var tokens = new List<SqlToken>();
        var lexer = new SqlLexer(text, backslashEscapes);
        while (lexer._at < text.Length)
        {
            var start = lexer._at;
            var kind = lexer.Next();
            tokens.Add(new SqlToken(kind, start, lexer._at - start));
        }
        return tokens;
    }

    /// <summary>The first token that says something: neither space, comment nor an opening bracket; null without one.</summary>
    public static SqlToken? First(string text)
    {
        var lexer = new SqlLexer(text);
        while (lexer._at < text.Length)
        {
            var start = lexer._at;
            var token = new SqlToken(lexer.Next(), start, lexer._at - start);
            if (token.Kind is not (SqlKind.Space or SqlKind.Comment) && !token.Is(text, "(")) return token;
        }
        return null;
    }

    private readonly char Ahead(int offset = 0) => _at + offset < text.Length ? text[_at + offset] : '\0';

    private SqlKind Next()
    {
        var c = text[_at];
        if (IsSpace(c)) return Run(SqlKind.Space, IsSpace);
        if (c == '-' && Ahead(1) == '-') return Run(SqlKind.Comment, static c => c is not ('\n' or '\r'));
        if (c == '/' && Ahead(1) == '*') return BlockComment();
        if (c == '\'') return String(1, backslashEscapes);
        if (c == '"') return Quoted(1);
        // A prefix counts only as a token of its own: in typee'…' it is part of the name.
        if (c is 'e' or 'E' && Ahead(1) == '\'') return String(2, escapes: true);
        if (c is 'b' or 'B' or 'x' or 'X' && Ahead(1) == '\'') return String(2, escapes: false);
        if (c is 'n' or 'N' && Ahead(1) == '\'') return String(2, backslashEscapes);
        if (c is 'u' or 'U' && Ahead(1) == '&' && Ahead(2) == '\'') return String(3, escapes: false);
        if (c is 'u' or 'U' && Ahead(1) == '&' && Ahead(2) == '"') return Quoted(3);
        if (IsNameStart(c)) return Run(SqlKind.Word, IsNamePart);
        if (c == '$') return Dollar();
        if (char.IsAsciiDigit(c) || (c == '.' && char.IsAsciiDigit(Ahead(1)))) return Number();
        return Symbol();
    }

    private SqlKind Run(SqlKind kind, Func<char, bool> belongs)
    {
        while (_at < text.Length && belongs(text[_at])) _at++;
        return kind;
    }

    /// <summary>They nest.</summary>
    private SqlKind BlockComment()
    {
        var depth = 0;
        while (_at < text.Length)
        {
            if (Ahead() == '/' && Ahead(1) == '*') (depth, _at) = (depth + 1, _at + 2);
            else if (Ahead() == '*' && Ahead(1) == '/') (depth, _at) = (depth - 1, _at + 2);
            else _at++;
            if (depth == 0) break;
        }
        return SqlKind.Comment;
    }

    private SqlKind String(int prefix, bool escapes)
    {
        _at += prefix;
        while (_at < text.Length)
        {
            var c = text[_at++];
            if (c == '\\' && escapes) _at = Math.Min(_at + 1, text.Length);
            if (c != '\'') continue;
            if (Ahead() == '\'') _at++;
            else if (Continues() is { } next) _at = next;
            else break;
        }
        return SqlKind.String;
    }

    /// <summary>Constants on lines of their own are one, in the form of the first: where the next begins, behind its quote.</summary>
    private readonly int? Continues()
    {
        var isNewLine = false;
        for (var at = _at; at < text.Length; at++)
        {
            var c = text[at];
            if (c is '\n' or '\r') isNewLine = true;
            else if (c == '\'') return isNewLine ? at + 1 : null;
            else if (isNewLine && c == '-' && at + 1 < text.Length && text[at + 1] == '-') while (at + 1 < text.Length
                && text[at + 1] is not ('\n' or '\r')) at++;
            else if (!IsSpace(c)) return null;
        }
        return null;
    }

    private SqlKind Quoted(int prefix)
    {
        _at += prefix;
        while (_at < text.Length)
        {
            if (text[_at++] != '"') continue;
            if (Ahead() != '"') return SqlKind.Quoted;
            _at++;
        }
        return SqlKind.String;
    }

    private SqlKind Dollar()
    {
        if (char.IsAsciiDigit(Ahead(1)))
        {
            _at++;
            return Run(SqlKind.Parameter, char.IsAsciiDigit);
        }
        var end = _at + 1;
        if (end < text.Length && IsNameStart(text[end])) while (end < text.Length && (IsNameStart(text[end]) || char.IsAsciiDigit(text[end]))) end++;
        if (end >= text.Length || text[end] != '$')
        {
            _at++;
            return SqlKind.Symbol;
        }
        var tag = text.AsSpan(_at, end + 1 - _at);
        var close = text.AsSpan(end + 1).IndexOf(tag, StringComparison.Ordinal);
        _at = close < 0 ? text.Length : end + 1 + close + tag.Length;
        return SqlKind.String;
    }

    /// <summary>With whatever sticks to it: 0x1F, 1_000, 1.5e-3, and also what is no number.</summary>
    private SqlKind Number()
    {
        while (_at < text.Length && (IsNamePart(text[_at]) || text[_at] == '.'
            || (text[_at] is '+' or '-' && text[_at - 1] is 'e' or 'E' && char.IsAsciiDigit(Ahead(1))))) _at++;
        return SqlKind.Number;
    }

    private SqlKind Symbol()
    {
        if (!Operators.Contains(text[_at], StringComparison.Ordinal))
        {
            _at++;
            return SqlKind.Symbol;
        }
        do _at++;
        while (_at < text.Length && Operators.Contains(text[_at], StringComparison.Ordinal) && !(Ahead() == '-' && Ahead(1) == '-')
            && !(Ahead() == '/' && Ahead(1) == '*'));
        return SqlKind.Symbol;
    }

    private static bool IsSpace(char c) => c is ' ' or '\t' or '\n' or '\r' or '\f' or '\v';

    private static bool IsNameStart(char c) => char.IsAsciiLetter(c) || c == '_' || c >= '\u0080';

    private static bool IsNamePart(char c) => IsNameStart(c) || char.IsAsciiDigit(c) || c == '$';
}
