using Microsoft.Extensions.Logging.Abstractions;
using Nexus.Operations.Maintenance;
using Nexus.Operations.Status;
using Nexus.StoreContract;
using Nexus.TestKit;

namespace Nexus.Operations.Tests.Maintenance;

/// <summary>When jobs work, wait or stop: old transaction ids, held row versions, sparse indexes, a slow store.</summary>
public sealed class MaintenanceConditionTests
{
    private static readonly Dictionary<string, string> Settings = new() { ["autovacuum_freeze_max_age"] = "100000", ["autovacuum"] = "off" };

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_table_half_way_to_a_forced_freeze_is_frozen_also_while_dead_rows_are_held()
    {
        await using var home = await PostgresHome.CreateAsync();
        await home.Database.ExecuteAsync("""
            ALTER TABLE sessions SET (autovacuum_enabled = false);
            ALTER TABLE system_config SET (autovacuum_enabled = false);
            INSERT INTO system_config (key, value) VALUES ('a', '1');
            INSERT INTO sessions (chat_id) SELECT n::text FROM generate_series(1, 4000) AS n;
            DELETE FROM sessions;
            -- 120 million transactions ago, of 200 million before the server freezes by force.
            UPDATE pg_class SET relfrozenxid = ((4294967296 + pg_current_xact_id()::text::bigint - 120000000) % 4294967296)::text::xid
            WHERE oid = 'system_config'::regclass
            """);
        await Eventually.TrueAsync(async () => await home.Database.ScalarAsync<long>(
            "SELECT coalesce(max(n_dead_tup), 0) FROM pg_stat_user_tables WHERE relname = 'sessions'") >= 4000);
        Assert.InRange(await AgeAsync(home), 120_000_000, 121_000_000);
        await using var reader = await home.Database.DataSource.OpenConnectionAsync(Token);
        await using var old = await reader.BeginTransactionAsync(System.Data.IsolationLevel.RepeatableRead, Token);
        await using (var look = new Npgsql.NpgsqlCommand("SELECT count(*) FROM users", reader)) await look.ExecuteScalarAsync(Token);

        var frozen = await RunAsync(home, new VacuumJob(TimeProvider.System, patience: TimeSpan.Zero));

        Assert.Equal(["VACUUM (FREEZE, ANALYZE) public.system_config"], frozen.Steps);
        Assert.Equal((JobOutcome.Done, "0 dead rows of 0 tables, 1 tables frozen"), (frozen.Outcome, frozen.Gained));
        Assert.InRange(await AgeAsync(home), 0, 1_000_000);

        var held = await RunAsync(home, new VacuumJob(TimeProvider.System, patience: TimeSpan.Zero));
        Assert.Equal((JobOutcome.Skipped, 0), (held.Outcome, held.Steps.Count));
        Assert.Contains($"process {reader.ProcessID} in a transaction since", held.Gained, StringComparison.Ordinal);

        await old.RollbackAsync(Token);
        Assert.Equal(
            ["VACUUM (ANALYZE) public.sessions"], (await RunAsync(home, new VacuumJob(TimeProvider.System, patience: TimeSpan.Zero))).Steps);
    }

    [Fact]
    public async Task A_freeze_that_an_old_transaction_prevents_is_not_repeated_and_names_it_and_dead_rows_that_stay_are_not_counted_as_gained()
    {
        await using var cluster = await PostgresCluster.StartAsync(new() { Settings = Settings });
        await using var home = await PostgresHome.CreateEmptyAsync(cluster);
        await using (await NexusDb.OpenAsync(home.CreateOptions(), cancellationToken: Token))
        {
        }
        await home.Database.ExecuteAsync("INSERT INTO sessions (chat_id) SELECT n::text FROM generate_series(1, 4000) AS n");
        await using var reader = await home.Database.DataSource.OpenConnectionAsync(Token);
        await using var old = await reader.BeginTransactionAsync(System.Data.IsolationLevel.RepeatableRead, Token);
        await using (var look = new Npgsql.NpgsqlCommand("SELECT count(*) FROM users", reader)) await look.ExecuteScalarAsync(Token);
        await home.Database.ExecuteAsync("UPDATE sessions SET version = version + 1");
        await Eventually.TrueAsync(async () => await home.Database.ScalarAsync<long>(
            "SELECT coalesce(max(n_dead_tup), 0) FROM pg_stat_user_tables WHERE relname = 'sessions'") >= 4000);

        // The transaction is young: the vacuum runs, and removes nothing.
        var young = await RunAsync(home, new VacuumJob(TimeProvider.System));
        Assert.Equal(["VACUUM (ANALYZE) public.sessions"], young.Steps);
        Assert.Equal("0 dead rows of 0 tables, 0 tables frozen; 4000 dead rows are left", young.Gained);

        // 60,000 transactions later every table is more than half way to a forced freeze, and so is what the transaction may still see.
        await home.Database.ExecuteAsync(
            "DO $$ BEGIN FOR n IN 1..60000 LOOP PERFORM pg_current_xact_id(); COMMIT; END LOOP; END $$");
        var held = await RunAsync(home, new VacuumJob(TimeProvider.System, patience: TimeSpan.FromHours(1)));
        Assert.DoesNotContain(held.Steps, step => step.Contains("FREEZE", StringComparison.Ordinal));
        await home.Database.ExecuteAsync("TRUNCATE sessions");
        await Eventually.TrueAsync(async () => await home.Database.ScalarAsync<long>(
            "SELECT coalesce(max(n_dead_tup), 0) FROM pg_stat_user_tables WHERE relname = 'sessions'") == 0);
        held = await RunAsync(home, new VacuumJob(TimeProvider.System, patience: TimeSpan.FromHours(1)));
        Assert.Equal((JobOutcome.Skipped, 0), (held.Outcome, held.Steps.Count));
        Assert.Matches($"^[0-9]+ tables cannot be frozen while process {reader.ProcessID} in a transaction since", held.Gained!);

        await old.RollbackAsync(Token);
        var frozen = await RunAsync(home, new VacuumJob(TimeProvider.System));
        Assert.Equal(JobOutcome.Done, frozen.Outcome);
        Assert.Matches($"^0 dead rows of 0 tables, {frozen.Steps.Count} tables frozen$", frozen.Gained!);
        Assert.Equal(JobOutcome.Nothing, (await RunAsync(home, new VacuumJob(TimeProvider.System))).Outcome);
    }

