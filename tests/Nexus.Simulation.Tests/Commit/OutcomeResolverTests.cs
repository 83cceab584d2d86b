using Nexus.Engine;
using Nexus.Postgres;
using Nexus.Sessions;
using Nexus.StoreContract;
using Nexus.Tasks;
using Nexus.Trades;

namespace Nexus.Simulation.Tests.Commit;

/// <summary>What stored records say about a write that no statement reported. Null: nothing, and nothing is guessed.</summary>
public sealed class OutcomeResolverTests : CommitTest
{
    private static readonly DateTimeOffset CommittedAt = Make.Noon.AddMinutes(5);
    private static readonly TradeRow Trade = Make.Trade("1");
    private static readonly TaskRow Task = SampleWrites.Task(1);

    private static SaveSession Save(long? expected = null) => CommitKit.Save("1", expected);

    private static PatchSessionConfig Patch(long? expected = null) => Make.Patch("1", """{"a":1}""", expected);

    private static CompleteTask Complete() => new(Task.Id, 9, Make.Noon, Make.Noon.AddHours(1), null);

    private static AddFills Fills() => new(Trade.Id, "1", [SampleWrites.Fill("e", FillSide.Exit, 1m)], Trade.EntryTimestamp);

    [Fact]
    public async Task A_write_whose_mark_the_record_has_was_applied_before()
    {
        var save = Save();
        await Kit.CommitAsync(save);
        var at = (await ExplainAsync(save))!.Value.At;

        Assert.Equal(new WriteOutcome(WriteStatus.AlreadyApplied, 1, at), await ExplainAsync(save));
        Assert.Equal(WriteOutcome.Applied(1, at), await RecollectAsync(save));
    }

    [Fact]
    public async Task A_record_that_is_missing_is_a_conflict_with_its_version_or_not_found()
    {
        Assert.Equal(WriteOutcome.Conflict(0), await ExplainAsync(Save(expected: 5)));
        Assert.Equal(WriteOutcome.Conflict(0), await ExplainAsync(Patch(expected: 5)));
        Assert.Equal(WriteOutcome.NotFound, await ExplainAsync(Patch()));
        Assert.Equal(WriteOutcome.NotFound, await ExplainAsync(new DeleteSession("1", null)));
        Assert.Equal(WriteOutcome.NotFound, await ExplainAsync(Complete()));
        Assert.Equal(WriteOutcome.NotFound, await ExplainAsync(Fills()));
        // It would have been made.
        Assert.Null(await ExplainAsync(Save()));
        Assert.Null(await ExplainAsync(Save(expected: 0)));
    }

    [Fact]
    public async Task A_record_at_another_version_is_a_conflict_and_one_at_the_same_gives_no_reason()
    {
        await Kit.CommitAsync(Save());
        await Kit.CommitAsync(Save());

        Assert.Equal(WriteOutcome.Conflict(2), await ExplainAsync(Save(expected: 0)));
        Assert.Equal(WriteOutcome.Conflict(2), await ExplainAsync(Patch(expected: 1)));
        Assert.Equal(WriteOutcome.Conflict(2), await ExplainAsync(Save(expected: 3)));
        Assert.Null(await ExplainAsync(Save(expected: 2)));
        Assert.Null(await ExplainAsync(Save()));
        Assert.Null(await ExplainAsync(Patch()));
    }

    [Fact]
    public async Task A_state_that_does_not_allow_the_write_is_the_reason()
    {
        Assert.Equal(WriteOutcome.InvalidState, await ExplainAsync(new OpenTrade(Trade)));
        Assert.Null(await ExplainAsync(new OpenTrade(Make.Closed("1", 1m, Make.Noon))));
        await Kit.CommitAsync(new OpenTrade(Trade), new SaveTask(Task, null), Save());

        Assert.Equal(WriteStatus.AlreadyApplied, (await ExplainAsync(new OpenTrade(Trade)))!.Value.Status);
        Assert.Null(await ExplainAsync(Make.Close(Trade.Id, 110m, "1")));
        Assert.Equal(WriteOutcome.InvalidState, await ExplainAsync(Fills()));
        Assert.Equal(WriteOutcome.InvalidState, await ExplainAsync(Complete()));
        var locking = new LockSession("1", Make.Utf8("{}"), Locks: true, UserVersion: 2, SeenVersion: 1);
        Assert.Equal(WriteOutcome.InvalidState, await ExplainAsync(locking));
        await Kit.CommitAsync(Make.Close(Trade.Id, 120m, "1"));
        Assert.Equal(WriteOutcome.InvalidState, await ExplainAsync(Make.Close(Trade.Id, 110m, "1")));
    }

    [Fact]
    public async Task Of_a_commit_a_missing_record_shows_a_removal_and_nothing_else()
    {
        Assert.Equal(WriteOutcome.Applied(0, CommittedAt), await RecollectAsync(new DeleteSession("1", null)));
        Assert.Equal(WriteOutcome.Applied(4, CommittedAt), await RecollectAsync(new DeleteSession("1", 4)));
        Assert.Equal(WriteOutcome.Conflict(0), await RecollectAsync(new ResealSession("1", null, null, Make.Utf8("{}"), 4)));
        Assert.Equal(WriteOutcome.InvalidState, await RecollectAsync(new OpenTrade(Trade)));
        Assert.Equal(WriteOutcome.NotFound, await RecollectAsync(Make.Close(Trade.Id, 1m)));
        Assert.Null(await RecollectAsync(Save()));
        Assert.Null(await RecollectAsync(Save(expected: 1)));
        Assert.Null(await RecollectAsync(Patch()));
    }

