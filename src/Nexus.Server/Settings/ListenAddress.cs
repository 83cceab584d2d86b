using System.Net;

namespace Nexus.Server.Settings;

/// <summary>An address to listen on.</summary>
/// <param name="Url">The address in Kestrel's format.</param>
/// <param name="Uri">The address of a port; null for a Unix socket.</param>
/// <param name="Socket">The path of a Unix socket; null for a port.</param>
public sealed record ListenAddress(string Url, Uri? Uri, string? Socket)
{
    /// <summary>Whether connections are encrypted.</summary>
    public bool IsTls => Uri?.Scheme == Uri.UriSchemeHttps;

    /// <summary>Whether only this machine can connect.</summary>
    public bool IsLocal => Uri is null || Uri.Host == "localhost"
        || (IPAddress.TryParse(Uri.Host.Trim('[', ']'), out var address) && IPAddress.IsLoopback(address));
}
