using System.Net;
using Nexus.Errors;
using Nexus.Operations.Status;

namespace Nexus.Server.Settings;

/// <summary>The addresses to listen on.</summary>
public static class ServerUrls
{
    private const string SocketPrefix = "http://unix:";

    /// <summary>Parses addresses that are separated by semicolons.</summary>
    /// <param name="urls">For example <c>http://127.0.0.1:8080;http://[::1]:8080</c>.</param>
    /// <exception cref="NexusConfigurationException">An address is invalid.</exception>
    public static IReadOnlyList<Uri> Parse(string urls)
    {
        var parsed = new List<Uri>();
        foreach (var text in urls.Split(';', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            // Kestrel accepts * and + for any address.
            var readable = text.Replace("://*", "://0.0.0.0", StringComparison.Ordinal).Replace("://+", "://0.0.0.0", StringComparison.Ordinal);
            if (!Uri.TryCreate(readable, UriKind.Absolute, out var uri) || uri.PathAndQuery != "/")
                throw new NexusConfigurationException("--urls", "must be addresses such as http://127.0.0.1:8080, separated by semicolons");
            if (uri.Scheme != Uri.UriSchemeHttp)
                throw new NexusConfigurationException("--urls", "must start with http://; for TLS put a proxy in front");
            parsed.Add(uri);
        }
        return parsed.Count > 0 ? parsed : throw new NexusConfigurationException("--urls", "must name at least one address");
    }

    /// <summary>The addresses of the options and the socket in the data folder, in Kestrel's format.</summary>
    internal static string WithSocket(ServerOptions options) =>
        ServerSocket.PathIn(options.Nexus.DataFolder) is { } socket ? $"{options.Urls};{SocketPrefix}{socket}" : options.Urls;

    /// <summary>Whether an address is for callers and not the socket.</summary>
    internal static bool IsPublic(string url) => !url.StartsWith(SocketPrefix, StringComparison.Ordinal);

    internal static bool IsLoopback(Uri url) =>
        url.Host == "localhost" || (IPAddress.TryParse(url.Host.Trim('[', ']'), out var address) && IPAddress.IsLoopback(address));
}
