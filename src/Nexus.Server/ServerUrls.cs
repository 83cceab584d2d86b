using System.Net;

namespace Nexus.Server;

/// <summary>The addresses to listen on.</summary>
internal static class ServerUrls
{
    /// <exception cref="NexusConfigurationException">An address cannot be listened on.</exception>
    public static IReadOnlyList<Uri> Parse(string urls)
    {
        var parsed = new List<Uri>();
        foreach (var text in urls.Split(';', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            // Kestrel's way of saying "any address".
            var readable = text.Replace("://*", "://0.0.0.0", StringComparison.Ordinal).Replace("://+", "://0.0.0.0", StringComparison.Ordinal);
            if (!Uri.TryCreate(readable, UriKind.Absolute, out var uri) || uri.PathAndQuery != "/") throw new NexusConfigurationException("--urls", "must be addresses such as http://127.0.0.1:8080, separated by semicolons");
            if (uri.Scheme != Uri.UriSchemeHttp) throw new NexusConfigurationException("--urls", "must begin with http:// ; put a proxy that ends TLS in front");
            parsed.Add(uri);
        }
        return parsed.Count > 0 ? parsed : throw new NexusConfigurationException("--urls", "must name at least one address");
    }

    public static bool IsLoopback(Uri url) => url.Host == "localhost" || (IPAddress.TryParse(url.Host.Trim('[', ']'), out var address) && IPAddress.IsLoopback(address));
}
