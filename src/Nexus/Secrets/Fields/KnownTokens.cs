using System.Buffers;

namespace Nexus.Secrets;

/// <summary>Credentials whose issuers gave them a form of their own.</summary>
internal static class KnownTokens
{
    private const int TelegramSecretLength = 35;
    private const int MinPasswordHash = 30;

    private static readonly SearchValues<byte> LowerHex = SearchValues.Create("0123456789abcdef"u8);

    private static readonly SearchValues<byte> Base64Url = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"u8);

    private static readonly SearchValues<byte> CapitalsAndDigits = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"u8);

    /// <summary>How they begin, and how many characters of base64url or dots follow at least.</summary>
    private static readonly (byte[] Prefix, int Length)[] Prefixes =
    [
        .. Make("sk- 16  sk_live_ 16  sk_test_ 16  rk_live_ 16  rk_test_ 16  whsec_ 16"), // OpenAI, Anthropic and those that copy them; Stripe
        .. Make("ghp_ 30  gho_ 30  ghu_ 30  ghs_ 30  ghr_ 30  github_pat_ 30  glpat- 16  gldt- 16  glrt- 16  ATATT 30  ATBB 24  dckr_pat_ 20  npm_ " +
            "30  pypi- 30  oy2 43"),
        .. Make("xoxb- 16  xoxp- 16  xoxa- 16  xoxr- 16  xoxs- 16  xoxe- 16  xapp- 16  shpat_ 30  shpss_ 30  dop_v1_ 40  PMAK- 30  NRAK- 20  " +
            "sq0atp- 20  sq0csp- 30  EAAA 40"),
        .. Make("AKIA 16  ASIA 16  ABIA 16  LTAI 16  AKID 28  AIza 30  ya29. 16  GOCSPX- 20  1// 30  SG. 40  hvs. 20  hvb. 20  AGE-SECRET-KEY-1 40 " +
            " age-secret-key-1 40"),
        .. Make("hf_ 20  gsk_ 20  xai- 20  pplx- 30  r8_ 30  tvly- 16  lin_api_ 30  ntn_ 40  secret_ 40  figd_ 30  sbp_ 30  sgp_ 30  glsa_ 30"),
        .. Make("CG- 20  xkeysib- 40  nvapi- 40  rzp_live_ 14  rzp_test_ 14  pk.eyJ 30  sk.eyJ 30  dp.st. 30  dp.pt. 30  glc_ 40  sntrys_ 40  " +
            "phx_ 30  " +
            "PMAT- 20  pul- 30  HRKU- 30  waka_ 30  CFPAT- 30  rnd_ 24  shpca_ 30  glcbt- 16  glptt- 16  gloas- 16  FLWSECK- 20  FLWSECK_TEST- 20  " +
            "sl.u. 30  lin_oauth_ 30  rdme_ 40  duffel_live_ 30  EZAK 50  EZTK 50  dapi 32  fio-u- 40  tfp_ 40  bfx_ 30  vercel_ 20  " +
            "apify_api_ 20  " +
            "key-live- 20  mx0v 14  bg_ 32  xoxd- 20  xwfp- 20  AQVN 30  y0_ 30  t1. 60  cio_ 20  airtable_ 20  pat-na1- 30  pat-eu1- 30  " +
            "hapi_ 20  " +
            "ops_eyJ 40  snyk_ 20  jfrt 20  AKCp 50  EAACEdEose0cBA 20  ATCTT3 40"),
        .. Make("nsec1 50  suiprivkey1 50  PVT_K1_ 40  PVT_R1_ 40  edsk 50  ed25519_sk1 50"),
    ];

    private static readonly byte[][] PasswordHashes =
        [.. "$1$ $2a$ $2b$ $2y$ $5$ $6$ $7$ $y$ $argon2 $scrypt$ $pbkdf2 pbkdf2_sha pbkdf2:sha scrypt: {SSHA {CRYPT}"
            .Split(' ').Select(System.Text.Encoding.ASCII.GetBytes)];

    /// <summary>By their first byte.</summary>
    private static readonly (byte[] Prefix, int Length)[]?[] PrefixesByFirst = GroupByFirst(Prefixes);

    /// <summary>What follows an underscore: another one would make it a name, such as <c>hf_momentum_breakout</c>.</summary>
    private static readonly SearchValues<byte> Alphanumeric = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"u8);

    private static readonly SearchValues<byte> Body = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.=:"u8);

    /// <summary>Whether one is in the word, at its beginning or after another sign.</summary>
    public static bool IsIn(ReadOnlySpan<byte> word) => HasTelegramToken(word) || HasDottedToken(word) || HasPrefix(word) || HasKeyPath(word)
        || IsSuffixedUuid(word)
        || IsPasswordHash(word)
        || IsAlpacaKey(word)
        || IsTwilioKey(word)
        || IsBlockfrostKey(word);

    /// <summary>DeepL's free keys: https://developers.deepl.com/docs/getting-started/auth.</summary>
    private static bool IsSuffixedUuid(ReadOnlySpan<byte> word) => word.Length == 39 && word.EndsWith(":fx"u8) && GeneratedText.IsUuid(word[..36]);

