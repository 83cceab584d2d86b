using Nexus.Errors;
using Nexus.TestKit;

namespace Nexus.Postgres.Tests.Migrations;

public class ConcurrentIndexTests
{
    private const string Table = "CREATE TABLE one (id int, name text); INSERT INTO one SELECT n, n FROM generate_series(1, 1000) n";
    private const string Index = "-- nexus: concurrently\nCREATE INDEX CONCURRENTLY IF NOT EXISTS one_id_idx ON one (id);\nCREATE INDEX CONCURRENTLY "
        + "IF NOT EXISTS one_name_idx ON one (name)";

    private static Task<bool> IsValidAsync(TestDatabase database, string index) =>
        database.ScalarAsync<bool>("SELECT indisvalid FROM pg_index WHERE indexrelid = $1::regclass", index);

    [Fact]
    public async Task An_index_that_a_failed_build_left_invalid_is_built_again()
    {
        await using var fixture = await MigrationFixture.CreateAsync();
        await fixture.MigrateAsync(MigrationFixture.Set(Table));
        await fixture.Database.ExecuteAsync("INSERT INTO one VALUES (1, 'twice')");
        await Assert.ThrowsAsync<Npgsql.PostgresException>(() => fixture.Database.ExecuteAsync(
            "CREATE UNIQUE INDEX CONCURRENTLY one_id_idx ON one (id)"));
        Assert.False(await IsValidAsync(fixture.Database, "one_id_idx"));

        await fixture.MigrateAsync(MigrationFixture.Set(Table, Index));

        Assert.True(await IsValidAsync(fixture.Database, "one_id_idx"));
        Assert.Equal("one_id_idx", Assert.Single(fixture.Steps, step => step.Kind == MigrationStepKind.Rebuilding).Detail);
    }

    [Fact]
    public async Task A_build_that_was_killed_is_taken_up_by_the_next_run()
    {
        await using var fixture = await MigrationFixture.CreateAsync();
        await fixture.MigrateAsync(MigrationFixture.Set(Table));
        await using var reader = await fixture.Database.DataSource.OpenConnectionAsync();
        await using var transaction = await reader.BeginTransactionAsync();
        await using (var command = new Npgsql.NpgsqlCommand("INSERT INTO one VALUES (0, '')", reader)) await command.ExecuteNonQueryAsync();

        var killed = fixture.MigrateAsync(MigrationFixture.Set(Table, Index));
        const string builder = "SELECT pid FROM pg_stat_progress_create_index p JOIN pg_database d USING (datname) WHERE datname = "
            + "current_database() AND phase LIKE 'waiting%'";
        await Eventually.TrueAsync(async () => (await fixture.Database.QueryAsync<int>(builder)).Count == 1);
        await fixture.Database.ExecuteAsync($"SELECT pg_terminate_backend(({builder}))");
        Assert.Equal(StoreUnavailableReason.Unreachable, (await Assert.ThrowsAsync<StoreUnavailableException>(() => killed)).Reason);
        Assert.False(await IsValidAsync(fixture.Database, "one_id_idx"));
        await transaction.CommitAsync();

        await fixture.MigrateAsync(MigrationFixture.Set(Table, Index));

        Assert.True(await IsValidAsync(fixture.Database, "one_id_idx"));
        Assert.True(await IsValidAsync(fixture.Database, "one_name_idx"));
        await fixture.Migrator(MigrationFixture.Set(Table, Index)).VerifyAsync(CancellationToken.None);
    }

