using System.Text.RegularExpressions;

namespace Nexus.Audit;

/// <summary>Forms of texts: what its issuer made recognisable, what looks drawn at random, what is protected.</summary>
internal static partial class SecretShape
{
    private const int ShortestKey = 16;

    /// <summary>A form that its issuer gave it: a bot token, a private key, a URL with a password. Such a text is a secret under any name.</summary>
    public static bool IsToken(string text) => !Marked().IsMatch(text)
        && (Issued().IsMatch(text) || UrlWithPassword().IsMatch(text) || ProxyLine().IsMatch(text) || UrlWithKey().IsMatch(text));

    /// <summary>
    /// A recovery phrase: 12, 15, 18, 21, 24 or 25 words in small or capital letters, with commas or numbers between them (BIP 39, Monero).
    /// </summary>
    public static bool IsMnemonic(string text)
    {
        if (text.Length is < 40 or > 400) return false;
        var words = text.Split([' ', ',', ';', '\n', '\r', '\t', '-', '_'], StringSplitOptions.RemoveEmptyEntries)
            .Select(word => word.TrimStart("0123456789.):".ToCharArray())).Where(word => word.Length > 0).ToList();
        return words.Count is 12 or 15 or 18 or 21 or 24 or 25 && words.TrueForAll(IsMnemonicWord)
            && (words.TrueForAll(word => word.All(char.IsLower)) || words.TrueForAll(word => word.All(char.IsUpper)));
    }

    /// <summary>A word as recovery phrases have them.</summary>
    public static bool IsMnemonicWord(string word) => word.Length is >= 3 and <= 12 && word.All(char.IsAsciiLetter);

    /// <summary>One word of letters and digits, as keys are. Under a name that says secret nothing else looks so.</summary>
    public static bool IsKey(string text) => text.Length >= ShortestKey && Key().IsMatch(text);

    /// <summary>How exchanges draw keys: 24 or more hexadecimal digits, a UUID, or 32 and more letters and digits in disorder.</summary>
    public static bool IsRandom(string text) => Guid.TryParseExact(text, "D", out _) || Hexadecimal().IsMatch(text)
        || (text.Length is >= 32 and <= 256 && Key().IsMatch(text) && Alphabet().IsMatch(text));

    /// <summary>Drawn at random beyond doubt: hexadecimal digits, or capital and small letters and digits without order, and no path.</summary>
    public static bool IsDrawn(string text) => Hexadecimal().IsMatch(text)
        || (text.Length is >= ShortestKey and <= 256 && Alphabet().IsMatch(text) && text.Any(char.IsAsciiLetterUpper)
            && text.Any(char.IsAsciiLetterLower) && text.Any(char.IsAsciiDigit)
            && text.Count(c => c is '/' or '-' or '_' or '+') <= text.Length / 10);

    /// <summary>KuCoin's: a key of 24 hexadecimal digits.</summary>
    public static bool IsObjectId(string text) => text.Length == 24 && Hexadecimal().IsMatch(text);

    /// <summary>As long as a digest.</summary>
    public static bool IsDigest(string text) => Digest().IsMatch(text);

    /// <summary>Sealed, hashed, masked, or a reference to where the secret is kept.</summary>
    public static bool IsProtected(string text) => Marked().IsMatch(text) || Masked().IsMatch(text);

    /// <summary>The name and the value of <c>password: x</c> and <c>api_key=x</c> inside a text.</summary>
    public static IEnumerable<(string Name, string Value)> Assignments(string text) =>
        Assignment().Matches(text).Select(match => (match.Groups["name"].Value, match.Groups["value"].Value.TrimEnd('.', ',', ';', ')')));

    private const RegexOptions Options =
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture | RegexOptions.IgnorePatternWhitespace | RegexOptions.NonBacktracking;

