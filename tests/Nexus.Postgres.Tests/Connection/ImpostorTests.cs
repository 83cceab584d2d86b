using System.Buffers.Binary;
using System.Net;
using System.Net.NetworkInformation;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace Nexus.Postgres.Tests.Connection;

/// <summary>Who answers in the server's place, with a certificate that it made itself, never learns the password.</summary>
public class ImpostorTests
{
    private const string Password = "Hunter2";

    /// <summary>An address of this machine that is not loopback's, and so remote.</summary>
    private static string Remote =>
        NetworkInterface.GetAllNetworkInterfaces().SelectMany(card => card.GetIPProperties().UnicastAddresses).Select(address => address.Address)
        .First(address => address.AddressFamily == AddressFamily.InterNetwork && !IPAddress.IsLoopback(address)).ToString();

    private const int CleartextPassword = 3, Md5Password = 5, Ok = 0;

    private static async Task<string> ReceivedAsync(string host, string options, int asksFor, X509Certificate2? own = null)
    {
        using var certificate = own ?? SelfSigned();
        using var listener = new TcpListener(IPAddress.Any, 0);
        listener.Start();
        using var end = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        var answering = AnswerAsync(listener, certificate, asksFor, end.Token);
        await using (var source = PostgresDataSource.Create(new NexusOptions
        {
            Database = $"postgres://u:{Password}@{host}:{((IPEndPoint)listener.LocalEndpoint).Port}/app?{options}",
            MinPoolSize = 0,
            ConnectTimeout = TimeSpan.FromSeconds(10),
        }.ForPostgres()))
        {
            var error = await Assert.ThrowsAnyAsync<Exception>(async () => await source.OpenConnectionAsync(end.Token));
            Assert.DoesNotContain(Password, PostgresErrors.Translate(error).ToString(), StringComparison.Ordinal);
        }
        listener.Stop();
        await end.CancelAsync();
        var (connections, received) = await answering;
        Assert.True(connections > 0);
        return received;
    }

    [Theory]
    [InlineData("", CleartextPassword)]
    [InlineData("sslmode=prefer", CleartextPassword)]
    [InlineData("sslmode=verify-full", CleartextPassword)]
    [InlineData("sslmode=verify-ca", CleartextPassword)]
    [InlineData("sslmode=require", CleartextPassword)]
    [InlineData("sslmode=require", Md5Password)]
    [InlineData("sslmode=disable", CleartextPassword)]
    [InlineData("sslmode=require", Ok)]
    [InlineData("sslmode=ALLOW", CleartextPassword)]
    [InlineData("SSL%20Mode=Prefer", CleartextPassword)]
    [InlineData("SSL%20Mode=Require", Md5Password)]
    [InlineData("ssl=true", CleartextPassword)]
    [InlineData("ssl=require", CleartextPassword)]
    [InlineData("requiressl=1", CleartextPassword)]
    [InlineData("sslaccept=accept_invalid_certs", CleartextPassword)]
    [InlineData("uselibpqcompat=true&sslmode=require", Md5Password)]
    [InlineData("sslmode=verify-full&sslmode=require", CleartextPassword)]
    [InlineData("sslrootcert=system", CleartextPassword)]
    [InlineData("sslmode=require&require_auth=scram-sha-256", Md5Password)]
    public async Task A_remote_impostor_learns_nothing(string options, int asksFor) =>
        Assert.Equal("", await ReceivedAsync(Remote, options, asksFor));

