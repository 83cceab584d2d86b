using System.Buffers;
using System.Buffers.Text;
using System.Collections.Frozen;
using System.Text;

namespace Nexus.Secrets;

/// <summary>What values look like under any name. Every look at a text is linear in its length.</summary>
internal static class SecretShapes
{
    /// <summary>The shortest secret that tells itself is an assignment: <c>pw=abc</c>.</summary>
    private const int MinLength = 6;

    private const int MinTokenLength = 16;
    private const int MaxSinceId = 3;
    private const int MaxNamed = 24;
    private const int MinSchemeValue = 12;

    /// <summary>What a public value belongs to in a sentence.</summary>
    private static readonly FrozenSet<string> Named = """
        order orders trade fill fills position model file image build backup sig signature swap txn expected got actual received computed mismatch
        ca mint deposit withdrawal payout bridge claim reverted mined confirmed dropped
        orden ordre ordem ордер заказ сделка транзакция хеш хэш 订单 交易 哈希
        """.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).ToFrozenSet(StringComparer.Ordinal);

    private static readonly SearchValues<byte> WordEnds = SearchValues.Create(" \t\r\n,;|\"'`<>()[]{}"u8);
    private static readonly SearchValues<byte> ShortSigns = SearchValues.Create("@=: \t\r\n>"u8);

    private static readonly byte[][] Blocks =
        ["PRIVATE KEY"u8.ToArray(), "PGP PRIVATE"u8.ToArray(), "OPENSSH PRIVATE"u8.ToArray(), "PGP MESSAGE"u8.ToArray(),
         "ENCRYPTED SEED"u8.ToArray(), "SECRET"u8.ToArray()];

    /// <summary>Whether any word of the value is a secret, or the whole is.</summary>
    public static bool IsSecret(ReadOnlySpan<byte> value) => Classify(value) >= ValueShape.Base58Key;

    /// <summary>The worst of what is in the value.</summary>
    public static ValueShape Classify(ReadOnlySpan<byte> value)
    {
        if (value.Length < MinLength || (value.Length < MinTokenLength && value.IndexOfAny(ShortSigns) < 0)) return ValueShape.Plain;
        if (IsPrivateBlock(value) || MnemonicShape.Matches(value) || IsCard(value) || ByteList.IsIn(value)) return ValueShape.Secret;
        if (NestedDocument.HasSecret(value) || DelimitedText.HasSecret(value) || UrlPassword.IsMailAndPassword(value)) return ValueShape.Secret;
        if (IsPublicBlock(value)) return ValueShape.Plain;
        // How many words ago the sentence named a public value.
        var sinceId = MaxSinceId + 1;
        var isMention = value.ContainsAny(" \t\r\n"u8);
        var worst = ValueShape.Plain;
        var scheme = AuthScheme.None;
        for (var rest = value; !rest.IsEmpty;)
        {
            var end = rest.IndexOfAny(WordEnds);
            var word = end < 0 ? rest : rest[..end];
            rest = end < 0 ? [] : rest[(end + 1)..];
            if (word.IsEmpty) continue;
            var shape = scheme != AuthScheme.None && IsCredential(scheme, word) ? ValueShape.Secret : ClassifyWord(word);
            if (shape == ValueShape.Secret) return shape;
            // A transaction, an order, a commit that a sentence names.
            if (shape == ValueShape.Random && (sinceId <= (PublicText.IsHex(word) ? MaxSinceId : 1) || IsNamedId(word))) shape = ValueShape.Plain;
            // An address with other words around it is a mention.
            if (isMention && shape == ValueShape.Base58Key) shape = ValueShape.Address;
            if (!rest.IsEmpty)
            {
                sinceId = word.Length <= MaxNamed ? NextSinceId(word.TrimEnd(":#=."u8), sinceId)
                    : sinceId <= MaxSinceId && PublicText.IsHex(word) ? 1 : sinceId + 1;
            }
            if (shape > worst) worst = shape;
            scheme = SchemeOf(word);
        }
        return AssignedSecrets.IsIn(value) ? ValueShape.Secret : worst;
    }

    /// <summary><c>trace_id=4bf92f35…</c>: digits of a hash behind the name of one.</summary>
    private static bool IsNamedId(ReadOnlySpan<byte> word) => word.IndexOfAny("=:"u8) is var sign and > 1 && sign <= MaxNamed
        && PublicText.IsHex(word[(sign + 1)..]) && SecretFields.KindOf(word[..sign]) == NameKind.Identifier;

    /// <summary>A name of a hash or address begins the count anew, a word for a key or secret ends it.</summary>
    private static int NextSinceId(ReadOnlySpan<byte> word, int sinceId)
    {
        if (word.Length < 2) return sinceId + 1;
        if (Named.Contains(Encoding.UTF8.GetString(word).ToLowerInvariant())) return 1;
        var kind = SecretFields.KindOf(word);
        if (kind is NameKind.Identifier or NameKind.OnChain || word.SequenceEqual("CA"u8) || word.SequenceEqual("ca"u8)) return 1;
        // A public key is named in two words.
        if (kind == NameKind.Ambiguous && sinceId == 1) return 1;
        return kind == NameKind.Identity ? 1 : kind >= NameKind.Ambiguous ? MaxSinceId + 1 : sinceId + 1;
    }

    private static ValueShape ClassifyWord(ReadOnlySpan<byte> word)
    {
        if (word.Length < MinLength) return ValueShape.Plain;
        if (UrlPassword.IsIn(word)) return ValueShape.Secret;
        if (word.Length < MinTokenLength) return ValueShape.Plain;
        if (KnownTokens.IsIn(word) || FernetToken.IsToken(word) || NestedDocument.HasEncodedSecret(word) || PublicText.IsPrivateKey(word))
            return ValueShape.Secret;
        if (word.IndexOf("://"u8) > 0) return UrlSecrets.Classify(word);
        if (!Ascii.IsValid(word)) return ClassifyRuns(word);
        var address = PublicAddress.Classify(word);
        if (address != ValueShape.Plain) return address;
        return RandomText.IsIn(word) && !PublicText.Is(word) && !PublicText.IsEncodedText(word) && !PlainSetting.IsDatedContract(word)
            ? ValueShape.Random : ValueShape.Plain;
    }

    /// <summary>What stands between letters of other alphabets, as behind <c>地址：</c>; behind the name of a hash it is one.</summary>
    private static ValueShape ClassifyRuns(ReadOnlySpan<byte> word)
    {
        var worst = ValueShape.Plain;
        for (var rest = word; !rest.IsEmpty;)
        {
            var start = rest.IndexOfAnyInRange((byte)0, (byte)0x7F);
            if (start < 0) break;
            var end = rest[start..].IndexOfAnyInRange((byte)0x80, (byte)0xFF) is var found and >= 0 ? start + found : rest.Length;
            var run = rest[start..end].TrimStart(":="u8);
            var shape = ClassifyWord(run);
            if (shape == ValueShape.Secret) return shape;
            if (shape == ValueShape.Random && start > 0 && start <= MaxNamed && PublicText.IsHex(run)
                && SecretFields.KindOf(rest[..start].TrimEnd("：＝"u8)) == NameKind.Identifier) shape = ValueShape.Plain;
            if (shape > worst) worst = shape;
            rest = rest[end..];
        }
        return worst;
    }

    /// <summary>A picture in a URL, a certificate, a public key, a torrent: long random texts that are public.</summary>
    public static bool IsPublicBlock(ReadOnlySpan<byte> value)
    {
        if (PublicText.IsDataUrl(value)) return true;
        // The fingerprint of a host's key.
        if (value.StartsWith("SHA256:"u8) && value.Length is 50 or 51) return true;
        if (value.StartsWith("ssh-"u8) || value.StartsWith("ecdsa-sha2-"u8) || value.StartsWith("sk-ssh-"u8))
            return value.IndexOf(" AAAA"u8) > 0 && !value.ContainsAny("\r\n"u8);
        if (value.StartsWith("magnet:?xt=urn:btih:"u8)) return value.IndexOfAny(" \t\r\n"u8) < 0;
        return (value.StartsWith("-----BEGIN CERTIFICATE-----"u8) || value.StartsWith("-----BEGIN PUBLIC KEY-----"u8)
            || value.StartsWith("-----BEGIN RSA PUBLIC KEY-----"u8))
            && value.TrimEnd(" \r\n\\n"u8).EndsWith("-----"u8);
    }

    /// <summary>Whether a private key begins in the text.</summary>
    public static bool IsPrivateBlock(ReadOnlySpan<byte> value)
    {
        if (value.IndexOf("PuTTY-User-Key-File"u8) >= 0) return true;
        var begin = value.IndexOf("-----BEGIN "u8);
        if (begin < 0) return false;
        foreach (var block in Blocks)
        {
            if (value[begin..].IndexOf(block) >= 0) return true;
        }
        return false;
    }

    /// <summary>
    /// Four groups of four digits with Luhn's check digit: https://www.iso.org/standard/70484.html. Ungrouped numbers are orders as well.
    /// </summary>
    private static bool IsCard(ReadOnlySpan<byte> value)
    {
        if (value.Length != 19 || value[4] is not ((byte)' ' or (byte)'-')) return false;
        var sum = 0;
        for (var (i, digit) = (0, 0); i < value.Length; i++)
        {
            if (i % 5 == 4)
            {
                if (value[i] != value[4]) return false;
                continue;
            }
            if (!char.IsAsciiDigit((char)value[i])) return false;
            var number = (value[i] - '0') * (digit++ % 2 == 0 ? 2 : 1);
            sum += number > 9 ? number - 9 : number;
        }
        return sum % 10 == 0;
    }

    /// <summary>Four groups of four digits, whatever the check digit.</summary>
    public static bool IsCardLike(ReadOnlySpan<byte> value)
    {
        if (value.Length != 19) return false;
        for (var i = 0; i < value.Length; i++)
        {
            if (i % 5 == 4 ? value[i] is not ((byte)' ' or (byte)'-') : !char.IsAsciiDigit((char)value[i])) return false;
        }
        return true;
    }

    private static AuthScheme SchemeOf(ReadOnlySpan<byte> word) =>
        word.Length == 6 && Ascii.EqualsIgnoreCase(word, "bearer"u8) ? AuthScheme.Bearer : word.Length == 5 && Ascii.EqualsIgnoreCase(word, "basic"u8)
            ? AuthScheme.Basic : AuthScheme.None;

    private static bool IsCredential(AuthScheme scheme, ReadOnlySpan<byte> word)
    {
        if (scheme == AuthScheme.Bearer) return word.Length >= MinTokenLength || (word.Length >= 8 && GeneratedText.Is(word, 8));
        if (word.Length < MinSchemeValue || !System.Buffers.Text.Base64.IsValid(word, out var length) || length > 512)
            return word.Length >= MinTokenLength;
        Span<byte> decoded = stackalloc byte[512 + 3];
        return Base64.DecodeFromUtf8(word, decoded, out _, out var written) == OperationStatus.Done && decoded[..written].Contains((byte)':');
    }

    private enum AuthScheme
    {
        None,
        Basic,
        Bearer,
    }
}
