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

    /// <summary>Greek letters with their accents, each before the letter without it.</summary>
    private const string Greek = "άαέεήηίιόούυώωϊιϋυΐιΰυΆαΈεΉηΊιΌοΎυΏω";

    /// <summary>The last character of each letter's stretch of U+1E00 to U+1EF9.</summary>
    private static readonly (int Last, char Letter)[] ExtendedLatin =
    [
        (0x1E01, 'A'), (0x1E07, 'B'), (0x1E09, 'C'), (0x1E13, 'D'), (0x1E1D, 'E'), (0x1E1F, 'F'), (0x1E21, 'G'), (0x1E2B, 'H'), (0x1E2F, 'I'),
        (0x1E35, 'K'), (0x1E3D, 'L'), (0x1E43, 'M'), (0x1E4B, 'N'), (0x1E53, 'O'), (0x1E57, 'P'), (0x1E5F, 'R'), (0x1E69, 'S'), (0x1E71, 'T'),
        (0x1E7B, 'U'), (0x1E7F, 'V'), (0x1E89, 'W'), (0x1E8D, 'X'), (0x1E8F, 'Y'), (0x1E95, 'Z'), (0x1E96, 'H'), (0x1E97, 'T'), (0x1E98, 'W'),
        (0x1E99, 'Y'), (0x1E9B, 'S'), (0x1EB7, 'A'), (0x1EC7, 'E'), (0x1ECB, 'I'), (0x1EE3, 'O'), (0x1EF1, 'U'), (0x1EF9, 'Y'),
    ];

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
        >= 0x1E00 and <= 0x1EF9 when VietnameseLetter(rune.Value) is { } letter => letter.ToString(),
        >= 0x386 and <= 0x3CE when Greek.IndexOf((char)rune.Value) is var greek && greek >= 0 && greek % 2 == 0 => Greek[greek + 1].ToString(),
        0x1A0 or 0x1A1 => rune.Value == 0x1A0 ? "O" : "o",
        0x1AF or 0x1B0 => rune.Value == 0x1AF ? "U" : "u",
        0x218 or 0x219 => rune.Value == 0x218 ? "S" : "s",
        0x21A or 0x21B => rune.Value == 0x21A ? "T" : "t",
        0x6CC or 0x649 => "ي",
        0x6A9 => "ك",
        >= 0xFF01 and <= 0xFF5E => ((char)(rune.Value - 0xFEE0)).ToString(),
        0x451 => "е",
        0x401 => "Е",
        // Mathematical alphabets: 26 capitals and 26 small letters in turn, then the digits.
        >= 0x1D400 and <= 0x1D6A3 => MathematicalLetter((rune.Value - 0x1D400) % 52).ToString(),
        >= 0x1D7CE and <= 0x1D7FF => ((char)('0' + ((rune.Value - 0x1D7CE) % 10))).ToString(),
        _ => rune.ToString(),
    };

    /// <summary>
    /// U+1E00 to U+1EF9, where capitals and small letters take turns; null for those that are no letter of the alphabet with a mark.
    /// </summary>
    private static char? VietnameseLetter(int rune)
    {
        if (rune is >= 0x1E9C and <= 0x1E9F) return null;
        for (var i = 0; i < ExtendedLatin.Length; i++)
        {
            if (rune > ExtendedLatin[i].Last) continue;
            var letter = ExtendedLatin[i].Letter;
            return rune % 2 == 0 ? letter : char.ToLowerInvariant(letter);
        }
        return null;
    }

    private static char MathematicalLetter(int place) => (char)(place < 26 ? 'A' + place : 'a' + place - 26);
}
