using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Nexus.Errors;
using Nexus.Operations.Doctor;
using Nexus.Secrets;
using Nexus.Server.Settings;

namespace Nexus.Cli.Doctor;

/// <summary>The addresses to listen on and the certificate of nexus serve.</summary>
internal static class ListeningChecks
{
    private static readonly TimeSpan Soon = TimeSpan.FromDays(14);

    /// <summary>Whether each address is free. Only meaningful while the server does not run.</summary>
    public static IEnumerable<DoctorFinding> CheckAddresses(ServerOptions options)
    {
        foreach (var address in ServerUrls.Parse(options.Urls).Where(address => address.Uri is { Port: > 0 }))
        {
            if (FindObstacle(address.Uri!) is not { } error) continue;
            var (message, fix) = error switch
            {
                SocketError.AddressAlreadyInUse => (
                    $"another program listens at {address.Url}",
                    "Stop it (`ss -ltnp` names it), or choose another port in listen (NEXUS_URLS, --urls)."),
                SocketError.AccessDenied => (
                    $"this user may not listen at {address.Url}: ports below 1024 need root",
                    "Choose another port in listen (NEXUS_URLS, --urls), or give the program CAP_NET_BIND_SERVICE."),
                SocketError.AddressNotAvailable => (
                    $"this machine has no address of {address.Url}",
                    "Use http://0.0.0.0:8080 in listen (NEXUS_URLS, --urls) for all of its addresses."),
                _ => ($"nexus serve could not listen at {address.Url}: {error}", "Correct listen (NEXUS_URLS, --urls)."),
            };
            yield return new DoctorFinding(DoctorChecks.Server, DoctorLevel.Problem, message, fix);
        }
    }

    public static DoctorFinding? CheckCertificate(TlsFiles? files, DateTimeOffset now)
    {
        if (files is null) return null;
        const string Renew = "Renew the certificate; nexus serve reads it again within seconds.";
        try
        {
            SecretFile.RefuseUnlessProtected(files.Key);
            using var certificate = X509Certificate2.CreateFromPemFile(files.Certificate, files.Key);
            // A client refuses the certificate as well if one of the authority's that follow it in the file has ended.
            var chain = new X509Certificate2Collection();
            chain.ImportFromPemFile(files.Certificate);
            var first = chain.MinBy(one => one.NotAfter) ?? certificate;
            var name = first.Thumbprint == certificate.Thumbprint
                ? $"the certificate {files.Certificate}" : $"the certificate of {first.Subject} in {files.Certificate}";
            var from = new DateTimeOffset(certificate.NotBefore.ToUniversalTime());
            var until = new DateTimeOffset(first.NotAfter.ToUniversalTime());
            if (until <= now) return Of(DoctorLevel.Problem, $"{name} expired at {until:u}", Renew);
            if (from > now)
                return Of(DoctorLevel.Problem, $"the certificate {files.Certificate} is valid only from {from:u}",
                    "Check the clock, or wait until then.");
            return until - now < Soon
                ? Of(DoctorLevel.Warning, $"{name} expires at {until:u}", Renew)
                : Of(DoctorLevel.Ok, $"the certificate {files.Certificate} is valid until {until:u}", null);
        }
        catch (NexusConfigurationException error)
        {
            return Of(DoctorLevel.Problem, $"nexus serve refuses the key of the certificate: {error.Message}", "Do what the message says.");
        }
        catch (Exception error) when (error is CryptographicException or ArgumentException or IOException or UnauthorizedAccessException)
        {
            return Of(
                DoctorLevel.Problem, $"the certificate {files.Certificate} or its key {files.Key} cannot be used: {error.Message}",
                "Both must be PEM files that belong together, readable by the user of nexus serve; the key must not be encrypted.");
        }

        static DoctorFinding Of(DoctorLevel level, string message, string? fix) => new(DoctorChecks.Tls, level, message, fix);
    }

    private static SocketError? FindObstacle(Uri address)
    {
        var host = IPAddress.TryParse(address.Host.Trim('[', ']'), out var given) ? given : IPAddress.Loopback;
        using var socket = new Socket(host.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            socket.Bind(new IPEndPoint(host, address.Port));
            // Binding alone succeeds beside a listener that has set the reuse of addresses.
            socket.Listen(1);
            return null;
        }
        catch (SocketException error)
        {
            return error.SocketErrorCode;
        }
    }
}
