using System.Net;
using Npgsql;

namespace Nexus.Storage.Postgres;

/// <summary>A remote host is spoken to over TLS unless <c>sslmode=disable</c> is written out; loopback and sockets may go without.</summary>
internal static class TlsPolicy
{
    public static void Apply(NpgsqlConnectionStringBuilder builder, ICollection<string> notes)
    {
        var hosts = HostsOf(builder);
        if (hosts.TrueForAll(IsSocket))
        {
            // As libpq does: the server offers no TLS on a socket, whatever the mode.
            builder.SslMode = SslMode.Disable;
            return;
        }

        if (!hosts.TrueForAll(IsLocal))
        {
            var isWrittenOut = builder.Sets("SSL Mode");
            if (isWrittenOut && builder.SslMode == SslMode.Disable) notes.Add("sslmode=disable: the connection to a remote host is not encrypted");
            else if (builder.SslMode < SslMode.Require) builder.SslMode = SslMode.Require;
        }

        // As libpq does: a root certificate with sslmode=require is there to be checked. The driver would ignore it.
        if (builder.SslMode == SslMode.Require && !string.IsNullOrEmpty(builder.RootCertificate)) builder.SslMode = SslMode.VerifyCA;
    }

    /// <summary>The hosts without ports and brackets.</summary>
    public static List<string> HostsOf(NpgsqlConnectionStringBuilder builder) => [.. builder.Host!.Split(',', StringSplitOptions.TrimEntries).Select(WithoutPort)];

    public static bool IsSocket(string host) => host.StartsWith('/') || host.StartsWith('@');

    /// <summary>Names are not resolved: what a resolver says today may be another machine tomorrow.</summary>
    public static bool IsLocal(string host) =>
        IsSocket(host) || host.Equals("localhost", StringComparison.OrdinalIgnoreCase) || (IPAddress.TryParse(host, out var address) && IPAddress.IsLoopback(address));

    private static string WithoutPort(string host)
    {
        if (host.StartsWith('[')) return host[1..Math.Max(1, host.IndexOf(']'))];
        var colon = host.IndexOf(':');
        return colon >= 0 && host.IndexOf(':', colon + 1) < 0 ? host[..colon] : host;
    }
}
