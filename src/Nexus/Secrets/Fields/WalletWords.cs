using System.Collections.Frozen;
using System.Text;

namespace Nexus.Secrets;

/// <summary>
/// The words of recovery phrases in ten languages: https://github.com/bitcoin/bips/blob/master/bip-0039/bip-0039-wordlists.md. Read at the first text
/// that may be such a phrase.
/// </summary>
internal static class WalletWords
{
    private const int MaxLength = 12;

    private static readonly string[] Languages =
        ["english", "spanish", "french", "portuguese", "italian", "czech", "japanese", "korean", "chinese-simplified", "chinese-traditional"];

    private static readonly Lazy<FrozenDictionary<string, int>> Words = new(Read);

    /// <summary>How many languages there are.</summary>
    public static int Count => Languages.Length;

    /// <summary>A bit for each language that has the word. Capitals and accents do not count.</summary>
    public static int LanguagesOf(ReadOnlySpan<byte> word)
    {
        if (word.Length is 0 or > 4 * MaxLength) return 0;
        var text = Compose(NameFolding.Fold(Encoding.UTF8.GetString(word)).ToLowerInvariant());
        return text.Length <= MaxLength ? Words.Value.GetValueOrDefault(text) : 0;
    }

    /// <summary>Kana with their marks apart, and syllables in parts, as wallets on some systems write them.</summary>
    private static string Compose(string text)
    {
        if (!text.Any(c => c is '\u3099' or '\u309A' or (>= '\u1100' and <= '\u11FF'))) return text;
        var composed = new StringBuilder(text.Length);
        foreach (var c in text)
        {
            var last = composed.Length > 0 ? composed[^1] : '\0';
            if (c is '\u3099' or '\u309A' && last != '\0') composed[^1] = (char)(last + (c - '\u3098'));
            else if (c is >= '\u1161' and <= '\u1175' && last is >= '\u1100' and <= '\u1112')
                composed[^1] = (char)(0xAC00 + ((((last - 0x1100) * 21) + (c - 0x1161)) * 28));
            else if (c is >= '\u11A8' and <= '\u11C2' && last is >= '\uAC00' and <= '\uD7A3') composed[^1] = (char)(last + (c - 0x11A7));
            else composed.Append(c);
        }
        return composed.ToString();
    }

    private static FrozenDictionary<string, int> Read()
    {
        var words = new Dictionary<string, int>(StringComparer.Ordinal);
        for (var language = 0; language < Languages.Length; language++)
        {
            using var stream = typeof(WalletWords).Assembly.GetManifestResourceStream($"Nexus.Secrets.Fields.WordLists.{Languages[language]}.txt")!;
            using var reader = new StreamReader(stream, Encoding.UTF8);
            foreach (var word in reader.ReadToEnd().Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries))
                words[word] = words.GetValueOrDefault(word) | (1 << language);
        }
        return words.ToFrozenDictionary(StringComparer.Ordinal);
    }
}
