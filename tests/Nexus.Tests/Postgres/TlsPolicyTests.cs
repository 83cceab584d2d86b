using Nexus.Postgres;
using Npgsql;

namespace Nexus.Tests.Postgres;

public class TlsPolicyTests
{
    [Theory]
    [InlineData("postgres://db.example.com/app", SslMode.VerifyFull)]
    [InlineData("postgres://10.0.0.7/app", SslMode.VerifyFull)]
    [InlineData("postgres://[2001:db8::7]/app", SslMode.VerifyFull)]
    [InlineData("postgres://localhost,db.example.com/app", SslMode.VerifyFull)]
    [InlineData("postgres://localhost.example.com/app", SslMode.VerifyFull)]
    [InlineData("postgres://db.example.com/app?sslmode=prefer", SslMode.VerifyFull)]
    [InlineData("postgres://db.example.com/app?sslmode=allow", SslMode.VerifyFull)]
    [InlineData("postgres://db.example.com/app?ssl=false", SslMode.VerifyFull)]
    [InlineData("postgres://db.example.com/app?ssl=true", SslMode.VerifyFull)]
    [InlineData("Host=db.example.com;SSL Mode=Prefer", SslMode.VerifyFull)]
    [InlineData("host=db.example.com dbname=app", SslMode.VerifyFull)]
    [InlineData("postgres://localhost./app", SslMode.VerifyFull)]
    [InlineData("postgres://127.0.0.1.nip.io/app", SslMode.VerifyFull)]
    [InlineData("postgres:///app?hostaddr=10.0.0.7", SslMode.VerifyFull)]
    [InlineData("postgres://db.example.com/app?requiressl=1", SslMode.Require)]
    [InlineData("Host=db.example.com;SSL Mode=Require", SslMode.Require)]
    [InlineData("postgres://db.example.com/app?sslmode=require", SslMode.Require)]
    [InlineData("postgres://db.example.com/app?sslmode=verify-ca", SslMode.VerifyCA)]
    [InlineData("postgres://db.example.com/app?sslmode=verify-full", SslMode.VerifyFull)]
    [InlineData("postgres://db.example.com/app?sslmode=require&sslrootcert=/ca.pem", SslMode.VerifyCA)]
    [InlineData("postgres://db.example.com/app?sslrootcert=/ca.pem", SslMode.VerifyFull)]
    [InlineData("postgres://db.example.com/app?sslrootcert=system&sslmode=require", SslMode.VerifyFull)]
    [InlineData("postgres://db.example.com/app?sslmode=disable", SslMode.Disable)]
    [InlineData("Host=db.example.com;SSL Mode=Disable", SslMode.Disable)]
    [InlineData("postgres://localhost/app", SslMode.Prefer)]
    [InlineData("postgres://127.0.0.9/app", SslMode.Prefer)]
    [InlineData("postgres://[::1],localhost/app", SslMode.Prefer)]
    [InlineData("postgres://localhost/app?sslmode=require", SslMode.Require)]
    [InlineData("postgres://localhost/app?sslmode=disable", SslMode.Disable)]
    [InlineData("postgres:///app?host=/var/run/postgresql&sslmode=require", SslMode.Disable)]
    public void The_mode_follows_from_the_host_and_what_is_written_out(string text, SslMode mode) =>
        Assert.Equal(mode, DatabaseUrl.Parse(text).SslMode);

    [Theory]
    [InlineData("postgres://db.example.com/app", "ScramSHA256")]
    [InlineData("postgres://db.example.com/app?sslmode=require", "ScramSHA256")]
    [InlineData("postgres://db.example.com/app?sslmode=disable", "ScramSHA256")]
    [InlineData("postgres://localhost,db.example.com/app", "ScramSHA256")]
    [InlineData("postgres://db.example.com/app?sslcert=/c.pem", "ScramSHA256,None")]
    [InlineData("postgres://localhost/app", "ScramSHA256,None")]
    [InlineData("postgres:///app?host=/var/run/postgresql", "ScramSHA256,None")]
    [InlineData("postgres://db.example.com/app?require_auth=scram-sha-256,md5", "ScramSHA256,MD5")]
    [InlineData("Host=db.example.com;Require Auth=Password", "Password")]
    public void A_password_is_given_by_SCRAM_alone_unless_written_out(string text, string methods) =>
        Assert.Equal(methods, DatabaseUrl.Parse(text).RequireAuth);

    [Fact]
    public void Encryption_without_a_check_of_the_certificate_is_noted()
    {
        var notes = new List<string>();

        DatabaseUrl.Parse("postgres://db.example.com/app?sslmode=require", notes);

        Assert.Contains("verify-full", Assert.Single(notes), StringComparison.Ordinal);
    }

    [Fact]
    public void Going_without_tls_to_a_remote_host_is_noted()
    {
        var notes = new List<string>();

        DatabaseUrl.Parse("postgres://db.example.com/app?sslmode=disable", notes);

        Assert.Contains("not encrypted", Assert.Single(notes), StringComparison.Ordinal);
    }
}
