using System.Globalization;
using Nexus.TestKit;
using Npgsql;

namespace Nexus.Postgres.Tests.Kit;

public sealed class PostgresClusterTests
{
    [Fact]
    public async Task The_shared_server_gives_each_test_its_own_database()
    {
        await using var one = await TestDatabase.CreateAsync();
        await using var two = await TestDatabase.CreateAsync();

        await one.ExecuteAsync("CREATE TABLE t (a int); INSERT INTO t VALUES (1)");

        Assert.Same(one.Cluster, two.Cluster);
        Assert.Equal([1], await one.QueryAsync<int>("SELECT a FROM t WHERE a = $1", 1));
        Assert.Equal("42P01", (await Assert.ThrowsAsync<PostgresException>(() => two.ExecuteAsync("SELECT a FROM t"))).SqlState);
    }

    [Fact]
    public async Task A_copy_of_a_template_has_what_the_template_has_and_the_template_is_filled_once()
    {
        var cluster = await PostgresCluster.SharedAsync();
        var fills = 0;
        Task<string> TemplateAsync() => cluster.TemplateAsync("kit", async database =>
        {
            fills++;
            await database.ExecuteAsync("CREATE TABLE t AS SELECT 7 AS a");
        });

        var copies = await Task.WhenAll(Enumerable.Range(0, 4).Select(async _ => await TestDatabase.CreateAsync(template: await TemplateAsync())));
        foreach (var copy in copies)
        {
            Assert.Equal(7, await copy.ScalarAsync<int>("SELECT a FROM t"));
            await copy.DisposeAsync();
        }

        Assert.Equal(1, fills);
    }

    [Fact]
    public async Task A_database_is_dropped_though_somebody_is_connected()
    {
        var database = await TestDatabase.CreateAsync();
        await using var connection = new NpgsqlConnection(database.ConnectionString);
        await connection.OpenAsync(TestContext.Current.CancellationToken);

        await database.DisposeAsync();

        await using var other = await TestDatabase.CreateAsync();
        Assert.Equal(0L, await other.ScalarAsync<long>("SELECT count(*) FROM pg_database WHERE datname = $1", database.Name));
    }

    [Fact]
    public async Task A_server_with_TLS_and_a_password_takes_nobody_without_them()
    {
        await using var cluster = await PostgresCluster.StartAsync(new PostgresClusterOptions
        {
            RequireTls = true,
            Password = "p:w@/ ä",
            Settings = new Dictionary<string, string> { ["shared_preload_libraries"] = "pg_stat_statements", ["logging_collector"] = "on" },
        });
        await using var database = await TestDatabase.CreateAsync(cluster);

        Assert.True(await database.ScalarAsync<bool>("SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()"));
        Assert.Equal("pg_stat_statements", await database.ScalarAsync<string>("SHOW shared_preload_libraries"));
        Assert.Contains("PostgreSQL database dump", await database.DumpAsync(), StringComparison.Ordinal);
        await Assert.ThrowsAnyAsync<NpgsqlException>(() =>
            OpenAsync(new NpgsqlConnectionStringBuilder(database.ConnectionString) { SslMode = SslMode.Disable }));
        await Assert.ThrowsAnyAsync<NpgsqlException>(() =>
            OpenAsync(new NpgsqlConnectionStringBuilder(database.ConnectionString) { Password = "wrong" }));
        await OpenAsync(new NpgsqlConnectionStringBuilder(database.ConnectionString)
        {
            SslMode = SslMode.VerifyFull,
            RootCertificate = cluster.CertificateFile
        });
    }

    [Fact]
    public async Task What_was_committed_is_there_after_a_crash_and_a_restart()
    {
        await using var cluster = await PostgresCluster.StartAsync();
        await using var database = await TestDatabase.CreateAsync(cluster);
        await database.ExecuteAsync("CREATE TABLE t AS SELECT 1 AS a");

        await cluster.KillAsync();
        await Assert.ThrowsAnyAsync<NpgsqlException>(() => database.ExecuteAsync("SELECT a FROM t"));
        await cluster.RestartAsync();
        await database.CloseConnectionsAsync();

        Assert.Equal(1, await database.ScalarAsync<int>("SELECT a FROM t"));
    }

    [Fact]
    public async Task Nothing_is_left_behind_by_a_test_run_that_is_killed()
    {
        using var folder = new TempFolder();
        var note = folder["note"];
        var assembly = typeof(PostgresClusterTests).Assembly.Location;
        await using var run = ChildProcess.Start(
            Environment.ProcessPath!,
            [.. Path.GetFileName(Environment.ProcessPath) == "dotnet" ? new[] { assembly } : [],
             "-explicit", "only", "-method", $"*.{nameof(A_run_that_waits_to_be_killed)}"],
            new Dictionary<string, string?> { [NoteVariable] = note });
        string[] lines;
        while ((lines = File.Exists(note) ? await File.ReadAllLinesAsync(note, TestContext.Current.CancellationToken) : []).Length < 3)
        {
            Assert.False(run.HasExited, run.Output);
            await Task.Delay(20, TestContext.Current.CancellationToken);
        }
        var server = int.Parse(lines[0], CultureInfo.InvariantCulture);
        var child = int.Parse(lines[1], CultureInfo.InvariantCulture);
        Assert.True(ProcessTable.IsAlive(server) && ProcessTable.IsAlive(child) && Directory.Exists(lines[2]));

        await run.KillAsync();

        await Eventually.TrueAsync(() => !ProcessTable.IsAlive(server) && !ProcessTable.IsAlive(child) && !Directory.Exists(lines[2]));
    }

    [Fact(Explicit = true)]
    public async Task A_run_that_waits_to_be_killed()
    {
        if (Environment.GetEnvironmentVariable(NoteVariable) is not { } note) return;
        var cluster = await PostgresCluster.SharedAsync();
        await using var child = ChildProcess.Start("sleep", ["600"]);
        child.Signal(ChildProcess.SigStop);
        await File.WriteAllTextAsync(note + ".part", $"{cluster.ProcessId}\n{child.Id}\n{Path.GetDirectoryName(cluster.DataFolder)}\n");
        File.Move(note + ".part", note);
        await Task.Delay(Timeout.Infinite);
    }

    private const string NoteVariable = "NEXUS_TEST_KIT_NOTE";

    private static async Task OpenAsync(NpgsqlConnectionStringBuilder settings)
    {
        settings.Pooling = false;
        await using var connection = new NpgsqlConnection(settings.ConnectionString);
        await connection.OpenAsync();
    }
}
