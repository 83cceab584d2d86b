using Nexus.Errors;

namespace Nexus.StoreContract;

/// <summary>The store's own book-keeping, clock and self-description, and that all of it outlives the process.</summary>
public abstract class MetaContract : StoreContract
{
    [Fact]
    public async Task A_value_is_what_was_set_last()
    {
        Assert.Null(await Store.GetMetaAsync("x", Token));
        await Store.SetMetaAsync("x", "one", Token);
        await Store.SetMetaAsync("x", "two 🚀", Token);

        Assert.Equal("two 🚀", await Store.GetMetaAsync("x", Token));
        Assert.Null(await Store.GetMetaAsync("X", Token));
    }

    [Fact]
    public async Task Of_many_first_starts_one_decides()
    {
        var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(i => Store.GetOrAddMetaAsync("first", $"{i}", Token)));

        Assert.Single(answers.Distinct());
        Assert.Equal(answers[0], await Store.GetMetaAsync("first", Token));
        Assert.Equal(answers[0], await Store.GetOrAddMetaAsync("first", "late", Token));
    }

    [Fact]
    public async Task Everything_is_there_after_closing_and_opening_again()
    {
        await Store.SetMetaAsync("x", "one", Token);
        var trade = Make.Trade("1");
        await ApplyAllAsync(Make.Session("1", """{"a":1}"""), Make.User("1", "Ana"), Make.State(ai: false), Make.Config("k", "1"),
            new Nexus.Trades.OpenTrade(trade));

        await ReopenAsync();

        Assert.Equal("one", await Store.GetMetaAsync("x", Token));
        Make.AssertJson("""{"a":1}""", (await SessionAsync("1"))!.Config);
        Assert.Equal("Ana", (await UserAsync("1"))!.Name);
        Assert.False((await Store.GetBotStateAsync(Token)).AiFilter);
        Make.AssertJson("1", (await ConfigAsync("k"))!.Value);
        Assert.NotNull(await TradeAsync(trade.Id));
        AssertApplied(2, await ApplyAsync(Make.Session("1")));
    }

    [Fact]
    public async Task The_status_says_what_the_store_is_and_never_how_to_log_in()
    {
        await ApplyAllAsync(Make.Session("1"), Make.Session("2"), Make.User("1"));

        var status = await Store.GetStatusAsync(Token);

        Assert.Equal(Store.Kind, status.Kind);
        Assert.True(status.SchemaVersion >= 1);
        Assert.True(status.SizeBytes > 0);
        Assert.NotEmpty(status.ServerVersion);
        Assert.NotEmpty(status.Location);
        Assert.DoesNotContain("@", status.Location, StringComparison.Ordinal);
        Assert.True(status.PoolMax >= status.PoolSize);
    }

    [Fact]
    public async Task The_clock_goes_forward_in_UTC()
    {
        var first = await Store.GetTimeAsync(Token);
        var written = await ApplyAsync(Make.Session("1"));
        var last = await Store.GetTimeAsync(Token);

        Assert.InRange(written.At, first, last);
        Assert.Equal(TimeSpan.Zero, first.Offset);
    }

    [Fact]
    public async Task A_store_that_was_closed_says_so_and_may_be_closed_again()
    {
        await Store.DisposeAsync();

        Assert.Equal(StoreUnavailableReason.Stopped, (await Assert.ThrowsAsync<StoreUnavailableException>(() => Store.GetTimeAsync(Token))).Reason);
        Assert.Equal(StoreUnavailableReason.Stopped, (await Assert.ThrowsAsync<StoreUnavailableException>(() => ApplyAsync(Make.Session("1"))))
            .Reason);
        Assert.Equal(StoreUnavailableReason.Stopped, (await Assert.ThrowsAsync<StoreUnavailableException>(() => SessionAsync("1"))).Reason);
        await Store.DisposeAsync();
    }

    [Fact]
    public async Task A_second_opening_leaves_what_is_stored()
    {
        await ApplyAsync(Make.Session("1"));
        var before = await Store.GetStatusAsync(Token);

        await ReopenAsync();
        await ReopenAsync();

        Assert.Equal(before.SchemaVersion, (await Store.GetStatusAsync(Token)).SchemaVersion);
        Assert.NotNull(await SessionAsync("1"));
    }
}