    [Fact]
    public async Task A_transaction_that_stays_open_is_named_when_the_build_gives_up()
    {
        await using var fixture = await MigrationFixture.CreateAsync();
        await fixture.MigrateAsync(MigrationFixture.Set(Table));
        await using var writer = await fixture.Database.DataSource.OpenConnectionAsync();
        await using var transaction = await writer.BeginTransactionAsync();
        await using (var command = new Npgsql.NpgsqlCommand("INSERT INTO one VALUES (0, '')", writer)) await command.ExecuteNonQueryAsync();

        var limits = new MigrationLimits { Total = TimeSpan.FromMilliseconds(300), Poll = TimeSpan.FromMilliseconds(20) };
        var error = await Assert.ThrowsAsync<StoreUnavailableException>(() => fixture.MigrateAsync(MigrationFixture.Set(Table, Index), limits));

        Assert.Contains($"process {writer.ProcessID}", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_audits_list_is_there_to_the_letter_and_valid_on_every_partition()
    {
        await using var fixture = await MigrationFixture.CreateAsync();
        await fixture.MigrateAsync();
        await fixture.Database.ExecuteAsync("SELECT nexus_ensure_trade_partition(m) FROM (VALUES ('2026-01-15'::timestamptz), ('2026-02-15')) v(m)");

        await fixture.Migrator().CreateAuditIndexesAsync(fixture.Progress, CancellationToken.None);

        Assert.Equal(
            [
                "CREATE INDEX idx_bot_state_updated_at ON public.bot_state USING btree (last_updated DESC)",
                "CREATE INDEX idx_sessions_config_gin ON public.sessions USING gin (config)",
                "CREATE INDEX idx_sessions_updated_at ON public.sessions USING btree (updated_at DESC)",
                "CREATE INDEX idx_trades_chat_id ON ONLY public.trades USING btree (chat_id)",
                "CREATE INDEX idx_trades_status ON ONLY public.trades USING btree (status)",
                "CREATE INDEX idx_trades_symbol ON ONLY public.trades USING btree (symbol)",
                "CREATE INDEX idx_trades_timestamp ON ONLY public.trades USING btree (entry_timestamp DESC)",
                "CREATE INDEX idx_users_chat_id ON public.users USING btree (chat_id)",
                "CREATE INDEX idx_users_expires_at ON public.users USING btree (expires_at) WHERE (expires_at IS NOT NULL)",
                "CREATE INDEX idx_users_role ON public.users USING btree (role)",
            ],
            await fixture.Database.QueryAsync<string>("SELECT indexdef FROM pg_indexes WHERE indexname ~ '^idx_' ORDER BY indexname"));
        Assert.Equal(0L, await fixture.Database.ScalarAsync<long>("SELECT count(*) FROM pg_index WHERE NOT indisvalid"));
        Assert.Equal(8L, await fixture.Database.ScalarAsync<long>(
            "SELECT count(*) FROM pg_inherits h JOIN pg_class p ON p.oid = h.inhparent WHERE p.relname ~ '^idx_trades'"));
        Assert.Equal(1L, await fixture.Database.ScalarAsync<long>("SELECT count(*) FROM nexus_meta WHERE name = 'audit_indexes'"));
    }

    [Fact]
    public async Task The_audits_list_can_be_made_again_and_mends_what_is_broken()
    {
        await using var fixture = await MigrationFixture.CreateAsync();
        await fixture.MigrateAsync();
        await fixture.Database.ExecuteAsync("SELECT nexus_ensure_trade_partition('2026-01-15')");
        await fixture.Migrator().CreateAuditIndexesAsync(null, CancellationToken.None);
        await fixture.Database.ExecuteAsync(
            """
            SELECT nexus_ensure_trade_partition('2026-02-15');
            DROP INDEX idx_trades_symbol;
            CREATE INDEX idx_trades_symbol ON ONLY trades (symbol);
            UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'idx_users_role'::regclass;
            """);

        await fixture.Migrator().CreateAuditIndexesAsync(fixture.Progress, CancellationToken.None);

        Assert.Equal(0L, await fixture.Database.ScalarAsync<long>("SELECT count(*) FROM pg_index WHERE NOT indisvalid"));
        Assert.Equal("idx_users_role", Assert.Single(fixture.Steps, step => step.Kind == MigrationStepKind.Rebuilding).Detail);
        Assert.Equal(2L, await fixture.Database.ScalarAsync<long>(
            "SELECT count(*) FROM pg_inherits WHERE inhparent = 'idx_trades_symbol'::regclass"));
    }
}
