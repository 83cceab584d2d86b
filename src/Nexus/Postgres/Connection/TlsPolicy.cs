using System.Net;
using Npgsql;

namespace Nexus.Postgres;

/// <summary>
/// A connection to a remote host uses TLS and verifies the host name unless another <c>sslmode</c> is set; loopback and sockets may go without. A
/// password is sent only by SCRAM, which does not reveal it, unless <c>require_auth</c> is set.
/// </summary>
internal static class TlsPolicy
{
    /// <summary>In the words of the driver.</summary>
    private const string Scram = "ScramSHA256", NoPassword = "None";

    public static void Apply(NpgsqlConnectionStringBuilder builder, ICollection<string> notes)
    {
        var hosts = HostsOf(builder);
        ApplyAuthentication(builder, isLocal: hosts.TrueForAll(IsLocal));
        if (hosts.TrueForAll(IsSocket))
        {
            // As libpq does: the server offers no TLS on a socket, whatever the mode.
            builder.SslMode = SslMode.Disable;
            return;
        }

        if (!hosts.TrueForAll(IsLocal))
        {
            // allow and prefer let the server decide, which is not safe for a remote host.
            if (builder.SslMode is SslMode.Allow or SslMode.Prefer) builder.SslMode = SslMode.VerifyFull;
            if (builder.SslMode == SslMode.Disable) notes.Add("sslmode=disable: the connection to a remote host is not encrypted");
            else if (builder.SslMode == SslMode.Require && string.IsNullOrEmpty(builder.RootCertificate))
                notes.Add("sslmode=require: the connection is encrypted, but the server is not verified; write sslmode=verify-full, with sslrootcert "
                    + "if no public authority signed the certificate");
        }

        // As libpq does: a root certificate with sslmode=require is there to be checked. The driver would ignore it.
        if (builder.SslMode == SslMode.Require && !string.IsNullOrEmpty(builder.RootCertificate)) builder.SslMode = SslMode.VerifyCA;
    }

    /// <summary>A server that asks for no password learns nothing, but a remote one that does so may be an impostor.</summary>
    private static void ApplyAuthentication(NpgsqlConnectionStringBuilder builder, bool isLocal)
    {
        if (!string.IsNullOrEmpty(builder.RequireAuth)) return;
        var hasCertificate = !string.IsNullOrEmpty(builder.SslCertificate);
        builder.RequireAuth = isLocal || hasCertificate ? $"{Scram},{NoPassword}" : Scram;
    }

    /// <summary>The hosts without ports and brackets.</summary>
    public static List<string> HostsOf(NpgsqlConnectionStringBuilder builder) =>
        [.. builder.Host!.Split(',', StringSplitOptions.TrimEntries).Select(WithoutPort)];

    public static bool IsSocket(string host) => host.StartsWith('/') || host.StartsWith('@');

    /// <summary>Names are not resolved: what a resolver says today may be another machine tomorrow.</summary>
    public static bool IsLocal(string host) =>
        IsSocket(host) || host.Equals("localhost", StringComparison.OrdinalIgnoreCase)
            || (IPAddress.TryParse(host, out var address) && IPAddress.IsLoopback(address));

    private static string WithoutPort(string host)
    {
        if (host.StartsWith('[')) return host[1..Math.Max(1, host.IndexOf(']'))];
        var colon = host.IndexOf(':');
        return colon >= 0 && host.IndexOf(':', colon + 1) < 0 ? host[..colon] : host;
    }
}
