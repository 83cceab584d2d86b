namespace Nexus.Secrets;

/// <summary>Secrets inside URLs: in the query, in the fragment, and in the path of webhooks and nodes.</summary>
internal static class UrlSecrets
{
    private const int MinQueryValue = 6;
    private const int MinPathSecret = 16;
    private const int MinHookSecret = 6;
    private const int MaxSegments = 64;
    private const int MinTitleWords = 3;
    private const int MaxTitleHash = 40;

    private static readonly byte[][] Shared = [.. """
        docs.google.com drive.google.com notion.so notion.site github.com gitlab.com bitbucket.org arweave.net ipfs.io jup.ag pump.fun tinyastro.io
        gmgn.ai
        bullx.io rugcheck.xyz suivision.xyz suiscan.xyz aptoslabs.com dune.com medium.com twitter.com x.com youtube.com youtu.be raydium.io orca.so
        meteora.ag defined.fi geckoterminal.com axiom.trade magiceden.io tensor.trade etherscan.io uniswap.org tradingview.com polymarket.com
        debank.com
        arkm.com nansen.ai coingecko.com coinmarketcap.com reddit.com ordinals.com tonscan.org mintscan.io subscan.io stellar.expert xrpscan.com
        """.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).Select(System.Text.Encoding.ASCII.GetBytes)];

    /// <summary>What the URL holds.</summary>
    public static ValueShape Classify(ReadOnlySpan<byte> url)
    {
        var rest = url[(url.IndexOf("://"u8) + 3)..];
        var path = rest.IndexOfAny("/?#"u8);
        if (path < 0) return ValueShape.Plain;
        var query = rest.IndexOfAny("?#"u8);
        var (isPublic, isHook) = (IsPublicPage(rest[..path]), IsHookHost(rest[..path]));
        if (!isPublic && IsNode(rest[..path]) && EndsInUuid(rest[path..(query < 0 ? rest.Length : query)])) return ValueShape.Secret;
        var worst = isPublic ? ValueShape.Plain : ClassifyPath(rest[path..(query < 0 ? rest.Length : query)], isHook);
        // The page of an application that runs in the browser: https://tronscan.org/#/transaction/….
        if (query >= 0 && rest[query..] is var route && (route.StartsWith("#/"u8) || route.StartsWith("#!/"u8)))
        {
            rest = route[route.IndexOf((byte)'/')..];
            query = rest.IndexOfAny("?#"u8);
            if (!isPublic && ClassifyPath(rest[..(query < 0 ? rest.Length : query)], isHook) is var page && page > worst) worst = page;
        }
        if (query >= 0 && ClassifyQuery(rest[(query + 1)..]) is var found && found > worst) worst = found;
        return worst;
    }

    /// <summary><c>name=value</c> in a query. <c>key</c> and <c>sig</c> are secrets there unless the value is a setting.</summary>
    private static ValueShape ClassifyQuery(ReadOnlySpan<byte> query)
    {
        var worst = ValueShape.Plain;
        foreach (var range in query.SplitAny("?&#;"u8))
        {
            var part = query[range];
            var equals = part.IndexOf((byte)'=');
            var name = equals < 0 ? [] : part[..equals];
            var value = part[(equals + 1)..];
            var kind = SecretFields.KindOf(name);
            if (equals > 0 && IsSecretParameter(kind, value)) return ValueShape.Secret;
            var isAddress = PublicAddress.Classify(value) is ValueShape.Address or ValueShape.Base58Key;
            // Exchanges show traders' ids so.
            var isUid = kind == NameKind.Identity && value.Length == 32 && PublicText.IsHex(value);
            if (kind != NameKind.Identifier && !isAddress && !isUid && (RandomText.IsIn(value) || IsPair(value))) worst = ValueShape.Random;
        }
        return worst;
    }

    /// <summary><c>client=f746vmf1tem8:tv6vpm9fkba</c>: a key and its secret, or a user and a password, that somebody's program drew.</summary>
    private static bool IsPair(ReadOnlySpan<byte> value) => value.IndexOf((byte)':') is var colon and >= MinQueryValue
        && GeneratedText.Is(value[..colon], MinQueryValue) && GeneratedText.Is(value[(colon + 1)..], MinQueryValue);

    private static bool IsSecretParameter(NameKind kind, ReadOnlySpan<byte> value) => !value.IsEmpty && kind switch
    {
        NameKind.Secret or NameKind.Group => true,
        NameKind.Token => !PlainSetting.IsCoinOrSetting(value) && PublicAddress.Classify(value) < ValueShape.Address,
        NameKind.Seed => value.ContainsAnyExceptInRange((byte)'0', (byte)'9'),
        NameKind.Ambiguous => value.Length >= MinQueryValue && !PlainSetting.IsWord(value) && PublicAddress.Classify(value) < ValueShape.Address,
        _ => false,
    };

    private static ValueShape ClassifyPath(ReadOnlySpan<byte> path, bool isHook)
    {
        var worst = ValueShape.Plain;
        var (isIdentifier, isNumbered) = (false, false);
        var segments = 0;
        foreach (var range in path.Split((byte)'/'))
        {
            var segment = path[range];
            if (segment.IsEmpty) continue;
            if (++segments > MaxSegments) return RandomText.IsIn(path) ? ValueShape.Random : worst;
            if (isHook && segment.Length >= MinHookSecret && (GeneratedText.Is(segment, MinHookSecret) || isNumbered)) return ValueShape.Secret;
            // https://hooks.zapier.com/hooks/catch/8189180/ipgpvb8: the second is secret whatever its letters.
            isNumbered = isHook && segment.Length >= MinHookSecret && !segment.ContainsAnyExceptInRange((byte)'0', (byte)'9');
            if (segment.Length < MinPathSecret)
            {
                var kind = SecretFields.KindOf(segment);
                isIdentifier = kind is NameKind.Identifier or NameKind.Token or NameKind.Innocent;
                isHook |= kind >= NameKind.Secret || segment.IndexOf("hook"u8) >= 0 || segment.SequenceEqual("key"u8)
                    || segment.SequenceEqual("heartbeat"u8) || segment.SequenceEqual("ping"u8) || segment.SequenceEqual("push"u8);
                continue;
            }
            var shape = PublicAddress.Classify(segment);
            if (shape == ValueShape.Secret) return ValueShape.Secret;
            if (!isIdentifier && shape < ValueShape.Address && RandomText.IsIn(segment) && !IsTitle(segment) && !IsPicture(segment))
                worst = ValueShape.Random;
            isIdentifier = false;
        }
        return worst;
    }

    /// <summary>The file of a picture or a document.</summary>
    private static bool IsPicture(ReadOnlySpan<byte> segment) => segment.EndsWith(".jpg"u8) || segment.EndsWith(".jpeg"u8)
        || segment.EndsWith(".png"u8) || segment.EndsWith(".webp"u8) || segment.EndsWith(".gif"u8) || segment.EndsWith(".svg"u8)
        || segment.EndsWith(".pdf"u8) || segment.EndsWith(".csv"u8) || segment.EndsWith(".html"u8)
        || segment.EndsWith(".zip"u8) || segment.EndsWith(".xlsx"u8);

    /// <summary><c>how-to-move-coins-3528cd3d64cec115</c>: the title of a page in three words or more, and its hash.</summary>
    private static bool IsTitle(ReadOnlySpan<byte> segment)
    {
        var hash = segment.LastIndexOf((byte)'-');
        if (hash < 0 || !PublicText.IsHex(segment[(hash + 1)..]) || segment.Length - hash > MaxTitleHash + 1) return false;
        var words = 0;
        foreach (var range in segment[..hash].Split((byte)'-'))
        {
            var word = segment[..hash][range];
            if (word.ContainsAnyExceptInRange((byte)'a', (byte)'z') || !ReadablePiece.Is(word)) return false;
            words++;
        }
        return words >= MinTitleWords;
    }

    /// <summary>Pages about coins, addresses and transactions, whose paths are public.</summary>
    private static bool IsPublicPage(ReadOnlySpan<byte> host) =>
        host.IndexOf("scan."u8) >= 0 || host.IndexOf("explorer"u8) >= 0 || host.IndexOf("screener"u8) >= 0 || host.IndexOf("dextools"u8) >= 0
        || host.IndexOf("birdeye"u8) >= 0 || host.IndexOf("blockchair"u8) >= 0 || host.IndexOf("solana.fm"u8) >= 0 || host.StartsWith("tonviewer"u8)
        || IsShared(host) || host.IndexOf("mempool."u8) >= 0 || host.IndexOf("opensea"u8) >= 0;

    /// <summary>Relays of transactions, which ask for a UUID and no more.</summary>
    public static bool IsRelay(ReadOnlySpan<byte> host) => host.IndexOf("block-engine"u8) >= 0 || host.IndexOf("jito"u8) >= 0
        || host.IndexOf("nozomi"u8) >= 0 || host.IndexOf("astralane"u8) >= 0 || host.IndexOf("nextblock"u8) >= 0 || host.IndexOf("0slot"u8) >= 0;

    /// <summary>Documents, commits and coins whose links are given to others.</summary>
    private static bool IsShared(ReadOnlySpan<byte> host)
    {
        foreach (var shared in Shared)
        {
            if (host.EndsWith(shared) && (host.Length == shared.Length || host[^(shared.Length + 1)] == '.')) return true;
        }
        return false;
    }

    /// <summary>Nodes of blockchains, which take their key in the path.</summary>
    private static bool IsNode(ReadOnlySpan<byte> host) => host.IndexOf("mainnet"u8) >= 0 || host.IndexOf("testnet"u8) >= 0
        || host.IndexOf("devnet"u8) >= 0 || host.IndexOf("sepolia"u8) >= 0 || host.IndexOf("rpc"u8) >= 0 || host.IndexOf("node"u8) >= 0;

    private static bool EndsInUuid(ReadOnlySpan<byte> path) => path.TrimEnd((byte)'/') is var trimmed
        && GeneratedText.IsUuid(trimmed[(trimmed.LastIndexOf((byte)'/') + 1)..]);

    private static bool IsHookHost(ReadOnlySpan<byte> host) => host.StartsWith("hooks."u8) || host.IndexOf("hook"u8) >= 0
        || host.IndexOf("-ping."u8) >= 0 || host.StartsWith("ping."u8)
        || host.EndsWith("quiknode.pro"u8) || host.SequenceEqual("api.day.app"u8) || host.EndsWith(".alchemy.com"u8);
}
