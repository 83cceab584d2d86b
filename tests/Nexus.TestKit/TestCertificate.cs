using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Nexus.TestKit;

/// <summary>A self-signed certificate for loopback, made anew for each run.</summary>
public static class TestCertificate
{
    /// <param name="certificateFile">Receives the certificate.</param>
    /// <param name="keyFile">Receives its key.</param>
    /// <param name="days">For how many days it is valid.</param>
    /// <param name="subject">Its subject.</param>
    public static void Write(string certificateFile, string keyFile, int days = 7, string subject = "CN=localhost")
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest(subject, key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName("localhost");
        names.AddIpAddress(IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: true, hasPathLengthConstraint: false,
            pathLengthConstraint: 0, critical: true));
        using var certificate = request.CreateSelfSigned(TimeProvider.System.GetUtcNow().AddDays(-1), TimeProvider.System.GetUtcNow().AddDays(days));
        File.WriteAllText(certificateFile, certificate.ExportCertificatePem());
        using (File.Create(keyFile))
        {
            // The server refuses a key that others may read, so it is never there with another mode.
            File.SetUnixFileMode(keyFile, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        }
        File.WriteAllText(keyFile, key.ExportPkcs8PrivateKeyPem());
    }
}
