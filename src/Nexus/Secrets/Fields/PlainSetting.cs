using System.Collections.Frozen;
using System.Text;

namespace Nexus.Secrets;

/// <summary>
/// Values that are plainly settings, also under a name that may hold a secret: <c>token: USDT</c>, <c>auth: basic</c>, <c>key: leverage</c>.
/// </summary>
internal static class PlainSetting
{
    /// <summary>What is no longer than this is taken for a word, not a secret.</summary>
    public const int ShortestWord = 3;

    private const int MaxWord = 40;

    private static readonly FrozenSet<string> Settings = """
        none null nil default auto basic digest bearer oauth oauth2 jwt hmac rsa ed25519 apikey required optional enabled disabled true false yes no
        on off unset n/a na manual any all
        """.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).ToFrozenSet(StringComparer.Ordinal);

    /// <summary>A coin or pair in capitals, a word of settings.</summary>
    public static bool IsCoinOrSetting(ReadOnlySpan<byte> text) => text.Length <= MaxWord
        && (IsSymbol(text) || Settings.Contains(Encoding.UTF8.GetString(text).ToLowerInvariant()));

    /// <summary>As <see cref="IsCoinOrSetting"/>, or the name of a setting, or too short to be a secret.</summary>
    public static bool IsWord(ReadOnlySpan<byte> text)
    {
        if (text.Length <= 3 || IsCoinOrSetting(text)) return true;
        if (text.Length > MaxWord || text.ContainsAny(" ="u8) || GeneratedText.Is(text, 8)) return false;
        var kind = SecretFields.KindOf(text);
        // A secret's name is the name of a column, not a secret.
        return kind is NameKind.Innocent or NameKind.Identifier || (kind >= NameKind.Ambiguous && IsLower(text));
    }

    /// <summary>Small letters, spaces and underscores: words that are not a password, or a bad one.</summary>
    public static bool IsLower(ReadOnlySpan<byte> text)
    {
        foreach (var c in text)
        {
            if (c is not ((>= (byte)'a' and <= (byte)'z') or (byte)'_' or (byte)'-' or (byte)' ' or >= 0x80)) return false;
        }
        return true;
    }

    /// <summary><c>BTC</c>, <c>1000PEPE</c>, <c>BTC/USDT:USDT</c>.</summary>
    private static bool IsSymbol(ReadOnlySpan<byte> text)
    {
        if (text.Length is < 2 or > 24) return false;
        foreach (var range in text.SplitAny("/-_:"u8))
        {
            var coin = text[range].TrimStart("0123456789"u8);
            if (coin.Length is < 2 or > 6 && !(coin.Length <= 10 && IsQuoted(coin))) return false;
            if (coin.ContainsAnyExceptInRange((byte)'A', (byte)'Z')) return false;
        }
        return true;
    }

    private static bool IsQuoted(ReadOnlySpan<byte> coin) => coin.EndsWith("USDT"u8) || coin.EndsWith("USDC"u8) || coin.EndsWith("USD"u8)
        || coin.EndsWith("BTC"u8) || coin.EndsWith("EUR"u8);
}
