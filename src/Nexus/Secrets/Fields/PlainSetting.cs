using System.Buffers;
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
    private const int MaxCount = 2;
    private const int MinGenerated = 8;

    private static readonly SearchValues<byte> Hex = SearchValues.Create("0123456789abcdefABCDEF"u8);
    private static readonly SearchValues<byte> Letters = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_"u8);
    private static readonly SearchValues<byte> FigureSigns = SearchValues.Create("0123456789.:-+ T/,"u8);

    private static readonly SearchValues<byte> DecimalSigns = SearchValues.Create("0123456789."u8);
    private static readonly SearchValues<byte> DerivationSigns = SearchValues.Create("0123456789/'hH"u8);
    private static readonly SearchValues<byte> SegmentSigns = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZ_"u8);
    private static readonly SearchValues<byte> IsinSigns = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"u8);
    private static readonly SearchValues<byte> NameSigns = SearchValues.Create("abcdefghijklmnopqrstuvwxyz_-"u8);
    private static readonly SearchValues<byte> HeaderSigns =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"u8);

    private static readonly FrozenSet<string> Settings = """
        none null nil default auto basic digest bearer oauth oauth2 jwt hmac rsa ed25519 apikey required optional enabled disabled true false yes no
        on off unset n/a na manual any all ro rw
        argon2 argon2id argon2i scrypt pbkdf2 bcrypt hkdf sha1 sha256 sha384 sha512 sha3 blake2b blake3 keccak256 md5 hs256 hs384 hs512 rs256 rs384
        rs512
        es256 es384 es512 ps256 eddsa secp256k1 secp256r1 p256 ecdsa x25519 aes aes128 aes256 aes-128-ctr aes-256-gcm aes-256-cbc chacha20-poly1305
        scram-sha-1 scram-sha-256 scram-sha-512 cram-md5 gssapi oauthbearer xoauth2 sasl_ssl sasl_plaintext
        trace debug info notice warn warning error critical fatal verbose
        base64 base58 hex utf8 utf-8 tls1.2 tls1.3 sha256withrsa hmac-sha256 hmacsha256 ssh-ed25519 ssh-rsa
        """.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).ToFrozenSet(StringComparer.Ordinal);

    private static readonly FrozenSet<string> Units =
        "ms sec secs second seconds min mins minute minutes hr hrs hour hours day days week weeks month months bps pct pips ticks bars usd usdt eur"
            .Split(' ').ToFrozenSet(StringComparer.Ordinal);

    /// <summary>Words that switch something and are no password, also under a password's name: <c>2fa: enabled</c>.</summary>
    private static readonly FrozenSet<string> Flags = """
        enabled disabled required optional true false yes no on off null none undefined n/a
        ok valid invalid expired missing pending revoked rotated unknown wrong incorrect saved hidden masked never always unset verified unverified
        present
        absent provided configured vencida vencido activa inactiva valida invalida ausente
        top-left top-right bottom-left bottom-right
        não nao sim sí oui non ja nein nee да нет evet hayır hayir tak nie igen nem iya tidak 是 否
        activado desactivado activo inactivo ativado desativado active inactive enable disable mandatory
        sms app email webauthn u2f fido2 passkey yubikey totp hotp authenticator
        """.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).ToFrozenSet(StringComparer.Ordinal);

    /// <summary>Whether the value switches something.</summary>
    public static bool IsFlag(ReadOnlySpan<byte> text) => text.Length is >= 2 and <= 13
        && (IsColour(text) || Flags.Contains(Encoding.UTF8.GetString(text).ToLowerInvariant()));

    /// <summary><c>#ffcc00</c>.</summary>
    private static bool IsColour(ReadOnlySpan<byte> text) => text[0] == '#' && text.Length is 4 or 7 or 9
        && !text[1..].ContainsAnyExcept(Hex);

    /// <summary>A decimal number, a date, a time, a length of time: <c>12.4</c>, <c>2025-11-01</c>, <c>16:30</c>, <c>7d</c>.</summary>
    public static bool IsFigure(ReadOnlySpan<byte> text)
    {
        if (text.Length is < 2 or > MaxWord || !(char.IsAsciiDigit((char)text[0]) || text[0] is (byte)'-' or (byte)'+')) return false;
        if (IsDuration(text) || IsHours(text)) return true;
        var digits = text.TrimEnd("smhdwMyYDHZz%x"u8);
        if (text.Length - digits.Length > 2) return false;
        if (digits.ContainsAnyExcept(FigureSigns)) return false;
        // 3/5
        if (digits.Length <= 5 && digits.IndexOf((byte)'/') is > 0 and <= 2 && digits.Count((byte)'/') == 1) return true;
        // A number alone may be a PIN.
        return digits.Length < text.Length ? digits.Length <= 4 || digits.ContainsAny(".:"u8)
            : digits.Contains((byte)'.') || (digits.ContainsAny(":-/"u8) && digits.Length is 5 or 8 or 10 or >= 16 && IsTime(digits));
    }

    /// <summary><c>5min</c>, <c>10 sec</c>, <c>3days</c>.</summary>
    private static bool IsDuration(ReadOnlySpan<byte> text)
    {
        var unit = text.TrimStart("0123456789"u8);
        return text.Length - unit.Length is >= 1 and <= 4 && unit.Length is >= 2 and <= 8
            && Units.Contains(Encoding.UTF8.GetString(unit.TrimStart((byte)' ')).ToLowerInvariant());
    }

    /// <summary><c>09h-18h</c>, <c>9:30am-4pm</c>: from when to when.</summary>
    private static bool IsHours(ReadOnlySpan<byte> text)
    {
        var to = text.IndexOf((byte)'-');
        return to > 0 && IsHour(text[..to].TrimEnd((byte)' ')) && IsHour(text[(to + 1)..].TrimStart((byte)' '));
    }

    private static bool IsHour(ReadOnlySpan<byte> text)
    {
        var rest = text.TrimStart("0123456789"u8);
        if (text.Length - rest.Length is < 1 or > 2) return false;
        if (rest.Length >= 3 && rest[0] is (byte)':' or (byte)'h' && !rest[1..3].ContainsAnyExceptInRange((byte)'0', (byte)'9')) rest = rest[3..];
        return rest.IsEmpty || (rest.Length <= 3 && (rest.SequenceEqual("h"u8) || rest.SequenceEqual("hs"u8) || rest.SequenceEqual("am"u8)
            || rest.SequenceEqual("pm"u8) || rest.SequenceEqual("uhr"u8) || rest.SequenceEqual("Uhr"u8)));
    }

    private static bool IsTime(ReadOnlySpan<byte> digits)
    {
        var sign = digits.IndexOfAny(":-/"u8);
        return sign is 2 or 4 && (digits.Length == 5 ? digits[2] == ':' : digits.Count(digits[sign]) >= 2);
    }

    /// <summary>A coin or pair in capitals, a word of settings, a figure.</summary>
    public static bool IsCoinOrSetting(ReadOnlySpan<byte> text) => text.Length <= MaxWord
        && (IsSymbol(text) || AreSymbols(text) || IsWrapped(text) || IsFigure(text) || IsFlag(text) || IsSigns(text) || IsPattern(text)
            || IsCall(text)
            || IsHeader(text) || IsDerivation(text) || IsDatedContract(text)
            // The first four bytes of a call, which say what is called.
            || (text.Length == 10 && text.StartsWith("0x"u8) && !text[2..].ContainsAnyExcept(Hex))
            || Settings.Contains(Encoding.UTF8.GetString(text).ToLowerInvariant()));

    /// <summary>A coin that every exchange lists, or a pair of two of them: nobody's token of access.</summary>
    public static bool IsKnownCoin(ReadOnlySpan<byte> text)
    {
        if (text.Length is < 3 or > 12) return false;
        var sign = text.IndexOfAny("/-_"u8);
        return sign < 0 ? Coins.Contains(Encoding.UTF8.GetString(text))
            : Coins.Contains(Encoding.UTF8.GetString(text[..sign])) && Coins.Contains(Encoding.UTF8.GetString(text[(sign + 1)..]));
    }

    private static readonly FrozenSet<string> Coins = """
        USDT USDC BTC ETH SOL BNB XRP ADA DOGE AVAX LINK DOT TRX TON MATIC POL LTC BCH UNI ATOM NEAR APT ARB OPT SUI SEI TIA INJ FIL ICP ETC XLM
        XMR HBAR AAVE MKR LDO SHIB PEPE BONK WIF FLOKI JUP PYTH RNDR FET GRT ALGO VET SAND MANA AXS GALA WBTC WETH WSOL DAI FDUSD TUSD BUSD USDE
        EUR USD HYPE ENA ONDO JTO STETH CAKE CRV GMX DYDX KAS
        """.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).ToFrozenSet(StringComparer.Ordinal);

    /// <summary><c>wstETH</c>, <c>jitoSOL</c>, <c>cbBTC</c>: small letters that say who wraps the coin.</summary>
    private static bool IsWrapped(ReadOnlySpan<byte> text)
    {
        var coin = text.TrimStart("abcdefghijklmnopqrstuvwxyz"u8);
        return text.Length - coin.Length is > 0 and <= 4 && coin.Length is >= 3 and <= 5 && !coin.ContainsAnyExceptInRange((byte)'A', (byte)'Z');
    }

    /// <summary><c>MACD(12,26,9)</c>: an indicator and its numbers.</summary>
    private static bool IsCall(ReadOnlySpan<byte> text)
    {
        var open = text.IndexOf((byte)'(');
        return open is > 1 and <= 16 && text[^1] == ')' && !text[..open].ContainsAnyExcept(Letters)
            && text[open..].Contains((byte)',') && !text[(open + 1)..^1].ContainsAnyExcept(FigureSigns);
    }

    /// <summary><c>X-MBX-USED-WEIGHT-1M</c>: the name of a header.</summary>
    private static bool IsHeader(ReadOnlySpan<byte> text)
    {
        if (text.Length < 4 || text[0] is not ((byte)'X' or (byte)'x') || text[1] != '-') return false;
        foreach (var range in text[2..].Split((byte)'-'))
        {
            var word = text[2..][range];
            if (word.IsEmpty || word.ContainsAnyExcept(HeaderSigns) || !(word.Length <= 3 || ReadablePiece.Is(word))) return false;
        }
        return true;
    }

    /// <summary><c>m/44'/60'/0'/0/0</c>: which key of a wallet.</summary>
    private static bool IsDerivation(ReadOnlySpan<byte> text) => text.StartsWith("m/"u8) && !text[2..].ContainsAnyExcept(DerivationSigns);

    /// <summary>
    /// <c>BTC-27DEC26-100000-C</c>, <c>BTC-USD-240628</c>, <c>AAPL240621C00150000</c>: a future or an option by coin, day, strike and side.
    /// </summary>
    public static bool IsDatedContract(ReadOnlySpan<byte> text)
    {
        if (text.Length is < 8 or > MaxWord || text[0] is < (byte)'A' or > (byte)'Z') return false;
        if (IsIndianContract(text)) return true;
        if (text.Length is >= 16 and <= 21 && text[^9] is (byte)'C' or (byte)'P' && !text[^8..].ContainsAnyExceptInRange((byte)'0', (byte)'9'))
            return IsDay(text[^15..^9]) && !text[..^15].ContainsAnyExceptInRange((byte)'A', (byte)'Z');
        var (days, isFirst) = (0, true);
        foreach (var range in text.SplitAny("-_:/"u8))
        {
            var part = text[range];
            var isCoin = part.Length is >= 2 and <= 10 && !part.ContainsAnyExceptInRange((byte)'A', (byte)'Z');
            if (isFirst && !isCoin) return false;
            isFirst = false;
            if (IsDay(part)) days++;
            else if (!isCoin && !IsStrike(part) && !(part.Length == 1 && part[0] is (byte)'C' or (byte)'P')) return false;
        }
        return days == 1;
    }

    /// <summary>
    /// <c>NIFTY24DEC24500CE</c>, <c>BANKNIFTY2461248000PE</c>, <c>NIFTY24DECFUT</c>: a future or an option as the exchanges of India name it, the
    /// month before a strike in letters or the day in digits.
    /// </summary>
    private static bool IsIndianContract(ReadOnlySpan<byte> text)
    {
        var coin = text.IndexOfAnyInRange((byte)'0', (byte)'9');
        if (coin is < 3 or > 12 || text[..coin].ContainsAnyExceptInRange((byte)'A', (byte)'Z')) return false;
        var rest = text[coin..];
        var isFuture = rest.EndsWith("FUT"u8);
        if (!isFuture && !rest.EndsWith("CE"u8) && !rest.EndsWith("PE"u8)) return false;
        rest = rest[..^(isFuture ? 3 : 2)];
        if (rest.Length >= 5 && IsMonth(rest[2..5])) return isFuture ? rest.Length == 5 : IsStrike(rest[5..]);
        return !isFuture && rest.Length is >= 8 and <= 11 && !rest.ContainsAnyExceptInRange((byte)'0', (byte)'9')
            && TwoDigits(rest[3..5]) is >= 1 and <= 31;
    }

    /// <summary><c>NSE_FO|43919</c>, <c>NSE_EQ|INE002A01018</c>: a segment of an exchange and what is listed there by its number.</summary>
    public static bool IsListed(ReadOnlySpan<byte> text)
    {
        var bar = text.IndexOf((byte)'|');
        if (bar is < 2 or > 12 || text[..bar].ContainsAnyExcept(SegmentSigns)) return false;
        var number = text[(bar + 1)..];
        return number.Length is > 1 and <= 8 ? !number.ContainsAnyExceptInRange((byte)'0', (byte)'9')
            : number.Length == 12 && !number[..2].ContainsAnyExceptInRange((byte)'A', (byte)'Z') && !number[2..].ContainsAnyExcept(IsinSigns)
                && char.IsAsciiDigit((char)number[^1]);
    }

    private static bool IsMonth(ReadOnlySpan<byte> name) => "JANFEBMARAPRMAYJUNJULAUGSEPOCTNOVDEC"u8.IndexOf(name) % 3 == 0;

    private static bool IsStrike(ReadOnlySpan<byte> part) => part.Length is >= 1 and <= 8 && !part.ContainsAnyExcept(DecimalSigns);

    /// <summary><c>27DEC26</c>, <c>240628</c>, <c>20260628</c>.</summary>
    private static bool IsDay(ReadOnlySpan<byte> part)
    {
        if (part.Length is 6 or 8 && !part.ContainsAnyExceptInRange((byte)'0', (byte)'9'))
        {
            return (part.Length == 6 || part.StartsWith("20"u8)) && TwoDigits(part[^4..]) is >= 1 and <= 12
                && TwoDigits(part[^2..]) is >= 1 and <= 31;
        }
        return part.Length is 6 or 7 && !part[..^5].ContainsAnyExceptInRange((byte)'0', (byte)'9')
            && !part[^5..^2].ContainsAnyExceptInRange((byte)'A', (byte)'Z') && !part[^2..].ContainsAnyExceptInRange((byte)'0', (byte)'9')
            && IsMonth(part[^5..^2]);
    }

    private static int TwoDigits(ReadOnlySpan<byte> digits) => ((digits[0] - '0') * 10) + digits[1] - '0';

    /// <summary>No letter and no digit: <c>###</c>, <c>---</c>.</summary>
    private static bool IsSigns(ReadOnlySpan<byte> text) => !text.IsEmpty && !text.ContainsAnyInRange((byte)'a', (byte)'z')
        && !text.ContainsAnyInRange((byte)'A', (byte)'Z') && !text.ContainsAnyInRange((byte)'0', (byte)'9')
        && !text.ContainsAnyInRange((byte)0x80, (byte)0xFF) && !text.Contains((byte)'*');

    /// <summary><c>BNB/.*</c>, <c>.*(UP|DOWN)/USDT</c>, <c>*-PERP</c>: which pairs are meant, with coins in capitals.</summary>
    private static bool IsPattern(ReadOnlySpan<byte> text)
    {
        if (!text.Contains((byte)'*') || !(text.IndexOf(".*"u8) >= 0 || text.ContainsAny("/-_:"u8))) return false;
        var coins = 0;
        foreach (var range in text.SplitAny("*.^$()|[]\\/+?-_:"u8))
        {
            var coin = text[range];
            if (coin.Length > 10 || coin.ContainsAnyExceptInRange((byte)'A', (byte)'Z')) return false;
            coins += coin.Length > 0 ? 1 : 0;
        }
        return coins > 0;
    }

    /// <summary>As <see cref="IsCoinOrSetting"/>, or the name of a setting, or too short to be a secret.</summary>
    public static bool IsWord(ReadOnlySpan<byte> text)
    {
        if (text.Length <= 3 || IsCoinOrSetting(text)) return true;
        if (text.Length > MaxWord || text.ContainsAny(" ="u8) || GeneratedText.Is(text, MinGenerated)) return false;
        if (NamesSetting(text)) return true;
        var kind = SecretFields.KindOf(text);
        // A secret's name is the name of a column, not a secret.
        return kind == NameKind.OnChain || (kind >= NameKind.Ambiguous && IsLower(text));
    }

    /// <summary>The name of a setting or an id, with a small number at most: people add longer ones to make a password of a word.</summary>
    public static bool NamesSetting(ReadOnlySpan<byte> text) => text.Length - text.TrimEnd("0123456789"u8).Length <= MaxCount
        && !GeneratedText.Is(text, MinGenerated) && SecretFields.KindOf(text) is NameKind.Innocent or NameKind.Identifier;

    /// <summary>
    /// <c>entry_long</c>, <c>api_key</c>: a name of something in small letters. Hyphens join two words at most, since people choose such passphrases.
    /// </summary>
    public static bool IsMemberName(ReadOnlySpan<byte> text)
    {
        if (text.Length is < 3 or > MaxWord || text.ContainsAnyExcept(NameSigns)) return false;
        var (underscores, hyphens) = (text.Count((byte)'_'), text.Count((byte)'-'));
        if (underscores + hyphens is 0 or > 3 || hyphens > 1) return false;
        foreach (var range in text.SplitAny("_-"u8))
        {
            if (range.GetOffsetAndLength(text.Length).Length == 0 || !ReadablePiece.Is(text[range])) return false;
        }
        return true;
    }

    /// <summary><c>binance_api_key</c>: such a name, and that of a secret.</summary>
    public static bool NamesSecret(ReadOnlySpan<byte> text) => IsMemberName(text) && SecretFields.KindOf(text) >= NameKind.Token;

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
        foreach (var range in text.TrimStart("$#"u8).SplitAny("/-_:"u8))
        {
            var coin = text.TrimStart("$#"u8)[range].TrimStart("0123456789"u8);
            if (coin.Length is < 2 or > 6 && !(coin.Length <= 10 && IsQuoted(coin))) return false;
            if (coin.ContainsAnyExceptInRange((byte)'A', (byte)'Z')) return false;
        }
        return true;
    }

    /// <summary><c>BTC, ETH,SOL</c>.</summary>
    public static bool AreSymbols(ReadOnlySpan<byte> text)
    {
        if (!text.Contains((byte)',')) return false;
        foreach (var range in text.Split((byte)','))
        {
            if (!IsSymbol(text[range].Trim((byte)' '))) return false;
        }
        return true;
    }

    private static bool IsQuoted(ReadOnlySpan<byte> coin) => coin.EndsWith("USDT"u8) || coin.EndsWith("USDC"u8) || coin.EndsWith("USD"u8)
        || coin.EndsWith("BTC"u8) || coin.EndsWith("EUR"u8);
}