    // Telegram; JWT; PEM; OpenAI and those that copy it; Stripe; GitHub; GitLab; Slack; AWS; Google; Hugging Face, Groq, xAI, npm; Alpaca; Discord's
    // webhooks.
    [GeneratedRegex("""
        (^|[^0-9])[0-9]{8,10}:[A-Za-z0-9_-]{35} | eyJ[A-Za-z0-9_-]{7,}\.[A-Za-z0-9_-]{2,}\.[A-Za-z0-9_-]* | PRIVATE\ KEY-----
        | (^|[^A-Za-z0-9])(sk-[A-Za-z0-9_-]{16,}|(sk_live|sk_test|rk_live|whsec)_[A-Za-z0-9_-]{16,}|(ghp|gho|ghu|ghs)_[A-Za-z0-9]{30,}
            |github_pat_[A-Za-z0-9_]{30,}|glpat-[A-Za-z0-9_-]{16,}
            |(xoxb|xoxp|xapp)-[A-Za-z0-9-]{16,}|(AKIA|ASIA)[A-Z0-9]{16}|AIza[A-Za-z0-9_-]{30,}|ya29\.[A-Za-z0-9_-]{16,}|(hf|gsk)_[A-Za-z0-9]{20,}
            |xai-[A-Za-z0-9]{20,}|npm_[A-Za-z0-9]{30,})
        | ^[PAC]K[A-Z0-9]{18,24}$ | discord(app)?\.com/api/webhooks/[0-9]+/[A-Za-z0-9_-]{20,}
        """, Options)]
    private static partial Regex Issued();

    [GeneratedRegex("""(^|[\s"'`<(\[{=,;|])([a-z][a-z0-9+.-]*://)[^\s/:@"'<>]*:[^\s/@"'<>]+@[^\s/@"'<>]""", Options | RegexOptions.IgnoreCase)]
    private static partial Regex UrlWithPassword();

    // host:port:user:password and user:password:host:port, how proxies are sold.
    [GeneratedRegex(
        """(^|\s)([a-z0-9-]+(\.[a-z0-9-]+)+:[0-9]{2,5}:[^\s:@]+:[^\s:@]+|[^\s:@/]+:[^\s:@/]+:[a-z0-9-]+(\.[a-z0-9-]+)+:[0-9]{2,5})($|\s)""",
        Options | RegexOptions.IgnoreCase)]
    private static partial Regex ProxyLine();

    [GeneratedRegex(
        """https?://[^\s?]+\?([^\s\#]*&)?(key|api_?key|apikey|token|access_token|auth|secret|sig|signature|password)=[A-Za-z0-9_%.~+/-]{12,}""",
        Options | RegexOptions.IgnoreCase)]
    private static partial Regex UrlWithKey();

    // Nexus and Fernet; password hashes; Vault, OpenSSL, SOPS and KMS ciphertexts; PGP; public keys; JWE (five parts); references.
    [GeneratedRegex(
        """
        ^(nx1\.|gAAAA|\$(2[abxy]?|argon2\w*|scrypt|pbkdf2[\w-]*|5|6|y|7|apr1)\$|pbkdf2|scrypt:|bcrypt|argon2
        |SCRAM-SHA-256\$|md5[0-9a-f]{32}$|sha(1|256|512)[$:]|\{\w+\}|vault:v[0-9]+:|U2FsdGVkX1|ENC\[|enc[:(]|AQICAH|kms:
        |-----BEGIN\ (PGP\ MESSAGE|AGE\ ENCRYPTED|([A-Z]+\ )?PUBLIC\ KEY|CERTIFICATE)|(ssh-(rsa|dss|ed25519)|ecdsa-sha2-[a-z0-9-]+)\ AAAA
        |\\x[0-9a-f]*$|eyJ[\w-]*\.[\w-]*\.[\w-]+\.[\w-]+\.[\w-]+$
        |\$\{|arn:|env:|vault://|secret://|op://|ssm:|projects/)
        """, Options)]
    private static partial Regex Marked();

    [GeneratedRegex(@"\*\*\*|•••|^[xX*•.…-]+$|<redacted>|\[redacted\]", Options | RegexOptions.IgnoreCase)]
    private static partial Regex Masked();

    [GeneratedRegex("^[0-9a-f]{24,128}$|^[0-9A-F]{24,128}$", Options)]
    private static partial Regex Hexadecimal();

    [GeneratedRegex("^([0-9a-fA-F]{32}|[0-9a-fA-F]{40}|[0-9a-fA-F]{56}|[0-9a-fA-F]{64}|[0-9a-fA-F]{96}|[0-9a-fA-F]{128})$", Options)]
    private static partial Regex Digest();

    [GeneratedRegex(@"^\S*([A-Za-z]\S*[0-9]|[0-9]\S*[A-Za-z])\S*$", Options)]
    private static partial Regex Key();

    [GeneratedRegex("^[A-Za-z0-9+/=_-]+$", Options)]
    private static partial Regex Alphabet();

    [GeneratedRegex("""(^|[\s,;?&{("'])(?<name>[\p{L}0-9_.-]{2,40})["']?\s?[:=]\s?["']?(?<value>[^\s"',;&]{4,200})""", Options)]
    private static partial Regex Assignment();
}
