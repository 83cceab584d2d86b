using System.Buffers;
using System.Buffers.Text;
using System.Text;
using System.Text.Unicode;

namespace Nexus.Secrets;

/// <summary>
/// Long words that look drawn at random and are public by their form: public keys, pictures, calls of contracts, ids of messengers.
/// </summary>
internal static class PublicText
{
    private const int PrivateKeyDigits = 64;
    private const int CommitDigits = 40;
    private const int MinSpaces = 2;

    private static readonly SearchValues<byte> Hex = SearchValues.Create("0123456789abcdefABCDEF"u8);
    private static readonly SearchValues<byte> CapitalsDigitsHyphen = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-"u8);

    private static readonly SearchValues<byte> Bech32 = SearchValues.Create("qpzry9x8gf2tvdw0s3jn54khce6mua7l"u8);

    private static readonly SearchValues<byte> Base64Digits =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/-_"u8);

    /// <summary>How files and public keys begin in base64: PNG, JPEG, GIF, RIFF, SVG, XML, PDF, icon, MP3, Ogg, WASM, fonts; SSH and X.509.</summary>
    private static readonly byte[][] Files =
    [
        "iVBORw0KGgo"u8.ToArray(), "/9j/"u8.ToArray(), "R0lGOD"u8.ToArray(), "UklGR"u8.ToArray(), "PHN2Zy"u8.ToArray(), "PD94bW"u8.ToArray(),
        "JVBERi0"u8.ToArray(), "AAABAA"u8.ToArray(), "SUQz"u8.ToArray(), "T2dnUw"u8.ToArray(), "AGFzbQ"u8.ToArray(), "d09GM"u8.ToArray(),
        "d09GR"u8.ToArray(), "AAAAIGZ0eX"u8.ToArray(), "Qk0"u8.ToArray(),
        "AAAAB3NzaC1"u8.ToArray(), "AAAAC3NzaC1"u8.ToArray(), "AAAAE2VjZHNh"u8.ToArray(), "AAAAGnNr"u8.ToArray(),
        "MIIBIjANBgkq"u8.ToArray(), "MIICIjANBgkq"u8.ToArray(), "MIGfMA0GCSq"u8.ToArray(), "MFkwEwYHKoZIzj0"u8.ToArray(),
        "MFYwEAYHKoZIzj0"u8.ToArray(), "MCowBQYDK2V"u8.ToArray(),
    ];

    /// <summary>How private keys begin in base64: OpenSSH, PKCS #8 and PKCS #1 of RSA, Ed25519 and elliptic curves.</summary>
    private static readonly byte[][] PrivateKeys =
    [
        "b3BlbnNzaC1rZXkt"u8.ToArray(), "MIIEvQIBADAN"u8.ToArray(), "MIIEvgIBADAN"u8.ToArray(), "MIIEvAIBADAN"u8.ToArray(), "MIICd"u8.ToArray(),
        "MIIJQgIBADAN"u8.ToArray(), "MIIEpAIBAAKCAQEA"u8.ToArray(), "MIIEowIBAAKCAQEA"u8.ToArray(), "MIICX"u8.ToArray(),
        "MC4CAQAwBQYDK2V"u8.ToArray(), "MHcCAQEEI"u8.ToArray(), "MIGHAgEAMBMGByqGSM49"u8.ToArray(), "MIGEAgEAMBAGByqGSM49"u8.ToArray(),
        "MHQCAQEEI"u8.ToArray(),
    ];

    /// <summary>Files of Telegram: https://core.telegram.org/bots/api#sending-files. The first bytes give the kind of file.</summary>
    private static readonly byte[][] TelegramFiles =
        ["CAACAg"u8.ToArray(), "AgACAg"u8.ToArray(), "BQACAg"u8.ToArray(), "BAACAg"u8.ToArray(), "AwACAg"u8.ToArray(), "DQACAg"u8.ToArray(),
         "CgACAg"u8.ToArray(), "CQACAg"u8.ToArray(), "AQADAgAD"u8.ToArray()];

    private static readonly byte[][] Digests =
        ["sha256-"u8.ToArray(), "sha384-"u8.ToArray(), "sha512-"u8.ToArray(), "sha1-"u8.ToArray(), "sha256:"u8.ToArray(), "SHA256:"u8.ToArray(),
         "sha512:"u8.ToArray(), "md5:"u8.ToArray(), "MD5:"u8.ToArray()];

    /// <summary>Order ids that exchanges' own programs make.</summary>
    private static readonly byte[][] OrderIds =
        ["web_"u8.ToArray(), "ios_"u8.ToArray(), "android_"u8.ToArray(), "and_"u8.ToArray(), "electron_"u8.ToArray(), "x-"u8.ToArray()];

