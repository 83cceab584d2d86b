using System.Buffers;
using System.Text;

namespace Nexus.Secrets;

/// <summary>
/// Brings the spellings of a name together: accents, full-width and mathematical letters, invisible characters, look-alikes of other scripts, digits
/// for letters.
/// </summary>
/// <remarks>The program runs without ICU (invariant globalization), where <see cref="string.Normalize()"/> changes nothing outside ASCII.</remarks>
internal static class NameFolding
{
    private static readonly SearchValues<char> Leet = SearchValues.Create("0134578@$!|");

    private const char FirstLatin = '\u00C0';

    /// <summary>U+00C0 to U+017F without their accents; a space where there is no letter.</summary>
    private const string Latin =
        "AAAAAAACEEEEIIIIDNOOOOO OUUUUYTsaaaaaaaceeeeiiiidnooooo ouuuuytyAaAaAaCcCcCcCcDdDdEeEeEeEeEeGgGg" +
        "GgGgHhHhIiIiIiIiIiIiJjKkkLlLlLlLlLlNnNnNnnNnOoOoOoOoRrRrRrSsSsSsSsTtTtTtUuUuUuUuUuUuWwYyYZzZzZzs";

    private const string Lookalikes =
        "аaвbеeкkмmнhоoрpсcтtуyхxіiјjѕsԁdԛqԝwһhӏlАAВBЕEКKМMНHОOРPСCТTУYХXІIЈJЅSαaεeιiκkνvοoρpτtυuχxΑAΒBΕEΙIΚKΜMΝNΟOΡPΤTΥYΧXɡgıiօoѵvᴀaᴋk";

    /// <summary>The name in plain letters where it has them. The same string for ASCII.</summary>
    public static string Fold(string name)
    {
        if (Ascii.IsValid(name)) return name;
        var folded = new StringBuilder(name.Length);
        foreach (var rune in name.EnumerateRunes())
        {
            if (IsInvisible(rune.Value)) continue;
            folded.Append(FoldRune(rune));
        }
        return folded.ToString();
    }

    /// <summary>The folded name with look-alikes of other scripts in Latin, or null where there are none.</summary>
    public static string? Romanise(string folded) => Ascii.IsValid(folded) ? null
        : Map(folded, static c => Lookalikes.IndexOf(c) is var at && at >= 0 && at % 2 == 0 ? Lookalikes[at + 1] : c);

    /// <summary>The name with the letters that digits and signs stand for (<c>p4$$w0rd</c>), or null where there are none.</summary>
    /// <param name="one">What a 1 stands for: i or l.</param>
    public static string? Unleet(string name, char one) => name.AsSpan().IndexOfAny(Leet) < 0 ? null : Map(name.ToLowerInvariant(), c => c switch
    {
        '0' => 'o',
        '1' or '!' or '|' => one,
        '3' => 'e',
        '4' or '@' => 'a',
        '5' or '$' => 's',
        '7' => 't',
        '8' => 'b',
        _ => c,
    });

    private static string? Map(string text, Func<char, char> map)
    {
        var mapped = string.Create(text.Length, (text, map), static (span, state) =>
        {
            for (var i = 0; i < span.Length; i++) span[i] = state.map(state.text[i]);
        });
        return mapped == text ? null : mapped;
    }

    /// <summary>Zero-width and soft-hyphen characters, variation selectors, combining marks, the Arabic tatweel and vowel signs.</summary>
    private static bool IsInvisible(int rune) =>
        rune is 0xAD or 0x61C or 0x640 or 0x180E or 0xFEFF or (>= 0x200B and <= 0x200F) or (>= 0x202A and <= 0x202E) or (>= 0x2060 and <= 0x2069)
        or (>= 0x300 and <= 0x36F) or (>= 0x64B and <= 0x652) or (>= 0xFE00 and <= 0xFE0F) or (>= 0xE0000 and <= 0xE01EF);

    private static string FoldRune(Rune rune) => rune.Value switch
    {
        >= FirstLatin and < 0x180 when Latin[rune.Value - FirstLatin] != ' ' => Latin[rune.Value - FirstLatin].ToString(),
        >= 0xFF01 and <= 0xFF5E => ((char)(rune.Value - 0xFEE0)).ToString(),
        0x451 => "е",
        0x401 => "Е",
        // Mathematical alphabets: 26 capitals and 26 small letters in turn, then the digits.
        >= 0x1D400 and <= 0x1D6A3 => MathematicalLetter((rune.Value - 0x1D400) % 52).ToString(),
        >= 0x1D7CE and <= 0x1D7FF => ((char)('0' + ((rune.Value - 0x1D7CE) % 10))).ToString(),
        _ => rune.ToString(),
    };

    private static char MathematicalLetter(int place) => (char)(place < 26 ? 'A' + place : 'a' + place - 26);
}
