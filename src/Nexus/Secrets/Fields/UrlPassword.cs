using System.Buffers;

namespace Nexus.Secrets;

/// <summary>Passwords in front of a host: <c>http://user:password@proxy:8080</c>, also without the scheme, and proxies as they are sold.</summary>
internal static class UrlPassword
{
    private const int MinEncoded = 24;

    private static readonly SearchValues<byte> Base64Digits =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/-_"u8);

    private static readonly SearchValues<byte> HostCharacters =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-."u8);

    public static bool IsIn(ReadOnlySpan<byte> word)
    {
        if (word.IndexOf("://"u8) is var end and > 0 && IsTunnel(word[..end]) && IsEncoded(word[(end + 3)..])) return true;
        var at = word.LastIndexOf((byte)'@');
        if (at <= 0) return IsProxyLine(word);
        if (IsMailScheme(word) || word[at..].StartsWith("@sha256:"u8)) return false;
        var scheme = word[..at].IndexOf("://"u8);
        var userInfo = word[(scheme < 0 ? 0 : scheme + 3)..at];
        var colon = userInfo.IndexOf((byte)':');
        if (colon < 0 && scheme > 0) return IsTunnel(word[..scheme]) || GeneratedText.Is(userInfo, 12);
        // A slash before the colon ends the host, and so does one after a port: https://host:443/@name names no password.
        if (colon < 0 || colon == userInfo.Length - 1 || userInfo[..colon].Contains((byte)'/')) return false;
        var password = userInfo[(colon + 1)..];
        if (scheme < 0 && colon <= 2 && password.Length <= 2 && IsNumber(userInfo[..colon]) && IsNumber(password)) return false;
        var slash = password.IndexOf((byte)'/');
        return slash < 0 || !IsNumber(password[..slash]);
    }

    /// <summary><c>ana@example.com|hunter2!</c>: an address of mail, a sign, a word that somebody chose.</summary>
    public static bool IsMailAndPassword(ReadOnlySpan<byte> text)
    {
        var at = text.IndexOf((byte)'@');
        if (at <= 0 || text.Length > 256 || text.ContainsAny(" \t\r\n/"u8)) return false;
        var sign = text[at..].IndexOfAny("|;:"u8);
        return sign > 3 && text.Slice(at, sign).Contains((byte)'.') && AssignedSecrets.LooksChosen(text[(at + sign + 1)..]);
    }

    /// <summary>Proxies whose password stands alone in front of the host.</summary>
    private static bool IsTunnel(ReadOnlySpan<byte> scheme) =>
        scheme.SequenceEqual("ss"u8) || scheme.SequenceEqual("ssr"u8) || scheme.SequenceEqual("trojan"u8) || scheme.SequenceEqual("trojan-go"u8)
        || scheme.SequenceEqual("vless"u8) || scheme.SequenceEqual("vmess"u8) || scheme.SequenceEqual("hysteria"u8)
            || scheme.SequenceEqual("hysteria2"u8)
        || scheme.SequenceEqual("hy2"u8) || scheme.SequenceEqual("tuic"u8) || scheme.SequenceEqual("naive"u8) || scheme.SequenceEqual("snell"u8);

    /// <summary>All of a proxy's settings in base64, as VMess and ShadowsocksR have them.</summary>
    private static bool IsEncoded(ReadOnlySpan<byte> text) => text.Length >= MinEncoded && !text[..MinEncoded].ContainsAnyExcept(Base64Digits);

    private static bool IsMailScheme(ReadOnlySpan<byte> word) =>
        (word.StartsWith("mailto:"u8) && !word.StartsWith("mailto://"u8))
            || word.StartsWith("sip:"u8) || word.StartsWith("sips:"u8) || word.StartsWith("xmpp:"u8)
            || word.StartsWith("acct:"u8);

    /// <summary><c>host:port:user:password</c> and <c>user:password:host:port</c>.</summary>
    private static bool IsProxyLine(ReadOnlySpan<byte> word)
    {
        var scheme = word.IndexOf("://"u8);
        if (scheme >= 0) word = word[(scheme + 3)..];
        var colons = word.Count((byte)':');
        Span<Range> parts = stackalloc Range[6];
        // A line of PostgreSQL's password file: https://www.postgresql.org/docs/current/libpq-pgpass.html.
        if (colons == 4) return word.Split(parts, (byte)':') == 5 && IsHost(word[parts[0]])
            && (IsPort(word[parts[1]]) || word[parts[1]] is [(byte)'*']) && !word[parts[3]].IsEmpty
            && word[parts[4]].Length > 1 && !IsNumber(word[parts[3]]);
        if (colons != 3 || word.Split(parts, (byte)':') != 4) return false;
        if (word[parts[2]].IsEmpty || word[parts[3]].IsEmpty || word[parts[0]].IsEmpty) return false;
        return (IsHost(word[parts[0]]) && IsPort(word[parts[1]])) || (IsHost(word[parts[2]]) && IsPort(word[parts[3]]));
    }

    private static bool IsHost(ReadOnlySpan<byte> text) => text.SequenceEqual("localhost"u8)
        || (text.Length > 3 && text.Contains((byte)'.') && !text.ContainsAnyExcept(HostCharacters));

    private static bool IsPort(ReadOnlySpan<byte> text) => text.Length is >= 2 and <= 5 && text[0] != '0' && IsNumber(text);

    private static bool IsNumber(ReadOnlySpan<byte> text) => !text.ContainsAnyExceptInRange((byte)'0', (byte)'9');
}
