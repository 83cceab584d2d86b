using Microsoft.Extensions.Logging.Abstractions;
using Nexus.Errors;
using Nexus.StoreContract;
using Nexus.TestKit;

namespace Nexus.Postgres.Tests.Migrations;

/// <summary>A program that runs while a newer one migrates the database, as during a rolling upgrade.</summary>
public sealed class OutdatedProgramTests
{
    [Fact]
    public async Task It_reads_and_writes_until_the_schema_demands_a_newer_program_and_then_refuses_both_by_name()
    {
        await using var home = await PostgresHome.CreateAsync();
        await using var store = new PostgresStore(home.CreateOptions().ForPostgres(), NullLoggerFactory.Instance, TimeProvider.System);
        await store.OpenAsync(CancellationToken.None);

        await home.Database.ExecuteAsync("UPDATE nexus_meta SET value = $1 WHERE name = 'minimum_reader'", $"{MigrationSet.Embedded.Newest}");
        await Task.Delay(TimeSpan.FromSeconds(2.5), CancellationToken.None);
        Assert.True((await ApplyAsync(store, 1)).IsApplied);

        await home.Database.ExecuteAsync("UPDATE nexus_meta SET value = '9999' WHERE name = 'minimum_reader'");
        StoreIncompatibleException? refusal = null;
        await Eventually.TrueAsync(async () =>
        {
            try
            {
                await ApplyAsync(store, 2);
                return false;
            }
            catch (StoreIncompatibleException error)
            {
                refusal = error;
                return true;
            }
        });
        Assert.Contains("needs a newer Nexus: it requires migration 9999", refusal!.Message, StringComparison.Ordinal);
        await Assert.ThrowsAsync<StoreIncompatibleException>(() => store.GetSessionsAsync(["1"], CancellationToken.None));
    }

    private static async Task<Engine.WriteOutcome> ApplyAsync(PostgresStore store, int n) =>
        Assert.Single(await store.ApplyAsync([Make.Session("1", $$"""{"n":{{n}}}""")], atomic: false, CancellationToken.None));
}
