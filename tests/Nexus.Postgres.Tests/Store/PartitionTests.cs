using Nexus.Engine;
using Nexus.Errors;
using Nexus.StoreContract;
using Nexus.Trades;

namespace Nexus.Postgres.Tests.Store;

/// <summary>Trades stand in one partition a month, which are made as they are needed.</summary>
public class PartitionTests
{
    private static readonly DateTimeOffset LastInstant = new(new DateTime(2031, 12, 31, 23, 59, 59).AddTicks(9_999_990), TimeSpan.Zero);

    private static Task<List<string>> PartitionsAsync(StoreFixture fixture) => fixture.Database.QueryAsync<string>(
        "SELECT c.relname::text FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid WHERE i.inhparent = 'trades'::regclass ORDER BY 1");

    private static OpenTrade Open(DateTimeOffset entry, string chatId = "1") => new(Make.Trade(chatId, entry));

    [Fact]
    public async Task Each_month_of_UTC_has_one()
    {
        await using var fixture = await StoreFixture.CreateAsync();
        var inMadrid = new DateTimeOffset(2032, 1, 1, 0, 30, 0, TimeSpan.FromHours(1));

        var outcomes = await fixture.ApplyAllAsync(Open(LastInstant), Open(LastInstant.AddMicroseconds(1)), Open(inMadrid),
            Open(new DateTimeOffset(2000, 2, 29, 12, 0, 0, TimeSpan.Zero)));

        Assert.All(outcomes, outcome => Assert.Equal(WriteStatus.Applied, outcome.Status));
        Assert.Equal(["trades_2000_02", "trades_2031_12", "trades_2032_01"], await PartitionsAsync(fixture));
        Assert.Equal(2, await fixture.Database.ScalarAsync<long>("SELECT count(*) FROM trades_2031_12"));
    }

    [Fact]
    public async Task First_trades_of_a_month_that_come_from_many_at_once_all_come_through()
    {
        await using var fixture = await StoreFixture.CreateAsync();
        var other = await fixture.OpenAnotherAsync();

        var outcomes = await Task.WhenAll(Enumerable.Range(0, 40).Select(n => (n % 2 == 0 ? fixture.Store : other)
            .ApplyAsync([Open(LastInstant.AddMonths(n / 8), $"{n}"), Open(LastInstant.AddMonths(5 - (n / 8)), $"{n}")], atomic: n % 3 == 0,
                StoreFixture.Token)));

        Assert.All(outcomes.SelectMany(batch => batch), outcome => Assert.Equal(WriteStatus.Applied, outcome.Status));
        Assert.Equal(6, (await PartitionsAsync(fixture)).Count);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_partition_that_retention_dropped_is_made_again(bool atomic)
    {
        await using var fixture = await StoreFixture.CreateAsync();
        await fixture.ApplyAsync(Open(LastInstant));
        await fixture.Database.ExecuteAsync("DROP TABLE trades_2031_12");

        var outcomes = await fixture.Store.ApplyAsync([Open(LastInstant), Make.Session("1")], atomic, StoreFixture.Token);

        Assert.All(outcomes, outcome => Assert.Equal(WriteStatus.Applied, outcome.Status));
        Assert.Equal(1, await fixture.Database.ScalarAsync<long>("SELECT count(*) FROM trades"));
    }

    [Fact]
    public async Task A_check_that_an_operator_added_is_no_missing_partition()
    {
        await using var fixture = await StoreFixture.CreateAsync();
        await fixture.Database.ExecuteAsync("ALTER TABLE trades ADD CONSTRAINT small CHECK (quantity < 100)");

        var outcomes = await fixture.ApplyAllAsync(Open(LastInstant), new OpenTrade(Make.Trade("1", LastInstant) with { Quantity = 100 }));

        Assert.Equal([WriteStatus.Applied, WriteStatus.Failed], outcomes.Select(outcome => outcome.Status));
        Assert.Contains("small", outcomes[1].Error!.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_table_in_the_way_is_named()
    {
        await using var fixture = await StoreFixture.CreateAsync();
        await fixture.Database.ExecuteAsync("CREATE TABLE trades_2031_12 (id int)");

        var error = Assert.IsType<StoreRejectedException>((await fixture.ApplyAsync(Open(LastInstant))).Error);

        Assert.Equal("42P07", error.StoreCode);
        Assert.Contains("trades_2031_12", error.Message, StringComparison.Ordinal);
    }
}
