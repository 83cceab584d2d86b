namespace Nexus.Simulation.Tests;

public sealed class HistoryPageTests
{
    [Fact]
    public void A_history_that_is_not_linearizable_is_drawn_with_the_calls_that_do_not_fit()
    {
        Call[] history =
        [
            new("<k>", IsRead: false, 1, 0, 10, Client: "a&b"), new("<k>", IsRead: true, 1, 20, 30, Client: "c"),
            new("<k>", IsRead: true, 0, 40, 50, Client: "c"), new("<k>", IsRead: false, 2, 45, long.MaxValue, Client: "a&b"),
        ];
        var (key, stuck) = Assert.NotNull(Linearizability.FindViolation(history));

        var page = HistoryPage.Draw(key, history, [.. stuck]);

        Assert.Equal(history.Length, page.Split("<rect ").Length - 1);
        Assert.Contains("class=\"stuck\"", page, StringComparison.Ordinal);
        Assert.Contains("History of &lt;k&gt;", page, StringComparison.Ordinal);
        Assert.Contains("a&amp;b", page, StringComparison.Ordinal);
        Assert.DoesNotContain("<k>", page, StringComparison.Ordinal);
    }
}
