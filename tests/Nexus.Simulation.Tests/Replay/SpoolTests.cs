using Nexus.Engine;
using Nexus.Errors;
using Nexus.Failover;
using Nexus.Secrets;
using Nexus.Sessions;
using Nexus.Sqlite;
using Nexus.StoreContract;

namespace Nexus.Simulation.Tests.Replay;

/// <summary>A write that PostgreSQL does not take is acknowledged once it is on the disk, and refused where nobody can know its outcome.</summary>
public sealed class SpoolTests : ReplayTest
{
    private static readonly DateTimeOffset Since = Make.Noon;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Each_entry_names_what_it_followed_and_what_its_caller_was_told()
    {
        var former = Save("1", 0);
        await Kit.WriteAsync(former);
        var doubt = Guid.NewGuid().ToString();

        var outcomes = await Kit.Spool.SpoolAsync([Save("1", 1), Save("2", 1, expected: 0)], atomic: false, doubt, Since, _ => true, Token);

        Assert.Equal([2L, 1L], outcomes.Select(outcome => outcome.Version));
        Assert.All(outcomes, outcome => Assert.True(outcome is { IsSpooled: true, Status: WriteStatus.Applied }));
        var entries = await Kit.EntriesAsync();
        Assert.Equal([("1", 1L, former.WriteId, 2L, Since, doubt), ("2", 0L, Guid.Empty, 1L, DateTimeOffset.UnixEpoch, doubt)],
            (IEnumerable<(string, long, Guid, long, DateTimeOffset, string?)>)entries.Select(entry =>
                (entry.Key.Id, entry.BaseVersion, entry.BaseWriteId, entry.Version, entry.KnownAt, entry.Doubt)));
        Assert.Equal(outcomes.Select(outcome => outcome.At), entries.Select(entry => entry.At));
        Assert.All(entries, entry => Assert.False(entry.IsForced));
        Assert.Equal(2, Kit.Outbox.Pending);
        // As counted from the file.
        var bytes = Kit.Outbox.Bytes;
        await Kit.Outbox.CountAsync(Token);
        Assert.Equal((2L, bytes), (Kit.Outbox.Pending, Kit.Outbox.Bytes));
        Assert.True(bytes > 2 * 256);
    }

    [Fact]
    public async Task What_was_not_applied_is_not_spooled()
    {
        await Kit.WriteAsync(Save("1", 0));
        var save = Save("1", 0);
        await Kit.Local.ApplyAsync([save], atomic: false, Token);

        var outcomes = await Kit.Spool.SpoolAsync([save, Save("2", 1, expected: 4), Patch("3", "a")], atomic: false, null, Since, _ => true, Token);
        Assert.Equal([WriteStatus.AlreadyApplied, WriteStatus.Conflict, WriteStatus.NotFound], outcomes.Select(outcome => outcome.Status));
        Assert.True(outcomes[0].IsSpooled);
        outcomes = await Kit.Spool.SpoolAsync([Save("8", 1), Patch("9", "a")], atomic: true, null, Since, _ => true, Token);
        Assert.Equal([WriteStatus.RolledBack, WriteStatus.NotFound], outcomes.Select(outcome => outcome.Status));
        Assert.Equal((0L, 0L), (Kit.Outbox.Pending, Kit.Outbox.Bytes));
        Assert.Empty(await Kit.EntriesAsync());
    }

    [Fact]
    public async Task A_replica_that_lacks_records_does_not_report_one_as_missing()
    {
        await Kit.WriteAsync(Save("1", 0));

        var outcomes = await Kit.Spool.SpoolAsync(
            [Save("1", 1, expected: 9), Save("2", 1, expected: 4), Patch("3", "a"), Save("4", 1)], atomic: false, null, Since, _ => false, Token);

        Assert.Equal(WriteOutcome.Conflict(1), outcomes[0]);
        Assert.All(outcomes[1..3], outcome => Assert.Contains("replica is incomplete",
            Assert.IsType<StoreUnavailableException>(outcome.Error).Message, StringComparison.Ordinal));
        Assert.True(outcomes[3].IsApplied);
    }

    [Fact]
    public async Task A_write_in_doubt_that_the_replica_refuses_has_no_known_outcome()
    {
        await Kit.WriteAsync(Save("1", 0));

        var outcomes = await Kit.Spool.SpoolAsync([Save("1", 1, expected: 9), Save("2", 1)], atomic: true, "unsure", Since, _ => true, Token);

        Assert.IsType<UnknownOutcomeException>(outcomes[0].Error);
        Assert.Equal(WriteStatus.RolledBack, outcomes[1].Status);
    }

    [Fact]
    public async Task What_is_never_spooled_is_refused_as_unavailable_or_in_doubt()
    {
        Write[] writes = [Save("1", 1), new ResealSession("2", null, null, Make.Utf8("{}"), 1)];

        var unavailable = await Assert.ThrowsAsync<StoreUnavailableException>(
            () => Kit.Spool.SpoolAsync(writes, false, null, Since, _ => true, Token));
        var unknown = await Assert.ThrowsAsync<UnknownOutcomeException>(() => Kit.Spool.SpoolAsync(writes, false, "unsure", Since, _ => true, Token));

        Assert.All(new Exception[] { unavailable, unknown }, error => Assert.Contains("only while PostgreSQL is available", error.Message,
            StringComparison.Ordinal));
        Assert.Empty(await Kit.EntriesAsync());
    }

    [Fact]
    public async Task A_full_outbox_refuses_and_takes_writes_again_once_there_is_room()
    {
        var outbox = new Outbox(Kit.Local) { Limit = 2000 };
        await outbox.OpenAsync(Token);
        var spool = new SpoolWriter(Kit.Local, outbox);
        var taken = 0;
        StoreUnavailableException? full = null;
        while (full is null)
        {
            try
            {
                Assert.True((await spool.SpoolAsync([Save($"{taken}", 1)], false, null, Since, _ => true, Token))[0].IsApplied);
                taken++;
            }
            catch (StoreUnavailableException error)
            {
                full = error;
            }
        }

        Assert.Equal(StoreUnavailableReason.OutboxFull, full.Reason);
        Assert.Contains($"it holds {outbox.Bytes} of 2000 bytes", full.Message, StringComparison.Ordinal);
        Assert.InRange(taken, 3, 7);
        Assert.True(outbox.Bytes <= 2000);
        Assert.Equal(taken, outbox.Pending);
        await outbox.RemoveThroughAsync(long.MaxValue, Token);
        Assert.Equal((0L, 0L), (outbox.Pending, outbox.Bytes));
        Assert.True((await spool.SpoolAsync([Save("x", 1)], false, null, Since, _ => true, Token))[0].IsApplied);
    }

    [Fact]
    public async Task A_disk_that_refuses_gives_the_room_back()
    {
        var outbox = new Outbox(Kit.Local) { Limit = 2000 };
        await outbox.OpenAsync(Token);
        var spool = new SpoolWriter(Kit.Local, outbox);
        for (var n = 0; n < 10; n++)
        {
            await Assert.ThrowsAnyAsync<OperationCanceledException>(
                () => spool.SpoolAsync([Save("1", 1)], false, null, Since, _ => true, new CancellationToken(canceled: true)));
        }

        Assert.True((await spool.SpoolAsync([Save("1", 1)], false, null, Since, _ => true, Token))[0].IsApplied);
        Assert.Equal(1, outbox.Pending);
    }
}