    /// <summary>Public ids of OpenAI, Stripe and AWS, and Stripe's publishable keys.</summary>
    private static readonly byte[][] PublicIds =
    [
        "org-"u8.ToArray(), "proj_"u8.ToArray(), "asst_"u8.ToArray(), "thread_"u8.ToArray(), "price_"u8.ToArray(), "cus_"u8.ToArray(),
        "ami-0"u8.ToArray(), "sg-0"u8.ToArray(), "subnet-0"u8.ToArray(), "vpc-0"u8.ToArray(), "eni-0"u8.ToArray(), "vol-0"u8.ToArray(),
        "snap-0"u8.ToArray(), "acct_"u8.ToArray(), "prod_"u8.ToArray(), "evt_"u8.ToArray(), "sub_"u8.ToArray(), "pk_live_"u8.ToArray(),
        "pk_test_"u8.ToArray(),
    ];

    /// <summary>
    /// Whether the word is Stripe's open half of a pair of keys, an application of Google, what a wallet watches by public keys, or sealed by SOPS.
    /// </summary>
    public static bool IsPublishable(ReadOnlySpan<byte> word) => word.StartsWith("pk_live_"u8) || word.StartsWith("pk_test_"u8)
        || (word.EndsWith(".apps.googleusercontent.com"u8) && word.Length <= 100 && !word.ContainsAny(" :"u8)) || IsDescriptor(word)
        // Sealed by SOPS: https://getsops.io/docs.
        || (word.StartsWith("ENC[AES256_GCM,data:"u8) && word[^1] == ']');

    /// <summary>
    /// <c>wpkh([d34db33f/84h/0h/0h]xpub…/0/*)</c>: https://github.com/bitcoin/bips/blob/master/bip-0380.mediawiki.
    /// </summary>
    private static bool IsDescriptor(ReadOnlySpan<byte> word) => word.IndexOf((byte)'(') is var open and >= 2 and <= 10
        && !word[..open].ContainsAnyExceptInRange((byte)'a', (byte)'z') && word[open..].IndexOf("pub"u8) > 0 && word[open..].IndexOf("prv"u8) < 0
        && word.Contains((byte)')') && !word.ContainsAny(" =:"u8);

    /// <summary>Whether the word is such an id.</summary>
    public static bool IsPublicId(ReadOnlySpan<byte> word) => word.Length is >= 16 and <= 128
        && (Begins(word, PublicIds) || IsKrakenId(word) || IsRoom(word) || IsFeishuId(word) || IsLineId(word) || IsSignalGroup(word)
            || (word.Length == 34 && word.StartsWith("a_"u8) && IsHex(word[2..])));

    /// <summary><c>OQCLML-BW3P3-BUCMWZ</c>: an order, a trade or an entry of a ledger of Kraken.</summary>
    private static bool IsKrakenId(ReadOnlySpan<byte> word) => word.Length == 19 && word[0] is (byte)'O' or (byte)'T' or (byte)'L' or (byte)'Q'
        && word[6] == '-' && word[12] == '-' && word.Count((byte)'-') == 2 && !word.ContainsAnyExcept(CapitalsDigitsHyphen);

    /// <summary>A chat, a user or a message of Feishu: https://open.feishu.cn/document/platform-overveiw/basic-concepts.</summary>
    private static bool IsFeishuId(ReadOnlySpan<byte> word) => word.Length == 35 && word[2] == '_' && word[0] == 'o'
        && word[1] is (byte)'c' or (byte)'u' or (byte)'n' or (byte)'m' && IsHex(word[3..]);

    /// <summary>A user, a group or a room of LINE: https://developers.line.biz/en/docs/messaging-api/getting-user-ids/.</summary>
    private static bool IsLineId(ReadOnlySpan<byte> word) => word.Length == 33 && word[0] is (byte)'U' or (byte)'C' or (byte)'R'
        && IsHex(word[1..]) && !word[1..].ContainsAnyInRange((byte)'A', (byte)'F');

    /// <summary><c>group.…</c>: a group of Signal, as its programs for the command line name it.</summary>
    private static bool IsSignalGroup(ReadOnlySpan<byte> word) => word.StartsWith("group."u8) && word.Length is >= 30 and <= 80
        && !word[6..].TrimEnd((byte)'=').ContainsAnyExcept(Base64Digits);

    /// <summary><c>!id:example.org</c>: a room of Matrix.</summary>
    private static bool IsRoom(ReadOnlySpan<byte> word) => word[0] == '!' && word.IndexOf((byte)':') is var colon and > 1
        && PlainValue.Is(word[(colon + 1)..]) && word[colon..].Contains((byte)'.');

