using Nexus.KeyedState;
using Nexus.StoreContract;
using Nexus.TestKit;

namespace Nexus.Postgres.Tests.Store;

/// <summary>What decision 0019 promises of the keyed state's indexes, shown by the server's own counters under the engine's own statements.</summary>
public class KeyedStatePlanTests
{
    [Fact]
    public async Task Values_whose_time_to_live_slides_stay_HOT()
    {
        // On a server of its own nobody else holds a snapshot: not the other tests, nor an autovacuum.
        await using var cluster = await PostgresCluster.StartAsync(
            new PostgresClusterOptions { Settings = new Dictionary<string, string> { ["autovacuum"] = "off" } });
        await using var fixture = await StoreFixture.CreateAsync(cluster);
        var expiry = StateExpiry.After(TimeSpan.FromHours(1));
        for (var run = 0; run < 40; run++)
        {
            await fixture.ApplyAllAsync([.. Enumerable.Range(0, 50).Select(n =>
                KeyedStateContract.Save($"dialogs/{n}", $$"""{"step":{{run}},"note":"{{new string('n', 200)}}"}""", expiry))]);
        }

        var (updated, hot) = (0L, 0L);
        await Eventually.TrueAsync(async () =>
        {
            var row = (await fixture.Database.QueryRowsAsync(
                "SELECT n_tup_upd, n_tup_hot_upd FROM pg_stat_user_tables WHERE relname = 'keyed_state'")).Single();
            (updated, hot) = ((long)row[0]!, (long)row[1]!);
            return updated >= 39 * 50;
        });
        // The hour of the expiry may change once meanwhile, and then each value leaves its page's chain once.
        Assert.True(hot >= (updated - 50) * 0.9, $"{hot} of {updated} updates were HOT");
    }

    [Fact]
    public async Task A_prefix_is_read_from_the_primary_key_and_the_sweep_from_the_index_of_hours()
    {
        await using var fixture = await StoreFixture.CreateAsync();
        foreach (var chunk in Enumerable.Range(0, 5000).Chunk(1000))
        {
            await fixture.ApplyAtomicAsync([.. chunk.Select(n => KeyedStateContract.Save(
                $"n/{n:d5}", "1", n % 500 == 0 ? StateExpiry.At(DateTimeOffset.UnixEpoch) : StateExpiry.After(TimeSpan.FromDays(1 + (n % 30)))))]);
        }
        await fixture.Database.ExecuteAsync("VACUUM ANALYZE keyed_state");
        const int Runs = 12;
        for (var run = 0; run < Runs; run++)
        {
            var found = 0;
            await foreach (var row in fixture.Store.ListKeyedStateAsync(StateRange.Of("n", "0123", null, 100), StoreFixture.Token)) found++;
            Assert.Equal(10, found);
            Assert.Equal(10, (await fixture.Store.ListExpiredStateAsync(TimeSpan.FromHours(1), 100, StoreFixture.Token)).Count);
        }

        await Eventually.TrueAsync(async () => await ScansAsync("keyed_state_pkey") >= Runs && await ScansAsync("keyed_state_expiry_idx") >= Runs);
        Task<long> ScansAsync(string index) =>
            fixture.Database.ScalarAsync<long>("SELECT idx_scan FROM pg_stat_user_indexes WHERE indexrelname = $1", index);
    }
}
