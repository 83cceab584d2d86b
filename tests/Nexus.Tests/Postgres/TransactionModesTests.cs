using Nexus.Engine;
using Nexus.Postgres;

namespace Nexus.Tests.Postgres;

/// <summary>Whether a transaction is committed, by the outcomes of its writes.</summary>
public sealed class TransactionModesTests
{
    private static readonly WriteOutcome Applied = WriteOutcome.Applied(1, DateTimeOffset.UnixEpoch);

    [Fact]
    public void A_batch_is_committed_if_anything_was_applied_or_only_if_everything_was()
    {
        WriteOutcome?[] all = [Applied, Applied], some = [WriteOutcome.NotFound, Applied], open = [null, Applied];
        WriteOutcome?[] none = [null, WriteOutcome.NotFound];
        WriteOutcome?[][] batches = [all, some, open, none];

        Assert.Equal([true, true, true, false], batches.Select(outcomes => TransactionMode.Commit.Keeps(outcomes)));
        Assert.Equal([true, false, false, false], batches.Select(outcomes => TransactionMode.CommitIfAllApplied.Keeps(outcomes)));
        Assert.DoesNotContain(batches, outcomes => TransactionMode.RollBack.Keeps(outcomes));
        Assert.Throws<ArgumentOutOfRangeException>(() => ((TransactionMode)9).Keeps(all));
    }
}
