using System.Text;
using Nexus.TestKit;
using Npgsql;

namespace Nexus.Audit.Tests;

/// <summary>
/// Roles, sessions and statements belong to the whole server: what another database without an encoding, or with another one, put there is no valid
/// text in the audited one. It may damage a name in the report, not end the audit.
/// </summary>
public sealed class ForeignEncodingTests : IAsyncLifetime
{
    private PostgresCluster _cluster = null!;

    public async ValueTask InitializeAsync() =>
        _cluster = await PostgresCluster.StartAsync(new PostgresClusterOptions { Settings = AuditCase.Settings });

    public ValueTask DisposeAsync() => _cluster.DisposeAsync();

    [Theory]
    [InlineData("LATIN1")]
    [InlineData("SQL_ASCII")]
    public async Task What_other_databases_of_the_server_hold_does_not_end_the_audit(string encoding)
    {
        await using var audited = await AuditCase.CreateAsync("CREATE TABLE t (id int PRIMARY KEY)", _cluster);
        var auditor = await audited.CreateRoleAsync("GRANT pg_monitor, pg_read_all_data TO {0}");
        await using var other = await OtherAsync(audited, "other", encoding);
        // A role's name, and statements that are cut within a character: é in Latin-1 begins a character of three bytes in UTF-8.
        await RunAsync(other, "DROP ROLE IF EXISTS \"caf\u00e9\"; CREATE ROLE \"caf\u00e9\" LOGIN SUPERUSER; SET ROLE \"caf\u00e9\"");
        var held = RunAsync(other, "SELECT pg_sleep(120), 1 AS \"caf\u00e9\" -- caf\u00e9");
        await Eventually.TrueAsync(async () => (await audited.Database.QueryAsync<long>(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = 'other' AND state = 'active'")).Single() == 1);
        try
        {
            var result = await audited.AuditAsync(window: TimeSpan.FromMilliseconds(500), user: auditor);
            Assert.All(result.Checks, check => Assert.DoesNotContain(check.NotSeen,
                notSeen => notSeen.Reason.En.Contains("unexpectedly", StringComparison.Ordinal)));
            Assert.Contains(result.Window.Samples[0], session => session.Query.EndsWith("-- caf\ufffd", StringComparison.Ordinal));
        }
        finally
        {
            await audited.Database.ExecuteAsync("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = 'other'");
            await Assert.ThrowsAnyAsync<NpgsqlException>(() => held);
        }
    }

    [Fact]
    public async Task Statements_that_the_server_cannot_convert_leave_the_checks_without_statements()
    {
        await using var audited = await AuditCase.CreateAsync("CREATE TABLE t (a int, b int); CREATE INDEX a ON t (a); CREATE INDEX b ON t (a, b)",
            _cluster);
        await using (var other = await OtherAsync(audited, "poisoned", "SQL_ASCII")) await RunAsync(other, "SELECT 1 AS \"caf\u00e9\"");

        var result = await audited.AuditAsync();

        foreach (var check in result.Checks.Where(check => check.Check.Id is "W1" or "Q2" or "Q3" or "I2" or "J2"))
        {
            Assert.Equal(CheckStatus.Skipped, check.Status);
            Assert.Contains("bytes that are invalid", Assert.Single(check.NotSeen).Reason.En, StringComparison.Ordinal);
        }
        Assert.Single(result.Checks.Single(check => check.Check.Id == "I3").Findings);
        // The remedy that it names works, for who may.
        await audited.Database.ExecuteAsync(result.Checks.Single(check => check.Check.Id == "W1").NotSeen[0].Grant!.Replace("SELECT",
            "CREATE EXTENSION IF NOT EXISTS pg_stat_statements; SELECT", StringComparison.Ordinal));
        Assert.NotEqual(CheckStatus.Skipped, (await audited.CheckAsync("Q3")).Status);
    }

    [Fact]
    public async Task A_database_without_an_encoding_is_audited()
    {
        await using var audited = await AuditCase.CreateAsync(cluster: _cluster);
        await using (var other = await OtherAsync(audited, "bytes", "SQL_ASCII"))
        {
            await RunAsync(other, "CREATE EXTENSION pg_stat_statements; CREATE TABLE \"caf\u00e9\" (id int, \"cl\u00e9_api\" text); "
                + "INSERT INTO \"caf\u00e9\" VALUES (1, 'caf\u00e9'); CREATE TABLE plain (api_secret text); "
                + "INSERT INTO plain VALUES ('hunter2hunter2')");
        }
        var result = await new AuditRunner(new AuditOptions
        {
            ConnectionString = _cluster.ConnectionString("bytes"),
            AllowSuperuser = true,
            Window = TimeSpan.FromMilliseconds(100),
        }).RunAsync(null, TestContext.Current.CancellationToken);
        Assert.Contains(result.Checks.Single(check => check.Check.Id == "I8").Findings, finding => finding.Object == "public.caf\ufffd");
        Assert.Contains(result.Checks.Single(check => check.Check.Id == "S4").Findings, finding => finding.Object == "public.plain.api_secret");
    }

    /// <summary>A database of another encoding, and a client that sends Latin-1 to it unchanged.</summary>
    private async Task<NpgsqlConnection> OtherAsync(AuditCase audited, string name, string encoding)
    {
        await audited.Database.ExecuteAsync($"DROP DATABASE IF EXISTS {name} WITH (FORCE)");
        await audited.Database.ExecuteAsync($"CREATE DATABASE {name} ENCODING '{encoding}' TEMPLATE template0 LC_COLLATE 'C' LC_CTYPE 'C'");
        var connection = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(_cluster.ConnectionString(name))
        {
            Pooling = false,
            Encoding = Encoding.Latin1.WebName,
            ClientEncoding = encoding,
        }.ConnectionString);
        await connection.OpenAsync();
        return connection;
    }

    private static async Task RunAsync(NpgsqlConnection connection, string sql)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }
}
