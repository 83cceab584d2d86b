using System.Globalization;
using System.Text;

namespace Nexus.Audit;

/// <summary>
/// Text from a database, a file or a client made safe to show: on a terminal, in a log, in a report. What moves the cursor, changes the direction of
/// writing, breaks the line or cannot be seen is written as its code point.
/// </summary>
public static class Printable
{
    /// <summary>Characters kept by default.</summary>
    public const int Longest = 2000;

    /// <summary>One line of visible characters; longer ones end with an ellipsis.</summary>
    /// <param name="text">Anything; null is empty.</param>
    /// <param name="longest">Characters kept, of the result.</param>
    public static string Line(string? text, int longest = Longest)
    {
        if (text is null) return "";
        if (text.Length <= longest && text.AsSpan().IndexOfAnyExceptInRange(' ', '~') < 0) return text;
        var shown = new StringBuilder(Math.Min(text.Length, longest) + 8);
        foreach (var rune in text.EnumerateRunes())
        {
            if (shown.Length >= longest) return shown.Append('…').ToString();
            if (IsVisible(rune)) shown.Append(rune.ToString());
            else shown.Append(CultureInfo.InvariantCulture, $"\\u{{{rune.Value:X}}}");
        }
        return shown.ToString();
    }

    /// <summary>
    /// A statement as one line of at most 300 characters, without comments and with every constant as a question mark: a constant may be a secret.
    /// </summary>
    /// <param name="sql">A statement, for example of pg_stat_statements; null is empty.</param>
    public static string Statement(string? sql) => sql is null ? "" : Line(StatementText.Shown(sql));

    /// <summary>The same JSON with every character that cannot be seen as an escape.</summary>
    /// <param name="json">A JSON text; outside of its strings it has only ASCII characters.</param>
    /// <exception cref="ArgumentNullException"><paramref name="json"/> is null.</exception>
    public static string Json(string json)
    {
        ArgumentNullException.ThrowIfNull(json);
        if (json.AsSpan().IndexOfAnyExceptInRange('\n', '~') < 0) return json;
        var shown = new StringBuilder(json.Length + 64);
        foreach (var rune in json.EnumerateRunes())
        {
            if (rune.IsAscii || IsVisible(rune)) shown.Append(rune.ToString());
            else foreach (var unit in rune.ToString()) shown.Append(CultureInfo.InvariantCulture, $"\\u{(int)unit:x4}");
        }
        return shown.ToString();
    }

    /// <summary>Whether the character shows itself and nothing but itself.</summary>
    public static bool IsVisible(Rune rune) => rune.Value is >= ' ' and <= '~' || (Rune.GetUnicodeCategory(rune) is not (
        UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator
        or UnicodeCategory.Surrogate or UnicodeCategory.PrivateUse or UnicodeCategory.OtherNotAssigned) && !IsBlank(rune.Value));

    /// <summary>
    /// Characters that Unicode classes as letters, marks or spaces and that draw nothing (Default_Ignorable_Code_Point, spaces other than U+0020,
    /// fillers), and the replacement character, which stands for a damaged one.
    /// </summary>
    private static bool IsBlank(int value) =>
        value is 0x034F or 0x115F or 0x1160 or 0x17B4 or 0x17B5 or (>= 0x180B and <= 0x180F) or 0x2800 or 0x3164 or 0xFFA0 or 0xFFFD
        or (>= 0xFE00 and <= 0xFE0F) or (>= 0xE0000 and <= 0xE0FFF) or 0x1680 or (>= 0x2000 and <= 0x200F) or 0x202F or 0x205F or 0x3000 or 0x00A0;
}
