using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using Nexus.TestKit;
using Npgsql;

namespace Nexus.Audit.Tests.Checks;

public sealed class S2Tests
{
    [Fact]
    public async Task A_session_from_another_address_without_TLS_is_found_and_with_TLS_it_is_fine()
    {
        var address = NetworkInterface.GetAllNetworkInterfaces().SelectMany(network => network.GetIPProperties().UnicastAddresses)
            .Select(unicast => unicast.Address)
            .FirstOrDefault(ip => ip.AddressFamily == AddressFamily.InterNetwork && !IPAddress.IsLoopback(ip));
        if (address is null) Assert.Skip("this machine has no address besides loopback");
        await using var cluster = await PostgresCluster.StartAsync(
            new PostgresClusterOptions { Tls = true, Settings = new Dictionary<string, string> { ["listen_addresses"] = "*" } });
        await File.AppendAllTextAsync(Path.Combine(cluster.DataFolder, "pg_hba.conf"), $"host all all {address}/32 trust\n");
        await using var audited = await AuditCase.CreateAsync(cluster: cluster, statements: false);
        await audited.Database.ExecuteAsync("SELECT pg_reload_conf()");
        var settings = new NpgsqlConnectionStringBuilder(audited.Database.ConnectionString) { Host = address.ToString(), Pooling = false };

        await using (var plain = new NpgsqlConnection(settings.ConnectionString))
        {
            await Eventually.TrueAsync(async () =>
            {
                try
                {
                    if (plain.State != System.Data.ConnectionState.Open) await plain.OpenAsync();
                    return true;
                }
                catch (PostgresException)
                {
                    return false; // the rules are read again in a moment
                }
            });
            var finding = (await audited.CheckAsync("S2")).ExpectFinding(S2PlainRemote.Judge(address.ToString()), "role postgres");
            Assert.Equal(1, finding.Number("sessions"));
            (await audited.CheckAsync("S2", user: await audited.CreateRoleAsync())).ExpectSkipped("pg_read_all_stats");
        }

        settings.SslMode = SslMode.Require;
        await using var encrypted = new NpgsqlConnection(settings.ConnectionString);
        await encrypted.OpenAsync();
        (await audited.CheckAsync("S2")).ExpectOk();
    }

    [Fact]
    public async Task Loopback_is_fine()
    {
        await using var audited = await AuditCase.CreateAsync();
        await using var connection = new NpgsqlConnection(audited.Database.ConnectionString + ";Pooling=false");
        await connection.OpenAsync();
        (await audited.CheckAsync("S2")).ExpectOk();
    }

    [Theory]
    [InlineData("203.0.113.9", AuditSeverity.Critical)]
    [InlineData("172.32.0.1", AuditSeverity.Critical)]
    [InlineData("2001:db8::1", AuditSeverity.Critical)]
    [InlineData("10.1.2.3", AuditSeverity.High)]
    [InlineData("172.16.0.1", AuditSeverity.High)]
    [InlineData("192.168.1.1", AuditSeverity.High)]
    [InlineData("100.64.0.1", AuditSeverity.High)]
    [InlineData("::ffff:10.0.0.1", AuditSeverity.High)]
    [InlineData("fd00::1", AuditSeverity.High)]
    [InlineData("fe80::1", AuditSeverity.High)]
    [InlineData("127.0.0.53", null)]
    [InlineData("::1", null)]
    public void Public_addresses_are_worse_than_private_ones(string address, object? expected) =>
        Assert.Equal(expected, S2PlainRemote.Judge(address));
}
