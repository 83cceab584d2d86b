using Microsoft.Extensions.Logging;
using Nexus.Errors;
using Nexus.Operations.Monitoring;
using Nexus.TestKit;
using Npgsql;

namespace Nexus.Operations.Tests.Monitoring;

public sealed class StatementPlanTests
{
    private static readonly string[] Finds = ["SELECT note FROM public.orders WHERE id = $1", "SELECT note FROM orders WHERE id < $1"];

    [Fact]
    public async Task A_statement_of_the_own_role_is_planned_without_its_values()
    {
        await using var cluster = await StartAsync();
        await using var database = await TestDatabase.CreateAsync(cluster);
        await database.ExecuteAsync("""
            CREATE EXTENSION pg_stat_statements;
            CREATE ROLE bot LOGIN;
            GRANT pg_read_all_stats TO bot;
            CREATE TABLE orders (id int PRIMARY KEY, note text);
            ALTER TABLE orders OWNER TO bot;
            INSERT INTO orders SELECT n, 'note' FROM generate_series(1, 10000) n;
            ANALYZE orders
            """);
        await database.ExecuteAsync("SELECT count(*) FROM orders WHERE note = 'hers'");
        var options = new NexusOptions { Database = new NpgsqlConnectionStringBuilder(database.ConnectionString) { Username = "bot" }.ToString() };
        await using var bot = NpgsqlDataSource.Create(options.Database);
        foreach (var find in Finds)
        {
            await using var command = bot.CreateCommand(find);
            command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = 7 });
            await command.ExecuteScalarAsync(TestContext.Current.CancellationToken);
        }

        await using var monitored = Monitored.Open(options, new MonitoringOptions());
        var report = await monitored.ReadAsync();
        var own = report.Statements.Single(statement => statement.Text.Contains("WHERE id = $1", StringComparison.Ordinal));
        var plan = await monitored.Statistics.PlanAsync(own.Id, TestContext.Current.CancellationToken);
        Assert.Contains(plan.Lines, line => line.Contains("Index Scan using orders_pkey", StringComparison.Ordinal));

        foreach (var (condition, reason) in new[] { ("WHERE note = $1", "another role"), ("WHERE id < $1", "has no schema") })
        {
            var refused = report.Statements.Single(statement => statement.Text.Contains(condition, StringComparison.Ordinal));
            var refusal = await Assert.ThrowsAsync<NexusValidationException>(
                () => monitored.Statistics.PlanAsync(refused.Id, TestContext.Current.CancellationToken));
            Assert.Contains(reason, refusal.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_slow_statement_is_logged_once_by_its_shape()
    {
        await using var cluster = await StartAsync();
        await using var database = await TestDatabase.CreateAsync(cluster);
        await database.ExecuteAsync("CREATE EXTENSION pg_stat_statements");
        var options = new NexusOptions { Database = database.ConnectionString };
        await using var monitored = Monitored.Open(options, new MonitoringOptions { SlowStatement = TimeSpan.FromMilliseconds(50) });
        await monitored.ReadAsync();
        for (var run = 0; run < 3; run++) await database.ExecuteAsync("SELECT pg_sleep(0.1), 'sk_live_1234567890'");
        await monitored.ReadAsync();
        await monitored.ReadAsync();

        var line = Assert.Single(monitored.Logs.Lines, line => line.Id.Id == 2120);
        Assert.Equal(LogLevel.Warning, line.Level);
        Assert.Contains("in 3 executions of the role", line.Message, StringComparison.Ordinal);
        Assert.Contains("SELECT pg_sleep($1), $2", line.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("sk_live", line.Everything, StringComparison.Ordinal);
    }

    private static Task<PostgresCluster> StartAsync() => PostgresCluster.StartAsync(new PostgresClusterOptions
    {
        Settings = new Dictionary<string, string> { ["shared_preload_libraries"] = "pg_stat_statements" },
    });

    private sealed class Monitored(MonitorConnection connection, QueryStatistics statistics, TempFolder folder, RecordedLogs logs) : IAsyncDisposable
    {
        public QueryStatistics Statistics => statistics;

        public RecordedLogs Logs => logs;

        public static Monitored Open(NexusOptions options, MonitoringOptions monitoring)
        {
            var (folder, logs) = (new TempFolder("statements"), new RecordedLogs());
            var connection = new MonitorConnection(options, logs, TimeProvider.System);
            return new Monitored(connection,
                new QueryStatistics(connection, monitoring, folder.Path, TimeProvider.System, logs.CreateLogger<QueryStatistics>()), folder, logs);
        }

        public Task<QueryReport> ReadAsync() => statistics.ReadNowAsync(keepsHistory: true, TestContext.Current.CancellationToken);

        public async ValueTask DisposeAsync()
        {
            await statistics.DisposeAsync();
            await connection.DisposeAsync();
            folder.Dispose();
        }
    }
}
