using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Nexus.Errors;
using Nexus.Secrets;
using Nexus.Server.Settings;

namespace Nexus.Server.Listening;

/// <summary>The certificate for https addresses, as the files have it.</summary>
internal sealed class CertificateStore(TlsFiles files)
{
    private byte[] _fingerprint = [];
    private volatile SslStreamCertificateContext? _context;

    /// <summary>The certificate with its intermediates.</summary>
    public SslStreamCertificateContext Context => _context ?? throw new InvalidOperationException("the certificate is loaded before the start");

    /// <summary>Until when the certificate is valid.</summary>
    public DateTimeOffset ValidUntil => new(Context.TargetCertificate.NotAfter.ToUniversalTime());

    /// <summary>Reads the files. A certificate and a key that do not belong together leave the present certificate in use.</summary>
    /// <returns>Whether there is another certificate.</returns>
    /// <exception cref="NexusConfigurationException">The files cannot be used. The message names the setting and the file.</exception>
    public async Task<bool> LoadAsync(CancellationToken cancellationToken)
    {
        var certificate = await ReadAsync("tls.certificate", files.Certificate, isSecret: files.Key == files.Certificate, cancellationToken);
        var key = files.Key == files.Certificate ? certificate : await ReadAsync("tls.key", files.Key, isSecret: true, cancellationToken);
        var fingerprint = SHA256.HashData([.. certificate, 0, .. key]);
        if (fingerprint.AsSpan().SequenceEqual(_fingerprint)) return false;
        _context = Create(Text(certificate), Text(key));
        _fingerprint = fingerprint;
        return true;
    }

    private SslStreamCertificateContext Create(string certificate, string key)
    {
        X509Certificate2 leaf;
        try
        {
            leaf = X509Certificate2.CreateFromPem(certificate, key);
        }
        // ArgumentException: the key is not that of the certificate.
        catch (Exception error) when (error is CryptographicException or ArgumentException)
        {
            throw new NexusConfigurationException(
                "tls.certificate", $"{files.Certificate} and {files.Key} must be PEM files with a certificate and its own private key, not encrypted",
                error);
        }
        var chain = new X509Certificate2Collection();
        chain.ImportFromPem(certificate);
        if (chain.Count > 0) chain.RemoveAt(0);
        // Offline: intermediates are in the file, and a start must not depend on the network.
        return SslStreamCertificateContext.Create(leaf, chain, offline: true);
    }

    private static async Task<byte[]> ReadAsync(string setting, string file, bool isSecret, CancellationToken cancellationToken)
    {
        try
        {
            if (isSecret) SecretFile.RefuseUnlessProtected(file);
            return await File.ReadAllBytesAsync(file, cancellationToken);
        }
        catch (NexusConfigurationException error)
        {
            throw new NexusConfigurationException(setting, error.Message, error);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new NexusConfigurationException(setting, $"{file} cannot be read: {error.Message}", error);
        }
    }

    private static string Text(byte[] bytes) => System.Text.Encoding.UTF8.GetString(bytes);
}