    /// <summary>Whether the word is one.</summary>
    public static bool Is(ReadOnlySpan<byte> word) => word.Length >= 20
        && (IsDigest(word) || IsHexForm(word) || IsFile(word) || IsOnChainName(word) || IsOrderId(word) || IsPublicId(word)
            || IsInvoice(word));

    /// <summary>Whether a private key in base64 begins the word.</summary>
    public static bool IsPrivateKey(ReadOnlySpan<byte> word) => word.Length >= PrivateKeyDigits && Begins(word, PrivateKeys)
        && !word.TrimEnd((byte)'=').ContainsAnyExcept(Base64Digits);

    /// <summary>Hexadecimal digits with or without <c>0x</c>, of a hash or an id.</summary>
    public static bool IsHex(ReadOnlySpan<byte> text)
    {
        var digits = text.StartsWith("0x"u8) || text.StartsWith("0X"u8) ? text[2..] : text;
        return digits.Length is >= 16 and <= 128 && !digits.ContainsAnyExcept(Hex);
    }

    /// <summary><c>0x</c> and so many hexadecimal digits.</summary>
    public static bool IsHexDigits(ReadOnlySpan<byte> text, int digits) => text.Length == digits + 2 && text.StartsWith("0x"u8)
        && !text[2..].ContainsAnyExcept(Hex);

    /// <summary>A file in a URL: pictures, sounds, fonts, documents. What may be JSON or a key is not.</summary>
    public static bool IsDataUrl(ReadOnlySpan<byte> value)
    {
        if (!value.StartsWith("data:"u8) || value.ContainsAny(" \t\r\n"u8)) return false;
        var comma = value.IndexOf((byte)',');
        if (comma is < 0 or > 80) return false;
        var type = value[5..comma];
        return !NestedDocument.HasEncodedSecret(value[(comma + 1)..]) && (type.StartsWith("image/"u8) || type.StartsWith("audio/"u8)
            || type.StartsWith("video/"u8) || type.StartsWith("font/"u8) || type.StartsWith("model/"u8) || type.StartsWith("text/css"u8)
            || type.StartsWith("text/html"u8) || type.StartsWith("application/pdf"u8) || type.StartsWith("application/font"u8)
            || type.StartsWith("application/wasm"u8) || type.StartsWith("application/x-font"u8) || type.StartsWith("application/vnd."u8));
    }

    /// <summary>Base64 of a readable text of several words, without secrets.</summary>
    public static bool IsEncodedText(ReadOnlySpan<byte> word)
    {
        if (word.Length is < 24 or > 4096 || word.TrimEnd((byte)'=').ContainsAnyExcept(Base64Digits)) return false;
        var bytes = ArrayPool<byte>.Shared.Rent(Base64.GetMaxDecodedFromUtf8Length(word.Length) + 4);
        try
        {
            if (Base64.DecodeFromUtf8(word, bytes, out _, out var length) != OperationStatus.Done) return false;
            var text = bytes.AsSpan(0, length);
            return (text.Count((byte)' ') >= MinSpaces || text is [(byte)'{', .., (byte)'}']) && !text.ContainsAnyInRange((byte)0, (byte)8)
                && Utf8.IsValid(text) && NestedDocument.IsReadable(text);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(bytes, clearArray: true);
        }
    }

    /// <summary>
    /// More digits than a private key has, as contracts are called with (a selector and 32 bytes for each argument); a point of an elliptic curve,
    /// which begins with 02, 03 or 04.
    /// </summary>
    private static bool IsHexForm(ReadOnlySpan<byte> word)
    {
        var isPrefixed = word.StartsWith("0x"u8);
        var digits = isPrefixed ? word[2..] : word;
        if (IsPadded(word)) return true;
        if (digits.Length <= PrivateKeyDigits || digits.ContainsAnyExcept(Hex)) return false;
        if (digits.Length == 66 && digits[0] == '0' && digits[1] is (byte)'2' or (byte)'3') return true;
        if (digits.Length == 130 && digits.StartsWith("04"u8)) return true;
        return isPrefixed && digits.Length > 130 || (isPrefixed && digits.IndexOf("000000000000"u8) >= 0);
    }

    /// <summary>A name or a number in hexadecimal, filled up to 32 bytes.</summary>
    public static bool IsPadded(ReadOnlySpan<byte> word) => word.Length == PrivateKeyDigits + 2 && word.StartsWith("0x"u8)
        && word.EndsWith("0000000000"u8) && !word[2..].ContainsAnyExcept(Hex);

