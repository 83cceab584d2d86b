using Nexus.Storage.Postgres;
using Npgsql;

namespace Nexus.Tests.Postgres;

public class TlsPolicyTests
{
    [Theory]
    [InlineData("postgres://db.example.com/app", SslMode.Require)]
    [InlineData("postgres://10.0.0.7/app", SslMode.Require)]
    [InlineData("postgres://[2001:db8::7]/app", SslMode.Require)]
    [InlineData("postgres://localhost,db.example.com/app", SslMode.Require)]
    [InlineData("postgres://localhost.example.com/app", SslMode.Require)]
    [InlineData("postgres://db.example.com/app?sslmode=prefer", SslMode.Require)]
    [InlineData("postgres://db.example.com/app?sslmode=allow", SslMode.Require)]
    [InlineData("postgres://db.example.com/app?ssl=false", SslMode.Require)]
    [InlineData("postgres://db.example.com/app?ssl=true", SslMode.Require)]
    [InlineData("Host=db.example.com;SSL Mode=Prefer", SslMode.Require)]
    [InlineData("host=db.example.com dbname=app", SslMode.Require)]
    [InlineData("postgres://db.example.com/app?sslmode=require", SslMode.Require)]
    [InlineData("postgres://db.example.com/app?sslmode=verify-ca", SslMode.VerifyCA)]
    [InlineData("postgres://db.example.com/app?sslmode=verify-full", SslMode.VerifyFull)]
    [InlineData("postgres://db.example.com/app?sslmode=require&sslrootcert=/ca.pem", SslMode.VerifyCA)]
    [InlineData("postgres://db.example.com/app?sslrootcert=/ca.pem", SslMode.VerifyCA)]
    [InlineData("postgres://db.example.com/app?sslrootcert=system&sslmode=require", SslMode.VerifyFull)]
    [InlineData("postgres://db.example.com/app?sslmode=disable", SslMode.Disable)]
    [InlineData("Host=db.example.com;SSL Mode=Disable", SslMode.Disable)]
    [InlineData("postgres://localhost/app", SslMode.Prefer)]
    [InlineData("postgres://127.0.0.9/app", SslMode.Prefer)]
    [InlineData("postgres://[::1],localhost/app", SslMode.Prefer)]
    [InlineData("postgres://localhost/app?sslmode=require", SslMode.Require)]
    [InlineData("postgres://localhost/app?sslmode=disable", SslMode.Disable)]
    [InlineData("postgres:///app?host=/var/run/postgresql&sslmode=require", SslMode.Disable)]
    public void The_mode_follows_from_the_host_and_what_is_written_out(string text, SslMode mode) => Assert.Equal(mode, DatabaseUrl.Parse(text).SslMode);

    [Fact]
    public void Going_without_tls_to_a_remote_host_is_noted()
    {
        var notes = new List<string>();

        DatabaseUrl.Parse("postgres://db.example.com/app?sslmode=disable", notes);

        Assert.Contains("not encrypted", Assert.Single(notes), StringComparison.Ordinal);
    }
}
