using Nexus.Errors;
using Nexus.Postgres;
using Nexus.TestKit;

namespace Nexus.Tests.Postgres;

/// <summary>Which servers are refused by their timeline, and what is remembered of it.</summary>
public sealed class PrimaryFenceTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_lower_timeline_and_another_cluster_are_refused_and_a_higher_one_moves_the_connections()
    {
        var fence = new PrimaryFence();
        var raised = 0;
        fence.Raised += () => raised++;
        await fence.AcceptAsync(Primary(3), "one", Token);
        var moved = fence.Term.WhenEnded();
        await fence.AcceptAsync(Primary(3), "one", Token);
        Assert.Equal((0, 0L, 3), (raised, fence.Epoch, fence.Timeline));

        var old = await Assert.ThrowsAsync<StoreUnavailableException>(() => fence.AcceptAsync(Primary(2), "two:5432", Token));
        Assert.Equal(StoreUnavailableReason.Fenced, old.Reason);
        Assert.Contains("two:5432", old.Message, StringComparison.Ordinal);
        var other = await Assert.ThrowsAsync<StoreUnavailableException>(() => fence.AcceptAsync(Primary(9, "other"), "three", Token));
        Assert.Contains("another cluster", other.Message, StringComparison.Ordinal);
        Assert.Equal((0, 3), (raised, fence.Timeline));

        await fence.AcceptAsync(Primary(4), "two", Token);
        Assert.Equal((1, 1L, 4), (raised, fence.Epoch, fence.Timeline));
        Assert.True(moved.IsCancellationRequested);
        Assert.False(fence.Term.WhenEnded().IsCancellationRequested);
    }

    [Fact]
    public async Task Standbys_and_servers_that_do_not_tell_are_left_alone()
    {
        var fence = new PrimaryFence();
        await fence.AcceptAsync(Primary(3), "one", Token);
        await fence.AcceptAsync(new ServerLook(IsStandby: true, IsReadOnly: true, 2, "cluster"), "standby", Token);
        await fence.AcceptAsync(new ServerLook(IsStandby: false, IsReadOnly: false, null, null), "hosted", Token);
        Assert.Equal((0L, 3), (fence.Epoch, fence.Timeline));
    }

    [Fact]
    public async Task The_highest_timeline_outlives_the_process_once_the_database_is_known_to_be_the_right_one()
    {
        using var folder = new TempFolder("timeline");
        var first = new PrimaryFence(new TimelineFile(folder.Path));
        await first.AcceptAsync(Primary(5), "one", Token);
        Assert.False(File.Exists(folder[TimelineFile.FileName]));
        await first.AdoptAsync(Token);
        await first.AcceptAsync(Primary(6), "two", Token);
        Assert.Equal([folder[TimelineFile.FileName]], Directory.GetFiles(folder.Path));

        await Assert.ThrowsAsync<StoreUnavailableException>(
            () => new PrimaryFence(new TimelineFile(folder.Path)).AcceptAsync(Primary(5), "one", Token));
        // Of another cluster the file says nothing; the folder's own record of its store does.
        await new PrimaryFence(new TimelineFile(folder.Path)).AcceptAsync(Primary(1, "other"), "elsewhere", Token);

        // After a deliberate restore.
        var accepting = new PrimaryFence(new TimelineFile(folder.Path, ignoresContents: true));
        await accepting.AcceptAsync(Primary(2), "restored", Token);
        await accepting.AdoptAsync(Token);
        await new PrimaryFence(new TimelineFile(folder.Path)).AcceptAsync(Primary(2), "restored", Token);
    }

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("null")]
    [InlineData("""{"cluster":"1"}""")]
    [InlineData("""{"cluster":"1","timeline":0}""")]
    public async Task A_damaged_file_is_not_passed_over(string content)
    {
        using var folder = new TempFolder("timeline");
        await File.WriteAllTextAsync(folder[TimelineFile.FileName], content, Token);
        var error = await Assert.ThrowsAsync<NexusConfigurationException>(
            () => new PrimaryFence(new TimelineFile(folder.Path)).AcceptAsync(Primary(1), "one", Token));
        Assert.Contains(TimelineFile.FileName, error.Message, StringComparison.Ordinal);
        Assert.Contains("damaged", error.Message, StringComparison.Ordinal);
    }

    private static ServerLook Primary(int timeline, string cluster = "cluster") => new(IsStandby: false, IsReadOnly: false, timeline, cluster);
}
