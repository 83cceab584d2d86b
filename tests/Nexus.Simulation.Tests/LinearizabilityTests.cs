namespace Nexus.Simulation.Tests;

/// <summary>The checker accepts histories that are known to be good and refuses those that are known to be bad.</summary>
public sealed class LinearizabilityTests
{
    private const long Never = long.MaxValue;

    private static Call Write(long value, long from, long to, long? replaces = null) => new("k", IsRead: false, value, from, to, replaces);

    private static Call Read(long value, long from, long to) => new("k", IsRead: true, value, from, to);

    private static bool IsGood(params Call[] calls) => Linearizability.FindViolation(calls) is null;

    [Fact]
    public void Calls_one_after_the_other() =>
        Assert.True(IsGood(Write(1, 0, 1), Read(1, 2, 3), Write(2, 4, 5), Read(2, 6, 7)));

    [Fact]
    public void A_read_during_a_write_may_return_either_value()
    {
        Assert.True(IsGood(Write(1, 0, 10), Read(0, 1, 2), Read(1, 3, 4)));
        Assert.True(IsGood(Write(1, 0, 10), Read(1, 1, 2), Read(1, 3, 4)));
    }

    [Fact]
    public void A_value_does_not_go_back() =>
        Assert.False(IsGood(Write(1, 0, 10), Read(1, 1, 2), Read(0, 3, 4)));

    [Fact]
    public void A_read_after_a_write_returns_it()
    {
        Assert.False(IsGood(Write(1, 0, 1), Read(0, 2, 3)));
        Assert.False(IsGood(Write(1, 0, 1), Write(2, 2, 3), Read(1, 4, 5)));
    }

    [Fact]
    public void Nobody_reads_what_nobody_wrote() =>
        Assert.False(IsGood(Write(1, 0, 1), Read(7, 2, 3)));

    [Fact]
    public void A_write_without_a_known_outcome_may_have_happened_later_or_never()
    {
        Assert.True(IsGood(Write(1, 0, Never), Read(0, 1, 2)));
        Assert.True(IsGood(Write(1, 0, Never), Read(0, 1, 2), Read(1, 3, 4)));
        Assert.True(IsGood(Write(1, 0, Never), Read(1, 1, 2)));
        Assert.False(IsGood(Write(1, 0, Never), Read(1, 1, 2), Read(0, 3, 4)));
    }

    [Fact]
    public void A_write_happens_once()
    {
        // 1 cannot return after 2 replaced it, although its outcome is not known.
        Assert.False(IsGood(Write(1, 0, Never), Write(2, 0, 10), Read(1, 1, 2), Read(2, 3, 4), Read(1, 5, 6)));
    }

    [Fact]
    public void Two_writes_replace_the_same_value_only_once()
    {
        Assert.True(IsGood(Write(1, 0, 10, replaces: 0), Write(2, 0, 10, replaces: 1)));
        Assert.False(IsGood(Write(1, 0, 10, replaces: 0), Write(2, 0, 10, replaces: 0)));
        Assert.True(IsGood(Write(1, 0, 10, replaces: 0), Write(2, 0, Never, replaces: 0)));
    }

    [Fact]
    public void Records_are_judged_apart_and_the_bad_one_is_named()
    {
        Call[] history =
        [
            new("a", false, 1, 0, 1), new("b", false, 2, 0, 1), new("a", true, 1, 2, 3), new("b", true, 0, 2, 3),
        ];

        var violation = Assert.NotNull(Linearizability.FindViolation(history));

        Assert.Equal("b", violation.Key);
        Assert.Contains(violation.Stuck, call => call.IsRead);
    }

    /// <summary>Unknown writes may take effect at any time: without a bound on what is tried, 200 of them take for ever.</summary>
    [Fact]
    public void Many_writes_of_unknown_outcome_are_decided()
    {
        List<Call> history = [];
        for (var n = 1; n <= 200; n++)
        {
            history.Add(Write(n, n * 10, Never));
            if (n % 3 == 0) history.Add(Read(n, (n * 10) + 5, (n * 10) + 6));
        }

        Assert.True(IsGood([.. history]));
        Assert.False(IsGood([.. history, Read(3, 5000, 5001)]));
    }

    /// <summary>The checker agrees with a search over all orders.</summary>
    [Fact]
    public void Random_histories_are_judged_as_by_trying_every_order()
    {
        var dice = new Dice(34);
        var (good, bad) = (0, 0);
        for (var round = 0; round < 3000; round++)
        {
            var calls = Enumerable.Range(1, dice.Between(3, 6)).Select(n =>
            {
                var from = dice.Below(12);
                return new Call("k", dice.Happens(0.5), dice.Below(4), from, dice.Happens(0.1) ? Never : from + dice.Below(8),
                    dice.Happens(0.2) ? dice.Below(4) : null);
            }).ToArray();
            var expected = TryAll(calls, 0, 0);
            Assert.Equal(expected, IsGood(calls));
            if (expected) good++;
            else bad++;
        }
        Assert.True(good > 200 && bad > 200, $"{good} good, {bad} bad");
    }

    private static bool TryAll(Call[] calls, int done, long value)
    {
        var left = Enumerable.Range(0, calls.Length).Where(n => (done & (1 << n)) == 0).ToList();
        if (left.TrueForAll(n => calls[n].IsUnknown)) return true;
        foreach (var n in left)
        {
            if (left.Exists(other => calls[other].Completed < calls[n].Invoked)) continue;
            var call = calls[n];
            if (call.IsRead ? !call.IsUnknown && call.Value != value : call.Replaces is { } old && old != value) continue;
            if (TryAll(calls, done | (1 << n), call.IsRead ? value : call.Value)) return true;
        }
        return false;
    }
}
