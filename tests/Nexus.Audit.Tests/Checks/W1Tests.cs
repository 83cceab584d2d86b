using Npgsql;

namespace Nexus.Audit.Tests.Checks;

public sealed class W1Tests
{
    private const string Table = "CREATE TABLE sessions (chat_id int PRIMARY KEY, config jsonb)";

    private const string Upsert = "INSERT INTO sessions VALUES ($1, '{}') ON CONFLICT (chat_id) DO UPDATE SET config = excluded.config";

    [Fact]
    public async Task One_row_and_one_commit_a_statement_is_found()
    {
        await using var audited = await AuditCase.CreateAsync(Table);
        var id = 0;
        var result = await audited.CheckAsync("W1", stop => audited.Database.ExecuteAsync(Upsert, id++ % 100));
        var finding = result.ExpectFinding(AuditSeverity.Medium, "INSERT sessions", orWorse: true);
        Assert.Equal(1, finding.Number("rowsPerStatement"));
        Assert.InRange(finding.Number("commitsPerRow"), 0.8, 3);
    }

    [Fact]
    public async Task A_loop_inside_a_transaction_is_found_one_step_lower()
    {
        await using var audited = await AuditCase.CreateAsync(Table);
        await using var connection = await OpenAsync(audited);
        var result = await audited.CheckAsync("W1", async stop =>
        {
            await using var transaction = await connection.BeginTransactionAsync(CancellationToken.None);
            for (var id = 0; id < 200; id++)
            {
                await using var command = new NpgsqlCommand(Upsert, connection) { Parameters = { new() { Value = id } } };
                await command.ExecuteNonQueryAsync(CancellationToken.None);
            }
            await transaction.CommitAsync(CancellationToken.None);
        });
        var finding = result.ExpectFinding(AuditSeverity.Medium, "INSERT sessions");
        Assert.Equal(AuditConfidence.Inferred, finding.Confidence);
    }

    [Fact]
    public async Task A_loop_over_two_tables_is_one_finding_that_names_both()
    {
        await using var audited = await AuditCase.CreateAsync(Table + "; CREATE TABLE trades (chat_id int)");
        var id = 0;
        var result = await audited.CheckAsync("W1", async stop =>
        {
            for (var i = 0; i < 3; i++) await audited.Database.ExecuteAsync(Upsert, id++ % 100);
            await audited.Database.ExecuteAsync("INSERT INTO trades VALUES ($1)", id);
        });
        var finding = Assert.Single(result.Findings);
        Assert.Equal("INSERT sessions", finding.Object);
        Assert.Contains(finding.Evidence, evidence => evidence is { Name: "targets", Words: "INSERT sessions, INSERT trades" });
    }

    [Fact]
    public async Task A_job_that_writes_all_in_a_burst_and_then_rests_is_found()
    {
        await using var audited = await AuditCase.CreateAsync(Table);
        await using var connection = await OpenAsync(audited);
        // Few rows, and none waits for the disk, so that they are a burst on a slow machine too.
        await AuditCase.ExecuteAsync(connection, "SET synchronous_commit = off");
        var runs = 0;
        var result = await audited.CheckAsync("W1", async stop =>
        {
            if (runs++ > 0) await Task.Delay(Timeout.Infinite, stop);
            await Task.Delay(1200, CancellationToken.None);
            for (var id = 0; id < 200; id++)
            {
                await using var command = new NpgsqlCommand(Upsert, connection) { Parameters = { new() { Value = id } } };
                await command.ExecuteNonQueryAsync(CancellationToken.None);
            }
        }, TimeSpan.FromSeconds(12));
        result.ExpectFinding(AuditSeverity.Medium, "INSERT sessions");
    }