    /// <summary>The open half of a pair of keys: 32 bytes in base64, or a point of a curve in hexadecimal digits behind <c>0x</c>.</summary>
    public static bool IsOpenHalf(ReadOnlySpan<byte> text) =>
        (text.StartsWith("0x"u8) && text.Length is 64 or 65 or 66 or 68 or 132 && !text[2..].ContainsAnyExcept(Hex))
            || (text.Length == 44 && text[^1] == '=' && text[^2] != '=' && System.Buffers.Text.Base64.IsValid(text));

    /// <summary><c>mlruns/0/4972101886bd2e9cc95fefae57ba8879/artifacts</c>: a path of readable names and hashes.</summary>
    public static bool IsHashPath(ReadOnlySpan<byte> text)
    {
        if (text.Count((byte)'/') < 2 || text.IndexOf("://"u8) >= 0 || text.ContainsAny(" ?=@"u8)) return false;
        foreach (var range in text.Split((byte)'/'))
        {
            var name = text[range];
            if (!(name.Length is 32 or 40 or 64 && IsHex(name)) && GeneratedText.Is(name, 6)) return false;
        }
        return true;
    }

    private static bool IsFile(ReadOnlySpan<byte> word) => word.Length >= 40
        && (Begins(word, Files) || (Begins(word, TelegramFiles) && !word.TrimEnd((byte)'=').ContainsAnyExcept(Base64Digits)));

    /// <summary>
    /// A type of Move (<c>0x2::coin::USDC</c>), a denomination of IBC (<c>ibc/…</c>), an inscription or output of a transaction (<c>…i0</c>,
    /// <c>…:0</c>), an account of TON (<c>0:…</c>).
    /// </summary>
    private static bool IsOnChainName(ReadOnlySpan<byte> word)
    {
        if (word.StartsWith("ibc/"u8)) return word.Length == 68 && !word[4..].ContainsAnyExcept(Hex);
        if (word.StartsWith("0x"u8) && word.IndexOf("::"u8) is var type and > 0) return type <= 66 && !word[2..type].ContainsAnyExcept(Hex);
        if (word.StartsWith("0:"u8) || word.StartsWith("-1:"u8))
            return word[(word.IndexOf((byte)':') + 1)..] is { Length: PrivateKeyDigits } account && !account.ContainsAnyExcept(Hex);
        return word.Length is > PrivateKeyDigits + 1 and < PrivateKeyDigits + 8 && word[PrivateKeyDigits] is (byte)'i' or (byte)':'
            && !word[..PrivateKeyDigits].ContainsAnyExcept(Hex) && !word[(PrivateKeyDigits + 1)..].ContainsAnyExceptInRange((byte)'0', (byte)'9');
    }

    /// <summary>A request to pay over Lightning: https://github.com/lightning/bolts/blob/master/11-payment-encoding.md.</summary>
    private static bool IsInvoice(ReadOnlySpan<byte> word) => word.Length >= 120 && word.StartsWith("ln"u8)
        && word.LastIndexOf((byte)'1') is var one and > 3 and < 24 && !word[(one + 1)..].ContainsAnyExcept(Bech32)
        && (word.StartsWith("lnbc"u8) || word.StartsWith("lntb"u8) || word.StartsWith("lnurl"u8));

    /// <summary><c>sha256-…</c>, <c>SHA256:…</c>, <c>image@sha256:…</c>, <c>bot@commit</c>: of scripts, images, hosts, releases.</summary>
    private static bool IsDigest(ReadOnlySpan<byte> word) => Begins(word, Digests)
        // Of modules of Go: https://go.dev/ref/mod#go-sum-files.
        || (word.Length == 47 && word.StartsWith("h1:"u8) && word[^1] == '=')
        || (word.IndexOf("@sha256:"u8) is var at and > 0 && word[(at + 8)..] is { Length: PrivateKeyDigits } digest && !digest.ContainsAnyExcept(Hex)
            && !RandomText.IsIn(word[..at]))
        || (word.LastIndexOf((byte)'@') is var version and > 1 && word[(version + 1)..] is { Length: CommitDigits } commit
            && !commit.ContainsAnyExcept(Hex) && !word[..version].ContainsAny(":="u8) && !RandomText.IsIn(word[..version]));

    private static bool IsOrderId(ReadOnlySpan<byte> word) => word.Length <= 40 && Begins(word, OrderIds);

    private static bool Begins(ReadOnlySpan<byte> word, byte[][] beginnings)
    {
        foreach (var beginning in beginnings)
        {
            if (word.StartsWith(beginning)) return true;
        }
        return false;
    }
}
