using Microsoft.Extensions.Logging.Abstractions;
using Nexus.Operations.Monitoring;
using Nexus.TestKit;

namespace Nexus.Operations.Tests.Monitoring;

public sealed class PostgresCollectorTests
{
    [Fact]
    public async Task One_connection_is_used_whatever_happens_and_a_scrape_never_waits()
    {
        await using var cluster = await PostgresCluster.StartAsync();
        await using var server = await MonitoredServer.StartAsync(usesPostgres: true, cluster, "--monitor-interval", "1s");
        await server.ScrapeAsync("pg_up");
        Assert.Equal(1, await ConnectionsAsync(server));

        // A frozen server: the metrics keep their last values and say how old they are.
        await cluster.SignalAllAsync(ChildProcess.SigStop);
        try
        {
            var asked = System.Diagnostics.Stopwatch.StartNew();
            await Eventually.TrueAsync(async () => Value(await server.ScrapeAsync("pg_up"), "pg_up") == 0);
            var samples = await server.ScrapeAsync("pg_up");
            Assert.True(Value(samples, "nexus_monitor_snapshot_age_seconds") > 5);
            Assert.Contains(samples, sample => sample.Name == "pg_stat_database_xact_commit");
            Assert.True(Value(samples, "nexus_monitor_errors_total") >= 1);
        }
        finally
        {
            await cluster.SignalAllAsync(ChildProcess.SigCont);
        }
        await Eventually.TrueAsync(async () => Value(await server.ScrapeAsync("pg_up"), "pg_up") == 1);
        await Eventually.TrueAsync(async () => await ConnectionsAsync(server) == 1);

        static double Value(List<MetricSample> samples, string name) => samples.Single(sample => sample.Name == name).Value;
    }

    [Fact]
    public async Task Figures_are_right_and_tables_of_any_name_are_labels_only()
    {
        await using var database = await TestDatabase.CreateAsync();
        const string Hostile = "x\"} 1\npg_up 0\n{a=\"\u202e";
        await database.ExecuteAsync($"""
            CREATE TABLE public."{Hostile.Replace("\"", "\"\"", StringComparison.Ordinal)}" (id int);
            CREATE TABLE parts (id int, at date) PARTITION BY RANGE (at);
            CREATE TABLE parts_1 PARTITION OF parts FOR VALUES FROM ('2026-01-01') TO ('2026-02-01');
            CREATE TABLE parts_2 PARTITION OF parts FOR VALUES FROM ('2026-02-01') TO ('2026-03-01');
            INSERT INTO parts SELECT i, '2026-01-05' FROM generate_series(1, 1000) i;
            INSERT INTO parts SELECT i, '2026-02-05' FROM generate_series(1, 1000) i
            """);
        var options = new NexusOptions { Database = database.Url };
        await using var collector = new PostgresCollector(
            new MonitorConnection(options, NullLoggerFactory.Instance, TimeProvider.System),
            new MonitoringOptions { StatementInterval = TimeSpan.Zero },
            "public", TimeProvider.System, NullLogger<PostgresCollector>.Instance);
        await Eventually.TrueAsync(async () =>
        {
            await collector.ReadAsync(TestContext.Current.CancellationToken);
            return collector.Tables?.Tables.GetValueOrDefault("parts")?[2] >= 2000;
        });

        Assert.True(collector.IsUp);
        Assert.Contains(Hostile, collector.Tables!.Tables.Keys);
        Assert.DoesNotContain("parts_1", collector.Tables.Tables.Keys);
        Assert.True(collector.Tables.DatabaseSize > 1_000_000);
        Assert.Equal(PostgresFigures.States.Order(), collector.Snapshot!.States.Keys.Order());
        Assert.True(collector.Snapshot.Values[Index("pg_settings_max_connections")] >= 10);
        Assert.Null(collector.CertificateRemaining);

        static int Index(string name) => PostgresFigures.All.ToList().FindIndex(figure => figure.Name == name);
    }

    [Fact]
    public async Task A_table_that_is_locked_for_good_hides_no_figure_and_is_not_waited_for()
    {
        await using var database = await TestDatabase.CreateAsync();
        await database.ExecuteAsync("""
            CREATE TABLE free (id int PRIMARY KEY);
            CREATE TABLE locked (id int PRIMARY KEY, text text);
            INSERT INTO locked SELECT i, repeat('x', 100) FROM generate_series(1, 1000) i
            """);
        // VACUUM refuses to run beside other statements of one command.
        await database.ExecuteAsync("VACUUM ANALYZE locked");
        await using var collector = new PostgresCollector(
            new MonitorConnection(new NexusOptions { Database = database.Url }, NullLoggerFactory.Instance, TimeProvider.System),
            new MonitoringOptions { StatementInterval = TimeSpan.Zero },
            "public", TimeProvider.System, NullLogger<PostgresCollector>.Instance);
        await collector.ReadAsync(TestContext.Current.CancellationToken);
        var before = collector.Tables!.Tables["locked"];
        await using var blocker = new Npgsql.NpgsqlConnection(database.ConnectionString);
        await blocker.OpenAsync(TestContext.Current.CancellationToken);
        await using var transaction = await blocker.BeginTransactionAsync(TestContext.Current.CancellationToken);
        await using (var command = new Npgsql.NpgsqlCommand("LOCK locked IN ACCESS EXCLUSIVE MODE", blocker))
            await command.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
        await database.ExecuteAsync("INSERT INTO free SELECT generate_series(1, 500)");

        await Eventually.TrueAsync(async () =>
        {
            await collector.ReadAsync(TestContext.Current.CancellationToken);
            return collector.Tables.Tables["free"][2] >= 500;
        });

        Assert.True(collector.IsUp);
        Assert.Equal(0, collector.Errors);
        var now = collector.Tables.Tables["locked"];
        // Without the maps of free space and visibility, which pg_class does not count.
        Assert.InRange(now[8], before[8] / 4, before[8]);
        Assert.Equal(before[9], now[9]);
    }

    [Fact]
    public async Task The_end_of_the_servers_certificate_is_known_and_its_check_stays()
    {
        await using var cluster = await PostgresCluster.StartAsync(new PostgresClusterOptions { Tls = true, Password = "secret" });
        var plain = cluster.Url().Replace("sslmode=disable", "", StringComparison.Ordinal);
        await using (var collector = Create($"{plain}sslmode=verify-full&sslrootcert={cluster.CertificateFile}"))
        {
            await collector.ReadAsync(TestContext.Current.CancellationToken);
            Assert.True(collector.IsUp);
            Assert.InRange(collector.CertificateRemaining!.Value.TotalDays, 0.001, 36_500);
        }
        // Not signed by an authority that this machine knows.
        await using var unverified = Create($"{plain}sslmode=verify-full");
        await unverified.ReadAsync(TestContext.Current.CancellationToken);
        Assert.False(unverified.IsUp);

        static PostgresCollector Create(string url) => new(
            new MonitorConnection(new NexusOptions { Database = url }, NullLoggerFactory.Instance, TimeProvider.System), new MonitoringOptions(),
            "public",
            TimeProvider.System, NullLogger<PostgresCollector>.Instance);
    }

    private static async Task<long> ConnectionsAsync(MonitoredServer server) => (await server.Database.QueryAsync<long>(
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND query LIKE '%nexus monitor%' AND pid <> pg_backend_pid() "
        + "OR datname = current_database() AND query = 'ROLLBACK' AND pid <> pg_backend_pid()"))[0];
}