    [Fact]
    public async Task Of_a_commit_a_later_version_shows_what_cannot_have_been_refused()
    {
        await Kit.CommitAsync(Save());
        // Another's record, made after a removal: ours is not to be seen.
        Assert.Null(await RecollectAsync(Save()));
        await Kit.CommitAsync(Save());
        await Kit.CommitAsync(Save());

        Assert.Equal(WriteOutcome.Applied(2, CommittedAt), await RecollectAsync(Save()));
        Assert.Equal(WriteOutcome.Conflict(3), await RecollectAsync(Save(expected: 5)));
        Assert.Null(await RecollectAsync(Save(expected: 3)));
        Assert.Null(await RecollectAsync(Save(expected: 2)));
        Assert.Null(await RecollectAsync(new DeleteSession("1", null)));
        Assert.Equal(WriteStatus.Applied, (await RecollectAsync(new ResealSession("1", null, null, Make.Utf8("{}"), 3)))!.Value.Status);
        Assert.Equal(WriteOutcome.Conflict(3), await RecollectAsync(new ResealSession("1", null, null, Make.Utf8("{}"), 2)));
    }

    [Fact]
    public async Task Of_a_commit_a_trade_shows_that_it_was_opened_and_who_closed_it()
    {
        await Kit.CommitAsync(new OpenTrade(Trade), new SaveTask(Task, null));

        Assert.Equal(WriteOutcome.Applied(1, CommittedAt), await RecollectAsync(new OpenTrade(Trade)));
        Assert.Null(await RecollectAsync(Make.Close(Trade.Id, 1m, "1")));
        Assert.Null(await RecollectAsync(Fills()));
        Assert.Null(await RecollectAsync(Complete()));
        await Kit.CommitAsync(Make.Close(Trade.Id, 120m, "1"));
        Assert.Equal(WriteOutcome.InvalidState, await RecollectAsync(Make.Close(Trade.Id, 1m, "1")));
    }

    [Fact]
    public async Task What_is_known_stays_and_is_not_looked_up()
    {
        await Kit.CommitAsync(Save(), new OpenTrade(Trade));
        List<string> looks = [];
        Kit.Fails = label =>
        {
            looks.Add(label);
            return null;
        };
        WriteOutcome?[] outcomes = [WriteOutcome.RolledBack, null, WriteOutcome.NotFound];

        await Kit.Resolver.ExplainAsync(Kit.Batch(Save(expected: 9), CommitKit.Save("2", 3), Fills()), outcomes, connection: null);
        Assert.Equal([WriteOutcome.RolledBack, WriteOutcome.Conflict(0), WriteOutcome.NotFound], outcomes);
        await Kit.Resolver.ExplainAsync(Kit.Batch(Save(expected: 9), CommitKit.Save("2", 3), Fills()), outcomes, connection: null);

        Assert.Equal(["look up sessions"], looks);
    }

    /// <summary>A chat may be moved to another shard after its batch: that its record is not here says nothing.</summary>
    [Fact]
    public async Task A_record_whose_chat_was_moved_is_neither_missing_nor_refused()
    {
        var moved = Kit.ResolverOfShard(new ShardGuard(new ShardRow(1, Guid.Empty, "public", Server: 0, Epoch: 1, Owned: new string('0', 4096))));
        var own = Kit.ResolverOfShard(new ShardGuard(new ShardRow(1, Guid.Empty, "public", Server: 0, Epoch: 1, Owned: new string('1', 4096))));

        foreach (var write in new Write[] { Patch(), Patch(expected: 5), new DeleteSession("1", null), Fills(), new OpenTrade(Trade) })
        {
            Assert.IsType<StaleShardMapException>((await ExplainAsync(write, moved))!.Value.Error);
            Assert.Null(await RecollectAsync(write, moved));
        }
        Assert.Equal(WriteOutcome.NotFound, await ExplainAsync(Patch(), own));
        Assert.Equal(WriteOutcome.Applied(0, CommittedAt), await RecollectAsync(new DeleteSession("1", null), own));
    }

    private Task<WriteOutcome?> ExplainAsync(Write write) => ExplainAsync(write, Kit.Resolver);

    private async Task<WriteOutcome?> ExplainAsync(Write write, OutcomeResolver resolver)
    {
        var outcomes = new WriteOutcome?[1];
        await resolver.ExplainAsync(Kit.Batch(write), outcomes, connection: null);
        return outcomes[0];
    }

    private Task<WriteOutcome?> RecollectAsync(Write write) => RecollectAsync(write, Kit.Resolver);

    private async Task<WriteOutcome?> RecollectAsync(Write write, OutcomeResolver resolver)
    {
        var outcomes = new WriteOutcome?[1];
        await resolver.RecollectAsync(Kit.Batch(write), outcomes, CommittedAt);
        return outcomes[0];
    }
}
