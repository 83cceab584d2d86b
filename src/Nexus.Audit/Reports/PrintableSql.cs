using System.Globalization;
using System.Text;

namespace Nexus.Audit;

/// <summary>
/// Statements made safe to show that do the same as before: names and constants with characters that cannot be shown are written with Unicode
/// escapes.
/// </summary>
internal static class PrintableSql
{
    /// <summary>
    /// Longer ones are unreadable definitions; they are left out, since a cut statement would be another one.
    /// </summary>
    public const int Longest = 20_000;

    /// <summary>The statement on one line. It needs <c>standard_conforming_strings</c>, as is the default, where it has escapes.</summary>
    public static string Of(string sql)
    {
        if (sql.EnumerateRunes().All(Printable.IsVisible)) return sql;
        var shown = new StringBuilder(sql.Length + 16);
        foreach (var token in SqlLexer.Read(sql))
        {
            var text = token.Of(sql).ToString();
            if (token.Kind == SqlKind.Space) shown.Append(' ');
            else if (text.EnumerateRunes().All(Printable.IsVisible)) shown.Append(text);
            else if (token.Kind == SqlKind.Quoted && text[0] == '"') shown.Append("U&").Append(Escaped(text, doubles: true));
            else if (token.Kind == SqlKind.String && text[0] == '\'') shown.Append("U&").Append(Escaped(text, doubles: true));
            else if (token.Kind is SqlKind.Quoted or SqlKind.String && text[0] is 'u' or 'U') shown.Append(Escaped(text, doubles: false));
            else if (token.Kind == SqlKind.String && text[0] is 'e' or 'E') shown.Append(EscapedWithU(text));
            else shown.Append(Printable.Line(text));
        }
        return shown.ToString();
    }

    /// <summary>Whether it needed escapes.</summary>
    public static bool IsEscaped(string sql) => sql.Contains("U&", StringComparison.Ordinal);

    private static string Escaped(string text, bool doubles)
    {
        var escaped = new StringBuilder();
        foreach (var rune in text.EnumerateRunes())
        {
            if (rune.Value == '\\' && doubles) escaped.Append(@"\\");
            else if (Printable.IsVisible(rune)) escaped.Append(rune.ToString());
            else escaped.Append(rune.IsBmp ? @"\" + rune.Value.ToString("X4", CultureInfo.InvariantCulture) : @"\+"
                + rune.Value.ToString("X6", CultureInfo.InvariantCulture));
        }
        return escaped.ToString();
    }

    private static string EscapedWithU(string text)
    {
        var escaped = new StringBuilder();
        foreach (var rune in text.EnumerateRunes())
        {
            if (Printable.IsVisible(rune)) escaped.Append(rune.ToString());
            else escaped.Append(rune.IsBmp ? @"\u" + rune.Value.ToString("X4", CultureInfo.InvariantCulture) : @"\U"
                + rune.Value.ToString("X8", CultureInfo.InvariantCulture));
        }
        return escaped.ToString();
    }
}
