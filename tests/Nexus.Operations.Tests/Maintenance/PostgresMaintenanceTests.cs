using Microsoft.Extensions.Logging.Abstractions;
using Nexus.Errors;
using Nexus.Json;
using Nexus.KeyedState;
using Nexus.Operations.Maintenance;
using Nexus.Operations.Status;
using Nexus.StoreContract;
using Nexus.TestKit;

namespace Nexus.Operations.Tests.Maintenance;

/// <summary>The jobs on PostgreSQL, each with what it is for, and what it must leave alone.</summary>
public sealed class PostgresMaintenanceTests
{
    private const string HostileTable = "trades_x\"; DROP TABLE sessions; --";

    private static readonly string HostileName = $"\"{HostileTable.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Partitions_are_made_a_year_ahead_and_a_dry_run_makes_none()
    {
        await using var home = await PostgresHome.CreateAsync();
        const string Count = "SELECT count(*) FROM pg_inherits WHERE inhparent = 'trades'::regclass";
        var before = await home.Database.ScalarAsync<long>(Count);

        var planned = await RunAsync(home, "partitions", isDryRun: true);
        Assert.Equal(JobOutcome.Done, planned.Outcome);
        Assert.Equal(13, planned.Steps.Count);
        Assert.All(planned.Steps, step => Assert.Contains("nexus_ensure_trade_partition", step, StringComparison.Ordinal));
        Assert.Equal(before, await home.Database.ScalarAsync<long>(Count));

        Assert.Equal(JobOutcome.Done, (await RunAsync(home, "partitions")).Outcome);
        Assert.Equal(before + 13, await home.Database.ScalarAsync<long>(Count));
        Assert.Equal(JobOutcome.Nothing, (await RunAsync(home, "partitions")).Outcome);
    }

    [Fact]
    public async Task Dead_rows_are_vacuumed_and_new_tables_analysed_and_foreign_tables_left_alone()
    {
        await using var home = await PostgresHome.CreateAsync();
        await home.Database.ExecuteAsync($"""
            ALTER TABLE sessions SET (autovacuum_enabled = false);
            CREATE TABLE {HostileName} (id int) WITH (autovacuum_enabled = false);
            INSERT INTO {HostileName} SELECT generate_series(1, 5000); DELETE FROM {HostileName};
            INSERT INTO sessions (chat_id) SELECT n::text FROM generate_series(1, 5000) AS n; DELETE FROM sessions WHERE chat_id::int > 1000
            """);
        await Eventually.TrueAsync(async () => await DeadAsync(home, "sessions") >= 4000);

        var vacuumed = await RunAsync(home, "vacuum");

        Assert.Equal(JobOutcome.Done, vacuumed.Outcome);
        Assert.Equal(["VACUUM (ANALYZE) public.sessions"], vacuumed.Steps);
        await Eventually.TrueAsync(async () => await DeadAsync(home, "sessions") == 0);
        Assert.Equal(JobOutcome.Nothing, (await RunAsync(home, "vacuum")).Outcome);
        await home.Database.ExecuteAsync("INSERT INTO users (chat_id) SELECT n::text FROM generate_series(1, 3000) AS n");
        await Eventually.TrueAsync(async () => (await RunAsync(home, "analyze")) is { Outcome: JobOutcome.Done } run
            && run.Steps.SequenceEqual(["ANALYZE public.users"]));
        Assert.True(await DeadAsync(home, HostileTable) >= 5000);
    }

    [Fact]
    public async Task A_table_that_is_locked_does_not_keep_the_others_from_being_looked_after()
    {
        await using var home = await PostgresHome.CreateAsync();
        await home.Database.ExecuteAsync("ALTER TABLE users SET (autovacuum_enabled = false)");
        // The first opening looks for sealed values in every table.
        await RunAsync(home, "analyze");
        await using var holder = new Npgsql.NpgsqlConnection(home.Database.ConnectionString);
        await holder.OpenAsync(TestContext.Current.CancellationToken);
        await using var transaction = await holder.BeginTransactionAsync(TestContext.Current.CancellationToken);
        await using (var command = new Npgsql.NpgsqlCommand("LOCK sessions IN ACCESS EXCLUSIVE MODE", holder))
            await command.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
        await home.Database.ExecuteAsync("INSERT INTO users (chat_id) SELECT n::text FROM generate_series(1, 3000) AS n");

        await Eventually.TrueAsync(async () => (await RunAsync(home, "analyze")) is { Outcome: JobOutcome.Done } run
            && run.Steps.SequenceEqual(["ANALYZE public.users"]));
    }

