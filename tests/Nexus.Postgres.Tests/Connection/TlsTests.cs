using Nexus.Errors;
using Nexus.TestKit;
using Npgsql;

namespace Nexus.Postgres.Tests.Connection;

public sealed class TlsTests(TlsTests.Server server) : IClassFixture<TlsTests.Server>
{
    public sealed class Server : IAsyncLifetime
    {
        public PostgresCluster Cluster { get; private set; } = null!;

        public async ValueTask InitializeAsync() =>
            Cluster = await PostgresCluster.StartAsync(new PostgresClusterOptions { RequireTls = true, Password = "p@ss/word #1%" });

        public ValueTask DisposeAsync() => Cluster.DisposeAsync();
    }

    private async Task<object?> ConnectAsync(string options, string? password = null)
    {
        await using var source = PostgresDataSource.Create(new NexusOptions
        {
            Database = $"postgres://postgres:{Uri.EscapeDataString(password ?? server.Cluster.Password!)}@localhost:"
                + $"{server.Cluster.Port}/postgres?{options}",
        }.ForPostgres());
        await using var command = source.CreateCommand("SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()");
        return await command.ExecuteScalarAsync();
    }

    [Theory]
    [InlineData("sslmode=require")]
    [InlineData("")]
    public async Task Tls_is_used(string options) => Assert.Equal(true, await ConnectAsync(options));

    [Theory]
    [InlineData("require")]
    [InlineData("verify-ca")]
    [InlineData("verify-full")]
    public async Task A_root_certificate_is_checked(string mode) =>
        Assert.Equal(true, await ConnectAsync($"sslmode={mode}&sslrootcert={Uri.EscapeDataString(server.Cluster.CertificateFile)}"));

    [Fact]
    public async Task An_untrusted_certificate_names_the_setting()
    {
        var cause = await Assert.ThrowsAnyAsync<NpgsqlException>(() => ConnectAsync("sslmode=verify-full"));

        Assert.Contains("sslrootcert", Assert.IsType<NexusConfigurationException>(PostgresErrors.Translate(cause)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_server_that_wants_tls_refuses_to_go_without()
    {
        var cause = await Assert.ThrowsAnyAsync<NpgsqlException>(() => ConnectAsync("sslmode=disable"));

        Assert.Contains("sslmode", Assert.IsType<NexusConfigurationException>(PostgresErrors.Translate(cause)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_wrong_password_names_the_setting_and_not_the_password()
    {
        var cause = await Assert.ThrowsAnyAsync<NpgsqlException>(() => ConnectAsync("", "Hunter2"));

        var error = Assert.IsType<NexusConfigurationException>(PostgresErrors.Translate(cause));
        Assert.Equal("Database", error.Setting);
        Assert.DoesNotContain("Hunter2", error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_server_without_tls_is_refused_where_tls_is_required()
    {
        var plain = await PostgresCluster.SharedAsync();
        await using var source = PostgresDataSource.Create(
            new NexusOptions { Database = plain.Url().Replace("sslmode=disable", "sslmode=require", StringComparison.Ordinal) }.ForPostgres());

        var cause = await Assert.ThrowsAnyAsync<NpgsqlException>(async () => await source.OpenConnectionAsync());

        Assert.Contains("sslmode=disable", Assert.IsType<NexusConfigurationException>(PostgresErrors.Translate(cause)).Message,
            StringComparison.Ordinal);
    }
}
