using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using Npgsql;

namespace Nexus.Operations.Monitoring;

/// <summary>
/// Reads when the certificate of a server ends, by a TLS handshake of its own that ends before a login. The driver does not show the certificate, and
/// refuses a callback that would note it where it verifies the server itself.
/// </summary>
internal static class CertificateProbe
{
    /// <summary>https://www.postgresql.org/docs/current/protocol-message-formats.html#PROTOCOL-MESSAGE-FORMATS-SSLREQUEST.</summary>
    private static readonly byte[] SslRequest = [0, 0, 0, 8, 4, 210, 22, 47];

    /// <summary>Null if the connection does not use TLS, or the server does not offer it.</summary>
    /// <param name="connection">The open connection.</param>
    /// <param name="mode">Its mode.</param>
    /// <param name="cancellationToken">Cancels the handshake.</param>
    public static async Task<DateTimeOffset?> ReadAsync(NpgsqlConnection connection, SslMode mode, CancellationToken cancellationToken)
    {
        if (mode == SslMode.Disable || connection.Host is not { Length: > 0 } host || host.StartsWith('/') || host.StartsWith('@')) return null;
        try
        {
            using var client = new TcpClient();
            await client.ConnectAsync(host, connection.Port, cancellationToken).ConfigureAwait(false);
            var stream = client.GetStream();
            await stream.WriteAsync(SslRequest, cancellationToken).ConfigureAwait(false);
            var reply = new byte[1];
            if (await stream.ReadAsync(reply, cancellationToken).ConfigureAwait(false) == 0 || reply[0] != 'S') return null;
            DateTimeOffset? end = null;
            var tls = new SslStream(stream);
            await using (tls.ConfigureAwait(false))
            {
                await tls.AuthenticateAsClientAsync(
                    new SslClientAuthenticationOptions
                    {
                        TargetHost = host,
                        // Only the expiry date is read, and nothing is sent over this stream, so any issuer is accepted.
#pragma warning disable CA5359
                        RemoteCertificateValidationCallback = (_, certificate, _, _) =>
                        {
                            if (certificate is System.Security.Cryptography.X509Certificates.X509Certificate2 found)
                                end = new DateTimeOffset(found.NotAfter.ToUniversalTime());
                            return true;
                        },
#pragma warning restore CA5359
                    },
                    cancellationToken).ConfigureAwait(false);
            }
            return end;
        }
        catch (Exception error) when (error is SocketException or IOException or AuthenticationException)
        {
            return null;
        }
    }
}