    [Fact]
    public async Task A_locked_table_with_dead_rows_fails_alone_and_is_named()
    {
        await using var home = await PostgresHome.CreateAsync();
        await home.Database.ExecuteAsync("""
            ALTER TABLE sessions SET (autovacuum_enabled = false);
            ALTER TABLE users SET (autovacuum_enabled = false);
            INSERT INTO sessions (chat_id) SELECT n::text FROM generate_series(1, 3000) AS n;
            INSERT INTO users (chat_id) SELECT n::text FROM generate_series(1, 3000) AS n;
            DELETE FROM sessions;
            DELETE FROM users
            """);
        await RunAsync(home, "partitions");
        await Eventually.TrueAsync(async () => await DeadAsync(home, "sessions") >= 3000 && await DeadAsync(home, "users") >= 3000);
        await using var holder = new Npgsql.NpgsqlConnection(home.Database.ConnectionString);
        await holder.OpenAsync(Token);
        await using var transaction = await holder.BeginTransactionAsync(Token);
        // Holds off VACUUM, and nothing that the bot does.
        await using (var command = new Npgsql.NpgsqlCommand("LOCK sessions IN SHARE UPDATE EXCLUSIVE MODE", holder))
            await command.ExecuteNonQueryAsync(Token);

        var run = await RunAsync(home, "vacuum");

        Assert.Equal(["VACUUM (ANALYZE) public.sessions", "VACUUM (ANALYZE) public.users"], run.Steps);
        Assert.Equal(
            (JobOutcome.Failed, "3000 dead rows of 1 tables, 0 tables frozen; public.sessions: another session held its lock for more than 5 s"),
            (run.Outcome, run.Gained));
        Assert.Equal(0, await DeadAsync(home, "users"));
    }

    [Fact]
    public async Task Leftovers_and_invalid_indexes_are_mended_one_by_one_and_only_those_of_Nexus()
    {
        await using var home = await PostgresHome.CreateAsync();
        await home.Database.ExecuteAsync($"""
            CREATE INDEX sessions_mode_idx_ccnew ON sessions (mode);
            CREATE TABLE {HostileName} (id int); CREATE INDEX foreign_idx_ccnew ON {HostileName} (id);
            UPDATE pg_index SET indisvalid = false
            WHERE indexrelid IN ('sessions_mode_idx_ccnew'::regclass, 'sessions_mode_idx'::regclass, 'foreign_idx_ccnew'::regclass)
            """);

        var run = await RunAsync(home, "indexes");

        Assert.Equal(
            ["DROP INDEX CONCURRENTLY IF EXISTS public.sessions_mode_idx_ccnew", "REINDEX INDEX CONCURRENTLY public.sessions_mode_idx"], run.Steps);
        Assert.Equal(
            ["foreign_idx_ccnew"], await home.Database.QueryAsync<string>("SELECT indexrelid::regclass::text FROM pg_index WHERE NOT indisvalid"));
        Assert.Equal(JobOutcome.Nothing, (await RunAsync(home, "indexes")).Outcome);
        Assert.NotEqual(JobOutcome.Failed, (await RunAsync(home, "gin")).Outcome);
    }

    [Fact]
    public async Task No_job_runs_beside_a_backup_or_another_job_or_with_a_forgotten_slot()
    {
        await using var cluster = await PostgresCluster.StartAsync();
        await using var home = await PostgresHome.CreateEmptyAsync(cluster);
        await using (var db = await NexusDb.OpenAsync(home.CreateOptions(), cancellationToken: Token))
        {
            await using (var backup = await home.Database.DataSource.OpenConnectionAsync(Token))
            {
                await using var hold = new Npgsql.NpgsqlCommand("SELECT pg_advisory_lock(hashtextextended('nexus_backup', 0))", backup);
                await hold.ExecuteNonQueryAsync(Token);
                var beside = await RunAsync(home, "partitions");
                Assert.Equal((JobOutcome.Skipped, "a backup is running", 0), (beside.Outcome, beside.Gained, beside.Steps.Count));
                hold.CommandText = "SELECT pg_advisory_unlock_all()";
                await hold.ExecuteNonQueryAsync(Token);
            }

            var other = (await db.Leases!.TryTakeAsync("maintenance job", "test", TimeSpan.FromMinutes(5), Token))!;
            Assert.Equal(JobOutcome.Skipped, (await RunAsync(home, "partitions")).Outcome);
            await db.Leases!.ReleaseAsync(other, Token);
        }
        await home.Database.ExecuteAsync("SELECT pg_create_physical_replication_slot('forgotten', true)");
        Assert.Equal(JobOutcome.Skipped, (await RunAsync(home, "partitions")).Outcome);
        await home.Database.ExecuteAsync("SELECT pg_drop_replication_slot('forgotten')");
        Assert.Equal(JobOutcome.Done, (await RunAsync(home, "partitions")).Outcome);
    }

