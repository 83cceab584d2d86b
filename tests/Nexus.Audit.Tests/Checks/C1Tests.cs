using Npgsql;

namespace Nexus.Audit.Tests.Checks;

public sealed class C1Tests
{
    [Fact]
    public async Task A_connection_for_each_operation_is_critical_and_names_its_role()
    {
        await using var audited = await AuditCase.CreateAsync("CREATE TABLE t (id int); INSERT INTO t VALUES (1)");
        // Several at once: a connection is not to be seen until it has logged in, which takes most of so short a life, and the window looks five
        // times.
        var result = await audited.CheckAsync("C1",
            stop => Task.WhenAll(Enumerable.Range(0, 6).Select(_ => ConnectAndQueryAsync(audited, "churning bot"))));
        var finding = result.ExpectFinding(AuditSeverity.Critical, audited.Database.Name);
        Assert.InRange(finding.Number("connectionsPerTransaction"), 0.3, 0.6);
        Assert.Equal(AuditConfidence.Measured, finding.Confidence);
        Assert.Contains(finding.Evidence, evidence => evidence is { Name: "application", Words: "churning bot" });
        Assert.Contains("CONNECTION LIMIT", Assert.Single(finding.Fix.Sql), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_plain_user_measures_it_too()
    {
        await using var audited = await AuditCase.CreateAsync();
        var user = await audited.CreateRoleAsync();
        (await audited.CheckAsync("C1", stop => ConnectAndQueryAsync(audited, "bot"), user: user)).ExpectFinding(AuditSeverity.Critical);
    }

    [Fact]
    public async Task The_same_operations_over_a_pool_are_fine_even_while_it_fills_up()
    {
        await using var audited = await AuditCase.CreateAsync("CREATE TABLE t (id int); INSERT INTO t VALUES (1)");
        await using var pool = NpgsqlDataSource.Create(audited.Database.ConnectionString);
        var opened = new List<NpgsqlConnection>();
        var result = await audited.CheckAsync("C1", async stop =>
        {
            if (opened.Count < 10) opened.Add(await pool.OpenConnectionAsync(CancellationToken.None));
            await using var command = pool.CreateCommand("SELECT id FROM t");
            await command.ExecuteScalarAsync(CancellationToken.None);
            await Task.Delay(10, CancellationToken.None);
        });
        foreach (var connection in opened) await connection.DisposeAsync();
        result.ExpectOk();
    }

    [Fact]
    public async Task A_health_check_now_and_then_is_fine()
    {
        await using var audited = await AuditCase.CreateAsync();
        var connected = 0;
        (await audited.CheckAsync("C1", async stop =>
        {
            if (connected++ == 1) await ConnectAndQueryAsync(audited, "probe");
            await Task.Delay(TimeSpan.FromSeconds(1.3), CancellationToken.None);
        })).ExpectOk();
    }

    private static async Task ConnectAndQueryAsync(AuditCase audited, string application)
    {
        await using var connection = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(audited.Database.ConnectionString)
        {
            Pooling = false,
            ApplicationName = application
        }.ConnectionString);
        await connection.OpenAsync(CancellationToken.None);
        await using var command = new NpgsqlCommand("SELECT 1", connection);
        await command.ExecuteScalarAsync(CancellationToken.None);
    }
}
