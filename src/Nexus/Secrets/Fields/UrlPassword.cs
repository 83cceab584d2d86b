namespace Nexus.Secrets;

/// <summary>Passwords in front of a host: <c>http://user:password@proxy:8080</c>, also without the scheme.</summary>
internal static class UrlPassword
{
    public static bool IsIn(ReadOnlySpan<byte> word)
    {
        var at = word.LastIndexOf((byte)'@');
        if (at <= 0) return IsProxyLine(word);
        var scheme = word[..at].IndexOf("://"u8);
        var userInfo = word[(scheme < 0 ? 0 : scheme + 3)..at];
        var colon = userInfo.IndexOf((byte)':');
        // A slash before the colon ends the host, and so does one after a port: https://host:443/@name names no password.
        if (colon < 0 || colon == userInfo.Length - 1 || userInfo[..colon].Contains((byte)'/')) return false;
        var password = userInfo[(colon + 1)..];
        var slash = password.IndexOf((byte)'/');
        return slash < 0 || password[..slash].ContainsAnyExceptInRange((byte)'0', (byte)'9');
    }

    /// <summary><c>host:port:user:password</c>, how proxies are sold.</summary>
    private static bool IsProxyLine(ReadOnlySpan<byte> word)
    {
        var scheme = word.IndexOf("://"u8);
        if (scheme >= 0) word = word[(scheme + 3)..];
        if (word.Count((byte)':') != 3) return false;
        var host = word.IndexOf((byte)':');
        var rest = word[(host + 1)..];
        var port = rest[..rest.IndexOf((byte)':')];
        return host > 3 && word[..host].Contains((byte)'.') && port.Length is >= 2 and <= 5 && !port.ContainsAnyExceptInRange((byte)'0', (byte)'9');
    }
}
