namespace Nexus.Faults.Tests;

/// <summary>Histories that are known to be good pass, and each that is known to be bad is refused.</summary>
public sealed class HistoryJudgeTests
{
    private static readonly FinalState Nothing = new([], [], 0);

    [Fact]
    public void A_good_history_passes()
    {
        var violations = Judge(
            new FinalState([5], [6], Days: 1),
            "b 1 save r0 1 - 100", "e 1 committed 0 1 200", "b 2 read r0 2 - 210", "e 2 read 1 1 220", "b 3 save-if r0 3 1 230",
            "e 3 committed 0 2 240",
            "b 4 save r0 4 - 250", "e 4 refused-unavailable 0 0 260", "b 5 add members 5 - 300", "e 5 spooled 0 1 310", "b 6 open trades 6 - 300",
            "b 7 extend user 7 - 300", "e 7 committed 0 2 310", "b 8 look user 8 - 320", "e 8 read 0 2 330", "b 9 lease leader 9 500 300",
            "e 9 committed 0 1 310", "b 10 lease leader 10 500 400000", "e 10 refused 0 0 400100", "b 11 lease leader 11 500 500400",
            "e 11 committed 0 2 500500");

        Assert.Empty(violations);
    }

    [Theory]
    [InlineData("an acknowledged save is not read", "b 1 save r0 1 - 100", "e 1 committed 0 1 200", "b 2 read r0 2 - 300", "e 2 read 0 0 310")]
    [InlineData("a value comes back", "b 1 save r0 1 - 100", "b 2 save r0 2 - 100", "e 2 committed 0 2 200", "b 3 read r0 3 - 210",
        "e 3 read 1 1 220", "b 4 read r0 4 - 230", "e 4 read 2 2 240", "b 5 read r0 5 - 250", "e 5 read 1 3 260")]
    [InlineData("a refused save is read", "b 1 save r0 1 - 100", "e 1 refused-unavailable 0 0 110", "b 2 read r0 2 - 120", "e 2 read 1 1 130")]
    [InlineData("two saves replace the same value", "b 1 save r0 1 - 100", "e 1 committed 0 1 110", "b 2 save-if r0 2 1 120", "e 2 committed 0 2 130",
        "b 3 save-if r0 3 1 125", "e 3 committed 0 3 135")]
    [InlineData("a replica lacks an own write", "b 1 save r0 1 - 100", "e 1 spooled 0 4 110", "b 2 read r0 2 - 120", "e 2 replica 0 3 130")]
    [InlineData("a version falls", "b 1 save r0 1 - 100", "e 1 committed 0 5 110", "b 2 save r0 2 - 120", "e 2 committed 0 5 130")]
    [InlineData("a member is lost", "b 1 add members 1 - 100", "e 1 committed 0 1 110")]
    [InlineData("a trade is lost", "b 1 open trades 1 - 100", "e 1 spooled 0 1 110")]
    [InlineData("an extension is lost", "b 1 extend user 1 - 100", "e 1 committed 0 2 110")]
    [InlineData("a row from memory is too old", "b 1 look user 1 - 3000200", "e 1 read 0 1 3000300", "b 2 extend user 2 - 100",
        "e 2 committed 0 2 110")]
    [InlineData("a lease has two holders", "b 1 lease leader 1 500 100", "e 1 committed 0 1 110", "b 2 lease leader 2 500 400000",
        "e 2 committed 0 2 400100")]
    public void A_bad_history_is_refused(string why, params string[] lines) => Assert.False(Judge(Nothing, lines).Count == 0, why);

    [Fact]
    public void What_nobody_wrote_or_what_was_refused_is_not_stored()
    {
        Assert.Contains("nobody wrote the trade 7", Judge(new FinalState([], [7], 0)));
        Assert.NotEmpty(Judge(new FinalState([1], [], 0), "b 1 add members 1 - 100", "e 1 refused-unavailable 0 0 110"));
        Assert.NotEmpty(Judge(new FinalState([], [1, 1], 0), "b 1 open trades 1 - 100", "e 1 committed 0 1 110"));
        Assert.NotEmpty(Judge(new FinalState([], [], 1), "b 1 extend user 1 - 100", "e 1 refused-unavailable 0 0 110"));
    }

    [Fact]
    public void A_conflict_is_no_loss_and_a_line_that_was_cut_off_is_not_heard()
    {
        Assert.Empty(Judge(Nothing, "b 1 add members 1 - 100", "e 1 spooled 0 1 110", "x history/members"));
        Assert.Empty(Judge(Nothing, "b 1 add members 1 - 100", "e 1 committed 0 1 11!"));
    }

    private static IReadOnlyList<string> Judge(FinalState final, params string[] lines)
    {
        var history = new RecordedHistory();
        foreach (var line in lines) history.Add("i0.1", line.EndsWith('!') ? line : $"{line} .");
        return new HistoryJudge(history, final).Judge();
    }
}
