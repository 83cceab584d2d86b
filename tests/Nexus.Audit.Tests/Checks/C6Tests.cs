using Npgsql;

namespace Nexus.Audit.Tests.Checks;

public sealed class C6Tests
{
    [Fact]
    public async Task A_busy_client_with_one_connection_at_work_is_reported_as_an_inference()
    {
        // A server process counts its transactions when it reports on tables, so that sleeping alone would not count.
        await using var audited = await AuditCase.CreateAsync("CREATE TABLE t (id int); INSERT INTO t VALUES (1)");
        await using var connection = await audited.ConnectAsync("synchronous bot");
        var finding = (await audited.CheckAsync("C6",
            stop => AuditCase.ExecuteAsync(connection, "SELECT pg_sleep(0.002) FROM t"))).ExpectFinding(AuditSeverity.Info, "synchronous bot");
        Assert.Equal(AuditConfidence.Inferred, finding.Confidence);
    }

    [Fact]
    public async Task A_client_that_does_several_things_at_once_is_fine()
    {
        await using var audited = await AuditCase.CreateAsync("CREATE TABLE t (id int); INSERT INTO t VALUES (1)");
        await using var pool = NpgsqlDataSource.Create(audited.Database.ConnectionString);
        (await audited.CheckAsync("C6", stop => Task.WhenAll(Enumerable.Range(0, 6).Select(async _ =>
        {
            await using var command = pool.CreateCommand("SELECT pg_sleep(0.02) FROM t");
            await command.ExecuteNonQueryAsync(CancellationToken.None);
        })))).ExpectOk();
    }

    [Fact]
    public async Task A_client_with_little_to_do_is_fine()
    {
        await using var audited = await AuditCase.CreateAsync("CREATE TABLE t (id int); INSERT INTO t VALUES (1)");
        await using var connection = await audited.ConnectAsync();
        (await audited.CheckAsync("C6", stop => AuditCase.ExecuteAsync(connection, "SELECT pg_sleep(0.1) FROM t"))).ExpectOk();
    }
}
