using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using Nexus.TestKit;

namespace Nexus.Operations.Tests.Configuration;

/// <summary>Where nexus serve listens, and what it takes over while it runs.</summary>
public sealed class ListeningTests
{
    private const int SigHup = 1;

    [Fact]
    public async Task It_listens_at_several_addresses_with_TLS_and_on_a_Unix_socket()
    {
        using var nexus = new NexusProgram();
        TestCertificate.Write(nexus["cert.pem"], nexus["key.pem"]);
        var socket = nexus["caller.sock"];
        // An abandoned socket of a process that was killed must not stop the start.
        using (var abandoned = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified))
        {
            abandoned.Bind(new UnixDomainSocketEndPoint(socket + ".tmp"));
            File.Move(socket + ".tmp", socket);
        }
        nexus.Environment["NEXUS_CONFIG"] = nexus.Write("nexus.json", $$"""
            { "listen": ["http://127.0.0.1:0", "https://127.0.0.1:0", "unix:{{socket}}"], "socketMode": "600",
              "tls": { "certificate": "{{nexus["cert.pem"]}}", "key": "{{nexus["key.pem"]}}" } }
            """);
        await using var process = nexus.Start("serve");
        var lines = new List<string>();
        for (var i = 0; i < 3; i++)
        {
            lines.Add(await process.ReadLineAsync(line => line.StartsWith("Serving at ", StringComparison.Ordinal)
                && !lines.Contains(line)));
        }
        Assert.Contains(lines, line => line.EndsWith($"unix:{socket}", StringComparison.Ordinal));
        var https = new Uri(lines.Single(line => line.Contains("https:", StringComparison.Ordinal))["Serving at ".Length..].Split(',')[0]);

        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(socket));
        using (var local = OverSocket(socket)) Assert.Equal(HttpStatusCode.OK, (await local.GetAsync("http://localhost/health/live")).StatusCode);
        var first = await CertificateOfAsync(https);
        Assert.Equal(await ThumbprintAsync(nexus["cert.pem"]), first);

        // The key is replaced before the certificate: the pair does not match in between.
        TestCertificate.Write(nexus["new.pem"], nexus["new-key.pem"]);
        File.Move(nexus["new-key.pem"], nexus["key.pem"], overwrite: true);
        Assert.Equal(first, await CertificateOfAsync(https));
        File.Move(nexus["new.pem"], nexus["cert.pem"], overwrite: true);
        var renewed = await ThumbprintAsync(nexus["cert.pem"]);
        await Eventually.TrueAsync(async () => await CertificateOfAsync(https) == renewed);
        process.Signal(ChildProcess.SigTerm);
        Assert.Equal(0, await process.WaitForExitAsync());
        Assert.False(File.Exists(socket));
    }

    [Theory]
    [InlineData("https://127.0.0.1:0", "needs a certificate")]
    [InlineData("unix:/nowhere/at/all/nexus.sock", "does not exist")]
    public async Task An_address_that_cannot_be_used_is_one_line(string url, string expected)
    {
        using var nexus = new NexusProgram();
        (await nexus.RunAsync("serve", "--urls", url)).Expect(1).ExpectOneLine(expected);
    }

    [Fact]
    public async Task A_file_that_is_no_socket_is_not_deleted()
    {
        using var nexus = new NexusProgram();
        var file = nexus.Write("precious.txt", "precious");
        (await nexus.RunAsync("serve", "--urls", $"unix:{file}")).Expect(1).ExpectOneLine("not an abandoned socket");
        Assert.Equal("precious", await File.ReadAllTextAsync(file));
    }

    [Fact]
    public async Task A_key_of_the_certificate_that_others_can_read_is_refused()
    {
        using var nexus = new NexusProgram();
        TestCertificate.Write(nexus["cert.pem"], nexus["key.pem"]);
        File.SetUnixFileMode(nexus["key.pem"], UnixFileMode.UserRead | UnixFileMode.OtherRead);
        (await nexus.RunAsync("serve", "--urls", "https://127.0.0.1:0", "--tls-certificate", nexus["cert.pem"], "--tls-key", nexus["key.pem"]))
            .Expect(1).ExpectOneLine("accessible to users other than its owner");
    }

    [Fact]
    public async Task SIGHUP_takes_over_what_can_change_names_the_rest_and_keeps_the_present_settings_on_an_error()
    {
        using var nexus = new NexusProgram();
        nexus.Environment["NEXUS_CONFIG"] = nexus.Write("nexus.json", """{ "logging": { "level": "information" } }""");
        var (process, url) = await nexus.ServeAsync();
        await using (process)
        {
            nexus.Write("nexus.json", """{ "logging": { "level": "loud" } }""");
            process.Signal(SigHup);
            await process.ReadErrorLineAsync(line => line.Contains("was not changed", StringComparison.Ordinal)
                && line.Contains("logging.level: must be one of", StringComparison.Ordinal));
            nexus.Write("nexus.json", """{ "limits": { "patience": "3s" }, "database": { "maxPoolSize": 5 } }""");
            process.Signal(SigHup);
            await process.ReadErrorLineAsync(line => line.Contains("Changed settings: limits.patience", StringComparison.Ordinal));
            await process.ReadErrorLineAsync(line => line.Contains("need a restart: database.maxPoolSize", StringComparison.Ordinal));
            nexus.Write("nexus.json", """{ "logging": { "level": "error" } }""");
            process.Signal(SigHup);
            using var http = new HttpClient();
            Assert.Equal(HttpStatusCode.OK, (await http.GetAsync($"{url}/health/live")).StatusCode);
            process.Signal(ChildProcess.SigTerm);
            Assert.Equal(0, await process.WaitForExitAsync());
        }
    }

    private static HttpClient OverSocket(string path) => new(new SocketsHttpHandler
    {
        ConnectCallback = async (_, cancellationToken) =>
        {
            var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
            await socket.ConnectAsync(new UnixDomainSocketEndPoint(path), cancellationToken);
            return new NetworkStream(socket, ownsSocket: true);
        },
    });

    private static async Task<string> CertificateOfAsync(Uri address)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(address.Host, address.Port);
        await using var tls = new SslStream(client.GetStream());
        await tls.AuthenticateAsClientAsync(new SslClientAuthenticationOptions
        {
            TargetHost = "localhost",
            // The certificate is the subject of the test; nothing secret is sent.
            RemoteCertificateValidationCallback = (_, presented, _, _) => presented is not null,
        });
        return ((X509Certificate2)tls.RemoteCertificate!).Thumbprint;
    }

    private static async Task<string> ThumbprintAsync(string file)
    {
        using var certificate = X509Certificate2.CreateFromPem(await File.ReadAllTextAsync(file));
        return certificate.Thumbprint;
    }
}