    /// <summary>What programs keep of a password, which can be searched for: crypt(3), bcrypt, Argon2, scrypt, PBKDF2, LDAP.</summary>
    private static bool IsPasswordHash(ReadOnlySpan<byte> word)
    {
        if (word.Length < MinPasswordHash || word[0] is not ((byte)'$' or (byte)'p' or (byte)'s' or (byte)'{')) return false;
        foreach (var form in PasswordHashes)
        {
            if (word.StartsWith(form)) return true;
        }
        return false;
    }

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

    /// <summary>
    /// Parts in base64url between dots: of a JWT, the first a JSON object (<c>{"</c> is <c>eyJ</c>) and the last may be missing; of a Discord bot's
    /// token 24 to 28, 6 and 27 or more. Each part is looked at once, so the time is linear.
    /// </summary>
    private static bool HasDottedToken(ReadOnlySpan<byte> word)
    {
        if (word.IndexOf((byte)'.') < 0) return false;
        ReadOnlySpan<byte> first = default;
        ReadOnlySpan<byte> second = default;
        while (true)
        {
            var length = RunLength(word);
            var part = word[..length];
            if (first.Length is >= 23 and <= 28 && second.Length is 6 or 7 && part.Length >= 27 && first.ContainsAnyInRange((byte)'A', (byte)'Z'))
                return true;
            if (length == word.Length) return false;
            if (word[length] == '.' && length >= 2 && IsJwtHeader(second)) return true;
            first = word[length] == '.' ? second : default;
            second = word[length] == '.' ? part : default;
            word = word[(length + 1)..];
        }
    }

    /// <summary>Coinbase's <c>organizations/ID/apiKeys/ID</c>: https://docs.cdp.coinbase.com/get-started/authentication/cdp-api-keys.</summary>
    private static bool HasKeyPath(ReadOnlySpan<byte> word) => word.StartsWith("organizations/"u8) && word.IndexOf("/apiKeys/"u8) > 0;

    private static bool IsJwtHeader(ReadOnlySpan<byte> part) => part.IndexOf("eyJ"u8) is var at and >= 0 && part.Length - at >= 10;

    /// <summary><c>SK</c> and 32 hexadecimal digits.</summary>
    private static bool IsTwilioKey(ReadOnlySpan<byte> word) => word.Length == 34 && word.StartsWith("SK"u8)
        && !word[2..].ContainsAnyExcept(LowerHex);

    /// <summary>
    /// An Alpaca key id, which config writes as <c>"alpaca":{"key":…}</c>: PK (paper), AK or CK, and capitals and digits up to 20 or 26 in all.
    /// </summary>
    private static bool IsAlpacaKey(ReadOnlySpan<byte> word) =>
        word.Length is >= 20 and <= 26
        && word[1] == 'K'
        && word[0] is (byte)'P' or (byte)'A' or (byte)'C'
        && word.ContainsAnyInRange((byte)'0', (byte)'9')
        && !word.ContainsAnyExcept(CapitalsAndDigits);

    /// <summary>A network of Cardano and 32 letters and digits: https://docs.blockfrost.io/#section/Authentication.</summary>
    private static bool IsBlockfrostKey(ReadOnlySpan<byte> word)
    {
        var network = word.StartsWith("mainnet"u8) || word.StartsWith("preprod"u8) || word.StartsWith("preview"u8) ? 7
            : word.StartsWith("ipfs"u8) ? 4 : 0;
        return network > 0 && word.Length == network + 32 && !word.ContainsAnyExcept(Alphanumeric) && RandomText.IsIn(word[network..]);
    }

    /// <summary>A prefix counts only at the beginning of the word or after a sign, so few places are compared.</summary>
    private static bool HasPrefix(ReadOnlySpan<byte> word)
    {
        for (var rest = word; ; rest = rest[1..])
        {
            if (rest.IsEmpty) return false;
            if (PrefixesByFirst[rest[0]] is { } prefixes && Begins(rest, prefixes)) return true;
            var sign = rest.IndexOfAnyExcept(Alphanumeric);
            if (sign < 0) return false;
            rest = rest[sign..];
        }
    }

    private static bool Begins(ReadOnlySpan<byte> text, (byte[] Prefix, int Length)[] prefixes)
    {
        foreach (var (prefix, length) in prefixes)
        {
            if (!text.StartsWith(prefix)) continue;
            var body = text[prefix.Length..];
            // So many characters at most are looked at for each place.
            var alphabet = prefix[^1] == '_' && prefix[0] != 'g' ? Alphanumeric : Body;
            if (body.Length >= length && !body[..length].ContainsAnyExcept(alphabet)) return true;
        }
        return false;
    }

    private static (byte[] Prefix, int Length)[]?[] GroupByFirst((byte[] Prefix, int Length)[] prefixes)
    {
        var groups = new (byte[] Prefix, int Length)[]?[256];
        foreach (var group in prefixes.GroupBy(entry => entry.Prefix[0])) groups[group.Key] = [.. group];
        return groups;
    }

    private static (byte[] Prefix, int Length)[] Make(string list) =>
        [.. list.Split(' ', StringSplitOptions.RemoveEmptyEntries).Chunk(2)
            .Select(pair => (System.Text.Encoding.ASCII.GetBytes(pair[0]), int.Parse(pair[1], System.Globalization.CultureInfo.InvariantCulture)))];

    private static int RunLength(ReadOnlySpan<byte> text) => text.IndexOfAnyExcept(Base64Url) is var end and >= 0 ? end : text.Length;
}
