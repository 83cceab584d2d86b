using System.Collections.Frozen;
using System.Text;

namespace Nexus.Secrets;

/// <summary>
/// A wallet's recovery phrase: twelve words or more of one wallet's list in a row, however they are written (capitals, numbers, commas, lines), also
/// inside a longer text; or 13 or 25 words of small letters, as Monero has them from a list of its own, none of which a sentence needs; or as many
/// words as a wallet writes and no more, of which a few are misspelt.
/// </summary>
internal static class MnemonicShape
{
    private const int MinWords = 12;
    private const int MinLength = 23;
    private const int MaxForeignWords = 25;
    private const int MaxListedWords = 24;
    private const int MaxWord = 40;

    /// <summary>Words that phrases do not have and twelve words of a sentence nearly always do.</summary>
    private static readonly FrozenSet<string> SentenceWords = """
        the and for with from was are were not has have had his her its our your they them this that these those when than then which who will would
        should could been being into onto but because while
        los las del con por para una uno que como más pero sin sobre está este esta esto son sus les des une pour dans avec sur est sont pas qui und
        der die das mit von ist nicht den dem ein eine auf für
        per non che gli della delle sono com uma dos das não seu sua voor een van het met zijn niet och att som det ikke ili nie jest się oraz bir ile
        için
        """.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).ToFrozenSet(StringComparer.Ordinal);

    public static bool Matches(ReadOnlySpan<byte> value) => value.Length >= MinLength
        && (HasListedRun(value) || IsUnlisted(value) || IsMisspelt(value));

    /// <summary>12, 15, 18, 21 or 24 words of letters, five of six of them of one list, and none that only a sentence has.</summary>
    private static bool IsMisspelt(ReadOnlySpan<byte> value)
    {
        var text = value.Trim((byte)' ');
        var count = text.Count((byte)' ') + 1;
        if (count is < MinWords or > MaxListedWords || count % 3 != 0 || text.Length > MaxListedWords * MaxWord) return false;
        Span<int> found = stackalloc int[16];
        foreach (var range in text.Split((byte)' '))
        {
            var word = text[range];
            if (word.Length is < 2 or > MaxWord || word.IndexOfAnyInRange((byte)0, (byte)('A' - 1)) >= 0
                || SentenceWords.Contains(Encoding.UTF8.GetString(word))) return false;
            var languages = WalletWords.LanguagesOf(word);
            for (var i = 0; i < WalletWords.Count; i++) found[i] += languages >> i & 1;
        }
        foreach (var words in found)
        {
            if (6 * words >= 5 * count) return true;
        }
        return false;
    }

    private static bool HasListedRun(ReadOnlySpan<byte> value)
    {
        // Most texts have no twelve words; what separates words is one byte at least.
        if (CountGaps(value) < MinWords - 1) return false;
        Span<int> runs = stackalloc int[16];
        while (!value.IsEmpty)
        {
            var length = 0;
            while (length < value.Length && !IsSeparator(value[length]) && !IsIdeographicSign(value[length..])) length++;
            if (length > 0 && Count(runs, WalletWords.LanguagesOf(value[..length]))) return true;
            value = value[length..];
            while (!value.IsEmpty && (IsSeparator(value[0]) || IsIdeographicSign(value))) value = value[(value[0] < 0x80 ? 1 : 3)..];
        }
        return false;
    }

    private static bool Count(Span<int> runs, int languages)
    {
        for (var i = 0; i < WalletWords.Count; i++)
        {
            runs[i] = (languages >> i & 1) != 0 ? runs[i] + 1 : 0;
            if (runs[i] == MinWords) return true;
        }
        return false;
    }

    private static int CountGaps(ReadOnlySpan<byte> value)
    {
        var gaps = 0;
        for (var i = 1; i < value.Length && gaps < MinWords; i++)
        {
            if ((IsSeparator(value[i]) && !IsSeparator(value[i - 1])) || IsIdeographicSign(value[i..])) gaps++;
        }
        return gaps;
    }

    private static bool IsSeparator(byte c) => c < 0x80 && !char.IsAsciiLetter((char)c);

    /// <summary>The space, comma, full stop and colon of East Asian scripts.</summary>
    private static bool IsIdeographicSign(ReadOnlySpan<byte> text) => text[0] is 0xE3 or 0xEF && (text.StartsWith("\u3000"u8)
        || text.StartsWith("、"u8) || text.StartsWith("。"u8) || text.StartsWith("，"u8) || text.StartsWith("："u8) || text.StartsWith("；"u8));

    private static bool IsUnlisted(ReadOnlySpan<byte> value)
    {
        if (!value.Contains((byte)' ') || value.ContainsAnyExceptInRange((byte)' ', (byte)'z')) return false;
        var words = 0;
        foreach (var range in value.Trim((byte)' ').Split((byte)' '))
        {
            var word = value.Trim((byte)' ')[range];
            if (word.Length is < 3 or > 12 || word.ContainsAnyExceptInRange((byte)'a', (byte)'z') || ++words > MaxForeignWords) return false;
            if (SentenceWords.Contains(Encoding.ASCII.GetString(word))) return false;
        }
        return words is 13 or 25;
    }
}
