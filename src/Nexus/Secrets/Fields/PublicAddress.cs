using System.Buffers;

namespace Nexus.Secrets;

/// <summary>Addresses of blockchains and the private keys that share their alphabets.</summary>
internal static class PublicAddress
{
    private const int EvmLength = 42;
    private const int StellarLength = 56;

    private static readonly SearchValues<byte> Hex = SearchValues.Create("0123456789abcdefABCDEF"u8);
    private static readonly SearchValues<byte> Bech32 = SearchValues.Create("qpzry9x8gf2tvdw0s3jn54khce6mua7l"u8);
    private static readonly SearchValues<byte> Base32 = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"u8);
    private static readonly SearchValues<byte> Base64Url =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"u8);
    private static readonly SearchValues<byte> Base58Digits =
        SearchValues.Create("123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"u8);
    private static readonly SearchValues<byte> Alphanumeric = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"u8);

    private static readonly byte[][] Networks = [.. """
        bc1q bc1p tb1q tb1p ltc1q addr1 cosmos1 osmo1 dydx1 inj1 celestia1 sei1 terra1 juno1 erd1 thor1 kava1 axelar1 stars1 secret1 akash1 neutron1
        """.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).Select(System.Text.Encoding.ASCII.GetBytes)];

    /// <summary>Address, a key in base58, a private key, or none of them.</summary>
    public static ValueShape Classify(ReadOnlySpan<byte> word)
    {
        if (word.Length is < 25 or > 112) return ValueShape.Plain;
        // An asset and who issued it: USDC:G….
        if (word.IndexOf((byte)':') is var colon and > 0 and <= 12 && word[(colon + 1)..] is { Length: StellarLength } issuer && issuer[0] == 'G')
            word = issuer;
        if (word.Length == EvmLength && word.StartsWith("0x"u8)) return word[2..].ContainsAnyExcept(Hex) ? ValueShape.Plain : ValueShape.Address;
        if (word.Length == StellarLength && word[0] is (byte)'G' or (byte)'S' or (byte)'C' && !word.ContainsAnyExcept(Base32))
        {
            if (word[0] != 'C') return word[0] == 'G' ? ValueShape.Address : ValueShape.Secret;
            if (HasStellarChecksum(word)) return ValueShape.Address;
        }
        if (IsRipple(word) || IsTron(word)) return ValueShape.Address;
        // The system program of Solana.
        if (word.Length == 32 && !word.ContainsAnyExcept((byte)'1')) return ValueShape.Address;
        if (IsTon(word) || IsMonero(word) || IsAlgorand(word)) return ValueShape.Address;
        if (word.ContainsAnyExcept(Alphanumeric)) return ValueShape.Plain;
        if (IsBech32(word) || IsNetworkAddress(word) || IsIpfs(word)) return ValueShape.Address;
        return ClassifyBase58(word);
    }

    /// <summary>
    /// A human-readable part, the separator, and 38 characters at least: https://github.com/bitcoin/bips/blob/master/bip-0173.mediawiki.
    /// </summary>
    private static bool IsBech32(ReadOnlySpan<byte> word)
    {
        var one = word.LastIndexOf((byte)'1');
        return one is >= 2 and <= 24 && word.Length - one >= 38 && !word[..one].ContainsAnyExceptInRange((byte)'a', (byte)'z')
            && !word[(one + 1)..].ContainsAnyExcept(Bech32)
            && word.IndexOf("sec"u8) is not (>= 0 and < 8) && word.IndexOf("priv"u8) is not (>= 0 and < 8)
            && !word.StartsWith("nsec"u8) && !word.StartsWith("suiprivkey"u8) && !word.StartsWith("edsk"u8);
    }

    /// <summary>The same by the name of its network, which none of its keys begins with, also with letters that bech32 has not.</summary>
    private static bool IsNetworkAddress(ReadOnlySpan<byte> word)
    {
        if (word.Length < 42 || word.ContainsAnyInRange((byte)'A', (byte)'Z')) return false;
        foreach (var network in Networks)
        {
            if (word.StartsWith(network)) return true;
        }
        return false;
    }

    /// <summary>48 characters of base64url that name a workchain: https://docs.ton.org/learn/overviews/addresses.</summary>
    private static bool IsTon(ReadOnlySpan<byte> word) => word.Length == 48
        && (word.StartsWith("EQ"u8) || word.StartsWith("UQ"u8) || word.StartsWith("kQ"u8) || word.StartsWith("0Q"u8))
        && !word.ContainsAnyExcept(Base64Url);

    /// <summary>
    /// A network that makes the first digit a 4 or 8, and two public keys: https://docs.getmonero.org/public-address/standard-address.
    /// </summary>
    private static bool IsMonero(ReadOnlySpan<byte> word) => word.Length is 95 or 106 && word[0] is (byte)'4' or (byte)'8'
        && !word.ContainsAnyExcept(Base58Digits);

    /// <summary>36 bytes in base32 without padding: https://developer.algorand.org/docs/get-details/accounts.</summary>
    private static bool IsAlgorand(ReadOnlySpan<byte> word) => word.Length == 58 && !word.ContainsAnyExcept(Base32)
        && word[57] is (byte)'A' or (byte)'E' or (byte)'I' or (byte)'M' or (byte)'Q' or (byte)'U' or (byte)'Y' or (byte)'4';

    /// <summary>https://xrpl.org/docs/concepts/accounts/addresses; seeds begin with s.</summary>
    private static bool IsRipple(ReadOnlySpan<byte> word) => word[0] == 'r' && word.Length is 33 or 34 && !word.ContainsAnyExcept(Base58Digits)
        && word.ContainsAnyInRange((byte)'A', (byte)'Z') && word.ContainsAnyInRange((byte)'1', (byte)'9');

    /// <summary>A version that makes the first letter a T, and 20 bytes: https://developers.tron.network/docs/account.</summary>
    private static bool IsTron(ReadOnlySpan<byte> word) => word.Length == 34 && word[0] == 'T' && !word.ContainsAnyExcept(Base58Digits)
        && word.ContainsAnyInRange((byte)'a', (byte)'z') && word[1..].ContainsAnyInRange((byte)'A', (byte)'Z')
        && word.ContainsAnyInRange((byte)'1', (byte)'9');

    /// <summary>CRC-16/XMODEM over a version and 32 bytes: https://stellar.org/protocol/sep-23.</summary>
    private static bool HasStellarChecksum(ReadOnlySpan<byte> word)
    {
        Span<byte> bytes = stackalloc byte[35];
        var (bits, buffer, length) = (0, 0, 0);
        foreach (var c in word)
        {
            buffer = ((buffer << 5) | (c >= 'A' ? c - 'A' : c - '2' + 26)) & 0xFFFF;
            bits += 5;
            if (bits < 8) continue;
            bits -= 8;
            bytes[length++] = (byte)(buffer >> bits);
        }
        var crc = 0;
        foreach (var b in bytes[..33])
        {
            crc ^= b << 8;
            for (var i = 0; i < 8; i++) crc = (crc & 0x8000) != 0 ? (crc << 1) ^ 0x1021 : crc << 1;
        }
        return bytes[33] == (byte)crc && bytes[34] == (byte)(crc >> 8);
    }

    /// <summary>A content identifier: https://docs.ipfs.tech/concepts/content-addressing.</summary>
    private static bool IsIpfs(ReadOnlySpan<byte> word) =>
        (word.Length == 46 && word.StartsWith("Qm"u8))
            || (word.Length == 59 && word.StartsWith("baf"u8) && !word.ContainsAnyInRange((byte)'A', (byte)'Z'));

    private static ValueShape ClassifyBase58(ReadOnlySpan<byte> word)
    {
        if (word.Length is > 53 and < 107) return ValueShape.Plain;
        Span<byte> bytes = stackalloc byte[128];
        if (!Base58.TryDecode(word, bytes, out var length)) return ValueShape.Plain;
        var decoded = bytes[..length];
        return length switch
        {
            // A version of one to six bytes and 20 bytes: https://en.bitcoin.it/wiki/List_of_address_prefixes; Tron's and Tezos' too.
            >= 25 and <= 30 when Base58.HasChecksum(decoded) => ValueShape.Address,
            // Wallet import format and extended private keys; the public ones are public.
            37 or 38 when Base58.HasChecksum(decoded) => ValueShape.Secret,
            82 when Base58.HasChecksum(decoded) => word[1..].StartsWith("prv"u8) ? ValueShape.Secret : ValueShape.Address,
            // 32 bytes, and what a program drew that did not count them: 43 or 44 digits that make a byte more or less.
            32 when word.Length >= 43 => ValueShape.Base58Key,
            31 or 33 when word.Length is 43 or 44 => ValueShape.Base58Key,
            35 or 36 when word.Length is 47 or 48 && word[0] is (byte)'1' or (byte)'5' => ValueShape.Base58Key,
            _ => ValueShape.Plain,
        };
    }
}
