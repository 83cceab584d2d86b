using Nexus.Engine;
using Nexus.Failover;
using Nexus.KeyedState;

namespace Nexus.Tests.Failover;

public class ReplicaBacklogTests
{
    [Fact]
    public void Own_writes_that_could_not_be_put_into_the_replica_are_taken_again_in_their_order()
    {
        var backlog = new ReplicaBacklog([KeyedStateRow.Table]);
        var (first, second) = (Write("a"), Write("b"));
        Apply(backlog, first, version: 1);
        var (records, tables) = backlog.Take();

        Apply(backlog, second, version: 1);
        backlog.Return(records, tables);

        var taken = backlog.Take().Records;
        Assert.Equal(2, taken.Count);
        Assert.Same(first, Assert.Single(taken[first.Key].Applied).Write);
        Assert.Same(second, Assert.Single(taken[second.Key].Applied).Write);
    }

    [Fact]
    public void A_later_whole_record_replaces_the_write_that_comes_back()
    {
        var backlog = new ReplicaBacklog([KeyedStateRow.Table]);
        var (first, second) = (Write("a"), Write("a"));
        Apply(backlog, first, version: 1);
        var (records, tables) = backlog.Take();
        backlog.Changed([new StateChange(first.Table.Name, first.RecordId)]);

        Apply(backlog, second, version: 3);
        backlog.Return(records, tables);

        var (key, change) = Assert.Single(backlog.Take().Records);
        Assert.Equal(first.Key, key);
        Assert.Equal((3L, true), (Assert.Single(change.Applied).Version, change.MustBeRead));
    }

    [Fact]
    public void A_patch_that_does_not_follow_the_write_that_comes_back_makes_the_record_unknown()
    {
        var backlog = new ReplicaBacklog([KeyedStateRow.Table]);
        var patch = new PatchKeyedState("a", "{}"u8.ToArray(), Expiry: null, ExpectedVersion: null);
        Apply(backlog, Write("a"), version: 1);
        var (records, tables) = backlog.Take();

        Apply(backlog, patch, version: 3);
        backlog.Return(records, tables);

        var change = Assert.Single(backlog.Take().Records).Value;
        Assert.Empty(change.Applied);
        Assert.True(change.MustBeRead);
    }

    /// <summary>The replica may have the other change already. It checks the version that the patch followed.</summary>
    [Fact]
    public void A_patch_of_a_record_that_another_instance_changed_is_kept_for_an_outage()
    {
        var backlog = new ReplicaBacklog([KeyedStateRow.Table]);
        var patch = new PatchKeyedState("a", "{}"u8.ToArray(), Expiry: null, ExpectedVersion: null);
        backlog.Changed([new StateChange(patch.Table.Name, patch.RecordId)]);

        Apply(backlog, patch, version: 3);

        var change = Assert.Single(backlog.Take().Records).Value;
        Assert.Equal((2L, 3L), Assert.Single(change.Applied) is var applied ? (applied.From, applied.Version) : default);
        Assert.True(change.MustBeRead);
    }

    /// <summary>A sync may read the record between them, and then the replica takes the second alone.</summary>
    [Theory]
    [InlineData(false, 1)]
    [InlineData(true, 2)]
    public void A_patch_that_was_made_while_records_are_read_is_not_composed_with_the_next(bool isReading, int expected)
    {
        var backlog = new ReplicaBacklog([KeyedStateRow.Table]);
        backlog.Take();
        if (!isReading) backlog.EndReading();
        Apply(backlog, Patch(), version: 2);
        if (isReading) backlog.EndReading();

        Apply(backlog, Patch(), version: 3);

        Assert.Equal(expected, Assert.Single(backlog.Take().Records).Value.Applied.Count);

        static PatchKeyedState Patch() => new("a", "{}"u8.ToArray(), Expiry: null, ExpectedVersion: null);
    }

    private static void Apply(ReplicaBacklog backlog, Write write, long version)
    {
        var call = backlog.Begin();
        backlog.Applied(call, [write], [WriteOutcome.Applied(version, DateTimeOffset.UnixEpoch)]);
        backlog.End(call);
    }

    private static SaveKeyedState Write(string id) => new(id, "1"u8.ToArray(), StateExpiry.Never, ExpectedVersion: null);
}
