using Nexus.Errors;
using Nexus.TestKit;

namespace Nexus.Postgres.Tests.Migrations;

public class ManyAtOnceTests
{
    [Theory]
    [InlineData("public")]
    [InlineData("other")]
    public async Task Eight_that_start_at_once_apply_each_migration_once(string schema)
    {
        await using var fixture = await MigrationFixture.CreateAsync(schema);
        var migrators = Enumerable.Range(0, 8).Select(_ => fixture.Migrator()).ToList();
        var gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var runs = migrators.Select(migrator => Task.Run(async () =>
        {
            await gate.Task;
            await migrator.MigrateAsync(fixture.Progress, CancellationToken.None);
            await migrator.VerifyAsync(CancellationToken.None);
        })).ToList();

        gate.SetResult();
        await Task.WhenAll(runs);

        Assert.Equal(MigrationSet.Embedded.All.Select(migration => migration.ToString()),
            fixture.Steps.Where(step => step.Kind == MigrationStepKind.Applied).Select(step => step.Migration));
        Assert.Equal(0L, await fixture.Database.ScalarAsync<long>("SELECT count(*) FROM pg_index WHERE NOT indisvalid"));
        Assert.Equal(0L, await fixture.Database.ScalarAsync<long>("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND database = (SELECT "
            + "oid FROM pg_database WHERE datname = current_database())"));
    }

    [Fact]
    public async Task Whoever_waits_too_long_is_told_who_holds_the_lock()
    {
        await using var fixture = await MigrationFixture.CreateAsync();
        var holder = (await fixture.Migrator().LockAsync("test", ifPending: true, null, CancellationToken.None))!;
        await using (holder)
        {
            var error = await Assert.ThrowsAsync<StoreUnavailableException>(() =>
                fixture.MigrateAsync(limits: new MigrationLimits { Total = TimeSpan.FromMilliseconds(200), Poll = TimeSpan.FromMilliseconds(20) }));

            Assert.Equal(StoreUnavailableReason.TimedOut, error.Reason);
            Assert.Contains($"process {holder.Connection.ProcessID} (migrator", error.Message, StringComparison.Ordinal);
            Assert.Contains(fixture.Steps, step => step.Kind == MigrationStepKind.Waiting && step.Detail!.Contains(
                $"process {holder.Connection.ProcessID}", StringComparison.Ordinal));
        }
        await fixture.MigrateAsync();
    }

    [Fact]
    public async Task The_lock_of_a_killed_process_is_free()
    {
        await using var fixture = await MigrationFixture.CreateAsync();
        var holder = (await fixture.Migrator().LockAsync("test", ifPending: true, null, CancellationToken.None))!;
        var waiting = fixture.MigrateAsync();
        await Eventually.TrueAsync(() => { lock (fixture.Steps) return fixture.Steps.Exists(step => step.Kind == MigrationStepKind.Waiting); });

        await fixture.Database.ExecuteAsync("SELECT pg_terminate_backend($1)", holder.Connection.ProcessID);

        await waiting;
        await holder.DisposeAsync();
    }

    [Fact]
    public async Task Two_schemas_do_not_wait_for_each_other()
    {
        await using var one = await MigrationFixture.CreateAsync("one");
        await using var two = new MigrationFixture(one.Database, "two");
        await using var holder = (await one.Migrator().LockAsync("test", ifPending: true, null, CancellationToken.None))!;

        await two.MigrateAsync();

        Assert.DoesNotContain(two.Steps, step => step.Kind == MigrationStepKind.Waiting);
    }

    [Fact]
    public async Task A_table_in_use_is_waited_for_in_short_turns_and_the_user_named_at_last()
    {
        await using var fixture = await MigrationFixture.CreateAsync();
        var first = MigrationFixture.Set("CREATE TABLE one (id int)");
        var second = MigrationFixture.Set("CREATE TABLE one (id int)", "ALTER TABLE one ADD name text");
        await fixture.MigrateAsync(first);
        var limits = new MigrationLimits
        {
            Statement = TimeSpan.FromMilliseconds(50),
            Poll = TimeSpan.FromMilliseconds(20),
            Total = TimeSpan.FromMilliseconds(300)
        };

        await using (var reader = await fixture.Database.DataSource.OpenConnectionAsync())
        {
            await using var transaction = await reader.BeginTransactionAsync();
            await using var command = new Npgsql.NpgsqlCommand("SELECT * FROM one", reader);
            await command.ExecuteNonQueryAsync();
            var error = await Assert.ThrowsAsync<StoreUnavailableException>(() => fixture.MigrateAsync(second, limits));
            Assert.Contains($"process {reader.ProcessID}", error.Message, StringComparison.Ordinal);
            Assert.Contains("idle in transaction", error.Message, StringComparison.Ordinal);

            var waiting = fixture.MigrateAsync(second, limits with { Total = TimeSpan.FromMinutes(1) });
            await Task.Delay(100);
            await transaction.CommitAsync();
            await waiting;
        }
        await fixture.Migrator(second).VerifyAsync(CancellationToken.None);
    }
}
