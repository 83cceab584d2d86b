using System.Globalization;
using System.Text;

namespace Nexus.Audit;

/// <summary>
/// Cuts names of columns and keys into lower-case words without accents, at separators and at camel case: <c>binanceAPIKey_2</c> is binance, api,
/// key.
/// </summary>
internal static class Words
{
    /// <summary>Without numbers: what only counts things says nothing about them. <c>2fa</c> stays one word.</summary>
    public static List<string> Split(string name)
    {
        var words = new List<string>();
        var start = 0;
        for (var i = 0; i <= name.Length; i++)
        {
            if (i < name.Length && !Begins(name, i)) continue;
            Add(words, name.AsSpan(start, i - start));
            start = i;
        }
        return words;
    }

    private static bool Begins(string name, int i)
    {
        if (!char.IsLetterOrDigit(name[i])) return true;
        if (i == 0 || !char.IsUpper(name[i])) return false;
        // The last capital of a run belongs to what follows: ABc is A, Bc.
        return !char.IsUpper(name[i - 1]) || (i + 1 < name.Length && char.IsLower(name[i + 1]));
    }

    private static void Add(List<string> words, ReadOnlySpan<char> piece)
    {
        if (piece.Length > 0 && !char.IsLetterOrDigit(piece[0])) piece = piece[1..];
        piece = piece.TrimEnd("0123456789");
        if (piece.Length > 0) words.Add(Plain(piece.ToString()));
    }

    /// <summary>
    /// In small letters and without accents: contraseña is contrasena, clé is cle. By a table, since the program runs without the system's.
    /// </summary>
    private static string Plain(string word)
    {
        word = word.ToLowerInvariant();
        if (word.All(char.IsAscii)) return word;
        var plain = new StringBuilder(word.Length);
        foreach (var c in word)
        {
            var at = Accented.IndexOf(c, StringComparison.Ordinal);
            if (CharUnicodeInfo.GetUnicodeCategory(c) != UnicodeCategory.NonSpacingMark) plain.Append(at < 0 ? c : Base[at]);
        }
        return plain.ToString();
    }

    private const string Accented = "áàâäãåāăąçćčďéèêëēėęěğíìîïīıłñńňóòôöõøōőřśşšťúùûüūůűýÿźżž";

    private const string Base = "aaaaaaaaacccdeeeeeeeegiiiiiilnnnoooooooorssstuuuuuuuyyzzz";
}
