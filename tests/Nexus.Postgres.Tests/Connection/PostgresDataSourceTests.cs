using Microsoft.Extensions.Logging;
using Nexus.Errors;
using Nexus.TestKit;
using Npgsql;

namespace Nexus.Postgres.Tests.Connection;

public class PostgresDataSourceTests
{
    private static NexusOptions Options(string url) =>
        new() { Database = url, MinPoolSize = 0, MaxPoolSize = 2, ConnectTimeout = TimeSpan.FromSeconds(1) };

    [Fact]
    public async Task A_connection_has_the_houses_settings()
    {
        await using var database = await TestDatabase.CreateAsync();
        await database.ExecuteAsync("CREATE SCHEMA \"My \"\"schema\"");
        await using var source = PostgresDataSource.Create(
            new NexusOptions { Database = database.Url, Schema = "My \"schema", MinPoolSize = 3, MaxPoolSize = 7 }.ForPostgres());

        var settings = new NpgsqlConnectionStringBuilder(source.ConnectionString);
        await using var command = source.CreateCommand("SELECT current_schema() || '|' || current_setting('application_name')");

        Assert.Equal("My \"schema|nexus", await command.ExecuteScalarAsync());
        Assert.Equal((3, 7, 15, 30), (settings.MinPoolSize, settings.MaxPoolSize, settings.Timeout, settings.CommandTimeout));
        Assert.Equal((100, 2, 1), (settings.MaxAutoPrepare, settings.AutoPrepareMinUsages, settings.HostRecheckSeconds));
        Assert.Equal((false, false, "UTC"), (settings.IncludeErrorDetail, settings.PersistSecurityInfo, settings.Timezone));
    }

    [Fact]
    public async Task What_the_url_sets_itself_wins()
    {
        await using var database = await TestDatabase.CreateAsync();
        await using var source = PostgresDataSource.Create(new NexusOptions
        {
            Database = database.Url + "&application_name=bot&connection_limit=4&connect_timeout=9&statement_cache_size=0&socket_timeout=3",
        }.ForPostgres());

        var settings = new NpgsqlConnectionStringBuilder(source.ConnectionString);

        Assert.Equal(("bot", 4, 9, 0, 3), (settings.ApplicationName, settings.MaxPoolSize, settings.Timeout, settings.MaxAutoPrepare,
            settings.CommandTimeout));
        Assert.Equal(4, settings.MinPoolSize);
    }

    [Fact]
    public void Another_schema_in_the_url_is_refused() =>
        Assert.Contains(nameof(NexusOptions.Schema), Assert.Throws<NexusConfigurationException>(
            () =>
                PostgresDataSource.Create(new NexusOptions { Database = "postgres://localhost/app?schema=other" }.ForPostgres())).Message,
                    StringComparison.Ordinal);

    [Fact]
    public async Task Warming_opens_the_minimum()
    {
        await using var database = await TestDatabase.CreateAsync();
        await using var source = PostgresDataSource.Create(
            new NexusOptions { Database = database.Url + "&application_name=warm", MinPoolSize = 4 }.ForPostgres());

        var pool = new ConnectionPool(new RoutedSource(source), TimeSpan.FromSeconds(5), TimeProvider.System,
            Microsoft.Extensions.Logging.Abstractions.NullLogger.Instance);
        await PostgresDataSource.WarmAsync(pool, 4, CancellationToken.None);

        Assert.Equal(4L, await database.ScalarAsync<long>("SELECT count(*) FROM pg_stat_activity WHERE application_name = 'warm'"));
    }

    [Fact]
    public async Task An_idle_connection_of_an_earlier_term_is_not_lent_although_nobody_has_cleared_the_pool()
    {
        await using var database = await TestDatabase.CreateAsync();
        var options = new NexusOptions { Database = database.Url }.ForPostgres();
        await using var source = PostgresDataSource.Create(options);
        var pool = new ConnectionPool(new RoutedSource([source], null, options.Fence), TimeSpan.FromSeconds(5), TimeProvider.System,
            Microsoft.Extensions.Logging.Abstractions.NullLogger.Instance);
        var first = await LendAsync();
        Assert.Equal(first, await LendAsync());

        options.Fence.Move();

        var second = await LendAsync();
        Assert.NotEqual(first, second);
        Assert.Equal(second, await LendAsync());

        async Task<int> LendAsync()
        {
            await using var lent = await pool.OpenAsync(CancellationToken.None);
            Assert.True(lent.IsCurrent);
            return lent.Connection.ProcessID;
        }
    }

