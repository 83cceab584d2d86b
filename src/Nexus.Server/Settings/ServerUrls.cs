using System.Text;
using Nexus.Errors;
using Nexus.Operations.Status;

namespace Nexus.Server.Settings;

/// <summary>The addresses to listen on.</summary>
public static class ServerUrls
{
    private const string Setting = "--urls";
    private const string UnixPrefix = "unix:";
    private const string SocketPrefix = "http://unix:";
    private const int MostAddresses = 16;

    /// <summary>Parses addresses that are separated by semicolons.</summary>
    /// <param name="urls">For example <c>http://127.0.0.1:8080;https://[::]:8443;unix:/run/nexus/nexus.sock</c>.</param>
    /// <exception cref="NexusConfigurationException">An address is invalid or given twice.</exception>
    public static IReadOnlyList<ListenAddress> Parse(string urls)
    {
        ArgumentNullException.ThrowIfNull(urls);
        var parsed = new List<ListenAddress>();
        foreach (var text in urls.Split(';', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            var address = text.StartsWith(UnixPrefix, StringComparison.Ordinal) ? ParseSocket(text[UnixPrefix.Length..]) : ParsePort(text);
            // Port 0 is another port each time.
            if (address.Uri?.Port != 0 && parsed.Any(other => other.Url.Equals(address.Url, StringComparison.OrdinalIgnoreCase)))
                throw Error($"must name each address once: {text} is given twice");
            parsed.Add(address);
        }
        if (parsed.Count > MostAddresses) throw Error($"must name at most {MostAddresses} addresses");
        return parsed.Count > 0 ? parsed : throw Error("must name at least one address");
    }

    /// <summary>An address as people write it: Kestrel puts a scheme before a Unix socket.</summary>
    public static string Shown(string url) =>
        url.StartsWith(SocketPrefix, StringComparison.Ordinal) ? url[(SocketPrefix.Length - UnixPrefix.Length)..] : url;

    /// <summary>The addresses of the options and the socket in the data folder, in Kestrel's format.</summary>
    internal static string WithSocket(ServerOptions options, IReadOnlyList<ListenAddress> addresses)
    {
        var urls = string.Join(';', addresses.Select(address => address.Url));
        return ServerSocket.PathIn(options.Nexus.DataFolder) is { } socket ? $"{urls};{SocketPrefix}{socket}" : urls;
    }

    /// <summary>Whether an address is for callers and not the socket in a data folder.</summary>
    internal static bool IsPublic(string url) => !url.StartsWith(SocketPrefix, StringComparison.Ordinal)
        || Path.GetFileName(url) != ServerSocket.NameOf(Environment.ProcessId);

    private static ListenAddress ParsePort(string text)
    {
        // Kestrel accepts * and + for any address.
        var readable = text.Replace("://*", "://0.0.0.0", StringComparison.Ordinal).Replace("://+", "://0.0.0.0", StringComparison.Ordinal);
        if (!Uri.TryCreate(readable, UriKind.Absolute, out var uri) || uri.PathAndQuery != "/" || uri.UserInfo.Length > 0 || uri.Fragment.Length > 0)
            throw Error(
                "must be addresses such as http://127.0.0.1:8080, https://0.0.0.0:8443 or unix:/run/nexus/nexus.sock, separated by semicolons");
        if (uri.Scheme != Uri.UriSchemeHttp && uri.Scheme != Uri.UriSchemeHttps) throw Error("must start with http://, https:// or unix:/");
        return new ListenAddress(text, uri, null);
    }

    private static ListenAddress ParseSocket(string path)
    {
        if (!Path.IsPathRooted(path) || path.EndsWith('/') || path.Any(char.IsControl))
            throw Error("must name a Unix socket by its full path: unix:/path");
        if (Encoding.UTF8.GetByteCount(path) > ServerSocket.MaxPathBytes)
            throw Error($"must name a Unix socket with a path of at most {ServerSocket.MaxPathBytes} bytes");
        return new ListenAddress(SocketPrefix + path, null, path);
    }

    private static NexusConfigurationException Error(string message) => new(Setting, message);
}