    /// <summary>An authority that signs for many vouches for the impostor's own name, and an authority of the impostor for nothing.</summary>
    [Theory]
    [InlineData("", true)]
    [InlineData("sslmode=verify-full", true)]
    [InlineData("sslmode=prefer", true)]
    [InlineData("sslmode=verify-ca", true)]
    [InlineData("sslmode=require", true)]
    [InlineData("", false)]
    [InlineData("sslmode=verify-ca", false)]
    [InlineData("sslmode=require", false)]
    public async Task A_certificate_of_another_name_or_authority_opens_nothing(string mode, bool isTrustedAuthority)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=authority", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        using var authority = request.CreateSelfSigned(
            TimeProvider.System.GetUtcNow().AddDays(-2), TimeProvider.System.GetUtcNow().AddDays(9));
        using var certificate = SignedBy(authority);
        using var another = SelfSigned();
        var file = Path.GetTempFileName();
        try
        {
            await File.WriteAllTextAsync(file, (isTrustedAuthority ? authority : another).ExportCertificatePem());
            Assert.Equal("", await ReceivedAsync(Remote, $"{mode}&sslrootcert={file}", CleartextPassword, certificate));
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Theory]
    [InlineData("", CleartextPassword)]
    [InlineData("sslmode=disable", Md5Password)]
    public async Task On_loopback_it_learns_nothing_either(string options, int asksFor) =>
        Assert.Equal("", await ReceivedAsync("127.0.0.1", options, asksFor));

    [Fact]
    public async Task What_is_written_out_is_done() =>
        Assert.Contains(Password, await ReceivedAsync(Remote, "sslmode=require&require_auth=password", CleartextPassword), StringComparison.Ordinal);

    /// <returns>How many connected, and everything that came after the server asked for a password.</returns>
    private static async Task<(int Connections, string Received)> AnswerAsync(TcpListener listener, X509Certificate2 certificate, int asksFor,
        CancellationToken cancellationToken)
    {
        var received = new StringBuilder();
        var connections = 0;
        try
        {
            while (true)
            {
                using var client = await listener.AcceptTcpClientAsync(cancellationToken);
                connections++;
                Stream stream = client.GetStream();
                try
                {
                    var startup = await ReadAsync(stream, cancellationToken);
                    // SSLRequest, https://www.postgresql.org/docs/current/protocol-message-formats.html
                    if (startup.Length == 4 && BinaryPrimitives.ReadInt32BigEndian(startup) == 80877103)
                    {
                        await stream.WriteAsync("S"u8.ToArray(), cancellationToken);
                        var tls = new SslStream(stream);
                        await tls.AuthenticateAsServerAsync(new SslServerAuthenticationOptions { ServerCertificate = certificate },
                            cancellationToken);
                        stream = tls;
                        await ReadAsync(stream, cancellationToken);
                    }
                    byte[] salt = asksFor == Md5Password ? [1, 2, 3, 4] : [];
                    byte[] question = [(byte)'R', 0, 0, 0, (byte)(8 + salt.Length), 0, 0, 0, (byte)asksFor, .. salt];
                    await stream.WriteAsync(question, cancellationToken);
                    var buffer = new byte[4096];
                    for (int count; (count = await stream.ReadAsync(buffer, cancellationToken)) > 0;)
                        received.Append(Encoding.Latin1.GetString(buffer, 0, count));
                }
                catch (Exception error) when (error is IOException or System.Security.Authentication.AuthenticationException)
                {
                    // The client went away.
                }
            }
        }
        catch (Exception error) when (error is OperationCanceledException or SocketException or InvalidOperationException)
        {
            return (connections, received.ToString());
        }
    }

    private static async Task<byte[]> ReadAsync(Stream stream, CancellationToken cancellationToken)
    {
        var length = new byte[4];
        await stream.ReadExactlyAsync(length, cancellationToken);
        var body = new byte[BinaryPrimitives.ReadInt32BigEndian(length) - 4];
        await stream.ReadExactlyAsync(body, cancellationToken);
        return body;
    }

    /// <summary>For a host that is not the one that is called.</summary>
    private static X509Certificate2 SignedBy(X509Certificate2 authority)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=other.example.com", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName("other.example.com");
        request.CertificateExtensions.Add(names.Build());
        using var made = request.Create(
            authority, TimeProvider.System.GetUtcNow().AddDays(-1), TimeProvider.System.GetUtcNow().AddDays(7), [1, 2, 3, 4]);
        using var whole = made.CopyWithPrivateKey(key);
        return X509CertificateLoader.LoadPkcs12(whole.Export(X509ContentType.Pfx), null);
    }

    private static X509Certificate2 SelfSigned()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256);
        using var made = request.CreateSelfSigned(TimeProvider.System.GetUtcNow().AddDays(-1), TimeProvider.System.GetUtcNow().AddDays(7));
        return X509CertificateLoader.LoadPkcs12(made.Export(X509ContentType.Pfx), null);
    }
}