    [Fact]
    public async Task An_exhausted_pool_names_the_setting_its_value_and_the_wait()
    {
        await using var database = await TestDatabase.CreateAsync();
        await using var source = PostgresDataSource.Create(Options(database.Url).ForPostgres());
        await using var first = await source.OpenConnectionAsync();
        await using var second = await source.OpenConnectionAsync();

        var cause = await Assert.ThrowsAsync<NpgsqlException>(async () => await source.OpenConnectionAsync());
        var error = Assert.IsType<StoreUnavailableException>(PostgresErrors.Translate(cause));

        Assert.Equal(StoreUnavailableReason.PoolExhausted, error.Reason);
        Assert.Contains("within 1 s: all 2 that NexusOptions.MaxPoolSize", error.Message, StringComparison.Ordinal);
        Assert.True(PostgresErrors.IsTransient(cause));
    }

    [Fact]
    public async Task Nobody_listening_is_unreachable_and_safe_to_retry()
    {
        await using var source = PostgresDataSource.Create(Options($"postgres://u:Hunter2@127.0.0.1:{Ports.Free()}/app").ForPostgres());

        var cause = await Assert.ThrowsAsync<NpgsqlException>(async () => await source.OpenConnectionAsync());
        var error = Assert.IsType<StoreUnavailableException>(PostgresErrors.Translate(cause));

        Assert.Equal(StoreUnavailableReason.Unreachable, error.Reason);
        Assert.DoesNotContain("Hunter2", error.ToString(), StringComparison.Ordinal);
        Assert.True(PostgresErrors.IsTransient(cause));
        Assert.False(PostgresErrors.IsConnectionLost(cause));
    }

    [Fact]
    public async Task A_name_that_does_not_resolve_is_unreachable()
    {
        await using var source = PostgresDataSource.Create(Options("postgres://no-such-host.invalid/app").ForPostgres());

        var cause = await Assert.ThrowsAsync<NpgsqlException>(async () => await source.OpenConnectionAsync());

        Assert.Equal(StoreUnavailableReason.Unreachable, Assert.IsType<StoreUnavailableException>(PostgresErrors.Translate(cause)).Reason);
        Assert.True(PostgresErrors.IsTransient(cause));
    }

    [Fact]
    public async Task A_terminated_backend_leaves_the_outcome_unknown()
    {
        await using var database = await TestDatabase.CreateAsync();
        await using var source = PostgresDataSource.Create(Options(database.Url).ForPostgres());
        await using var connection = await source.OpenConnectionAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        await database.ExecuteAsync("SELECT pg_terminate_backend($1)", connection.ProcessID);

        var cause = await Assert.ThrowsAnyAsync<NpgsqlException>(() => transaction.CommitAsync());

        Assert.True(PostgresErrors.IsConnectionLost(cause));
        Assert.False(PostgresErrors.IsTransient(cause));
        Assert.Equal(StoreUnavailableReason.Unreachable, Assert.IsType<StoreUnavailableException>(PostgresErrors.Translate(cause)).Reason);
    }

