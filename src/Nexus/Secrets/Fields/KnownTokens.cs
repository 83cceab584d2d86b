using System.Buffers;

namespace Nexus.Secrets;

/// <summary>Credentials whose issuers gave them a form of their own.</summary>
internal static class KnownTokens
{
    private const int TelegramSecretLength = 35;

    private static readonly SearchValues<byte> Base64Url = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"u8);

    private static readonly SearchValues<byte> CapitalsAndDigits = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"u8);

    /// <summary>How they begin, and how many characters of base64url follow at least.</summary>
    private static readonly (byte[] Prefix, int Length)[] Prefixes =
    [
        ("sk-"u8.ToArray(), 16),          // OpenAI, Anthropic and those that copy them
        ("sk_live_"u8.ToArray(), 16), ("sk_test_"u8.ToArray(), 16), ("rk_live_"u8.ToArray(), 16), ("whsec_"u8.ToArray(), 16), // Stripe
        ("ghp_"u8.ToArray(), 30), ("gho_"u8.ToArray(), 30), ("ghu_"u8.ToArray(), 30), ("ghs_"u8.ToArray(), 30), ("github_pat_"u8.ToArray(), 30),
        ("glpat-"u8.ToArray(), 16),       // GitLab
        ("xoxb-"u8.ToArray(), 16), ("xoxp-"u8.ToArray(), 16), ("xapp-"u8.ToArray(), 16), // Slack
        ("AKIA"u8.ToArray(), 16), ("ASIA"u8.ToArray(), 16), // AWS
        ("AIza"u8.ToArray(), 30), ("ya29."u8.ToArray(), 16), // Google
        ("hf_"u8.ToArray(), 20), ("gsk_"u8.ToArray(), 20), ("xai-"u8.ToArray(), 20), ("npm_"u8.ToArray(), 30),
    ];

    /// <summary>Whether one is in the word, at its beginning or after another sign.</summary>
    public static bool IsIn(ReadOnlySpan<byte> word) => HasTelegramToken(word) || HasJwt(word) || HasPrefix(word) || IsAlpacaKey(word);

    /// <summary>8 to 10 digits, a colon, 35 of base64url; in URLs behind <c>/bot</c>.</summary>
    private static bool HasTelegramToken(ReadOnlySpan<byte> word)
    {
        for (int colon; (colon = word.IndexOf((byte)':')) >= 0; word = word[(colon + 1)..])
        {
            var digits = word[..colon];
            var id = digits.Length - 1 - digits.LastIndexOfAnyExceptInRange((byte)'0', (byte)'9');
            if (id is >= 8 and <= 10 && RunLength(word[(colon + 1)..]) >= TelegramSecretLength) return true;
        }
        return false;
    }

    /// <summary>Three parts in base64url, the first a JSON object: <c>{"</c> is <c>eyJ</c>.</summary>
    private static bool HasJwt(ReadOnlySpan<byte> word)
    {
        for (int start; (start = word.IndexOf("eyJ"u8)) >= 0; word = word[(start + 3)..])
        {
            var rest = word[start..];
            var header = RunLength(rest);
            if (header < 10 || header + 1 >= rest.Length || rest[header] != '.') continue;
            rest = rest[(header + 1)..];
            var payload = RunLength(rest);
            if (payload >= 2 && payload < rest.Length && rest[payload] == '.') return true;
        }
        return false;
    }

    /// <summary>An Alpaca key id, which config writes as <c>"alpaca":{"key":…}</c>: PK (paper), AK or CK, and capitals and digits up to 20 or 26 in all.</summary>
    private static bool IsAlpacaKey(ReadOnlySpan<byte> word) =>
        word.Length is >= 20 and <= 26
        && word[1] == 'K'
        && word[0] is (byte)'P' or (byte)'A' or (byte)'C'
        && word.ContainsAnyInRange((byte)'0', (byte)'9')
        && !word.ContainsAnyExcept(CapitalsAndDigits);

    private static bool HasPrefix(ReadOnlySpan<byte> word)
    {
        foreach (var (prefix, length) in Prefixes)
        {
            var at = word.IndexOf(prefix);
            if (at >= 0 && (at == 0 || !char.IsAsciiLetterOrDigit((char)word[at - 1])) && RunLength(word[(at + prefix.Length)..]) >= length) return true;
        }
        return false;
    }

    private static int RunLength(ReadOnlySpan<byte> text) => text.IndexOfAnyExcept(Base64Url) is var end and >= 0 ? end : text.Length;
}
