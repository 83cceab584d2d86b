using Npgsql;

namespace Nexus.Postgres.Tests.Migrations;

public class HotUpdateTests
{
    private const string Update =
        "UPDATE sessions SET config = jsonb_set(config, '{leverage}', '7'), updated_at = clock_timestamp(), version = version + 1 WHERE chat_id = "
            + "'1'";

    [Fact]
    public async Task A_save_touches_no_index_by_default_and_every_index_with_the_audits_list()
    {
        await using var fixture = await MigrationFixture.CreateAsync();
        await fixture.MigrateAsync();
        await fixture.Database.ExecuteAsync(
            "INSERT INTO sessions (chat_id, config) VALUES ('1', '{\"mode\": \"PILOT\", \"leverage\": 1, \"strategies\": {\"TREND\": true}}')");
        Assert.Equal((3L, 3L), await UpdateThreeTimesAsync());

        await fixture.Migrator().CreateAuditIndexesAsync(null, CancellationToken.None);

        Assert.Equal((3L, 0L), await UpdateThreeTimesAsync());

        async Task<(long Updated, long Hot)> UpdateThreeTimesAsync()
        {
            await using var connection = await fixture.Database.DataSource.OpenConnectionAsync();
            await using var transaction = await connection.BeginTransactionAsync();
            var before = await CountAsync(connection);
            await using (var command = new NpgsqlCommand($"{Update};{Update};{Update}", connection)) await command.ExecuteNonQueryAsync();
            var after = await CountAsync(connection);
            return (after.Updated - before.Updated, after.Hot - before.Hot);
        }

        // The session's own counters: no waiting for the statistics.
        static async Task<(long Updated, long Hot)> CountAsync(NpgsqlConnection connection)
        {
            await using var command = new NpgsqlCommand(
                "SELECT pg_stat_get_xact_tuples_updated('sessions'::regclass), pg_stat_get_xact_tuples_hot_updated('sessions'::regclass)",
                connection);
            await using var reader = await command.ExecuteReaderAsync();
            await reader.ReadAsync();
            return (reader.GetInt64(0), reader.GetInt64(1));
        }
    }
}