    [Fact]
    public async Task A_statement_over_its_time_names_the_setting()
    {
        await using var database = await TestDatabase.CreateAsync();
        await using var source = PostgresDataSource.Create(
            new NexusOptions { Database = database.Url, CommandTimeout = TimeSpan.FromSeconds(1) }.ForPostgres());
        await using var command = source.CreateCommand("SELECT pg_sleep(60)");

        var cause = await Assert.ThrowsAnyAsync<NpgsqlException>(() => command.ExecuteScalarAsync());
        var error = Assert.IsType<StoreUnavailableException>(PostgresErrors.Translate(cause));

        Assert.Equal(StoreUnavailableReason.TimedOut, error.Reason);
        Assert.Contains("CommandTimeout", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_refused_value_stays_out_of_the_error()
    {
        await using var database = await TestDatabase.CreateAsync();
        await database.ExecuteAsync("CREATE TABLE kept (name text PRIMARY KEY, number numeric(3,1) CHECK (number < 50))");
        await using var source = PostgresDataSource.Create(Options(database.Url).ForPostgres());

        foreach (var sql in new[] { "INSERT INTO kept VALUES ('Hunter2'), ('Hunter2')", "SELECT 'Hunter2'::int", "SELECT '{Hunter2}'::jsonb",
            "INSERT INTO kept VALUES ('Hunter2', 60)" })
        {
            await using var command = source.CreateCommand(sql);
            var cause = await Assert.ThrowsAsync<PostgresException>(() => command.ExecuteNonQueryAsync());
            var error = Assert.IsType<StoreRejectedException>(PostgresErrors.Translate(cause));
            Assert.DoesNotContain("Hunter2", error.ToString(), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_socket_is_connected_to_without_tls()
    {
        using var folder = new TempFolder("socket", (UnixFileMode)Convert.ToInt32("777", 8));
        File.SetUnixFileMode(folder.Path, (UnixFileMode)Convert.ToInt32("777", 8));
        await using var cluster = await PostgresCluster.StartAsync(
            new PostgresClusterOptions { Settings = new Dictionary<string, string> { ["unix_socket_directories"] = folder.Path } });
        await using var source = PostgresDataSource.Create(Options(
            $"postgres://postgres@/postgres?host={Uri.EscapeDataString(folder.Path)}&port={cluster.Port}&sslmode=require").ForPostgres());
        await using var command = source.CreateCommand("SELECT inet_server_addr() IS NULL");

        Assert.Equal(true, await command.ExecuteScalarAsync());
    }

    [Fact]
    public async Task The_host_that_takes_writes_is_found()
    {
        await using var database = await TestDatabase.CreateAsync();
        var nobody = Ports.Free();
        await using var source = PostgresDataSource.Create(Options(
            $"postgres://postgres@127.0.0.1:{nobody},127.0.0.1:{database.Cluster.Port}/{database.Name}").ForPostgres());

        await using var connection = await source.OpenConnectionAsync();

        Assert.Equal(database.Cluster.Port, connection.Port);
    }

    [Fact]
    public async Task Of_several_hosts_none_that_takes_writes_is_unreachable()
    {
        await using var source = PostgresDataSource.Create(Options($"postgres://postgres@127.0.0.1:{Ports.Free()},127.0.0.1:{Ports.Free()}/app")
            .ForPostgres());

        for (var attempt = 0; attempt < 2; attempt++)
        {
            var cause = await Assert.ThrowsAnyAsync<NpgsqlException>(async () => await source.OpenConnectionAsync());
            Assert.Equal(StoreUnavailableReason.Unreachable, Assert.IsType<StoreUnavailableException>(PostgresErrors.Translate(cause)).Reason);
            Assert.True(PostgresErrors.IsTransient(cause));
        }
    }

    [Fact]
    public async Task The_driver_logs_no_line_per_command_at_information()
    {
        await using var database = await TestDatabase.CreateAsync();
        using var logs = new RecordingLoggerFactory();
        await using (var source = PostgresDataSource.Create(Options(database.Url).ForPostgres(), logs))
        {
            await using var command = source.CreateCommand("SELECT 1");
            await command.ExecuteScalarAsync();
        }

        Assert.NotEmpty(logs.Levels);
        Assert.DoesNotContain(LogLevel.Information, logs.Levels);
    }

    private sealed class RecordingLoggerFactory : ILoggerFactory, ILogger
    {
        public List<LogLevel> Levels { get; } = [];

        public ILogger CreateLogger(string categoryName) => this;

        public void AddProvider(ILoggerProvider provider) => throw new NotSupportedException();

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            lock (Levels) Levels.Add(logLevel);
        }

        public void Dispose()
        {
        }
    }
}