    [Fact]
    public async Task Transactions_that_write_each_of_several_tables_once_are_independent_events()
    {
        await using var audited = await AuditCase.CreateAsync(Table
            + "; CREATE TABLE tellers (id int PRIMARY KEY, balance int); CREATE TABLE history (id int); INSERT INTO tellers VALUES (1, 0)");
        await using var connection = await OpenAsync(audited);
        var id = 0;
        (await audited.CheckAsync("W1", async stop =>
        {
            await AuditCase.ExecuteAsync(connection, "BEGIN");
            await AuditCase.ExecuteAsync(connection, $"INSERT INTO sessions VALUES ({++id}, '{{}}')");
            await AuditCase.ExecuteAsync(connection, "UPDATE tellers SET balance = balance + 1 WHERE id = 1");
            await AuditCase.ExecuteAsync(connection, $"INSERT INTO history VALUES ({id})");
            await AuditCase.ExecuteAsync(connection, "COMMIT");
        })).ExpectOk();
    }

    [Fact]
    public async Task Single_writes_of_many_clients_that_mostly_rest_are_independent_events()
    {
        await using var audited = await AuditCase.CreateAsync(Table);
        var connections = await Task.WhenAll(Enumerable.Range(0, 12).Select(_ => OpenAsync(audited)));
        (await audited.CheckAsync("W1", async stop => await Task.WhenAll(connections.Select(async (connection, i) =>
        {
            // Users do not act in step.
            await Task.Delay(60 + 17 * i, CancellationToken.None);
            await using var command = new NpgsqlCommand(Upsert, connection) { Parameters = { new() { Value = i } } };
            await command.ExecuteNonQueryAsync(CancellationToken.None);
        })))).ExpectOk();
        foreach (var connection in connections) await connection.DisposeAsync();
    }

    [Fact]
    public async Task An_unnest_of_many_rows_is_fine()
    {
        await using var audited = await AuditCase.CreateAsync(Table);
        var ids = Enumerable.Range(0, 50).ToArray();
        (await audited.CheckAsync("W1", stop => audited.Database.ExecuteAsync(
            "INSERT INTO sessions SELECT id, '{}' FROM unnest($1) id ON CONFLICT (chat_id) DO UPDATE SET config = excluded.config", ids))).ExpectOk();
    }

    [Fact]
    public async Task A_batch_of_single_rows_that_is_sent_as_one_is_fine()
    {
        await using var audited = await AuditCase.CreateAsync(Table);
        await using var connection = await OpenAsync(audited);
        (await audited.CheckAsync("W1", async stop =>
        {
            await using var batch = new NpgsqlBatch(connection);
            for (var id = 0; id < 200; id++) batch.BatchCommands.Add(new NpgsqlBatchCommand(Upsert) { Parameters = { new() { Value = id } } });
            await batch.ExecuteNonQueryAsync(CancellationToken.None);
        })).ExpectOk();
    }

    [Fact]
    public async Task Rows_in_one_VALUES_are_fine_however_many_there_are_each_time()
    {
        await using var audited = await AuditCase.CreateAsync("CREATE TABLE prices (at timestamptz DEFAULT now(), price numeric)");
        var n = 0;
        (await audited.CheckAsync("W1", stop =>
            audited.Database.ExecuteAsync(
                $"INSERT INTO prices (price) VALUES {string.Join(", ", Enumerable.Repeat("(1.5)", 2 + n++ % 9))}"))).ExpectOk();
    }

    [Fact]
    public async Task A_few_single_rows_a_second_are_fine()
    {
        await using var audited = await AuditCase.CreateAsync(Table);
        (await audited.CheckAsync("W1", async stop =>
        {
            await audited.Database.ExecuteAsync(Upsert, 1);
            await Task.Delay(200, CancellationToken.None);
        })).ExpectOk();
    }

    private static async Task<NpgsqlConnection> OpenAsync(AuditCase audited)
    {
        var connection = new NpgsqlConnection(audited.Database.ConnectionString + ";Pooling=false");
        await connection.OpenAsync();
        return connection;
    }
}
