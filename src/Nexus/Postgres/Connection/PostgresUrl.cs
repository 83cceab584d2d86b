using System.Text;
using System.Text.RegularExpressions;
using Nexus.Errors;

namespace Nexus.Postgres;

/// <summary>
/// Splits a connection URL into libpq's keywords, as
/// https://www.postgresql.org/docs/current/libpq-connect.html#LIBPQ-CONNSTRING-URIS defines it: percent-encoding everywhere, a plus is a
/// plus, several hosts with a port each, IPv6 in brackets, sockets as an encoded path.
/// </summary>
internal static partial class PostgresUrl
{
    /// <summary>False when the text is no such URL at all.</summary>
    /// <exception cref="NexusConfigurationException">It is one, with a part that is not right.</exception>
    public static bool TryRead(string text, out List<KeyValuePair<string, string>> options)
    {
        options = [];
        if (Scheme().Match(text) is not { Success: true } scheme)
        {
            if (text.Contains("://", StringComparison.Ordinal) && !text.Contains('='))
                throw DatabaseUrl.Error("must begin with postgres:// or postgresql://");
            return false;
        }

        var rest = text[scheme.Length..];
        var slash = rest.IndexOf('/');
        var authority = slash < 0 ? rest : rest[..slash];
        // libpq ends the password at the first @; taking the last one lets a bare @ in a password through and changes nothing else.
        var at = authority.LastIndexOf('@');
        var hosts = authority[(at + 1)..];
        var query = "";
        if (hosts.IndexOf('?') is >= 0 and var early)
        {
            query = hosts[(early + 1)..] + (slash < 0 ? "" : rest[slash..]);
            hosts = hosts[..early];
        }
        else if (slash >= 0)
        {
            var path = rest[(slash + 1)..];
            var mark = path.IndexOf('?');
            query = mark < 0 ? "" : path[(mark + 1)..];
            ReadDatabase(mark < 0 ? path : path[..mark], hasUser: at >= 0, options);
        }
        if (at >= 0) ReadUser(authority[..at], options);
        else if (rest.Contains('@')) options.Add(new(LibpqOptions.NamesMayBePassword, ""));
        ReadHosts(hosts, options);
        ReadQuery(query, options);
        return true;
    }

    private static void ReadUser(string user, List<KeyValuePair<string, string>> options)
    {
        var colon = user.IndexOf(':');
        var name = Decode(colon < 0 ? user : user[..colon], "the user");
        if (name.Length > 0) options.Add(new("user", name));
        if (colon >= 0 && colon + 1 < user.Length) options.Add(new(LibpqOptions.PasswordOfUser, Decode(user[(colon + 1)..], "the password")));
    }

    private static void ReadDatabase(string path, bool hasUser, List<KeyValuePair<string, string>> options)
    {
        if (path.Contains('@') && !hasUser) throw DatabaseUrl.Error("has an @ after the first /; a / in the password must be written %2F");
        var name = Decode(path, "the database's name");
        if (name.Length > 0) options.Add(new("dbname", name));
    }

    private static void ReadHosts(string text, List<KeyValuePair<string, string>> options)
    {
        if (text.Length == 0) return;
        var hosts = new List<string>();
        var ports = new List<string>();
        foreach (var part in text.Split(','))
        {
            var closing = part.StartsWith('[') ? part.IndexOf(']') : -1;
            if (part.StartsWith('[') && closing < 0) throw DatabaseUrl.Error($"host {hosts.Count + 1} lacks the ] of its IPv6 address");
            var colon = part.IndexOf(':', closing + 1);
            if (closing >= 0 && colon != closing + 1 && part.Length != closing + 1)
                throw DatabaseUrl.Error($"host {hosts.Count + 1} has text after the ] of its IPv6 address");
            var host = closing >= 0 ? part[1..closing] : colon < 0 ? part : part[..colon];
            hosts.Add(Decode(host, $"host {hosts.Count + 1}"));
            ports.Add(colon < 0 ? "" : part[(colon + 1)..]);
        }
        options.Add(new("host", string.Join(',', hosts)));
        options.Add(new("port", string.Join(',', ports)));
    }

    private static void ReadQuery(string query, List<KeyValuePair<string, string>> options)
    {
        foreach (var part in query.Split('&', StringSplitOptions.RemoveEmptyEntries))
        {
            var equals = part.IndexOf('=');
            if (equals <= 0) throw DatabaseUrl.Error("has an option without a name or without =; an & in a value must be written %26");
            var name = Decode(part[..equals], "the name of an option");
            options.Add(new(name, Decode(part[(equals + 1)..], "the value of an option")));
        }
    }

    private static string Decode(string text, string part)
    {
        if (!text.Contains('%')) return Check(text);
        var bytes = new List<byte>(text.Length);
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] != '%')
            {
                var length = char.IsHighSurrogate(text[i]) && i + 1 < text.Length ? 2 : 1;
                bytes.AddRange(Encoding.UTF8.GetBytes(text, i, length));
                i += length - 1;
            }
            else if (i + 2 < text.Length && char.IsAsciiHexDigit(text[i + 1]) && char.IsAsciiHexDigit(text[i + 2]))
            {
                bytes.Add(Convert.ToByte(text.Substring(i + 1, 2), 16));
                i += 2;
            }
            else throw DatabaseUrl.Error($"{part} has a % that is not followed by two hexadecimal digits; a % itself is written %25");
        }
        try
        {
            return Check(StrictUtf8.GetString([.. bytes]));
        }
        catch (DecoderFallbackException)
        {
            throw DatabaseUrl.Error($"{part} has percent-encoded bytes that are not UTF-8");
        }

        string Check(string decoded) => decoded.Contains('\0') ? throw DatabaseUrl.Error($"{part} must not contain a NUL character") : decoded;
    }

    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    // Python's SQLAlchemy names its driver after a plus, Java's begins with jdbc:, and such URLs get copied.
    [GeneratedRegex(@"^(jdbc:)?postgres(ql)?(\+[a-z0-9]+)?://",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex Scheme();
}