    [Fact]
    public async Task Expired_state_is_removed_and_the_last_run_of_each_job_is_in_the_status()
    {
        await using var home = await PostgresHome.CreateAsync();
        await using (var db = await NexusDb.OpenAsync(home.CreateOptions(), cancellationToken: Token))
        {
            for (var n = 0; n < 20; n++)
                await db.State.SaveAsync("n", $"{n}", StateJson.Parse("1"), StateExpiry.At(DateTimeOffset.UnixEpoch), cancellationToken: Token);
        }

        Assert.Equal("20 values", (await RunAsync(home, "expired-state")).Gained);
        Assert.Equal(JobOutcome.Nothing, (await RunAsync(home, "expired-state")).Outcome);
        Assert.Equal(0L, await home.Database.ScalarAsync<long>("SELECT count(*) FROM keyed_state WHERE id LIKE 'n/%'"));

        var report = await new StatusReader(NullLoggerFactory.Instance, TimeProvider.System).ReadAsync(home.CreateOptions(), null, Token);
        Assert.Equal([("expired-state", JobOutcome.Nothing)], report.Maintenance!.Select(run => (run.Job, run.Outcome)));
        await Assert.ThrowsAsync<NexusValidationException>(() => RunAsync(home, "none"));
        await Assert.ThrowsAsync<NexusValidationException>(() => RunAsync(home, "optimize"));
    }

    [Fact]
    public async Task Every_job_runs_in_a_schema_with_a_hostile_name()
    {
        await using var home = await PostgresHome.CreateEmptyAsync();
        var options = home.CreateOptions();
        options.Schema = "bot \"one\"; --";

        var report = await MaintenanceRuns.RunAsync(options, null, isDryRun: false, NullLoggerFactory.Instance, TimeProvider.System, Token);

        Assert.True(report.Ok, string.Join('\n', report.Runs.Select(run => $"{run.Job}: {run.Gained}")));
        Assert.Equal(13, report.Runs.Single(run => run.Job == "partitions").Steps.Count);
        Assert.DoesNotContain(report.Runs, run => run.Job is "optimize" or "check-file");
    }

    [Fact]
    public async Task The_settings_of_adopted_tables_and_old_partitions_are_set_and_an_operators_are_kept()
    {
        await using var home = await PostgresHome.CreateAsync();
        await home.Database.ExecuteAsync("""
            ALTER TABLE sessions RESET (fillfactor, autovacuum_vacuum_threshold); ALTER TABLE sessions SET (autovacuum_vacuum_scale_factor = 0.3);
            CREATE TABLE trades_old PARTITION OF trades FOR VALUES FROM ('2001-01-01') TO ('2001-02-01')
            """);
        foreach (var statement in Nexus.Postgres.MigrationSet.Embedded.All.Single(migration => migration.Name == "upkeep").Statements)
            await home.Database.ExecuteAsync(statement);

        Assert.Equal(
            ["autovacuum_analyze_scale_factor=0.05", "autovacuum_vacuum_scale_factor=0.3", "autovacuum_vacuum_threshold=200", "fillfactor=50"],
            await home.Database.QueryAsync<string>("SELECT unnest(reloptions) FROM pg_class WHERE oid = 'sessions'::regclass ORDER BY 1"));
        Assert.Equal(
            ["autovacuum_analyze_scale_factor=0.02", "autovacuum_vacuum_insert_scale_factor=0.02"],
            await home.Database.QueryAsync<string>("SELECT unnest(reloptions) FROM pg_class WHERE oid = 'trades_old'::regclass ORDER BY 1"));
    }

    [Fact]
    public async Task Behind_a_pooler_only_jobs_without_a_session_run()
    {
        await using var home = await PostgresHome.CreateAsync();
        await using var pooler = await PgBouncer.StartAsync(home.Database.Cluster);
        var options = home.CreateOptions();
        options.Database = pooler.Url(home.Database.Name, isSaid: true);

        var report = await MaintenanceRuns.RunAsync(options, null, isDryRun: false, NullLoggerFactory.Instance, TimeProvider.System, Token);

        Assert.Equal(["compact-files", "expired-state", "history", "subscriptions"],
            report.Runs.Where(run => run.Outcome != JobOutcome.Skipped).Select(run => run.Job).Order());
        Assert.All(report.Runs.Where(run => run.Outcome == JobOutcome.Skipped), run =>
            Assert.Contains("behind a pooler", run.Gained, StringComparison.Ordinal));
    }

    private static async Task<JobRun> RunAsync(PostgresHome home, string job, bool isDryRun = false) => Assert.Single((await MaintenanceRuns.RunAsync(
        home.CreateOptions(), job, isDryRun, NullLoggerFactory.Instance, TimeProvider.System, Token)).Runs);

    private static Task<long> DeadAsync(PostgresHome home, string table) =>
        home.Database.ScalarAsync<long>("SELECT coalesce(max(n_dead_tup), 0) FROM pg_stat_user_tables WHERE relname = $1", table);
}