    [Fact]
    public async Task A_job_stops_before_its_next_statement_when_a_backup_begins()
    {
        await using var cluster = await PostgresCluster.StartAsync();
        await using var home = await PostgresHome.CreateEmptyAsync(cluster);
        await using var backup = await home.Database.DataSource.OpenConnectionAsync(Token);

        var run = await RunAsync(home, new TwoSteps(async () =>
        {
            await using var hold = new Npgsql.NpgsqlCommand("SELECT pg_advisory_lock(hashtextextended('nexus_backup', 0))", backup);
            await hold.ExecuteNonQueryAsync(Token);
        }));

        Assert.Equal(["SELECT 1"], run.Steps);
        Assert.Equal((JobOutcome.Skipped, "a backup is running"), (run.Outcome, run.Gained));
    }

    [Fact]
    public async Task An_unexpected_error_fails_the_job_and_nothing_else()
    {
        await using var home = new SqliteHome();
        await using var db = await NexusDb.OpenAsync(home.CreateOptions(), cancellationToken: Token);
        var logs = new RecordedLogs();
        var target = new MaintenanceTarget(db, home.CreateOptions(), logs, TimeProvider.System);

        var run = await new MaintenanceRunner(target).RunAsync(new SpoiledJob(), isDry: false, isForced: true, Token);

        Assert.Equal((JobOutcome.Failed, "an unexpected error, which the log describes: JsonException"), (run.Outcome, run.Gained));
        Assert.Contains(logs.Lines, line => line.Message.Contains("spoiled failed unexpectedly", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_sparse_index_is_rebuilt_and_a_dense_one_is_not()
    {
        await using var home = await PostgresHome.CreateAsync();
        await home.Database.ExecuteAsync("""
            CREATE SCHEMA "odd ""tools"; CREATE EXTENSION pgstattuple SCHEMA "odd ""tools";
            ALTER TABLE keyed_state SET (autovacuum_enabled = false);
            INSERT INTO keyed_state (id, value, expires_at) SELECT 'n/' || n, '1', now() + interval '1 day' FROM generate_series(1, 20000) AS n;
            INSERT INTO users (chat_id) SELECT n::text FROM generate_series(1, 20000) AS n;
            DELETE FROM keyed_state WHERE right(id, 1) <> '7'
            """);
        await home.Database.ExecuteAsync("VACUUM keyed_state");
        var before = await SizeAsync(home, "keyed_state_pkey");
        var job = new IndexesJob(largeBytes: 200_000);

        var rebuilt = await RunAsync(home, job);

        Assert.Equal(["REINDEX INDEX CONCURRENTLY public.keyed_state_pkey"], rebuilt.Steps);
        var after = await SizeAsync(home, "keyed_state_pkey");
        Assert.True(after < before / 2, $"{before} to {after} bytes");
        Assert.Contains($"public.keyed_state_pkey from {before} to {after} bytes", rebuilt.Gained, StringComparison.Ordinal);
        Assert.Equal(JobOutcome.Nothing, (await RunAsync(home, job)).Outcome);
        Assert.Equal(
            0L, await home.Database.ScalarAsync<long>("SELECT count(*) FROM pg_index WHERE NOT indisvalid OR indexrelid::regclass::text ~ '_cc'"));
    }

    [Fact]
    public async Task A_job_stops_when_writes_become_twice_as_slow_and_says_so()
    {
        await using var home = await PostgresHome.CreateAsync();
        using var load = new LoadWatch();
        for (var n = 0; n < 200; n++) load.Add(0.015);

        var slow = await RunAsync(home, new Sleeping(() => Feed(load, 0.05)), load);
        Assert.Equal((JobOutcome.Yielded, "the store became twice as slow"), (slow.Outcome, slow.Gained));
        Assert.Equal(0L, await home.Database.ScalarAsync<long>(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND query LIKE '%pg_sleep%' AND pid <> pg_backend_pid()"));

        var busy = await RunAsync(home, new Sleeping(() => Feed(load, 0.016), seconds: 2), load);
        Assert.Equal(JobOutcome.Done, busy.Outcome);

        static void Feed(LoadWatch load, double seconds)
        {
            for (var n = 0; n < 200; n++) load.Add(seconds);
        }
    }

    [Fact]
    public async Task A_statement_whose_server_vanishes_ends_with_the_lease_of_the_job_also_over_TLS()
    {
        await using var cluster = await PostgresCluster.StartAsync(new PostgresClusterOptions { Tls = true, RequireTls = true, Password = "dead" });
        await using var home = await PostgresHome.CreateEmptyAsync(cluster);
        await using var network = new TcpProxy(cluster.Host, cluster.Port);
        var options = home.CreateOptions();
        options.Database = cluster.Url(home.Database.Name, port: network.Port);
        (options.CommandTimeout, options.ConnectTimeout) = (TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(2));

        // The statement itself has no limit of the client's. The lease lasts 15 s.
        var running = RunAsync(options, new Sleeping(begun: () => { }, seconds: 3600));
        await Eventually.TrueAsync(async () => await home.Database.ScalarAsync<long>(
            "SELECT count(*) FROM pg_stat_activity WHERE query = 'SELECT pg_catalog.pg_sleep(3600)' AND state = 'active'") == 1);
        network.Hold();
        var run = await running.WaitAsync(TimeSpan.FromSeconds(120), Token);

        Assert.Equal((JobOutcome.Skipped, "stopped: the lease of the job was lost"), (run.Outcome, run.Gained));
    }

    private static Task<JobRun> RunAsync(PostgresHome home, IMaintenanceJob job, LoadWatch? load = null) => RunAsync(home.CreateOptions(), job, load);

    private static async Task<JobRun> RunAsync(NexusOptions options, IMaintenanceJob job, LoadWatch? load = null)
    {
        options.Fallback = Nexus.Failover.FallbackMode.Off;
        await using var db = await NexusDb.OpenAsync(options, cancellationToken: Token);
        var target = new MaintenanceTarget(db, options, NullLoggerFactory.Instance, TimeProvider.System);
        return await new MaintenanceRunner(target, load).RunAsync(job, isDry: false, isForced: true, Token);
    }

    private static Task<int> AgeAsync(PostgresHome home) =>
        home.Database.ScalarAsync<int>("SELECT age(relfrozenxid) FROM pg_class WHERE oid = 'system_config'::regclass");

    private static Task<long> SizeAsync(PostgresHome home, string index) =>
        home.Database.ScalarAsync<long>("SELECT pg_relation_size($1::text::regclass)", index);

    /// <summary>A long statement.</summary>
    private sealed class Sleeping(Action begun, int seconds = 60) : IMaintenanceJob
    {
        public string Name => "sleeping";

        public string Purpose => "Waits.";

        public TimeSpan Every => TimeSpan.FromHours(1);

        public bool IsOffPeak => false;

        public TimeSpan StatementTimeout => TimeSpan.FromMinutes(2);

        public bool IsFor(MaintenanceTarget target) => true;

        public async Task<string?> RunAsync(MaintenanceRun run, CancellationToken cancellationToken)
        {
            begun();
            await run.ChangeAsync($"SELECT pg_catalog.pg_sleep({seconds})", cancellationToken);
            return "rested";
        }
    }

    /// <summary>Two statements, and something between them.</summary>
    private sealed class TwoSteps(Func<Task> between) : IMaintenanceJob
    {
        public string Name => "two steps";

        public string Purpose => "Changes twice.";

        public TimeSpan Every => TimeSpan.FromHours(1);

        public bool IsOffPeak => false;

        public TimeSpan StatementTimeout => TimeSpan.FromMinutes(2);

        public bool IsFor(MaintenanceTarget target) => true;

        public async Task<string?> RunAsync(MaintenanceRun run, CancellationToken cancellationToken)
        {
            await run.ChangeAsync("SELECT 1", cancellationToken);
            await between();
            await run.ChangeAsync("SELECT 2", cancellationToken);
            return "both";
        }
    }

    /// <summary>Meets what it does not expect.</summary>
    private sealed class SpoiledJob : IMaintenanceJob
    {
        public string Name => "spoiled";

        public string Purpose => "Reads.";

        public TimeSpan Every => TimeSpan.FromHours(1);

        public bool IsOffPeak => false;

        public TimeSpan StatementTimeout => TimeSpan.FromMinutes(2);

        public bool NeedsConnection => false;

        public bool IsFor(MaintenanceTarget target) => true;

        public Task<string?> RunAsync(MaintenanceRun run, CancellationToken cancellationToken) =>
            throw new System.Text.Json.JsonException("not as expected");
    }
}
