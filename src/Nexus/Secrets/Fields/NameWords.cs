using System.Globalization;

namespace Nexus.Secrets;

/// <summary>Cuts names into lower-case words at separators and at camel case: <c>binanceAPIKey_2</c> → binance, api, key.</summary>
internal static class NameWords
{
    /// <summary>The words without numbers: trailing digits of a word and words of digits alone only count things.</summary>
    public static List<string> Split(string name)
    {
        var words = new List<string>();
        var start = 0;
        for (var i = 0; i <= name.Length; i++)
        {
            if (i < name.Length && !BeginsWord(name, i)) continue;
            Add(words, name.AsSpan(start, i - start));
            start = i;
        }
        return words;
    }

    private static bool BeginsWord(string name, int i)
    {
        if (IsMark(name[i])) return i == 0;
        if (!char.IsLetterOrDigit(name[i])) return true;
        if (i == 0) return false;
        if (!char.IsUpper(name[i])) return false;
        // aB and 9B begin a word at B, and so does the B of ABc: the last capital of a run belongs to what follows.
        return !char.IsUpper(name[i - 1]) || (i + 1 < name.Length && char.IsLower(name[i + 1]));
    }

    /// <summary>A vowel or another sign that belongs to the letter before it, as in Hindi and Thai.</summary>
    private static bool IsMark(char c) => c > 0x7F
        && char.GetUnicodeCategory(c) is UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark;

    private static void Add(List<string> words, ReadOnlySpan<char> piece)
    {
        if (piece.Length > 0 && !char.IsLetterOrDigit(piece[0])) piece = piece[1..];
        var letters = piece.TrimEnd("0123456789");
        if (letters.Length > 0) words.Add(letters.ToString().ToLowerInvariant());
    }
}
