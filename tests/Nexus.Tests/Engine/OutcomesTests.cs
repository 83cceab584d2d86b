using Nexus.Engine;
using Nexus.Errors;
using Nexus.Sessions;

namespace Nexus.Tests.Engine;

/// <summary>What a caller gets for the outcome of its write.</summary>
public sealed class OutcomesTests
{
    private static readonly DateTimeOffset At = new(2026, 2, 3, 4, 5, 6, TimeSpan.Zero);
    private static readonly WriteKey Record = new DeleteSession("7", null).Key;

    [Theory]
    [InlineData(WriteStatus.Applied, false, false)]
    [InlineData(WriteStatus.AlreadyApplied, true, false)]
    [InlineData(WriteStatus.Applied, false, true)]
    public void A_write_that_took_effect_has_a_receipt(WriteStatus status, bool existed, bool isSpooled)
    {
        var source = AnswerSource.Begin();
        Assert.False(source.HasWritten);

        var outcome = new WriteOutcome(status, 3, At, IsSpooled: isSpooled);

        Assert.Equal(new WriteReceipt(3, At, existed, isSpooled), outcome.ToReceipt(Record));
        Assert.Equal(new DeleteReceipt(Existed: true, 3, At, isSpooled), outcome.ToDeleteReceipt(Record, null));
        Assert.Equal((true, isSpooled), (source.HasWritten, source.HasSpooled));
    }

    [Fact]
    public void Deleting_what_does_not_exist_is_no_error()
    {
        var source = AnswerSource.Begin();

        Assert.Equal(new DeleteReceipt(Existed: false), WriteOutcome.NotFound.ToDeleteReceipt(Record, null));
        Assert.False(source.HasWritten);
    }

    [Fact]
    public void A_conflict_names_both_versions()
    {
        var conflict = Assert.Throws<NexusConflictException>(() => WriteOutcome.Conflict(9).ToReceipt(Record, 4));
        Assert.Equal(("session 7", 4L, 9L), (conflict.Record, conflict.ExpectedVersion, conflict.ActualVersion));
        conflict = Assert.Throws<NexusConflictException>(() => WriteOutcome.Conflict(9).ToDeleteReceipt(Record, 4));
        Assert.Equal((4L, 9L), (conflict.ExpectedVersion, conflict.ActualVersion));
        Assert.Equal(0, Assert.IsType<NexusConflictException>(WriteOutcome.Conflict(2).ToException("it")).ExpectedVersion);
    }

    [Fact]
    public void Every_other_outcome_is_an_error_of_its_own()
    {
        var failure = new StoreRejectedException("22003", "too large");

        Assert.Equal("session 7", Assert.Throws<NexusNotFoundException>(() => WriteOutcome.NotFound.ToReceipt(Record)).Record);
        Assert.Same(failure, Assert.Throws<StoreRejectedException>(() => WriteOutcome.Failed(failure).ToReceipt(Record)));
        Assert.Equal("session 7 is closed", Assert.Throws<NexusStateException>(
            () => WriteOutcome.InvalidState.ToReceipt(Record, invalidState: "is closed")).Message);
        Assert.Equal("session 7 is not in a state that allows this", Assert.Throws<NexusStateException>(
            () => WriteOutcome.InvalidState.ToReceipt(Record)).Message);
        Assert.Equal("it was rolled back with its batch", Assert.IsType<NexusStateException>(WriteOutcome.RolledBack.ToException("it")).Message);
    }
}
