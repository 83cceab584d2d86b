using Nexus.Failover;
using Nexus.KeyedState;
using Nexus.Postgres;

namespace Nexus.Tests.Failover;

/// <summary>What the replay does with a write that may be stored already: found by seed 1727 of the simulation.</summary>
public sealed class ReplayRulesTests
{
    private static readonly DateTimeOffset Called = new(2026, 1, 15, 12, 0, 0, TimeSpan.Zero);
    private static readonly Guid Own = Guid.NewGuid();
    private static readonly Guid Former = Guid.NewGuid();

    /// <summary>
    /// Its commit was known and the call was given up; another instance replaced the record before the write was spooled. By the times alone the
    /// write is the newer one.
    /// </summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_whole_record_that_may_have_been_applied_does_not_replace_what_came_after_it(bool namesVersion)
    {
        var knownAt = namesVersion ? DateTimeOffset.MinValue : Called.AddSeconds(6);

        Assert.Equal(ReplayDecision.KeepStored, ReplayRules.Judge(Spooled(OutboxEntry.Unsure, knownAt), Stored(Guid.NewGuid(), 5)));
    }

    [Fact]
    public void One_that_was_applied_is_done_and_one_whose_record_is_untouched_is_applied()
    {
        Assert.Equal(ReplayDecision.Done, ReplayRules.Judge(Spooled(OutboxEntry.Unsure, Called), Stored(Own, 3)));
        Assert.Equal(ReplayDecision.Apply, ReplayRules.Judge(Spooled(OutboxEntry.Unsure, Called), Stored(Former, 2)));
    }

    [Fact]
    public void One_that_was_never_sent_replaces_the_older_record()
    {
        Assert.Equal(ReplayDecision.ReplaceOlder, ReplayRules.Judge(Spooled(doubt: null, DateTimeOffset.MinValue), Stored(Guid.NewGuid(), 5)));
    }

    private static ReplayItem Spooled(string? doubt, DateTimeOffset knownAt)
    {
        var write = new SaveKeyedState("sim/cas0", "{}"u8.ToArray(), StateExpiry.Never, ExpectedVersion: null) { WriteId = Own };
        return new ReplayItem(new OutboxEntry(
            1, write, write.Key, write.Kind, Own, Called.AddSeconds(7), BaseVersion: 2, Former, Version: 3, knownAt, doubt, IsForced: false, []));
    }

    private static StoredRecord Stored(Guid writer, long version) => new("sim/cas0", version, Called.AddSeconds(5), writer);
}
